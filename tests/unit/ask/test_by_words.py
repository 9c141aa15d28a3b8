"""While a model server is down, questions are answered by words, and the answer says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ask.by_words import NOTE, QUOTED
from app.compose import embedded
from app.core.errors import NotSetUp
from app.settings import Settings
from tests.support.api import client_of, upload
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import FACTS, manual

TENANT = "local"
QUESTION = "What is the warranty period of the Meridian pump?"


class Library:
    """A program whose models are on a server of their own, with a manual in it."""

    def __init__(self, data: Path, server: OpenAiServer) -> None:
        self.program = embedded(
            Settings(
                data_folder=data,
                openai_api_key="test",
                openai_base_url=server.url,
                embedding_dimensions=64,
                ocr="off",
            )
        )
        self.client = client_of(self.program)
        self.server = server

    def asked(self) -> dict[str, object]:
        session = self.client.post("/v1/chat/sessions", json={}).json()["id"]
        answer = self.client.post(f"/v1/chat/sessions/{session}/messages", json={"question": QUESTION})
        assert answer.status_code == 201, answer.text
        whole: dict[str, object] = answer.json()["answer"]
        return whole


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with OpenAiServer(dimensions=64) as server:
        library = Library(tmp_path / "data", server)
        upload(library.program, library.client, manual(tmp_path / "m.pdf", 5))
        yield library
        library.program.close()


def stopped(library: Library) -> None:
    library.server.__exit__(None, None, None)


def test_search_goes_on_by_words_and_says_so(library: Library) -> None:
    before = library.client.post("/v1/search", json={"question": QUESTION}).json()
    assert before["note"] == ""
    stopped(library)
    found = library.client.post("/v1/search", json={"question": QUESTION})
    assert found.status_code == 200
    assert found.json()["note"] == NOTE
    assert "warranty" in found.json()["items"][0]["text"]


def test_an_answer_is_quoted_by_words_and_says_so(library: Library) -> None:
    stopped(library)
    answer = library.asked()
    assert answer["kind"] == "quotes"
    assert answer["notes"] == [NOTE, QUOTED]
    assert FACTS[0].split(".")[0] in str(answer["text"])


def test_a_key_that_is_refused_is_an_error_all_the_same(library: Library) -> None:
    library.server.fail(Fault(status=401, code="invalid_api_key"), times=20)
    with pytest.raises(NotSetUp, match="OPENAI_API_KEY"):
        library.program.knowledge_base.questions.search(TENANT, QUESTION)
