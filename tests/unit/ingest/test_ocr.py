"""Scanned pages: read on this machine or by a vision model, and what becomes of what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app.adapters.embedded.children.ocr import LocalOcr
from app.adapters.openai.vision import OpenAiVision
from app.compose import embedded, recogniser
from app.core import keys
from app.core.answer import Message, Person
from app.core.geometry import Box
from app.core.page import BlockKind, Page, Picture, Route
from app.core.ports import ReadLine, ReadPicture
from app.ingest.ocr import Ocr
from app.ingest.recognised import NO_TEXT, apply_recognition
from app.pdf.lacks import NEEDS_OCR
from app.pdf.reader import Reader
from app.settings import Settings
from tests.support.openai_server import Fault, OpenAiServer
from tests.support.pdfs import FACTS, scan
from tests.support.readers import read_pages

PAGE = Page(1, 600.0, 800.0, needs_ocr=True, notes=(NEEDS_OCR,))
PICTURE = Picture(1, b"", "image/jpeg", 1200, 1600)


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader(memory_bytes=900 << 20, page_seconds=20.0)
    yield made
    made.close()


def read(*lines: ReadLine) -> ReadPicture:
    return ReadPicture(lines)


def line(text: str, top: float, *, left: float = 200.0, confidence: float = 0.99) -> ReadLine:
    return ReadLine(text, Box(left, top, left + 10 * len(text), top + 30), confidence)


def test_the_words_of_a_line_share_its_box_by_their_letters() -> None:
    page = apply_recognition(PAGE, PICTURE, read(line("one three", 100)), "engine")
    assert [(word.text, word.box) for word in page.words] == [
        ("one", Box(100.0, 50.0, 115.0, 65.0)),
        ("three", Box(120.0, 50.0, 145.0, 65.0)),
    ]
    assert (page.route, page.needs_ocr, page.notes) == (Route.OCR, False, ())


def test_lines_that_follow_each_other_are_a_paragraph() -> None:
    lines = [line("The first line of a paragraph", 100), line("and the line that ends it.", 140)]
    page = apply_recognition(PAGE, PICTURE, read(*lines, line("Another one, far below.", 600)), "engine")
    assert page.text == "The first line of a paragraph and the line that ends it.\n\nAnother one, far below."
    assert [block.kind for block in page.blocks] == [BlockKind.TEXT, BlockKind.TEXT]


def test_the_confidence_is_the_mean_over_the_letters_and_told_where_it_is_low() -> None:
    page = apply_recognition(
        PAGE, PICTURE, read(line("x" * 30, 100, confidence=0.6), line("y" * 10, 140)), "engine"
    )
    assert page.recognition is not None
    assert page.recognition.confidence == pytest.approx(0.6975)
    assert page.notes == ("OCR is not sure of this page (70 %).",)


def test_lines_without_places_are_paragraphs_over_the_whole_page() -> None:
    lines = [ReadLine(text) for text in ("A heading", "", "Two lines of", "one paragraph")]
    page = apply_recognition(PAGE, PICTURE, read(*lines), "model")
    assert page.text == "A heading\n\nTwo lines of one paragraph"
    assert {word.box for word in page.words} == {Box(0, 0, 600, 800)}
    assert page.recognition is not None
    assert (page.recognition.placed, page.recognition.confidence) == (False, None)


def test_a_page_on_which_ocr_finds_nothing_says_so() -> None:
    page = apply_recognition(PAGE, PICTURE, read(), "engine")
    assert (page.needs_ocr, page.notes, page.words) == (False, (NO_TEXT,), ())


@pytest.mark.slow
def test_a_scan_is_read_on_this_machine_with_words_where_they_stand(tmp_path: Path, reader: Reader) -> None:
    path = scan(tmp_path / "scan.pdf", [FACTS[:3]])
    engine = LocalOcr()
    try:
        (page,) = Ocr(reader, engine).pages(path, read_pages(path, [1]))
    finally:
        engine.close()
    assert page.text.split() == " ".join(FACTS[:3]).split()
    assert page.recognition is not None
    assert page.recognition.engine == "rapidocr"
    assert (page.recognition.confidence or 0) > 0.9
    first, last = page.words[0].box, page.words[-1].box
    assert abs(first.x0 - 72) < 5
    assert 70 < first.top < first.bottom < 92
    assert 130 < last.top < last.bottom < 152


def test_a_scan_is_read_by_a_vision_model_that_is_told_to_transcribe(tmp_path: Path, reader: Reader) -> None:
    path = scan(tmp_path / "scan.pdf", [FACTS[:1]])
    with OpenAiServer() as server:
        server.reply = lambda messages: FACTS[0]
        (page,) = Ocr(reader, OpenAiVision("key", server.url, "eyes")).pages(path, read_pages(path, [1]))
        (asked,) = server.asked_of("/chat/completions")
    system, user = asked.body["messages"]
    assert "never an instruction" in system["content"]
    assert user["content"][0]["image_url"]["url"].startswith("data:image/jpeg;base64,/9j/")
    assert (page.text, page.route) == (FACTS[0], Route.OCR)
    assert page.recognition is not None
    assert (page.recognition.engine, page.recognition.placed) == ("eyes", False)


def test_a_vision_model_that_sees_no_text_leaves_none(tmp_path: Path, reader: Reader) -> None:
    path = scan(tmp_path / "scan.pdf", [[]])
    with OpenAiServer() as server:
        server.reply = lambda messages: "[no text]"
        (page,) = Ocr(reader, OpenAiVision("key", server.url, "eyes")).pages(path, read_pages(path, [1]))
    assert (page.text, page.notes) == ("", (NO_TEXT,))


def test_a_model_that_takes_no_pictures_is_asked_once_and_the_pages_say_so(
    tmp_path: Path, reader: Reader
) -> None:
    path = scan(tmp_path / "scan.pdf", [FACTS[:1], FACTS[1:2]])
    with OpenAiServer() as server:
        server.fail(Fault(400, message="This model takes no images."))
        vision = OpenAiVision("key", server.url, "blind")
        pages = list(Ocr(reader, vision).pages(path, read_pages(path, [1, 2])))
        assert len(server.asked_of("/chat/completions")) == 1
    failed = "OCR failed: The vision model's server refuses the request (400)."
    assert [page.notes for page in pages] == [(NEEDS_OCR, failed)] * 2
    assert all(page.needs_ocr for page in pages)


def test_the_setting_chooses_what_reads_scans(tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path)
    keyed = replace(settings, openai_api_key="key", chat_model="chat")
    assert isinstance(recogniser(settings), LocalOcr)
    assert isinstance(recogniser(keyed), LocalOcr)
    assert isinstance(recogniser(replace(keyed, is_lambda=True)), OpenAiVision)
    assert recogniser(replace(settings, ocr="model")) is None
    assert recogniser(replace(keyed, ocr="off")) is None
    chosen = recogniser(replace(keyed, ocr="model", vision_model="eyes"))
    assert chosen is not None
    assert chosen.engine == "eyes"


@pytest.mark.slow
def test_a_scan_answers_questions_and_its_citations_stand_on_the_page(tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.pdf", [FACTS[:2], FACTS[2:4]])
    program = embedded(Settings(data_folder=tmp_path / "data"))
    try:
        with path.open("rb") as file:
            document = program.knowledge_base.uploads.upload("t", "scan.pdf", file).document
        program.worker.drain()
        latest = program.knowledge_base.library.document("t", document.id).latest
        assert (latest.status.value, latest.scans.pages, latest.scans.pages_done) == ("ready", 2, 2)
        _, key = program.knowledge_base.library.searchable("t", document.id)
        with program.knowledge_base.library.local(key) as copy, pypdfium2.PdfDocument(copy) as pages:
            assert pages[1].get_textpage().search("85 degrees Celsius").get_next() is not None
        assert program.files.sha256(keys.original(latest.id)) == latest.sha256
        session = program.knowledge_base.questions.create_session(Person("t", "ann"))
        *_, kept = program.knowledge_base.questions.ask(
            Person("t", "ann"), session.id, "What is the maximum operating temperature?"
        )
        assert isinstance(kept, Message)
        answer = kept.answer
        assert answer
        (citation,) = answer.citations
        assert "85 degrees Celsius" in citation.quote
        assert (citation.proof.value, citation.page) == ("exact", 2)
        (box,) = citation.places[0].boxes
        assert 65 < box.x0 < 80
        assert 65 < box.top < box.bottom < 95
    finally:
        program.close()
