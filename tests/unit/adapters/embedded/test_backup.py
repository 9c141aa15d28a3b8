"""A backup is made while the program runs, and brings everything back."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.backup import back_up, restore
from app.compose import Embedded, embedded
from app.core.errors import BadRequest, Conflict, Damaged
from app.settings import Settings
from app.use_cases.consistency import Consistency
from tests.support.api import client_of, upload
from tests.support.pdfs import manual

TENANT = "local"
QUESTION = "What is the warranty period?"


def opened(data: Path) -> Embedded:
    return embedded(Settings(data_folder=data, range_pages=2))


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Embedded]:
    program = opened(tmp_path / "data")
    upload(program, client_of(program), manual(tmp_path / "a.pdf", 3), "a.pdf")
    yield program
    program.close()


def is_whole(data: Path) -> bool:
    program = opened(data)
    try:
        assert list(Consistency(program.steps).findings()) == []
        return bool(program.knowledge_base.questions.search(TENANT, QUESTION))
    finally:
        program.close()


def test_what_is_lost_comes_back_from_a_backup_that_was_made_while_it_ran(
    program: Embedded, tmp_path: Path
) -> None:
    copied = back_up(tmp_path / "data", tmp_path / "backup")
    assert json.loads((tmp_path / "backup" / "backup.json").read_text())["files"] == copied.files
    program.close()
    for path in (tmp_path / "data").glob("*.sqlite3*"):
        path.write_bytes(b"nothing of the kind" * 1000)
    aside = restore(tmp_path / "backup", tmp_path / "data")
    assert aside is not None
    assert (aside / "knowledge-base.sqlite3").read_bytes().startswith(b"nothing")
    assert is_whole(tmp_path / "data")


def test_a_second_backup_into_the_same_folder_copies_what_is_new_and_drops_what_is_gone(
    program: Embedded, tmp_path: Path
) -> None:
    back_up(tmp_path / "data", tmp_path / "backup")
    kept = next((tmp_path / "backup").glob("files/*/*/1/original.pdf"))
    before = kept.stat().st_ino
    client = client_of(program)
    second = upload(program, client, manual(tmp_path / "b.pdf", 2, first_fact=2), "b.pdf")
    back_up(tmp_path / "data", tmp_path / "backup")
    assert kept.stat().st_ino == before
    assert (tmp_path / "backup" / "files" / TENANT / second["id"] / "1" / "original.pdf").exists()
    client.delete(f"/v1/documents/{second['id']}")
    back_up(tmp_path / "data", tmp_path / "backup")
    assert not list((tmp_path / "backup").glob(f"files/*/{second['id']}/**/*.pdf"))
    program.close()
    restore(tmp_path / "backup", tmp_path / "elsewhere")
    assert is_whole(tmp_path / "elsewhere")


def test_a_backup_and_what_is_restored_of_it_are_closed_to_other_users(
    program: Embedded, tmp_path: Path
) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup"
    backup.mkdir(mode=0o755)
    back_up(data, backup)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    program.close()
    restore(backup, data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_nothing_is_restored_over_a_folder_in_use_or_from_what_is_no_backup(
    program: Embedded, tmp_path: Path
) -> None:
    back_up(tmp_path / "data", tmp_path / "backup")
    with pytest.raises(Conflict, match="stop it first"):
        restore(tmp_path / "backup", tmp_path / "data")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear")
    with pytest.raises(BadRequest, match="not a backup"):
        restore(tmp_path / "other", tmp_path / "data")
    with pytest.raises(BadRequest, match="something else"):
        back_up(tmp_path / "data", tmp_path / "other")
    with pytest.raises(BadRequest, match="outside"):
        back_up(tmp_path / "data", tmp_path / "data" / "backup")
    assert program.knowledge_base.questions.search(TENANT, QUESTION)


def test_a_damaged_database_does_not_replace_a_good_copy(program: Embedded, tmp_path: Path) -> None:
    back_up(tmp_path / "data", tmp_path / "backup")
    program.close()
    for path in (tmp_path / "data").glob("knowledge-base.sqlite3*"):
        path.write_bytes(b"nothing of the kind" * 1000)
    with pytest.raises(Damaged, match="kb fsck"):
        back_up(tmp_path / "data", tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "data")
    assert is_whole(tmp_path / "data")
