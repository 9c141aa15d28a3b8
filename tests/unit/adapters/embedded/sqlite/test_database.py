from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.sqlite.database import MOST_IDLE, Database
from app.adapters.embedded.sqlite.schema import SCHEMA
from app.core.document import Source
from app.core.errors import BadRequest, Unavailable
from tests.support.leavings import descriptors
from tests.support.threads import at_once


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "knowledge-base.sqlite3")
    yield database
    database.close()


def tenants(database: Database) -> list[str]:
    with database.read() as connection:
        return tenants_of(connection)


def tenants_of(connection: sqlite3.Connection) -> list[str]:
    return [row["tenant"] for row in connection.execute("SELECT tenant FROM tenants")]


def add_tenant(database: Database, tenant: str) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO tenants VALUES (?)", (tenant,))


def test_nothing_is_opened_before_it_is_used(database: Database) -> None:
    assert not database.path.parent.exists()
    database.check()
    assert database.path.exists()


def test_of_many_connections_that_were_used_at_once_a_few_are_kept(database: Database) -> None:
    log = f"{database.path}-wal"
    for _ in range(2):
        with ExitStack() as stack:
            for _ in range(10):
                assert tenants_of(stack.enter_context(database.read())) == []
            used = descriptors(os.getpid())
        kept = descriptors(os.getpid())
        assert (used[log], kept[log]) == (10, MOST_IDLE)
        assert kept[str(database.path)] <= 10  # SQLite uses them again
    add_tenant(database, "us")
    assert tenants(database) == ["us"]


def test_a_new_database_is_in_wal_mode_at_the_programs_schema(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(SCHEMA)
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_database_of_a_newer_program_is_refused_and_left_alone(database: Database) -> None:
    database.check()
    database.close()
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(SCHEMA) + 1}")
    newer = Database(database.path)
    with pytest.raises(Unavailable, match="newer version of this program"):
        newer.check()
    with closing(sqlite3.connect(database.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(SCHEMA) + 1


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite3").write_bytes(b"%PDF-1.7 this is something else entirely" * 100)
    with pytest.raises(Unavailable, match="SQLITE_NOTADB") as caught:
        Database(tmp_path / "x.sqlite3").check()
    assert caught.value.part == "database"


def test_a_file_that_was_removed_is_noticed(database: Database) -> None:
    database.check()
    database.path.unlink()
    with pytest.raises(Unavailable, match="gone"):
        database.check()


def test_a_write_that_raises_is_undone(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO tenants VALUES ('us')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert tenants(database) == []
    add_tenant(database, "us")
    assert tenants(database) == ["us"]


def test_a_reader_sees_one_state_while_another_writes(database: Database) -> None:
    add_tenant(database, "us")
    with database.read() as connection:
        before = connection.execute("SELECT COUNT(*) FROM tenants").fetchone()[0]
        add_tenant(database, "them")
        assert connection.execute("SELECT COUNT(*) FROM tenants").fetchone()[0] == before == 1
    assert sorted(tenants(database)) == ["them", "us"]


def test_writers_at_once_wait_for_each_other(database: Database) -> None:
    at_once([partial(add_tenant, database, f"tenant {n}") for n in range(16)])
    assert len(tenants(database)) == 16


def test_text_that_is_no_valid_unicode_is_a_bad_request(database: Database) -> None:
    with pytest.raises(BadRequest, match="Unicode"):
        SqliteDocuments(database).register("us", Source("caf\udce9.pdf", "caf\udce9.pdf"), "a" * 64, 10)
    assert tenants(database) == []


def test_processes_and_threads_that_open_a_new_database_at_once_all_can(tmp_path: Path) -> None:
    path = tmp_path / "knowledge-base.sqlite3"
    code = f"""
import sys
from pathlib import Path
from app.adapters.embedded.sqlite.database import MOST_IDLE, Database
print("ready", flush=True)
sys.stdin.readline()
Database(Path({str(path)!r})).check()
"""
    command = [sys.executable, "-c", code]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    at_once([Database(path).check for _ in range(4)])
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
