"""How busy the machine is that the tests run on."""

from __future__ import annotations

import os


def patient(seconds: float) -> float:
    """A bound for waits, longer by as much as the machine is busy: by the processes that wanted a processor
    in the last minute, a processor.

    Several test processes share it, and whatever else runs there; what hangs or waits for a lock takes many
    times its bound all the same. Exact figures are what ``tests/bench`` is for.
    """
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
