"""No test depends on how fast the machine is: figures are what ``tests/bench`` prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clocks import limited_measures, short_waits
from tests.support.house import Source

ROOT = Path(__file__).parents[2]
MEASURING = ("tests/bench/", "tests/load/")
SOURCES = [
    Source(path, file.read_text())
    for file in sorted((ROOT / "tests").rglob("*.py"))
    if not (path := str(file.relative_to(ROOT))).startswith(MEASURING)
]


def test_no_test_says_that_something_takes_less_than_a_number_of_seconds() -> None:
    found = [f"{source.path}:{line}: {code}" for source in SOURCES for line, code in limited_measures(source)]
    assert found == []


def test_no_test_waits_less_long_than_a_slow_machine_may_take() -> None:
    found = [f"{source.path}:{line}: {code}" for source in SOURCES for line, code in short_waits(source)]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "assert time.monotonic() - begun < 5",
        "took = time.monotonic() - begun; assert took < LIMIT",
        "seconds = spent(); assert 2 * seconds <= 3.5",
        "assert 10 > cpu_seconds(process)",
        "assert answer.seconds < SECONDS / 3",
        "assert 1 < time.perf_counter() - begun < 2",
    ],
)
def test_a_limit_on_measured_seconds_is_found(code: str) -> None:
    assert list(limited_measures(Source("a.py", f"def test(): {code}")))


@pytest.mark.parametrize(
    "code",
    [
        "assert time.monotonic() - begun > 5",
        "assert first.seconds < 10 * second.seconds",
        "assert time.monotonic() < end",
        "assert time.monotonic() - begun < HANG_SECONDS",
        "assert len(found) < 5",
    ],
)
def test_an_order_of_events_and_a_least_time_are_none(code: str) -> None:
    assert not list(limited_measures(Source("a.py", f"def test(): {code}")))


@pytest.mark.parametrize(
    "code",
    [
        "subprocess.run(command, timeout=60)",
        "client.settimeout(20)",
        "until(ready, 'it is ready', 30)",
        "end = time.monotonic() + 40",
        "process.wait(20)",
    ],
)
def test_a_short_wait_is_found(code: str) -> None:
    assert list(short_waits(Source("a.py", f"def test(): {code}")))
