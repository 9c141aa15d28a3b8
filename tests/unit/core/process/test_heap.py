"""Memory that was freed goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

FREED = """
import psutil
from app.core.process.heap import give_back, hold_large_apart

hold_large_apart()
pieces = [bytearray(100_000) for _ in range(600)]
kept = pieces[::20]  # so that what is freed lies between what is not
del pieces
held = psutil.Process().memory_info().rss
{then}
print(held - psutil.Process().memory_info().rss)
"""


@pytest.mark.parametrize(("then", "given_back"), [("", False), ("give_back()", True)])
def test_what_was_freed_between_pieces_in_use_is_given_back(then: str, given_back: bool) -> None:
    program = FREED.format(then=then)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (int(run.stdout) > 30_000_000) is given_back
