"""One story, over HTTP, of each way to run: a large PDF goes in, its answers are checked, and it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from tests.support import stack
from tests.support.http import ask, send
from tests.support.pdfs import FACTS, FILLER, write_page
from tests.support.pictures import jpeg, noise, picture
from tests.support.server import serving
from tests.support.uploads import address_of, ended, uploaded

SIZE = 30_000_000
TEXT_PAGES = 120
FACT_PAGE = 73
PICTURES = 10


@contextmanager
def embedded(folder: Path) -> Iterator[str]:
    with serving(folder / "data") as server:
        yield server.url


@contextmanager
def compose(folder: Path) -> Iterator[str]:
    with stack.held() as running:
        yield running.url


WAYS: dict[str, Callable[[Path], AbstractContextManager[str]]] = {"embedded": embedded, "compose": compose}


@pytest.fixture(params=WAYS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with WAYS[request.param](tmp_path) as address:
        yield address


def large(path: Path) -> Path:
    """Over 30 MB: pages of text, a fact on one of them, and at the end pages on large pictures."""
    canvas = Canvas(str(path), invariant=1)
    canvas.setTitle("Meridian pump manual")
    for number in range(1, TEXT_PAGES + 1):
        fact = [FACTS[0]] if number == FACT_PAGE else []
        write_page(canvas, f"{number}. Chapter {number}", [*fact, *FILLER[number % 4 :]])
    for number in range(1, PICTURES + 1):
        picture(canvas, jpeg(noise(1800, 1800)), (0, -440, 595, 400))
        write_page(canvas, f"Plate {number}", FILLER)
    canvas.save()
    return path


@pytest.mark.slow
def test_a_large_pdf_goes_in_answers_with_proof_and_goes_for_good(url: str, tmp_path: Path) -> None:
    path = large(tmp_path / "pump.pdf")
    assert path.stat().st_size > SIZE
    document = uploaded(url, path)
    address = address_of(url, document)
    watched(address)

    hit = send(f"{url}/v1/search", {"question": "How long is the warranty period?"}).value["items"][0]
    assert hit["document_id"] == document["id"]
    assert FACT_PAGE in hit["pages"]
    session = send(f"{url}/v1/chat/sessions", {}).value
    citation = proven(url, session["id"], "How long is the warranty period of the Meridian pump?")
    assert (citation["document_id"], citation["page"]) == (document["id"], FACT_PAGE)
    assert "thirty-six months" in words_in(path, citation["places"][0])

    image = ask(f"{address}/pages/{FACT_PAGE}/image")
    assert Image.open(BytesIO(image.body)).size[0] > 1000
    last = ask(f"{address}/pages/{TEXT_PAGES + 1}").value
    assert last["design_heavy"]
    content = ask(f"{address}/content")
    assert hashlib.sha256(content.body).hexdigest() == document["sha256"]

    receipt = ask(address, method="DELETE").value
    assert receipt["versions"] == 1
    assert receipt["files"] > 1 + PICTURES
    assert receipt["bytes"] > SIZE
    assert receipt["chunks"] > 0
    nothing_answers(url, session["id"], document["id"])


def watched(address: str) -> None:
    """Follow the progress, which never goes back, until the document is ready."""
    seen: list[int] = []

    document = ended(address, lambda each: seen.append(each["pages_done"]))
    assert (document["status"], document["reason"]) == ("ready", None)
    assert document["pages_done"] == document["pages"] == TEXT_PAGES + PICTURES
    assert document["chunks_done"] == document["chunks"] > 0
    assert seen == sorted(seen)
    assert len(set(seen)) > 2


def proven(url: str, session: str, question: str) -> Any:
    """The first citation of an answer whose claims are all proven, and whose quotes are all found."""
    answer = send(f"{url}/v1/chat/sessions/{session}/messages", {"question": question}).value["answer"]
    assert answer["claims"]
    assert all(claim["proven"] for claim in answer["claims"]), answer["claims"]
    assert {citation["proof"] for citation in answer["citations"]} <= {"exact", "fuzzy"}
    return answer["citations"][0]


def words_in(path: Path, place: Any) -> str:
    """What another library reads inside the boxes of a place."""
    import pdfplumber

    with pdfplumber.open(path, pages=[place["page"]]) as pdf:
        (page,) = pdf.pages
        lines = (
            page.within_bbox([x0 - 2, top - 2, x1 + 2, bottom + 2]) for x0, top, x1, bottom in place["boxes"]
        )
        return " ".join(" ".join(line.extract_text().split()) for line in lines)


def nothing_answers(url: str, session: str, document: str) -> None:
    """Of a document that was deleted."""
    assert send(f"{url}/v1/search", {"question": "warranty period"}).value["items"] == []
    answer = send(
        f"{url}/v1/chat/sessions/{session}/messages", {"question": "How long is the warranty?"}
    ).value
    assert answer["answer"]["kind"] in {"not_found", "no_documents"}
    for path in ("", "/content", f"/pages/{FACT_PAGE}", f"/pages/{FACT_PAGE}/image", "/versions"):
        assert ask(f"{url}/v1/documents/{document}{path}").status == 404
    assert all(each["id"] != document for each in ask(f"{url}/v1/documents").value["items"])
