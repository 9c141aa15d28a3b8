"""Another embedding model: refused until everything is embedded anew, which may be broken off anywhere."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.adapters.embedded.models import E5
from app.adapters.index_model import FORMER
from tests.support.http import until
from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import manual
from tests.support.server import free_port, serving

pytestmark = pytest.mark.slow

DIMENSIONS = 48
DOCUMENTS = 4
TRIED = 2
"""Requests that find out which languages the model reads."""


class Library:
    """A data folder with manuals that were embedded with the local model, and a server for another one."""

    def __init__(self, data: Path, server: OpenAiServer) -> None:
        self.data, self.server = data, server

    @property
    def other_model(self) -> dict[str, str]:
        return {
            "OPENAI_API_KEY": "test-key",
            "OPENAI_BASE_URL": self.server.url,
            "OPENAI_EMBEDDING_MODEL": "other-model",
            "OPENAI_EMBEDDING_DIMENSIONS": str(DIMENSIONS),
            "KB_WORKERS": "1",
        }

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "app.cli", "--data", str(self.data), *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def local(self, *arguments: str, code: int = 0) -> str:
        return self._ended(self.start(*arguments), code)

    def other(self, *arguments: str, code: int = 0, **environment: str) -> str:
        return self._ended(self.start(*arguments, **{**self.other_model, **environment}), code)

    @staticmethod
    def _ended(process: subprocess.Popen[str], code: int) -> str:
        out, error = process.communicate(timeout=HANG_SECONDS)
        assert process.returncode == code, out + error
        return out + error

    def break_off_reindexing(self) -> None:
        """Kill `kb reindex` after the first document, while it waits for the vectors of the second."""
        self.server.fail(
            Fault(hang=0.001), times=1 + TRIED + 1
        )  # the check, the model's languages, a document
        self.server.fail(Fault(hang=2 * HANG_SECONDS))
        process = self.start("reindex", **self.other_model)
        end = time.monotonic() + HANG_SECONDS
        while len(self.server.asked_of("/embeddings")) < 1 + TRIED + 2:
            assert time.monotonic() < end
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        process.kill()
        process.communicate()

    def vectors(self) -> list[int]:
        """The number of dimensions of every passage's vector, 0 where it has none."""
        with closing(sqlite3.connect(self.data / "index.sqlite3")) as index:
            rows = index.execute("SELECT length(vector) FROM chunks LEFT JOIN vectors USING (position)")
            return [(row[0] or 0) // 2 for row in rows]

    def has_own_vectors(self) -> bool:
        """Whether every passage has a vector of today's model."""
        with closing(sqlite3.connect(self.data / "index.sqlite3")) as index:
            names = {row[0] for row in index.execute("SELECT name FROM model")}
        return names == {E5.model} and set(self.vectors()) == {E5.dimensions}

    def embedded_texts(self) -> list[str]:
        """What the other model was given and answered of the documents."""
        inputs = [text for asked in self.server.asked_of("/embeddings") for text in asked.body["input"]]
        return [text for text in inputs if "pump" in text.lower()]


@pytest.fixture(scope="module")
def manuals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that each test works on a copy of."""
    folder = tmp_path_factory.mktemp("manuals")
    for number in range(DOCUMENTS):
        manual(folder / f"manual-{number}.pdf", 2, first_fact=number)
    with OpenAiServer() as server:
        Library(folder / "data", server).local("ingest", str(folder))
    return folder / "data"


@pytest.fixture
def library(manuals: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(manuals, tmp_path / "data")
    with OpenAiServer(dimensions=DIMENSIONS) as server:
        yield Library(tmp_path / "data", server)


def test_another_model_is_refused_with_the_way_out_and_nothing_changes(
    library: Library, tmp_path: Path
) -> None:
    more = str(manual(tmp_path / "more.pdf", 1))
    commands = (
        ("serve", "--port", str(free_port())),
        ("search", "pump"),
        ("ask", "Pump?"),
        ("ingest", more),
        ("retry", "manual-1.pdf"),
    )
    for command in commands:
        said = library.other(*command, code=1)
        assert "kb: The index holds vectors of multilingual-e5-small-int8 (384 dimensions)" in said
        assert "kb reindex" in said
        assert said.count("\n") == 1
    assert len(library.other("list").splitlines()) == DOCUMENTS
    assert set(library.vectors()) == {384}
    assert "manual-" in library.local("search", "warranty period")


def test_reindexing_embeds_every_passage_with_the_other_model(library: Library) -> None:
    before = len(library.vectors())
    said = library.other("reindex")
    assert said.count("embedded") == DOCUMENTS
    # It compares words, whatever they mean.
    assert "kb: warning: other-model does not read en (4 documents): only their words" in said
    assert library.vectors() == [DIMENSIONS] * before
    found = json.loads(library.other("search", "How much does the pump weigh?", "--json"))
    assert "41 kilograms" in json.dumps(found)
    assert "kb reindex" in library.local("search", "warranty period", code=1)


def test_a_reindexing_that_was_killed_goes_on_and_mixes_nothing(library: Library) -> None:
    library.break_off_reindexing()
    partly = library.vectors()
    assert set(partly) == {0, DIMENSIONS}
    assert "kb reindex" in library.local("search", "warranty period", code=1)
    library.other("search", "warranty period")
    library.server.asked.clear()
    assert "Going on" in library.other("reindex")
    assert library.vectors() == [DIMENSIONS] * len(partly)
    assert len(library.embedded_texts()) == partly.count(0)


def test_the_server_finishes_a_reindexing_that_was_killed(library: Library) -> None:
    library.break_off_reindexing()
    left = library.vectors().count(0)
    library.server.asked.clear()
    with serving(library.data, environment=library.other_model) as server:
        end = time.monotonic() + HANG_SECONDS
        while any(item["status"] != "ready" for item in server.get("/v1/documents")["items"]):
            assert time.monotonic() < end, server.log.read_text()
            time.sleep(0.1)
    assert set(library.vectors()) == {DIMENSIONS}
    assert len(library.embedded_texts()) == left


def test_a_model_that_cannot_be_used_costs_no_vector(library: Library) -> None:
    library.server.key, library.server.models = "test-key", ("other-model",)
    mistakes = {
        "check OPENAI_API_KEY": {"OPENAI_API_KEY": "wrong-key"},
        "set OPENAI_EMBEDDING_DIMENSIONS to 48": {"OPENAI_EMBEDDING_DIMENSIONS": "96"},
        "does not know the model no-model": {"OPENAI_EMBEDDING_MODEL": "no-model"},
    }
    for words, environment in mistakes.items():
        assert words in library.other("reindex", code=1, **environment)
    assert set(library.vectors()) == {384}
    assert "manual-" in library.local("search", "warranty period")


def test_vectors_of_a_former_model_are_replaced_while_the_server_serves_which_it_says_once(
    library: Library,
) -> None:
    with closing(sqlite3.connect(library.data / "index.sqlite3")) as index, index:
        index.execute("UPDATE model SET name = ?", FORMER)
    said = []
    for _ in range(2):
        with serving(library.data) as server:
            assert server.post("/v1/search", {"question": "warranty period"})["items"]
            until(library.has_own_vectors, "vectors of today's model")
            said.append(server.log.read_text().count("Search is becoming better"))
    assert said == [1, 0]
