"""CPU seconds of each test, with the processes that it starts: pytest -n0 -p tests.support.cpu_by_test PATH….

At the end stand the files and the tests that took most. What a fixture starts for several tests counts for
the last of them, when it has ended; containers are no processes of the test, and do not count.
"""

from __future__ import annotations

import resource
from collections import defaultdict
from collections.abc import Generator

import pytest

SHOWN = 40

_spent: dict[str, float] = {}


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note what a test takes with its fixtures."""
    before = _cpu_seconds()
    try:
        return (yield)
    finally:
        _spent[item.nodeid] = _cpu_seconds() - before


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the files, then the tests, the most first."""
    files: defaultdict[str, float] = defaultdict(float)
    for name, seconds in _spent.items():
        files[name.partition("::")[0]] += seconds
    for title, found in {"files": files, "tests": _spent}.items():
        terminalreporter.section(f"CPU seconds of {title}: {sum(found.values()):.0f} in all")
        for name, seconds in sorted(found.items(), key=lambda each: -each[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:8.1f}  {name}")
