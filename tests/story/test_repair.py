"""A library that is broken and mended from the terminal, and a disk that is full or read-only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import kb
from tests.support.disks import Disk, small_disk
from tests.support.pdfs import manual
from tests.support.server import free_port

QUESTION = "How much does the pump weigh?"


def one_line(error: str) -> str:
    assert error.startswith("kb: ")
    assert error.count("\n") == 1, error
    assert "Traceback" not in error
    return error


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 16) as disk:
        yield disk


def test_a_malformed_database_is_one_line_with_the_way_back(tmp_path: Path) -> None:
    kb(tmp_path, "ingest", str(manual(tmp_path / "a.pdf", 5)))
    kb(tmp_path, "backup", str(tmp_path / "backup"))
    (tmp_path / "data" / "knowledge-base.sqlite3").write_bytes(b"nothing of the kind" * 1000)
    for command in (["list"], ["ask", QUESTION], ["serve", "--port", str(free_port())], ["show", "a.pdf"]):
        said = one_line(kb(tmp_path, *command, code=1)[1])
        assert "kb restore" in said
        assert "kb fsck --rebuild" in said
    out, _ = kb(tmp_path, "fsck", code=4)
    assert out.startswith("database_damaged")
    kb(tmp_path, "restore", str(tmp_path / "backup"))
    assert "41 kilograms" in kb(tmp_path, "ask", QUESTION)[0]
    assert "0 found" in kb(tmp_path, "fsck")[0]


def test_a_lost_index_is_one_line_and_one_command_brings_it_back(tmp_path: Path) -> None:
    kb(tmp_path, "ingest", str(manual(tmp_path / "a.pdf", 5)))
    for path in (tmp_path / "data").glob("index.sqlite3*"):
        path.unlink()
    assert "kb reindex" in one_line(kb(tmp_path, "search", QUESTION, code=1)[1])
    assert "kb reindex" in kb(tmp_path, "ask", QUESTION, code=1)[1]
    found = json.loads(kb(tmp_path, "fsck", "--json", code=1)[0])
    assert [finding["code"] for finding in found["left"]] == ["passages_missing"]
    kb(tmp_path, "reindex")
    assert "41 kilograms" in kb(tmp_path, "ask", QUESTION)[0]
    assert "0 found" in kb(tmp_path, "fsck")[0]


def test_a_data_folder_that_may_only_be_read_is_read(disk: Disk, tmp_path: Path) -> None:
    kb(disk.folder, "ingest", str(manual(tmp_path / "a.pdf", 5)))
    disk.forbid_writing()
    assert "a.pdf" in kb(disk.folder, "list")[0]
    assert "5 pages" in kb(disk.folder, "show", "a.pdf")[0]
    assert "41 kilograms" in kb(disk.folder, "search", QUESTION)[0]
    out, error = kb(disk.folder, "ask", QUESTION)
    assert "41 kilograms" in out
    assert "not kept" in one_line(error)
    kb(disk.folder, "export", "--out", str(tmp_path / "out"))
    assert list((tmp_path / "out").rglob("*.json"))
    for command in (["ingest", str(manual(tmp_path / "b.pdf"))], ["delete", "a.pdf"]):
        one_line(kb(disk.folder, *command, code=1)[1])
    disk.allow_writing()
    assert "0 found" in kb(disk.folder, "fsck")[0]


def test_a_full_disk_ends_ingesting_in_one_line_and_it_goes_on_with_room(disk: Disk, tmp_path: Path) -> None:
    kb(disk.folder, "ingest", str(manual(tmp_path / "a.pdf", 2)))
    disk.fill(leave=100_000)
    paths = [str(manual(tmp_path / f"{number}.pdf", 40, first_fact=number)) for number in range(4)]
    _, error = kb(disk.folder, "ingest", *paths, code=1)
    assert "no room left" in error
    assert "Traceback" not in error
    assert "a.pdf" in kb(disk.folder, "list")[0]
    assert "uploading" not in kb(disk.folder, "list")[0]
    disk.make_room()
    kb(disk.folder, "ingest", *paths)
    assert kb(disk.folder, "list")[0].count("ready") == 5
    assert "0 left" in kb(disk.folder, "fsck", "--repair")[0]


def listed(home: Path, *options: str) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = json.loads(kb(home, "list", "--json", *options)[0])["items"]
    return documents


def test_documents_are_made_anew_from_their_files_when_the_database_is_lost(tmp_path: Path) -> None:
    (tmp_path / "pdfs").mkdir()
    manual(tmp_path / "pdfs" / "a.pdf", 5)
    manual(tmp_path / "pdfs" / "locked.pdf", 2, password="lund")
    (tmp_path / "pdfs" / "old").mkdir()
    manual(tmp_path / "pdfs" / "old" / "a.pdf", 2, first_fact=3)
    kb(tmp_path, "ingest", str(tmp_path / "pdfs"), "--tag", "pumps", KB_PASSWORD="lund")
    manual(tmp_path / "pdfs" / "old" / "a.pdf", 2, first_fact=4)
    kb(tmp_path, "ingest", str(tmp_path / "pdfs" / "old"))
    before = sorted((each["name"], each["source"]) for each in listed(tmp_path))
    (tmp_path / "data" / "knowledge-base.sqlite3").write_bytes(b"nothing of the kind" * 1000)
    (tmp_path / "data" / "knowledge-base.sqlite3-wal").unlink(missing_ok=True)
    out, _ = kb(tmp_path, "fsck", "--rebuild", "--repair")
    assert out.count("found again") == 4
    assert sorted((each["name"], each["source"]) for each in listed(tmp_path, "--tag", "pumps")) == before
    assert {each["status"] for each in listed(tmp_path)} == {"ready"}
    assert "41 kilograms" in kb(tmp_path, "ask", QUESTION)[0]
    assert "0 found" in kb(tmp_path, "fsck")[0]
    assert list((tmp_path / "data").glob("knowledge-base.sqlite3.damaged-*"))
    manual(tmp_path / "pdfs" / "old" / "a.pdf", 2, first_fact=5)
    assert "version 3 of old/a.pdf" in kb(tmp_path, "ingest", str(tmp_path / "pdfs" / "old"))[0]
