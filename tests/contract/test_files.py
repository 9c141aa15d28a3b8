"""What every ``FileStore`` does."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import keys
from app.core.document import VersionId
from app.core.errors import BadRequest, NotFound
from app.core.ports import FileStore
from tests.contract.conftest import FILES
from tests.support.threads import at_once

SHA256 = "0" * 64
KEY = "us/doc_1/1/original.pdf"

SEGMENT = st.from_regex(r"[a-zA-Z0-9_@=+,!-][a-zA-Z0-9._@=+,!-]{0,12}", fullmatch=True)
KEY_SETS = st.sets(st.lists(SEGMENT, min_size=1, max_size=4).map("/".join), min_size=1, max_size=12)


UNSAFE_KEYS = [
    *("", "/", "/etc/passwd", "..", "us/..", "us/../them/x", "./us", "us//x", "us/", "us/.hidden", ".tmp/x"),
    *("C:\\x", "us\\x", "us/\0", "us/a\nb", "us/a b", "us/é", "us/~", "us/*", "us/%2e%2e/x"),
    *("us/" + "x" * 300, "x/" * 600 + "x"),
]

HOSTILE_KEYS = st.lists(
    st.sampled_from(["..", ".", "/", "\\", "a", "b.c", ".tmp", "\0", " ", "~", "é"]), max_size=8
).map("".join)


def without_clashes(names: set[str]) -> set[str]:
    """Without those that are a folder of another: only some stores can have both."""
    return {name for name in names if not any(other.startswith(f"{name}/") for other in names)}


# -- one file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", bytes(range(256)) * 20_000])
def test_what_is_put_is_there(files: FileStore, content: bytes) -> None:
    assert files.put(KEY, content) == len(content)
    assert files.get(KEY) == content
    assert files.size(KEY) == len(content)
    with files.local(KEY) as path:
        assert path.read_bytes() == content


def test_a_stream_is_put_to_its_end_from_where_it_stands(files: FileStore) -> None:
    stream = io.BytesIO(b"skipped" + b"x" * 3_000_000)
    stream.seek(7)
    assert files.put(KEY, stream) == 3_000_000
    assert files.get(KEY) == b"x" * 3_000_000


def test_a_second_put_replaces_the_first(files: FileStore) -> None:
    files.put(KEY, b"a longer first content")
    files.put(KEY, b"second")
    assert files.get(KEY) == b"second"
    assert list(files.keys("")) == [KEY]


def test_a_file_that_is_being_read_keeps_its_content_while_it_is_replaced(files: FileStore) -> None:
    files.put(KEY, b"first")
    with files.local(KEY) as path, path.open("rb") as reading:
        files.put(KEY, b"second")
        assert reading.read() == b"first"


@pytest.mark.parametrize("earlier", [None, b"as it was"])
def test_a_put_that_fails_half_way_changes_nothing(files: FileStore, earlier: bytes | None) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 2_000_000:
                raise RuntimeError("the connection was lost")
            return super().read(size)

    if earlier is not None:
        files.put(KEY, earlier)
    with pytest.raises(RuntimeError, match="connection"):
        files.put(KEY, Broken(b"x" * 5_000_000))
    assert files.size(KEY) == (None if earlier is None else len(earlier))
    assert list(files.keys("")) == ([] if earlier is None else [KEY])


def test_a_file_put_at_once_by_many_is_one_of_theirs_and_whole(files: FileStore) -> None:
    contents = [bytes([n]) * 500_000 for n in range(6)]
    at_once([partial(files.put, KEY, content) for content in contents])
    assert files.get(KEY) in contents


def test_a_file_that_is_not_there_has_no_size_and_is_not_found(files: FileStore) -> None:
    files.put("us/doc_1/1/pages/00000.jsonl.gz", b"x")
    for missing in (KEY, "us/doc_1", "us/doc_1/1/pages/00000.jsonl.gz/deeper"):
        assert files.size(missing) is None
        with pytest.raises(NotFound):
            files.get(missing)
        with pytest.raises(NotFound), files.local(missing):
            pass


@pytest.mark.parametrize("key", UNSAFE_KEYS)
def test_a_key_that_is_no_plain_path_is_a_bad_request(files: FileStore, key: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: files.put(key, b"x"),
        lambda: files.get(key),
        lambda: files.size(key),
        lambda: files.local(key).__enter__(),
        lambda: files.upload_form(key, 1, SHA256, seconds=60),
    ]
    for call in calls:
        with pytest.raises(BadRequest):
            call()
    assert list(files.keys("")) == []


@pytest.mark.parametrize("prefix", ["/", "/etc", "../", "us/../them/", "us/..", "us//", ".tmp/", "us/*"])
def test_a_prefix_that_no_key_can_have_is_a_bad_request(files: FileStore, prefix: str) -> None:
    with pytest.raises(BadRequest):
        files.keys(prefix)
    with pytest.raises(BadRequest):
        files.delete(prefix)


@pytest.mark.parametrize("adapter", FILES)
@settings(deadline=None, max_examples=200)
@given(key=HOSTILE_KEYS)
def test_whatever_the_key_nothing_is_written_outside_the_store(adapter: str, key: str) -> None:
    with tempfile.TemporaryDirectory() as outer:
        (Path(outer) / "store").mkdir()
        with FILES[adapter](Path(outer) / "store") as files:
            try:
                files.put(key, b"x")
            except BadRequest:
                assert list(files.keys("")) == []
            else:
                assert list(files.keys("")) == [key]
        assert [path.name for path in Path(outer).iterdir()] == ["store"]


def test_every_key_that_the_program_makes_is_accepted(files: FileStore) -> None:
    version_id = VersionId("someone@example.com", "doc_7h3kxyz012345678", 12)
    made = [
        keys.original(version_id),
        keys.unlocked_copy(version_id),
        keys.page_range(version_id, keys.run_folder(3), 399),
        keys.page_image(version_id, 20_000, 150),
        keys.figure(version_id, keys.run_folder(3), keys.figure_name(20_000, 999, "jpeg")),
        keys.description(version_id),
        keys.outline(version_id),
    ]
    for key in made:
        files.put(key, b"x")
    assert list(files.keys(keys.document_prefix(*version_id[:2]))) == sorted(made)


# -- many files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("adapter", FILES)
@settings(deadline=None, max_examples=40)
@given(names=KEY_SETS.map(without_clashes), data=st.data())
def test_keys_and_delete_take_exactly_what_begins_with_the_prefix(
    adapter: str, names: set[str], data: st.DataObject
) -> None:
    chosen = data.draw(st.sampled_from(sorted(names)))
    prefix = chosen[: data.draw(st.integers(0, len(chosen)))]
    inside = sorted(name for name in names if name.startswith(prefix))
    with tempfile.TemporaryDirectory() as folder, FILES[adapter](Path(folder)) as files:
        for name in names:
            files.put(name, name.encode())
        assert list(files.keys("")) == sorted(names)
        assert list(files.keys(prefix)) == inside
        assert files.delete(prefix) == (len(inside), sum(map(len, inside)))
        assert list(files.keys("")) == sorted(names - set(inside))
        assert files.delete(prefix) == (0, 0)


def test_a_tenants_prefix_does_not_reach_a_tenant_whose_name_goes_on(files: FileStore) -> None:
    files.put("us/doc_1/1/original.pdf", b"ours")
    files.put("us-east/doc_1/1/original.pdf", b"theirs")
    assert list(files.keys(keys.document_prefix("us", "doc_1"))) == ["us/doc_1/1/original.pdf"]
    assert files.delete(keys.document_prefix("us", "doc_1")) == (1, 4)
    assert files.get("us-east/doc_1/1/original.pdf") == b"theirs"


def test_a_prefix_that_nothing_has_gives_nothing(files: FileStore) -> None:
    files.put(KEY, b"x")
    for prefix in ("us/doc_2/", "them/", KEY + "/deeper/"):
        assert list(files.keys(prefix)) == []
        assert files.delete(prefix) == (0, 0)


def test_files_put_while_their_neighbours_are_deleted_are_all_there(files: FileStore) -> None:
    def put(number: int) -> None:
        for turn in range(20):
            files.put(f"us/doc_1/{number}/{turn}", b"x")
            files.delete(f"us/doc_1/{number}/{turn}")
        files.put(f"us/doc_1/{number}/last", b"x")

    at_once([partial(put, number) for number in range(4)])
    assert list(files.keys("us/")) == [f"us/doc_1/{number}/last" for number in range(4)]


def test_deletes_at_once_leave_nothing_and_count_every_file(files: FileStore) -> None:
    for number in range(50):
        files.put(f"us/doc_1/1/{number:02}", b"xy")
    removed = at_once([partial(files.delete, "us/doc_1/")] * 4)
    assert list(files.keys("")) == []
    assert sum(count for count, _ in removed) >= 50
    assert all(size == 2 * count for count, size in removed)


# -- clients of their own -------------------------------------------------------------------------------


def test_an_upload_form_names_an_address_and_when_it_expires(files: FileStore) -> None:
    form = files.upload_form(KEY, 10, SHA256, seconds=60)
    other = files.upload_form(KEY, 11, SHA256, seconds=60)
    assert form.url
    assert (form.url, form.fields) != (other.url, other.fields)
    assert other.expires_at - form.expires_at < 60


def test_a_download_is_an_address_or_left_to_the_api(files: FileStore) -> None:
    files.put(KEY, b"x")
    url = files.download_url(KEY, name="Pump – manual.pdf", seconds=60)
    assert url is None or url.startswith(("http://", "https://"))


def test_a_store_that_works_passes_its_check_and_keeps_nothing_of_it(files: FileStore) -> None:
    files.check()
    assert list(files.keys("")) == []


def test_the_sha256_of_a_file_is_that_of_its_bytes_as_they_are_now(files: FileStore) -> None:
    assert files.sha256(KEY) is None
    for content in (b"one", b"two"):
        files.put(KEY, content)
        assert files.sha256(KEY) == files.sha256(KEY) == hashlib.sha256(content).hexdigest()
    files.delete(KEY)
    assert files.sha256(KEY) is None


def test_a_file_is_taken_to_its_place_only_if_it_is_the_one(files: FileStore) -> None:
    posted, target = "_uploads/us/doc_1/1/original.pdf", "us/doc_1/1/original.pdf"
    right = hashlib.sha256(b"right").hexdigest()
    with pytest.raises(NotFound):
        files.take(posted, target, right)
    files.put(posted, b"wrong")
    with pytest.raises(BadRequest):
        files.take(posted, target, right)
    assert files.size(target) is None
    files.put(posted, b"right")
    files.take(posted, target, right)
    assert (files.get(target), files.sha256(target)) == (b"right", right)
    assert list(files.keys("_uploads/")) == []
