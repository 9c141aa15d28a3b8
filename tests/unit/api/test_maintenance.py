"""What an administrator starts over HTTP: jobs with progress, each of the own tenant alone."""

from __future__ import annotations

import io
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.adapters.embedded.backup import restore
from app.adapters.embedded.tenant_rows import SqliteTenantRows
from app.compose import Embedded, embedded
from app.core import keys
from app.core.document import VersionId
from app.core.job import Job, JobKind
from app.settings import Settings
from app.use_cases import archives as use_case
from app.use_cases.archives import Archives
from tests.support.api import WITH_TOKENS, client_of, problem, token, upload
from tests.support.cli import kb
from tests.support.pdfs import manual

MAINTENANCE = "/v1/maintenance"
EXPORTS, BACKUPS, ARCHIVES = (f"{MAINTENANCE}/{name}" for name in ("exports", "backups", "archives"))
FOUND = "thirty-six months"


@dataclass(frozen=True)
class Server:
    """A data folder with documents of two tenants, and administrators of both."""

    folder: Path
    program: Embedded
    ours: TestClient
    theirs: TestClient

    def made(self, path: str, **body: Any) -> Any:
        """An archive when its jobs are done."""
        begun = self.ours.post(path, json=body or None)
        assert begun.status_code == 202, begun.text
        assert (begun.json()["status"], begun.json()["parts"]) == ("queued", [])
        self.program.worker.drain()
        return self.ours.get(f"{ARCHIVES}/{begun.json()['id']}").json()

    def unpacked(self, archive: Any, folder: Path) -> Path:
        """A folder with the content of its parts, as the file store keeps them."""
        for part in archive["parts"]:
            path = self.folder / "data" / "files" / part["key"]
            assert path.stat().st_size == part["size"]
            zipfile.ZipFile(path).extractall(folder)
        return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder to be copied; its PDFs stand beside it."""
    folder = tmp_path_factory.mktemp("library")
    program = embedded(Settings(data_folder=folder / "data"))
    ours, theirs = clients(program)
    for number in range(3):
        upload(program, ours, manual(folder / f"{number}.pdf", 1, first_fact=number), f"pump {number}.pdf")
    upload(program, theirs, manual(folder / "secret.pdf", 1, first_fact=3), "their secret.pdf")
    session = theirs.post("/v1/chat/sessions", json={"title": "their conversation"}).json()
    theirs.post(f"/v1/chat/sessions/{session['id']}/messages", json={"question": "their question?"})
    program.close()
    return folder / "data"


def clients(program: Embedded) -> tuple[TestClient, TestClient]:
    """Administrators of the tenants us and them."""
    ours, theirs = (
        client_of(program, WITH_TOKENS, Authorization=f"Bearer {token(tenant, 'admin')}")
        for tenant in ("us", "them")
    )
    return ours, theirs


@pytest.fixture
def server(data: Path, tmp_path: Path) -> Iterator[Server]:
    shutil.copytree(data, tmp_path / "data")
    program = embedded(Settings(data_folder=tmp_path / "data"))
    yield Server(tmp_path, program, *clients(program))
    program.close()


def test_a_check_says_what_is_wrong_and_changes_nothing_and_a_repair_mends_it(server: Server) -> None:
    (document,) = server.ours.get("/v1/documents", params={"name": "pump 1.pdf"}).json()["items"]
    server.program.steps.index.delete("us", document["id"])
    before = server.ours.get(MAINTENANCE).json()
    assert (before["findings"], before["checked_at"]) == (None, None)
    for action, left in (("check", 1), ("check", 1), ("repair", 1), ("check", 0)):
        assert server.ours.post(f"{MAINTENANCE}/{action}").status_code == 202
        server.program.worker.drain()
        after = server.ours.get(MAINTENANCE).json()
        found = [(each["code"], each["name"], each["mend"]) for each in after["findings"]]
        assert found == [("passages_missing", "pump 1.pdf", "reindex")] * left
        assert after["checked_at"] > (before["checked_at"] or "")
        before = after
    assert server.theirs.get(MAINTENANCE).json()["findings"] is None


def test_a_report_of_an_older_version_is_read(server: Server) -> None:
    server.program.steps.files.put(keys.maintenance_report("us"), b"[]")
    found = server.ours.get(MAINTENANCE).json()
    assert (found["findings"], found["checked_at"]) == ([], None)


def test_an_export_is_downloaded_and_comes_in_again_as_it_was(
    server: Server, data: Path, tmp_path: Path
) -> None:
    done = server.made(EXPORTS)
    assert (done["status"], done["done"], done["total"], done["omitted"]) == ("ready", 3, 3, [])
    (part,) = done["parts"]
    answer = server.ours.get(part["url"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    folder = tmp_path / "out"
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    assert {path.name for path in folder.iterdir()} == {*(f"pump {n}.pdf" for n in range(3)), "manifest.json"}
    for number in range(3):
        assert (folder / f"pump {number}.pdf").read_bytes() == (data.parent / f"{number}.pdf").read_bytes()
    kb(tmp_path / "home", "import", str(folder))
    assert kb(tmp_path / "home", "list")[0].count(".pdf  Meridian pump manual") == 3


def test_an_export_of_what_was_read_is_what_kb_export_writes(server: Server, tmp_path: Path) -> None:
    for form, ending in (("json", "json"), ("markdown", "md")):
        folder = server.unpacked(server.made(EXPORTS, format=form), tmp_path / form)
        written = tmp_path / f"kb-{form}"
        options = ["--format", form, "--out", str(written), "--tenant", "us"]
        kb(tmp_path, "export", *options)
        names = sorted(path.name for path in folder.iterdir())
        assert names == ["manifest.json", *(f"pump {n}.{ending}" for n in range(3))]
        assert names == sorted(path.name for path in written.iterdir())
        for name in names:
            assert (folder / name).read_bytes() == (written / name).read_bytes()


def test_a_backup_has_the_rows_and_files_of_one_tenant_and_kb_restore_brings_them_back(
    server: Server, tmp_path: Path
) -> None:
    session = server.ours.post("/v1/chat/sessions", json={"title": "kept"}).json()["id"]
    done = server.made(BACKUPS)
    assert (done["status"], done["format"]) == ("ready", None)
    assert done["done"] == done["total"] > 3
    folder = server.unpacked(done, tmp_path / "backup")
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"pump 1.pdf" in content
    for theirs in (b"them", b"their secret", b"their conversation", b"their question"):
        assert theirs not in content
    assert not (folder / "secret").exists()
    restored = tmp_path / "restored"
    restore(folder, restored)
    program = embedded(Settings(data_folder=restored))
    client = client_of(program, WITH_TOKENS, Authorization=server.ours.headers["Authorization"])
    assert client.post("/v1/maintenance/reindex").status_code == 202
    program.worker.drain()
    assert len(client.get("/v1/documents").json()["items"]) == 3
    assert client.get(f"/v1/chat/sessions/{session}").json()["title"] == "kept"
    hits = client.post("/v1/search", json={"question": "What is the warranty period?"}).json()["items"]
    assert FOUND in hits[0]["text"]
    assert program.steps.documents.tenants() == ["us"]
    program.close()


def test_a_tables_rows_of_other_tenants_are_left_out_whatever_tables_there_are(
    server: Server, tmp_path: Path
) -> None:
    SqliteTenantRows(server.folder / "data").copy("us", tmp_path)
    with closing(sqlite3.connect(tmp_path / "knowledge-base.sqlite3")) as copy:
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            columns = [row[1] for row in copy.execute(f"PRAGMA table_info({table})")]
            if "tenant" in columns:
                assert copy.execute(f"SELECT count(*) FROM {table} WHERE tenant <> 'us'").fetchone() == (0,)
        assert copy.execute("SELECT count(*) FROM versions").fetchone() == (3,)
        assert copy.execute("SELECT count(*) FROM messages").fetchone() == (0,)


def small_parts(server: Server) -> Archives:
    return replace(server.program.knowledge_base.archives, part_bytes=1)


def next_job(server: Server) -> Job:
    lease = server.program.jobs.receive(lease=60)
    assert lease is not None
    server.program.jobs.forget(lease)
    return lease.job


@pytest.mark.parametrize("kind", [JobKind.EXPORT, JobKind.BACKUP])
def test_each_part_is_a_job_and_one_that_was_delivered_twice_or_died_doubles_nothing(
    server: Server, kind: JobKind, tmp_path: Path
) -> None:
    archives = small_parts(server)
    begun = archives.begin("us", kind, "pdf")
    seen = []
    while not archives.get("us", begun.id).status.ended:
        job = next_job(server)
        archives.run(job)
        archives.run(job)  # as when it died before it was forgotten
        seen.append(archives.get("us", begun.id).done)
    assert seen == sorted(seen)
    assert len(seen) >= 3
    state = server.ours.get(f"{ARCHIVES}/{begun.id}").json()
    assert [part["number"] for part in state["parts"]] == list(range(1, len(seen) + 1))
    assert state["done"] == state["total"]
    folder = server.unpacked(state, tmp_path / "whole")
    files = [path for path in folder.rglob("*") if path.is_file()]
    if kind is JobKind.EXPORT:
        assert len(files) == 4
    else:
        restore(folder, tmp_path / "restored")
    left = [key for key in server.program.files.keys(keys.archive_prefix("us", begun.id)) if "work/" in key]
    assert left == []


def test_a_backups_parts_are_listed_and_not_given_out(server: Server) -> None:
    done = server.made(BACKUPS)
    assert [part["url"] for part in done["parts"]] == [None]
    answer = server.ours.get(f"{ARCHIVES}/{done['id']}/parts/1")
    assert "only the operator" in problem(answer, 403, "not_allowed")["detail"]


def test_one_is_made_at_a_time_and_another_after_it_was_deleted(server: Server) -> None:
    first = server.ours.post(EXPORTS, json={}).json()
    refused = problem(server.ours.post(BACKUPS), 409, "conflict")
    assert first["id"] in refused["detail"]
    assert server.theirs.post(BACKUPS).status_code == 202  # of another tenant
    assert server.ours.delete(f"{ARCHIVES}/{first['id']}").status_code == 204
    problem(server.ours.get(f"{ARCHIVES}/{first['id']}"), 404, "not_found")
    second = server.ours.post(BACKUPS).json()
    server.program.worker.drain()
    assert [each["id"] for each in server.ours.get(ARCHIVES).json()["items"]] == [second["id"]]
    assert list(server.program.files.keys(keys.archive_prefix("us", first["id"]))) == []


def test_what_is_older_than_its_time_goes_and_is_not_found(server: Server) -> None:
    done = server.made(EXPORTS)
    kept = server.program.knowledge_base.archives.get("us", done["id"])
    old = replace(kept, created_at=time.time() - use_case.KEEP_SECONDS - 1)
    server.program.knowledge_base.archives._keep("us", old)
    server.program.knowledge_base.upkeep.sweep()
    assert list(server.program.files.keys(keys.ARCHIVES)) == []
    problem(server.ours.get(f"{ARCHIVES}/{done['id']}"), 404, "not_found")


def test_a_document_whose_file_is_lost_is_named_and_the_others_are_exported(server: Server) -> None:
    first = server.ours.get("/v1/documents").json()["items"][-1]
    server.program.files.delete(keys.original(VersionId("us", first["id"], 1)))
    done = server.made(EXPORTS)
    assert (done["status"], done["done"]) == ("ready", 3)
    (said,) = done["omitted"]
    assert said.startswith(f"{first['name']}: The file is not here")


def test_one_that_failed_too_often_says_why(server: Server) -> None:
    begun = server.ours.post(EXPORTS, json={}).json()
    server.program.knowledge_base.upkeep.give_up(next_job(server), "The disk is full.")
    found = server.ours.get(f"{ARCHIVES}/{begun['id']}").json()
    assert (found["status"], found["reason"]) == ("failed", "The disk is full.")
    assert server.ours.post(EXPORTS, json={}).status_code == 202


def test_a_backup_of_the_data_folder_leaves_archives_out(server: Server, tmp_path: Path) -> None:
    server.made(EXPORTS)
    kb(tmp_path, "backup", str(tmp_path / "copy"))
    assert not (tmp_path / "copy" / "files" / keys.ARCHIVES).exists()
    assert (tmp_path / "copy" / "files" / "us").exists()


def test_what_is_no_archive_is_not_found(server: Server) -> None:
    for archive_id in ("arc_", "arc_5w9x2c7b3vq8m1kz", "é", "%2e%2e%2fx", "a.b"):
        for path in ("", "/parts/1"):
            problem(server.ours.get(f"{ARCHIVES}/{archive_id}{path}"), 404, "not_found")
    ready = server.made(EXPORTS)["id"]
    problem(server.ours.get(f"{ARCHIVES}/{ready}/parts/2"), 404, "not_found")
