"""What the tests of the images share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import stack as stacks


@pytest.fixture
def stack() -> Iterator[stacks.Stack]:
    """All of ``docker compose up``, to be used by one test at a time."""
    with stacks.held() as running:
        yield running
