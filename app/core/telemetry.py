"""What a log line knows of the work that it is about, and the figures of that work.

Both travel with the standard library's logging: whoever runs the program decides what becomes of them. Ids
alone are bound, never what a document or a question says.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

FIGURES = logging.getLogger("app.figures")
"""Carries ``figures`` as records of level INFO, with the attributes ``stage`` and ``figures``."""

_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=MappingProxyType({}))
_trace: ContextVar[str] = ContextVar("trace", default="")


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Bind ids to what is logged inside the context, beside those that are bound already."""
    before = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(before)


def ids() -> Mapping[str, str]:
    """The ids that are bound here."""
    return _ids.get()


@contextmanager
def traced(header: str) -> Iterator[None]:
    """Carry a trace on: ``header`` is X-Ray's, as ``Root=1-5759e988-bd862e3fe1be46a994272793``."""
    before = _trace.set(header)
    try:
        with about(**({"trace_id": root} if (root := trace_root(header)) else {})):
            yield
    finally:
        _trace.reset(before)


def trace() -> str:
    """The trace header that is carried here, "" if none is."""
    return _trace.get()


def trace_root(header: str) -> str:
    """The id of the whole trace in a header, "" where it has none."""
    parts = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in parts if name == "Root"), "")


def figures(stage: str, **values: float) -> None:
    """Note figures of a stage of the work. What ends in ``seconds`` is a time, all else a count, but for
    ``dollars``."""
    if FIGURES.isEnabledFor(logging.INFO):
        FIGURES.info(stage, extra={"stage": stage, "figures": values})


@contextmanager
def timed(stage: str) -> Iterator[dict[str, float]]:
    """Note the seconds on the clock that a stage took, and what is put into the mapping meanwhile."""
    found: dict[str, float] = {}
    started = time.monotonic()
    try:
        yield found
    finally:
        figures(stage, seconds=time.monotonic() - started, **found)
