"""Upkeep over AWS's services: what was lost is told and brought back, by jobs that an administrator starts
and by the same commands as over a data folder."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import compose
from app.adapters.backup_folder import AWS, finish
from app.adapters.embedded.backup import restore
from app.cli.backup import stores_of
from app.core.answer import Person
from app.core.document import VersionId
from app.core.errors import BadRequest, Conflict
from app.use_cases.consistency import Consistency
from tests.support.api import problem, token
from tests.support.aws_program import Services, client_of, delivered, services, tenant, uploaded
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import manual

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(method="thread"),  # the other method is of the signal that cuts a job
]

QUESTION = {"question": "What is the warranty period?"}
OTHER_MODEL: dict[str, Any] = {"embedding_model": "another-model", "embedding_dimensions": 48}


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as made:
        yield made


@pytest.fixture
def cloud(server: OpenAiServer) -> Iterator[Services]:
    with services(server.url, range_pages=2) as made:
        yield made


@pytest.fixture
def program(cloud: Services) -> Iterator[compose.Aws]:
    with cloud.program() as made:
        yield made


class Library:
    """Documents of one tenant, and an administrator of it."""

    def __init__(self, cloud: Services, program: compose.Aws, folder: Path, count: int = 2) -> None:
        self.tenant = tenant()
        self.cloud, self.program = cloud, program
        self.ids = [
            uploaded(program, self.tenant, manual(folder / f"{self.tenant}-{n}.pdf", 3, first_fact=n))
            for n in range(count)
        ]

    def ask(self, method: str, path: str, program: compose.Aws | None = None, **body: Any) -> Any:
        client = client_of(program or self.program, self.cloud.settings, token(self.tenant, "admin"))
        return client.request(method, path, json=body or None, follow_redirects=False)

    def search(self, program: compose.Aws | None = None) -> Any:
        return self.ask("POST", "/v1/search", program, **QUESTION)

    def state(self, program: compose.Aws | None = None) -> Any:
        return self.ask("GET", "/v1/maintenance", program).json()


@pytest.fixture
def library(cloud: Services, program: compose.Aws, tmp_path: Path) -> Library:
    return Library(cloud, program, tmp_path)


def test_passages_that_are_lost_come_back_by_jobs_that_tell_how_far_they_are(library: Library) -> None:
    before = library.state()
    assert before["passages"] == before["expected"] > 0
    library.cloud.lose_the_index()
    problem(library.search(), 503, "unavailable")  # the collections are made anew meanwhile
    problem(library.search(), 503, "index_missing")
    begun = library.ask("POST", "/v1/maintenance/reindex")
    assert begun.status_code == 202
    assert (begun.json()["passages"], begun.json()["expected"]) == (0, before["expected"])
    delivered(library.program)
    assert library.state() == before
    assert library.search().json()["items"]


def test_another_embedding_model_is_refused_until_an_administrator_has_all_embedded_anew(
    library: Library, server: OpenAiServer, tmp_path: Path
) -> None:
    neighbour = Library(library.cloud, library.program, tmp_path, count=1)
    before = library.state()
    server.dimensions = OTHER_MODEL["embedding_dimensions"]
    with library.cloud.program(**OTHER_MODEL) as other:
        details = problem(library.search(other), 409, "embedding_model_changed")
        assert "/v1/maintenance/reindex" in details["detail"]
        assert library.ask("POST", "/v1/maintenance/reindex", other).status_code == 202
        delivered(other)
        for each in (library, neighbour):  # the index is everybody's
            assert each.state(other)["running"] == 0
            assert each.search(other).json()["items"]
        assert library.state(other)["passages"] == before["passages"]
        assert list(other.knowledge_base.maintenance.list_left(neighbour.tenant)) == []
        for document_id in library.ids:
            assert other.steps.index.unembedded_count(VersionId(library.tenant, document_id, 1)) == 0
    server.dimensions = library.cloud.settings.embedding_dimensions
    problem(library.search(), 409, "embedding_model_changed")


def while_delivering(program: compose.Aws, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and output of a command beside a function that does what it queues."""
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as command:
        while command.poll() is None:
            delivered(program)
            time.sleep(0.1)
        assert command.stdout
        return command.returncode, command.stdout.read()


def test_the_commands_of_a_data_folder_mend_the_stores_of_the_cloud(library: Library) -> None:
    environment = library.cloud.environment()
    before = library.state()
    library.cloud.lose_the_index()
    code, said = while_delivering(library.program, environment, "fsck", "--quick")
    assert (code, said.count("passages_missing")) == (1, 2)
    code, said = while_delivering(library.program, environment, "fsck", "--repair")
    assert (code, said.splitlines()[-1]) == (0, "2 found, 2 mended, 0 left, 0 of them for you to bring back.")
    assert library.state()["passages"] == before["passages"]
    library.cloud.lose_the_index()
    code, said = while_delivering(library.program, environment, "reindex")
    assert (code, said.count("embedded  ")) == (0, 2)
    assert library.state()["passages"] == before["passages"]


