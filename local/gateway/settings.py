"""What the gateway stands in front of, as a TOML file says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FunctionSettings:
    """A function: its containers as ``host:port``, how long a call may take, whether it may call others."""

    containers: tuple[str, ...]
    seconds: float = 900.0
    may_call: bool = True


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """An event source: the queue's address, and the function that its messages are for."""

    url: str
    function: FunctionSettings
    batch_size: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Functions by name; the one that the HTTP API is for; ports and addresses to listen at."""

    functions: Mapping[str, FunctionSettings]
    http_function: str
    queue: QueueSettings | None = None
    host: str = "0.0.0.0"  # noqa: S104 - in a container, whose ports Compose publishes on loopback
    http_port: int = 8000
    lambda_port: int = 9001


def read(path: Path) -> Settings:
    """Return the settings in a file."""
    content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    queue = content.pop("queue", None)
    functions = {name: _function(each) for name, each in content.pop("functions").items()}
    return Settings(functions, queue=_queue(queue) if queue else None, **content)


def _queue(given: dict[str, Any]) -> QueueSettings:
    return QueueSettings(given.pop("url"), _function(given.pop("function")), **given)


def _function(given: dict[str, Any]) -> FunctionSettings:
    return FunctionSettings(tuple(given.pop("containers")), **given)
