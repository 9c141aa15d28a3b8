"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support import services, stack

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # examples are not timed: a busy machine is no fault of the program

WAITS_FIRST = (
    "tests/deploy/test_deployed.py",  # seven minutes: the longest must not be the last
    "tests/browser/test_stack_page.py",
    "tests/images/test_stack",
    "tests/story/test_whole_story.py",
    "tests/deploy/",
    "tests/images/",
)
"""Tests that mostly wait for containers, by the beginning of their names, in the order in which they run."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have one process of the run begin with all tests that mostly wait for containers.

    The others have the cores meanwhile. Tests of the compose stack stand together, since each holds the whole
    stack: on two processes one would wait for the other.
    """
    items.sort(key=lambda item: _turn_of(item.nodeid))


def _turn_of(name: str) -> int:
    """Return when a test's turn comes; tests with the same number keep their order."""
    return next((turn for turn, each in enumerate(WAITS_FIRST) if name.startswith(each)), len(WAITS_FIRST))


def pytest_sessionfinish() -> None:
    """The containers of a run end with it, whichever of its processes started them."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack.stop()
        services.stop_all()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real PDFs with ground truth that ``KB_CORPUS`` names; CI always has it."""
    folder = os.environ.get("KB_CORPUS")
    if folder and Path(folder).is_dir():
        return Path(folder)
    if os.environ.get("CI"):
        pytest.fail("CI must set KB_CORPUS to the corpus folder")
    pytest.skip("set KB_CORPUS to a corpus folder to run this")