def test_an_export_of_the_clouds_stores_has_every_file_of_the_tenant_that_is_named(
    library: Library, tmp_path: Path
) -> None:
    Library(library.cloud, library.program, tmp_path, count=1)
    environment = library.cloud.environment()
    out = tmp_path / "out"
    export = ["export", "--format", "pdf", "--out", str(out)]
    code, said = while_delivering(library.program, environment, *export)
    assert (code, said) == (1, "kb: The stores have documents of 2 tenants: give --tenant NAME.\n")
    code, said = while_delivering(library.program, environment, *export, "--tenant", library.tenant)
    assert (code, said) == (0, "2 documents: 2 exported\n")
    written = sorted(path.read_bytes() for path in out.glob("*.pdf"))
    assert written == sorted(path.read_bytes() for path in tmp_path.glob(f"{library.tenant}-*.pdf"))


def test_a_backup_of_the_clouds_stores_comes_back_in_new_ones_and_the_index_is_made_again(
    library: Library, server: OpenAiServer, tmp_path: Path
) -> None:
    person = Person(library.tenant, "ann")
    session = library.program.knowledge_base.questions.create_session(person, "kept")
    backup, before = tmp_path / "backup", library.state()
    code, said = while_delivering(library.program, library.cloud.environment(), "backup", str(backup))
    assert code == 0, said
    times = {path: path.stat().st_mtime_ns for path in backup.rglob("*.gz")}
    stores = stores_of(library.cloud.settings)
    stores.back_up(backup)
    assert {path: path.stat().st_mtime_ns for path in backup.rglob("*.gz")} == times != {}
    stores.restore(backup)  # what is there is what the backup has
    with services(server.url, range_pages=2) as anew, anew.program() as program:
        stores_of(anew.settings).restore(backup)  # broken off after its last file, it goes on
        code, said = while_delivering(program, anew.environment(), "restore", str(backup))
        assert (code, said.count("kb reindex")) == (0, 1), said
        assert library.ask("POST", "/v1/maintenance/reindex", program).status_code == 202
        delivered(program)
        assert library.state(program) == before
        assert library.search(program).json()["items"]
        assert program.knowledge_base.questions.session(person, session.id).title == "kept"
        assert list(Consistency(program.steps).findings()) == []
        uploaded(program, library.tenant, manual(tmp_path / "another.pdf", 1, first_fact=4))
        with pytest.raises(Conflict, match="has rows that the backup has not"):
            stores_of(anew.settings).restore(backup)


def archived(library: Library, path: str, **body: Any) -> Any:
    """An export or a backup when the function has made it."""
    begun = library.ask("POST", f"/v1/maintenance/{path}", **body)
    assert begun.status_code == 202, begun.text
    delivered(library.program)
    return library.ask("GET", f"/v1/maintenance/archives/{begun.json()['id']}").json()


def test_an_export_that_an_administrator_asks_for_is_fetched_from_the_bucket_without_a_token(
    library: Library, tmp_path: Path
) -> None:
    Library(library.cloud, library.program, tmp_path, count=1)
    done = archived(library, "exports")
    assert (done["status"], done["done"], done["total"]) == ("ready", 2, 2)
    (part,) = done["parts"]
    sent_on = library.ask("GET", part["url"])
    assert sent_on.status_code == 307
    answer = httpx.get(sent_on.headers["location"])
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as content:
        names = set(content.namelist()) - {"manifest.json"}
        written = sorted(content.read(name) for name in names)
    assert written == sorted(path.read_bytes() for path in tmp_path.glob(f"{library.tenant}-*.pdf"))
    library.ask("DELETE", f"/v1/maintenance/archives/{done['id']}")
    assert httpx.get(sent_on.headers["location"]).status_code == 404


def test_a_tenants_backup_that_an_administrator_asks_for_comes_back_in_new_stores(
    library: Library, server: OpenAiServer, tmp_path: Path
) -> None:
    neighbour = Library(library.cloud, library.program, tmp_path, count=1)
    person = Person(library.tenant, "ann")
    session = library.program.knowledge_base.questions.create_session(person, "kept")
    library.ask("POST", f"/v1/chat/sessions/{session.id}/messages", None, **QUESTION)
    before = library.state()
    done = archived(library, "backups")
    assert (done["status"], done["done"]) == ("ready", done["total"])
    for part in done["parts"]:
        with library.program.steps.files.local(part["key"]) as path:
            zipfile.ZipFile(path).extractall(tmp_path / "backup")
    copied = b"".join(path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file())
    assert library.tenant.encode() in copied
    assert neighbour.tenant.encode() not in copied
    with services(server.url, range_pages=2) as anew, anew.program() as program:
        stores_of(anew.settings).restore(tmp_path / "backup")
        assert library.ask("POST", "/v1/maintenance/reindex", program).status_code == 202
        delivered(program)
        assert library.state(program) == before
        assert library.search(program).json()["items"]
        kept = library.ask("GET", f"/v1/chat/sessions/{session.id}/messages", program).json()["items"]
        assert [each["role"] for each in kept] == ["user", "assistant"]
        assert list(Consistency(program.steps).findings()) == []
        assert program.steps.documents.tenants() == [library.tenant]


def test_a_backup_of_one_kind_is_not_taken_for_another(tmp_path: Path) -> None:
    finish(tmp_path, (), AWS)
    with pytest.raises(BadRequest, match="a backup of AWS's stores, not of a data folder"):
        restore(tmp_path, tmp_path / "data")
