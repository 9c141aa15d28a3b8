"""Deleted means gone: no word of a document stays in the data folder."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.compose import Embedded, embedded
from app.core.answer import Person
from app.core.errors import OutOfSpace
from app.core.rules.forgetting import DELETED, DELETED_ANSWER
from app.settings import Settings
from tests.support.api import client_of, upload
from tests.support.disks import Disk, small_disk
from tests.support.pdfs import manual, write_page

TENANT = "local"
WORDS = ("Zyxomma", "quvvatlangan", "Brontide", "Farrago")


@pytest.fixture
def secret_pdf(tmp_path: Path) -> Path:
    """A PDF whose words stand in no other."""
    path = tmp_path / "Farrago.pdf"
    canvas = Canvas(str(path))
    weights = [f"The {word} of the {WORDS[0]} weighs {n} kilograms." for n, word in enumerate(WORDS)]
    write_page(canvas, f"{WORDS[2]} of the {WORDS[3]}", weights)
    canvas.save()
    return path


def places_of(word: str, folder: Path) -> list[str]:
    """The files that hold a word, or its stem, in either case."""
    sought = {word.lower().encode()[:6], word.lower().encode("utf-16-le")[:12]}
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(each in path.read_bytes().lower() for each in sought)
    ]


def test_a_receipt_counts_the_exports_and_backups_that_may_hold_what_was_deleted(
    program: Embedded, tmp_path: Path
) -> None:
    client = client_of(program)
    before = client.post("/v1/maintenance/exports").json()["id"]
    program.worker.drain()
    document = upload(program, client, manual(tmp_path / "m.pdf"))
    other = upload(program, client, manual(tmp_path / "n.pdf", 2), name="n.pdf")
    for kind in ("exports", "backups"):
        client.post(f"/v1/maintenance/{kind}")
        program.worker.drain()
    assert client.delete(f"/v1/documents/{document['id']}").json()["archives"] == 2
    for each in client.get("/v1/maintenance/archives").json()["items"]:
        if each["id"] != before:
            client.delete(f"/v1/maintenance/archives/{each['id']}")
    assert client.delete(f"/v1/documents/{other['id']}").json()["archives"] == 0


def test_no_word_of_a_deleted_document_is_left_in_the_data_folder(
    program: Embedded, tmp_path: Path, secret_pdf: Path
) -> None:
    client = client_of(program)
    kept = upload(program, client, manual(tmp_path / "m.pdf"))
    document = upload(program, client, secret_pdf, name="Farrago.pdf")
    session = client.post("/v1/chat/sessions", json={"title": "Weights"}).json()
    address = f"/v1/chat/sessions/{session['id']}/messages"
    answer = client.post(address, json={"question": "How many kilograms does it weigh?"}).json()["answer"]
    assert document["id"] in {each["document_id"] for each in answer["citations"]}
    assert all(places_of(word, tmp_path / "data") for word in WORDS)
    receipt = client.delete(f"/v1/documents/{document['id']}").json()
    assert receipt["citations"] == sum(each["document_id"] == document["id"] for each in answer["citations"])
    for word in WORDS:
        assert places_of(word, tmp_path / "data") == [], word
    told = client.get(address).json()["items"][-1]
    assert told["text"] == DELETED_ANSWER
    assert DELETED in {each["quote"] for each in told["answer"]["citations"]}
    body = {"question": "warranty period of the pump"}
    assert client.post("/v1/search", json=body).json()["items"][0]["document_id"] == kept["id"]


def test_a_deleted_conversation_leaves_no_word_either(program: Embedded, tmp_path: Path) -> None:
    client = client_of(program)
    upload(program, client, manual(tmp_path / "m.pdf"))
    session = client.post("/v1/chat/sessions", json={"title": "Zyxomma"}).json()
    question = {"question": "What does Brontide say of the pump?"}
    client.post(f"/v1/chat/sessions/{session['id']}/messages", json=question)
    assert places_of("Brontide", tmp_path / "data")
    client.delete(f"/v1/chat/sessions/{session['id']}")
    assert places_of("Brontide", tmp_path / "data") == places_of("Zyxomma", tmp_path / "data") == []


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 80) as disk:
        yield disk


def talk_on(program: Embedded) -> None:
    for n in range(1000):
        program.knowledge_base.questions.create_session(Person(TENANT, TENANT), f"{n}{'x' * 5000}")


def test_a_document_is_deleted_on_a_disk_that_is_full(disk: Disk, tmp_path: Path) -> None:
    program = embedded(Settings(data_folder=disk.folder / "data"))
    client = client_of(program)
    document = upload(program, client, manual(tmp_path / "m.pdf"))
    reserve = disk.folder / "data" / "reserve"
    size = reserve.stat().st_size
    disk.fill()
    with pytest.raises(OutOfSpace):
        talk_on(program)
    assert client.delete(f"/v1/documents/{document['id']}").json()["versions"] == 1
    assert client.get("/v1/documents").json()["items"] == []
    disk.make_room()
    program.close()
    embedded(Settings(data_folder=disk.folder / "data")).close()
    assert reserve.stat().st_size == size


# -- other users of the machine ---------------------------------------------------------------------------


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_nothing_in_the_data_folder_is_open_to_other_users(program: Embedded, tmp_path: Path) -> None:
    upload(program, client_of(program), manual(tmp_path / "m.pdf"))
    assert (tmp_path / "data" / "index.sqlite3-wal").exists()
    assert open_to_others(tmp_path / "data") == []


def test_a_data_folder_from_before_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    (folder / "files" / "local" / "doc_1").mkdir(parents=True)
    (folder / "files" / "local" / "doc_1" / "original.pdf").write_bytes(b"%PDF")
    with closing(sqlite3.connect(folder / "other.sqlite3")) as connection:
        connection.execute("CREATE TABLE t (a)")
    assert open_to_others(folder)
    embedded(Settings(data_folder=folder)).close()
    assert open_to_others(folder) == []
