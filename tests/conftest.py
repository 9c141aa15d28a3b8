"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import services, stack


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
