"""What the caller can be told."""

from __future__ import annotations


class EventRefused(Exception):
    """A request that gets an error object: a stable ``code`` and one sentence without document text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
