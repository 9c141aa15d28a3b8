"""Retries of a write that conflicts with others."""

from __future__ import annotations

import random
import time

from app.core.errors import RateLimited

MOST_TURNS = 30
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.4
"""Seconds at most: a write takes about 10 ms, and a step of a run waits for no more than 30 of these."""


class Backoff:
    """The backoff between the retries of a write that conflicts with others."""

    def __init__(self, part: str) -> None:
        self.part = part
        self._turn = 0

    def wait(self) -> None:
        """Sleep for a random time that grows with each retry ("full jitter", AWS Architecture Blog, 2015).

        Raises ``RateLimited`` after too many retries.
        """
        self._turn += 1
        if self._turn >= MOST_TURNS:
            raise RateLimited(f"The {self.part} changed too fast: try again in a moment.")
        # Random from 0 on: writers that collided once would collide again after equal pauses.
        time.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (self._turn - 1))))  # noqa: S311
