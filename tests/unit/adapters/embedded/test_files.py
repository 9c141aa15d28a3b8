"""What a folder of files does beyond the contract of its port."""

from __future__ import annotations

import os
import stat
import time
from functools import partial
from pathlib import Path

import pytest

from app.adapters.embedded.files import STALE_SECONDS, FolderFiles, load_or_create_secret
from app.core.errors import Conflict, NotAllowed, Unavailable
from tests.support.threads import at_once

SECRET = b"s" * 32
SHA256 = "0" * 64
KEY = "us/doc_1/1/original.pdf"


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    return FolderFiles(tmp_path / "files", SECRET)


def test_a_delete_leaves_no_empty_folders(files: FolderFiles, tmp_path: Path) -> None:
    files.put(KEY, b"x")
    files.put("us/doc_1/1/pages/00000.jsonl.gz", b"x")
    files.put("us/doc_2/1/original.pdf", b"x")
    files.delete("us/doc_1/1/pages/")
    assert sorted(path.name for path in (tmp_path / "files/us/doc_1/1").iterdir()) == ["original.pdf"]
    files.delete("us/doc_1/")
    assert [path.name for path in (tmp_path / "files/us").iterdir()] == ["doc_2"]
    files.delete("us/doc_2/1/orig")
    assert [path.name for path in (tmp_path / "files").iterdir()] == [".tmp"]


def test_keys_that_differ_by_capitals_alone_are_no_one_path_on_any_disk(
    files: FolderFiles, tmp_path: Path
) -> None:
    given = ("Alpha/doc_1/a", "aLPHA/doc_1/a", "alpha/doc_1/a", "_archives/Alpha/arc_1/a")
    for key in given:
        files.put(key, key.encode())
    paths = [path.relative_to(tmp_path) for path in (tmp_path / "files").rglob("a")]
    assert len({str(path).casefold() for path in paths}) == len(given)
    assert list(files.keys("")) == sorted(given)
    assert list(files.keys("Alp")) == ["Alpha/doc_1/a"]
    assert files.delete("Alpha/") == (1, 13)
    assert [files.size(key) for key in given] == [None, 13, 13, 23]
    assert files.get("aLPHA/doc_1/a") == b"aLPHA/doc_1/a"


def test_folders_whose_names_have_capitals_from_before_are_found(tmp_path: Path) -> None:
    keys = ["Alpha/doc_1/1/original.pdf", "_archives/Alpha/arc_1/archive.json"]
    for key in keys:
        (tmp_path / "files" / key).parent.mkdir(parents=True)
        (tmp_path / "files" / key).write_bytes(b"x")
    for _ in range(2):
        files = FolderFiles(tmp_path / "files", SECRET)
        assert list(files.keys("")) == keys
        assert [files.get(key) for key in keys] == [b"x", b"x"]


def test_empty_folders_that_an_interrupted_delete_left_are_removed_by_the_next(
    files: FolderFiles, tmp_path: Path
) -> None:
    (tmp_path / "files/us/doc_1/1/pages").mkdir(parents=True)
    assert files.delete("us/doc_1/") == (0, 0)
    assert not (tmp_path / "files/us").exists()


def test_temporary_files_are_no_keys_and_old_ones_are_removed_at_the_start(tmp_path: Path) -> None:
    temporary = tmp_path / "files/.tmp"
    FolderFiles(tmp_path / "files", SECRET)
    for name, age in [("old", STALE_SECONDS + 60), ("new", 0)]:
        (temporary / name).write_bytes(b"half a file")
        os.utime(temporary / name, (time.time() - age,) * 2)
    files = FolderFiles(tmp_path / "files", SECRET)
    assert [path.name for path in temporary.iterdir()] == ["new"]
    assert list(files.keys("")) == []


def test_a_key_that_would_be_a_file_and_a_folder_is_a_conflict(files: FolderFiles) -> None:
    files.put("us/doc_1", b"x")
    with pytest.raises(Conflict):
        files.put("us/doc_1/1/original.pdf", b"x")
    files.put("us/doc_2/1", b"x")
    with pytest.raises(Conflict):
        files.put("us/doc_2", b"x")


def test_an_upload_address_is_accepted_with_its_key_and_size_until_it_expires(files: FolderFiles) -> None:
    token = files.upload_form(KEY, 123, SHA256, seconds=60).url.removeprefix("/v1/uploads/")
    assert files.accept(token) == (KEY, 123)
    expired = files.upload_form(KEY, 123, SHA256, seconds=0).url.removeprefix("/v1/uploads/")
    with pytest.raises(NotAllowed, match="expired"):
        files.accept(expired)


def test_an_upload_address_of_another_installation_is_not_allowed(files: FolderFiles, tmp_path: Path) -> None:
    other = FolderFiles(tmp_path / "other", b"t" * 32)
    with pytest.raises(NotAllowed):
        files.accept(other.upload_form(KEY, 123, SHA256, seconds=60).url.rpartition("/")[2])


def test_a_folder_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"not a folder")
    with pytest.raises(Unavailable) as caught:
        FolderFiles(tmp_path / "files", SECRET)
    assert caught.value.part == "files"


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data/secret"
    secret = load_or_create_secret(path)
    assert len(secret) == 32
    assert load_or_create_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_secret(tmp_path / "other") != secret


def test_a_secret_asked_for_at_once_is_one(tmp_path: Path) -> None:
    secrets = at_once([partial(load_or_create_secret, tmp_path / "secret")] * 8)
    assert len(set(secrets)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_damaged_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(Unavailable, match="damaged"):
        load_or_create_secret(tmp_path / "secret")


def test_deletes_at_once_count_each_file_once(files: FolderFiles) -> None:
    for number in range(50):
        files.put(f"us/doc_1/1/{number:02}", b"xy")
    removed = at_once([partial(files.delete, "us/doc_1/")] * 4)
    assert sum(count for count, _ in removed) == 50
    assert sum(size for _, size in removed) == 100
