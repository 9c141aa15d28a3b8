"""Retries of failed jobs: the backoff, the message for a person and the log line."""

from __future__ import annotations

import logging
import random
import traceback

from app.core.errors import Damaged, KnowledgeBaseError, RateLimited, Unavailable
from app.core.job import Lease
from app.core.process.storage import is_no_room

log = logging.getLogger(__name__)

MOST_FAILURES = 5
MOST_OUTAGES = 20
"""Failures of a job for want of a dependency: ten minutes or so, as they are spaced."""

MOST_DELIVERIES = 50
"""A job that was begun this often without an end crashes its process. The number is generous, because an
external kill looks the same."""

FIRST_DELAY = 1.0
LONGEST_DELAY = 60.0
"""Seconds between two attempts, unless a dependency asks for more."""


def is_outage(error: Exception) -> bool:
    """Return whether the job failed through no fault of its own."""
    if isinstance(error, Damaged):
        return False
    return isinstance(error, Unavailable | RateLimited) or is_no_room(error)


def delay(attempts: int, error: Exception, *, first: float = FIRST_DELAY) -> float:
    """Return the seconds before the next attempt: exponential backoff with jitter, so that jobs that
    failed together are not retried together ("equal jitter", AWS Architecture Blog, 2015)."""
    seconds = min(LONGEST_DELAY, first * 2.0 ** min(attempts - 1, 32))
    least = error.retry_after if isinstance(error, RateLimited) else 0.0
    return max(least, seconds * random.uniform(0.5, 1.0))  # noqa: S311


def given_up(attempts: int, error: Exception) -> str:
    """Return why a job is not tried again, for a person: an error that is not ours may hold a document's
    text in its message."""
    internal = "There is no room left." if is_no_room(error) else f"internal error ({type(error).__name__})."
    cause = error.message if isinstance(error, KnowledgeBaseError) else internal
    return f"Given up after {attempts} attempts: {cause}"


NEVER_ENDED = f"The work was begun {MOST_DELIVERIES} times and never came to an end."


def note(lease: Lease, error: Exception) -> None:
    """Log a failure."""
    # The lines it passed through, not its message: that may quote a document.
    where = "" if isinstance(error, KnowledgeBaseError) else "".join(traceback.format_tb(error.__traceback__))
    log.warning(
        "Job %s failed at delivery %d: %s\n%s", lease.job.id, lease.attempt, type(error).__name__, where
    )
