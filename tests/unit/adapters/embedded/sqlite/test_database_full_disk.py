"""No room, or no right to write: said as it is, with nothing half kept; it goes on when there is room."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.aws.clients import translate_errors
from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.search.index import SqliteIndex
from app.adapters.embedded.sqlite.database import Database
from app.adapters.weaviate.server import explain_error
from app.compose import Embedded, embedded
from app.core.document import Status
from app.core.errors import OutOfSpace, ReadOnly
from app.settings import Settings
from tests.support.api import client_of, problem, upload
from tests.support.disks import Disk, small_disk
from tests.support.pdfs import manual

TENANT = "local"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 8) as disk:
        yield disk


def opened(disk: Disk) -> Embedded:
    return embedded(Settings(data_folder=disk.folder / "data", range_pages=2))


@pytest.fixture
def program(disk: Disk) -> Iterator[Embedded]:
    program = opened(disk)
    yield program
    program.close()


def grow(database: Database) -> None:
    for number in range(100):
        with database.write() as connection:
            connection.execute("INSERT INTO tenants VALUES (?)", (f"{number}{'x' * 50_000}",))


@pytest.mark.parametrize(
    ("code", "status"), [("XMinioStorageFull", 507), ("InternalError", 507), ("QuotaExceeded", 403)]
)
def test_a_file_server_without_room_says_so_too(code: str, status: int) -> None:
    from botocore.exceptions import ClientError

    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    with pytest.raises(OutOfSpace), translate_errors("files"):
        raise ClientError(answer, "PutObject")


@pytest.mark.parametrize(
    "said", ["no space left on device", "store is read-only due to: disk usage too high"]
)
def test_an_index_server_without_room_says_so_too(said: str) -> None:
    from weaviate.exceptions import WeaviateQueryError

    assert isinstance(explain_error(WeaviateQueryError(said, "GRPC")), OutOfSpace)


def test_a_file_that_does_not_fit_is_refused_and_leaves_nothing(disk: Disk) -> None:
    files = FolderFiles(disk.folder / "files", b"s" * 32)
    disk.fill(leave=8192)
    with pytest.raises(OutOfSpace, match="no room left"):
        files.put("us/doc_1/1/original.pdf", bytes(100_000))
    assert list(files.keys("")) == []
    disk.make_room()
    assert files.put("us/doc_1/1/original.pdf", bytes(100_000)) == 100_000


def test_a_database_without_room_says_so_keeps_what_it_has_and_goes_on(disk: Disk) -> None:
    database = Database(disk.folder / "x.sqlite3")
    with database.write() as connection:
        connection.execute("INSERT INTO tenants VALUES ('us')")
    disk.fill()
    with pytest.raises(OutOfSpace, match="no room left"):
        grow(database)
    disk.make_room()
    with database.write() as connection:
        connection.execute("INSERT INTO tenants VALUES ('them')")
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    database.close()


def test_an_upload_without_room_is_507_and_leaves_no_row_and_no_file(
    disk: Disk, program: Embedded, tmp_path: Path
) -> None:
    client = client_of(program)
    kept = upload(program, client, manual(tmp_path / "a.pdf", 2), "kept.pdf")
    large = manual(tmp_path / "large.pdf", 40).read_bytes() + bytes(2_000_000)
    disk.fill(leave=1_000_000)
    for _ in range(3):
        answer = client.post("/v1/documents", files={"file": ("large.pdf", large)})
        assert "no room left" in problem(answer, 507, "out_of_space")["detail"]
    listed = client.get("/v1/documents").json()["items"]
    assert [item["id"] for item in listed] == [kept["id"]]
    assert {key.split("/")[1] for key in program.files.keys(f"{TENANT}/")} == {kept["id"]}
    disk.make_room()
    assert client.post("/v1/documents", files={"file": ("large.pdf", large)}).status_code == 201
    program.worker.drain()
    assert all(item["status"] == "ready" for item in client.get("/v1/documents").json()["items"])


def test_where_nothing_may_be_written_what_is_there_is_read(disk: Disk, tmp_path: Path) -> None:
    program = opened(disk)
    upload(program, client_of(program), manual(tmp_path / "a.pdf", 2))
    program.close()
    disk.forbid_writing()
    program = opened(disk)
    client = client_of(program)
    found = client.get("/v1/documents").json()["items"][0]
    assert found["status"] == Status.READY
    assert client.post("/v1/search", json={"question": "warranty period"}).json()["items"]
    assert client.get(f"/v1/documents/{found['id']}/pages/1").status_code == 200
    assert client.get(f"/v1/documents/{found['id']}/outline").status_code == 200
    assert client.get(f"/v1/documents/{found['id']}/content").status_code == 200
    answer = client.post("/v1/documents", files={"file": ("b.pdf", manual(tmp_path / "b.pdf").read_bytes())})
    problem(answer, 503, "read_only")
    problem(client.delete(f"/v1/documents/{found['id']}"), 503, "read_only")
    program.close()
    disk.allow_writing()


def test_what_a_killed_process_committed_is_read_where_nothing_may_be_written(disk: Disk) -> None:
    database = Database(disk.folder / "x.sqlite3")
    with database.write() as connection:
        connection.execute("INSERT INTO tenants VALUES ('us')")
    (disk.folder / "killed").mkdir()
    for name in ("x.sqlite3", "x.sqlite3-wal"):  # as they stand while the first is still open
        (disk.folder / "killed" / name).write_bytes((disk.folder / name).read_bytes())
    database.close()
    disk.forbid_writing()
    left = Database(disk.folder / "killed" / "x.sqlite3")
    with left.read() as connection:
        assert connection.execute("SELECT tenant FROM tenants").fetchone()[0] == "us"
    with pytest.raises(ReadOnly), left.write() as connection:
        connection.execute("INSERT INTO tenants VALUES ('them')")
    disk.allow_writing()


def test_an_index_is_searched_where_nothing_more_fits(disk: Disk) -> None:
    index = SqliteIndex(disk.folder / "index.sqlite3", model="model", dimensions=4)
    index.check()
    index.close()
    disk.fill()
    full = SqliteIndex(disk.folder / "index.sqlite3", model="model", dimensions=4)
    assert full.count("us") == 0
    full.close()
    sqlite3.connect(disk.folder / "index.sqlite3").close()
