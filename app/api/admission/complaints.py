"""What the server logs of its connections: each complaint once an hour, however many clients cause it."""

from __future__ import annotations

import asyncio
import errno
import logging
import time
from typing import Any

SAY_AGAIN_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Hourly:
    """Says of each complaint whether it is due: the first time, and then once an hour."""

    def __init__(self) -> None:
        # By what is complained of, and that is a message's pattern or an error's number: it cannot grow
        # without end.
        self._said: dict[object, float] = {}

    def is_due(self, complaint: object) -> bool:
        """Return whether to log this complaint now, and take it as logged if so."""
        now = time.monotonic()
        if now - self._said.get(complaint, -SAY_AGAIN_SECONDS) < SAY_AGAIN_SECONDS:
            return False
        self._said[complaint] = now
        return True


class AcceptErrors:
    """Logs once an hour that connections cannot be accepted, which the event loop retries without end."""

    def __init__(self) -> None:
        self._hourly = Hourly()

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an exception of the event loop that has no other handler."""
        error = context.get("exception")
        accepts = isinstance(error, OSError) and "accept" in str(context.get("message", ""))
        if not accepts:
            loop.default_exception_handler(context)
            return
        assert isinstance(error, OSError)
        if self._hourly.is_due(error.errno):
            name = errno.errorcode.get(error.errno or 0, "error")
            log.error("no connection can be taken in now: %s (%s)", error.strerror, name)


class Warnings(logging.Filter):
    """Lets each warning pass once an hour; what is more severe, or less, passes always."""

    def __init__(self) -> None:
        super().__init__()
        self._hourly = Hourly()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is logged."""
        # By the pattern, before values are put in: clients choose those.
        return record.levelno != logging.WARNING or self._hourly.is_due(record.msg)


def quieten(name: str) -> None:
    """Have a logger give each of its warnings once an hour. The HTTP server has one for every request that is
    malformed: anybody who connects could fill the disk."""
    logger = logging.getLogger(name)
    if not any(isinstance(each, Warnings) for each in logger.filters):
        logger.addFilter(Warnings())
