"""The server is killed at random instants of an ingest, and nothing is lost or doubled."""

from __future__ import annotations

import random
import sqlite3
import time
from pathlib import Path

import pytest

from app.compose import embedded
from app.core.document import Status
from app.settings import Settings
from tests.support.machine import HANG_SECONDS
from tests.support.server import Server
from tests.support.uploads import ENDS

KILLS = 8
TENANT = "local"
NAMES = (
    "text/docbank_001.pdf",
    "text/docbank_004.pdf",
    "qa/azure_Benefit_Options.pdf",
    "qa/azure_PerksPlus.pdf",
)


def passages(data: Path) -> list[tuple[object, ...]]:
    """(document name, what was indexed, whether it has a vector) of every passage, sorted."""
    names = dict(sqlite3.connect(data / "knowledge-base.sqlite3").execute("SELECT id, name FROM documents"))
    rows = sqlite3.connect(data / "index.sqlite3").execute(
        "SELECT document_id, ordinal, text, vector IS NOT NULL FROM chunks LEFT JOIN vectors USING (position)"
    )
    return sorted((names[document_id], *rest) for document_id, *rest in rows)


@pytest.mark.slow
def test_every_document_ends_ready_and_whole_after_many_kills(tmp_path: Path, corpus: Path) -> None:
    undisturbed = embedded(Settings(data_folder=tmp_path / "undisturbed" / "data", range_pages=2))
    disturbed = embedded(Settings(data_folder=tmp_path / "disturbed" / "data", range_pages=2))
    for program in (undisturbed, disturbed):
        for name in NAMES:
            with (corpus / name).open("rb") as file:
                program.knowledge_base.uploads.upload(TENANT, Path(name).name, file)
    undisturbed.worker.drain()
    undisturbed.close()
    disturbed.close()

    chance, data = random.Random(20), tmp_path / "disturbed" / "data"
    for _ in range(KILLS):
        server = Server(data, environment={"KB_RANGE_PAGES": "2"})
        server.wait()
        time.sleep(chance.uniform(0, 0.8))
        server.kill()

    last = Server(data, environment={"KB_RANGE_PAGES": "2"})
    last.wait()
    end = time.monotonic() + HANG_SECONDS
    while any(item["status"] not in ENDS for item in last.get("/v1/documents")["items"]):
        assert time.monotonic() < end, last.log.read_text()
        time.sleep(0.2)
    last.kill()

    items = disturbed.knowledge_base.library.list_documents(TENANT).items
    assert [item.latest.status for item in items] == [Status.READY] * len(NAMES)
    assert passages(data) == passages(tmp_path / "undisturbed" / "data")
