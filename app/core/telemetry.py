"""The context of log lines, and figures of the work.

Both travel with the standard library's logging: whoever runs the program decides where they go. Only ids
are bound, never the content of documents or questions.
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
    """Bind ids to the log lines inside the context, in addition to those already bound."""
    before = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(before)


def ids() -> Mapping[str, str]:
    """Return the ids that are bound here."""
    return _ids.get()


@contextmanager
def continue_trace(header: str) -> Iterator[None]:
    """Continue a trace: ``header`` is X-Ray's, such as ``Root=1-5759e988-bd862e3fe1be46a994272793``."""
    before = _trace.set(header)
    try:
        with about(**({"trace_id": root} if (root := trace_root(header)) else {})):
            yield
    finally:
        _trace.reset(before)


def trace() -> str:
    """Return the current trace header, "" if there is none."""
    return _trace.get()


def trace_root(header: str) -> str:
    """Return the id of the whole trace in a header, "" if it has none."""
    parts = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in parts if name == "Root"), "")


def figures(stage: str, **values: float) -> None:
    """Log figures of a stage of the work. Names that end in ``seconds`` are times, ``dollars`` is money,
    and all others are counts."""
    if FIGURES.isEnabledFor(logging.INFO):
        FIGURES.info(stage, extra={"stage": stage, "figures": values})


@contextmanager
def time_stage(stage: str) -> Iterator[dict[str, float]]:
    """Log the wall-clock seconds of a stage, and the figures put into the mapping meanwhile."""
    found: dict[str, float] = {}
    started = time.monotonic()
    try:
        yield found
    finally:
        figures(stage, seconds=time.monotonic() - started, **found)
