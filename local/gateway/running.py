"""Work that goes on when nobody waits for it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Return the work as a task that is held until it ends: the loop itself holds none."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_forget_task)
    return task


def _forget_task(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled():
        task.exception()  # seen: who waited has it, and where nobody did it was logged
