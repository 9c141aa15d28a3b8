"""A store that is lost is said to be lost: no answer says "not found", and the server is not ready."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import client_of, problem, upload
from tests.support.pdfs import manual

TENANT = "local"
QUESTION = {"question": "What is the warranty period?"}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two manuals, that each test breaks a copy of."""
    folder = tmp_path_factory.mktemp("whole")
    program = embedded(Settings(data_folder=folder / "data", range_pages=2))
    client = client_of(program)
    for number in (1, 3):
        upload(program, client, manual(folder / f"{number}.pdf", 3, first_fact=number), f"m{number}.pdf")
    program.close()
    return folder / "data"


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "data"))


@pytest.fixture
def opened(data: Path) -> Iterator[list[Embedded]]:
    programs: list[Embedded] = []
    yield programs
    for program in programs:
        program.close()


def client_over(data: Path, opened: list[Embedded]) -> TestClient:
    opened.append(embedded(Settings(data_folder=data, range_pages=2)))
    return client_of(opened[-1])


def ask(client: TestClient, question: dict[str, Any] = QUESTION) -> Any:
    session = client.post("/v1/chat/sessions", json={}).json()["id"]
    return client.post(f"/v1/chat/sessions/{session}/messages", json=question)


def remove_index(data: Path) -> None:
    for path in data.glob("index.sqlite3*"):
        path.unlink()


def test_a_whole_library_is_ready_and_says_what_it_does_not_find(data: Path, opened: list[Embedded]) -> None:
    client = client_over(data, opened)
    assert client.get("/ready").json()["ready"] is True
    answer = ask(client, {"question": "Who invented the telephone in Bolivia?"})
    assert answer.json()["answer"]["kind"] == "not_found"
    assert [item["index_missing"] for item in client.get("/v1/documents").json()["items"]] == [False, False]


def test_a_lost_index_is_an_error_and_never_not_found(data: Path, opened: list[Embedded]) -> None:
    remove_index(data)
    client = client_over(data, opened)
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert "kb reindex" in ready.json()["parts"]["passages"]
    details = problem(client.post("/v1/search", json=QUESTION), 503, "index_missing")
    assert "m1.pdf" in details["detail"]
    assert "kb reindex" in details["detail"]
    problem(ask(client), 503, "index_missing")
    assert [item["index_missing"] for item in client.get("/v1/documents").json()["items"]] == [True, True]


def test_one_lost_document_is_named_where_nothing_is_found(data: Path, opened: list[Embedded]) -> None:
    client = client_over(data, opened)
    listed = {item["name"]: item["id"] for item in client.get("/v1/documents").json()["items"]}
    opened[0].index.delete(TENANT, listed["m3.pdf"])
    details = problem(
        client.post("/v1/search", json={**QUESTION, "document_ids": [listed["m3.pdf"]]}), 503, "index_missing"
    )
    assert "m3.pdf" in details["detail"]
    assert "m1.pdf" not in details["detail"]
    assert ask(client, {"question": "Who invented the telephone in Bolivia?"}).status_code == 503
    lost = {item["name"]: item["index_missing"] for item in client.get("/v1/documents").json()["items"]}
    assert lost == {"m1.pdf": False, "m3.pdf": True}


def test_a_lost_database_is_not_an_empty_library(data: Path, opened: list[Embedded]) -> None:
    for path in data.glob("knowledge-base.sqlite3*"):
        path.unlink()
    client = client_over(data, opened)
    assert "kb fsck --rebuild" in client.get("/ready").json()["parts"]["documents"]
    problem(client.get("/v1/documents"), 503, "documents_lost")
    problem(client.post("/v1/search", json=QUESTION), 503, "documents_lost")
    problem(ask(client), 503, "documents_lost")


def test_lost_checkpoints_are_an_error_and_not_a_file_that_there_is_not(
    data: Path, opened: list[Embedded]
) -> None:
    for path in data.glob("files/**/pages/*.jsonl.gz"):
        path.unlink()
    client = client_over(data, opened)
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert "kb fsck --repair" in ready.json()["parts"]["pages"]
    assert "kb fsck --repair" in problem(ask(client), 503, "pages_lost")["detail"]
    document = client.get("/v1/documents").json()["items"][0]["id"]
    problem(client.get(f"/v1/documents/{document}/pages/1"), 503, "pages_lost")


def test_damaged_conversations_do_not_stop_search(data: Path, opened: list[Embedded]) -> None:
    path = data / "knowledge-base.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        find = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'sessions' AND rootpage > 0"
        places = [row[0] for row in connection.execute(find)]
    with path.open("r+b") as file:
        for place in places:
            file.seek((place - 1) * size)
            file.write(b"\xff" * size)
    client = client_over(data, opened)
    assert client.post("/v1/search", json=QUESTION).json()["items"]
    problem(client.post("/v1/chat/sessions", json={}), 503, "damaged")


def test_a_new_library_is_empty_and_ready(tmp_path: Path, opened: list[Embedded]) -> None:
    client = client_over(tmp_path / "new", opened)
    assert client.get("/ready").json()["ready"] is True
    assert client.get("/v1/documents").json()["items"] == []
    assert client.post("/v1/search", json=QUESTION).json()["items"] == []
    assert ask(client).json()["answer"]["kind"] == "no_documents"


def test_a_damaged_database_says_what_brings_it_back(data: Path, opened: list[Embedded]) -> None:
    for path in data.glob("knowledge-base.sqlite3*"):
        path.write_bytes(b"nothing of the kind" * 1000)
    client = client_over(data, opened)
    assert client.get("/ready").status_code == 503
    details = problem(client.get("/v1/documents"), 503, "damaged")
    assert "kb fsck --rebuild" in details["detail"]
    assert "kb restore" in details["detail"]


def test_a_damaged_index_says_what_brings_it_back(data: Path, opened: list[Embedded]) -> None:
    remove_index(data)
    (data / "index.sqlite3").write_bytes(b"nothing of the kind" * 1000)
    client = client_over(data, opened)
    assert "kb fsck --repair" in problem(client.post("/v1/search", json=QUESTION), 503, "damaged")["detail"]
    assert len(client.get("/v1/documents").json()["items"]) == 2
