"""``/v1/extract``: a PDF in, its pages out."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from app.compose import Embedded
from app.settings import Settings
from tests.support.api import problem
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import FACTS, manual
from tests.support.readers import dense
from tests.support.server import Server, serving
from tests.unit.pages.test_continued import price_list


def test_all_pages_come_out_and_nothing_is_kept(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    content = manual(tmp_path / "m.pdf", 5).read_bytes()
    answer = client.post("/v1/extract", files={"file": ("m.pdf", content)})
    assert answer.headers["content-type"] == "application/json"
    pages = answer.json()["pages"]
    assert [page["number"] for page in pages] == [1, 2, 3, 4, 5]
    assert all(fact in " ".join(pages[n]["text"].split()) for n, fact in enumerate(FACTS))
    assert {"tables", "blocks", "design_heavy", "reasons", "signals", "needs_ocr"} <= pages[0].keys()
    assert client.get("/v1/usage").json()["bytes"] == 0
    assert list(program.files.keys("local")) == []


def test_chosen_pages_as_markdown_by_field_or_accept(client: TestClient, tmp_path: Path) -> None:
    files = {"file": ("m.pdf", manual(tmp_path / "m.pdf", 5).read_bytes())}
    by_field = client.post("/v1/extract", files=files, data={"pages": "2,4-5", "format": "markdown"})
    assert by_field.headers["content-type"] == "text/markdown; charset=utf-8"
    headings = [line.strip("# ") for line in by_field.text.splitlines() if line.startswith("#")]
    assert headings == ["2. Chapter 2", "4. Chapter 4", "5. Chapter 5"]
    by_accept = client.post(
        "/v1/extract", files=files, data={"pages": "2,4-5"}, headers={"Accept": "text/markdown"}
    )
    assert by_accept.text == by_field.text


def test_tables_alone_as_csv_by_field_or_accept(client: TestClient, tmp_path: Path) -> None:
    files = {"file": ("m.pdf", price_list(tmp_path / "m.pdf", 1).read_bytes())}
    by_field = client.post("/v1/extract", files=files, data={"format": "csv"})
    assert by_field.headers["content-type"].startswith("text/csv")
    assert by_field.content.decode("utf-8-sig").startswith("Model 0,40 kg,0 l/min\r\nModel 1,41 kg,")
    by_accept = client.post("/v1/extract", files=files, headers={"Accept": "text/csv"})
    assert by_accept.content == by_field.content


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"<html></html>", 415, "not_a_pdf"),
        (b"%PDF-1.7\n" + b"garbage " * 100, 422, "damaged_pdf"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused_with_a_status(
    client: TestClient, content: bytes, status: int, code: str
) -> None:
    problem(client.post("/v1/extract", files={"file": ("x.pdf", content)}), status, code)


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"pages": "9"}, 400, "bad_request"),
        ({"pages": "one"}, 400, "bad_request"),
        ({"pages": "0"}, 400, "bad_request"),
        ({"pages": "5-3"}, 400, "bad_request"),
        ({"pages": "1-9999999999"}, 400, "bad_request"),
        ({"format": "xml"}, 422, "invalid_request"),
    ],
)
def test_pages_and_formats_that_there_are_not_are_refused(
    client: TestClient, tmp_path: Path, form: dict[str, str], status: int, code: str
) -> None:
    files = {"file": ("m.pdf", manual(tmp_path / "m.pdf").read_bytes())}
    problem(client.post("/v1/extract", files=files, data=form), status, code)


def test_an_encrypted_pdf_takes_its_password(client: TestClient, tmp_path: Path) -> None:
    files = {"file": ("m.pdf", manual(tmp_path / "m.pdf", password="lund").read_bytes())}
    problem(client.post("/v1/extract", files=files), 422, "password_required")
    problem(client.post("/v1/extract", files=files, data={"password": "malmö"}), 422, "password_required")
    assert len(client.post("/v1/extract", files=files, data={"password": "lund"}).json()["pages"]) == 3


def test_no_more_files_are_read_at_once_than_may_be(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    files = {"file": ("m.pdf", manual(tmp_path / "m.pdf", 1).read_bytes())}
    with ExitStack() as stack:
        for _ in range(Settings().extracts):
            stack.enter_context(program.knowledge_base.extraction.at_once.enter())
        refused = client.post("/v1/extract", files=files)
        problem(refused, 429, "rate_limited")
        assert int(refused.headers["retry-after"]) > 0
    assert client.post("/v1/extract", files=files).status_code == 200


def test_a_client_that_breaks_off_leaves_its_place_to_the_next(tmp_path: Path) -> None:
    content = dense(tmp_path / "m.pdf", 400).read_bytes()
    with serving(tmp_path / "data", environment={"KB_EXTRACTS": "1"}) as server:
        for _ in range(3):
            with httpx.stream(
                "POST", f"{server.url}/v1/extract", files={"file": ("m.pdf", content)}, timeout=HANG_SECONDS
            ) as answer:
                assert answer.status_code == 200
                next(answer.iter_raw(100))
            deadline = time.monotonic() + HANG_SECONDS
            while status(server, content) == 429:
                assert time.monotonic() < deadline
                time.sleep(0.2)


def status(server: Server, content: bytes) -> int:
    """Of a request for one page."""
    files = {"file": ("m.pdf", content)}
    return httpx.post(
        f"{server.url}/v1/extract", files=files, data={"pages": "1"}, timeout=HANG_SECONDS
    ).status_code
