"""What answers are made with: a model that compares, a manual's pages, and a model server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import manual
from tests.support.readers import read_pages

if TYPE_CHECKING:
    from app.adapters.embedded.models import E5
    from app.core.page import Page


@pytest.fixture(scope="module")
def embedder() -> E5:
    from app.adapters.embedded.models import E5

    return E5()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    """The first five pages of the manual."""
    return list(read_pages(manual(tmp_path_factory.mktemp("pdf") / "m.pdf", 5), range(1, 6)))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as running:
        yield running
