"""A whole embedded program over a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.settings import Settings

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from app.compose import Embedded


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Embedded]:
    from app.compose import embedded

    program = embedded(Settings(data_folder=tmp_path / "data", range_pages=2))
    yield program
    program.close()


@pytest.fixture
def client(program: Embedded) -> TestClient:
    """The HTTP API over the program, without tokens."""
    from tests.support.api import client_of

    return client_of(program)
