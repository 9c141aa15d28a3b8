"""Upkeep over AWS's services: what was lost is told and brought back, by jobs that an administrator starts
and by the same commands as over a data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import compose
from tests.support.api import problem, token
from tests.support.aws_program import Services, client_of, delivered, services, tenant, uploaded
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import manual

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(180, method="thread"),  # the other method is of the signal that cuts a job
]

QUESTION = {"question": "What is the warranty period?"}
OTHER_MODEL = {"embedding_model": "another-model", "embedding_dimensions": 48}


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as made:
        yield made


@pytest.fixture
def cloud(server: OpenAiServer) -> Iterator[Services]:
    with services(server.url, range_pages=2) as made:
        yield made


@pytest.fixture
def program(cloud: Services) -> Iterator[compose.Aws]:
    with cloud.program() as made:
        yield made


class Library:
    """Documents of one tenant, and an administrator of it."""

    def __init__(self, cloud: Services, program: compose.Aws, folder: Path, count: int = 2) -> None:
        self.tenant = tenant()
        self.cloud, self.program = cloud, program
        self.ids = [
            uploaded(program, self.tenant, manual(folder / f"{self.tenant}-{n}.pdf", 3, first_fact=n))
            for n in range(count)
        ]

    def ask(self, method: str, path: str, program: compose.Aws | None = None, **body: Any) -> Any:
        client = client_of(program or self.program, self.cloud.settings, token(self.tenant, "admin"))
        return client.request(method, path, json=body or None)

    def search(self, program: compose.Aws | None = None) -> Any:
        return self.ask("POST", "/v1/search", program, **QUESTION)

    def state(self, program: compose.Aws | None = None) -> Any:
        return self.ask("GET", "/v1/maintenance", program).json()


@pytest.fixture
def library(cloud: Services, program: compose.Aws, tmp_path: Path) -> Library:
    return Library(cloud, program, tmp_path)


def test_passages_that_are_lost_come_back_by_jobs_that_tell_how_far_they_are(library: Library) -> None:
    before = library.state()
    assert before["passages"] == before["expected"] > 0
    library.cloud.lose_the_index()
    problem(library.search(), 503, "unavailable")  # the collections are made anew meanwhile
    problem(library.search(), 503, "index_missing")
    begun = library.ask("POST", "/v1/maintenance/reindex")
    assert begun.status_code == 202
    assert (begun.json()["passages"], begun.json()["expected"]) == (0, before["expected"])
    delivered(library.program)
    assert library.state() == before
    assert library.search().json()["items"]
