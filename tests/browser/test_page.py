"""What a person does on the web page: drops PDFs in, asks, and checks the answer on the page itself."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import FACTS, annual_report, manual, scan, write_page
from tests.support.server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

Open = Callable[..., "Page"]


def add(page: Page, *paths: Path) -> None:
    page.set_input_files("#files", [str(path) for path in paths])


def row(page: Page, name: str) -> Locator:
    return page.locator("#documents > li").filter(has=page.get_by_role("button", name=name, exact=True))


def wait_ready(page: Page, name: str) -> None:
    row(page, name).locator(".ready").wait_for()


def ask(page: Page, question: str) -> Locator:
    """Asks and waits for the whole answer."""
    page.locator("#send").wait_for()  # while an answer comes there is another button in its place
    turns = page.locator("#thread > li").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    answer = page.locator("#thread > li").nth(turns).locator(".answer[data-kind]")
    answer.wait_for()
    return answer


def drop(page: Page, path: Path) -> None:
    """Drops a file on the window, as a person does from a folder."""
    content = base64.b64encode(path.read_bytes()).decode()
    transfer = page.evaluate_handle(
        """([content, name]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "application/pdf" }));
            return transfer;
        }""",
        [content, path.name],
    )
    page.dispatch_event("body", "dragover", {"dataTransfer": transfer})
    page.get_by_text("Drop to add these PDFs").wait_for()
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})


def words_under(page: Page, path: Path) -> list[str]:
    """The words that the marks cover, as another reader finds them on the page in the file."""
    import pdfplumber

    number = int(page.locator("#viewer .toolbar input").input_value())
    marks = page.evaluate(
        """() => {
            const sheet = document.querySelector(".sheet").getBoundingClientRect();
            return [...document.querySelectorAll(".highlight")].map((mark) => {
                const { left, top, right, bottom } = mark.getBoundingClientRect();
                const xs = [left, right].map((x) => (x - sheet.left) / sheet.width);
                const ys = [top, bottom].map((y) => (y - sheet.top) / sheet.height);
                return [xs[0], ys[0], xs[1], ys[1]];
            });
        }"""
    )
    with pdfplumber.open(path) as pdf:
        shown = pdf.pages[number - 1]
        return [
            word["text"]
            for word in shown.extract_words()
            if any(_holds(mark, word, float(shown.width), float(shown.height)) for mark in marks)
        ]


def _holds(mark: list[float], word: dict[str, Any], width: float, height: float) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2 / width, (word["top"] + word["bottom"]) / 2 / height
    return bool(mark[0] <= x <= mark[2] and mark[1] <= y <= mark[3])


def with_a_picture(path: Path) -> Path:
    """A page of text, and one that is a picture without text."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    write_page(canvas, "1. Chapter", list(FACTS))
    canvas.drawInlineImage(Image.new("L", (60, 80), 200), 0, 0, *A4)
    canvas.save()
    return path


def test_a_dropped_pdf_is_asked_and_its_quote_is_marked_on_the_page(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    path = manual(tmp_path / "pump.pdf", 5)
    drop(page, path)
    wait_ready(page, "pump.pdf")
    answer = ask(page, "What is the maximum operating temperature of the pump?")
    assert "85 degrees Celsius" in answer.inner_text()
    assert "Quoted from your documents" in answer.inner_text()
    answer.locator(".mark").first.click()
    page.locator("#viewer .sheet img").wait_for()
    assert page.locator("#viewer .viewer-quote .proof").inner_text().strip() == "Word for word"
    sentence = "The maximum operating temperature of the Meridian pump is 85 degrees Celsius."
    assert words_under(page, path) == sentence.split()


def test_a_quote_from_a_table_is_shown_as_its_rows_below_the_header(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    rows = (("Pump model", "Weight"), ("Meridian", "41 kg"), ("Castor <b>", "38 kg"), ("Pollux", "12 kg"))
    canvas = Canvas(str(tmp_path / "weights.pdf"), pagesize=A4, invariant=1)
    canvas.drawString(72, 760, "The weights of the pumps are in the table.")
    for y in range(5):
        canvas.line(72, 720 - 20 * y, 332, 720 - 20 * y)
    for x in (72, 202, 332):
        canvas.line(x, 720, x, 640)
    for y, row_texts in enumerate(rows):
        for x, text in enumerate(row_texts):
            canvas.drawString(76 + 130 * x, 706 - 20 * y, text)
    canvas.save()
    page = open_page(server.url)
    add(page, tmp_path / "weights.pdf")
    wait_ready(page, "weights.pdf")
    answer = ask(page, "What is the weight of the pump model Castor?")
    answer.locator(".source", has_text="38 kg").first.click()
    table = page.locator("#viewer .viewer-quote table")
    table.wait_for()
    assert "Castor <b>" in table.inner_text()
    assert "38 kg" in table.inner_text()
    assert table.locator("b").count() == 0
    assert page.locator("#viewer .mark-head").count() == 2, "the heads of the cited row are marked as well"
    sheet = page.locator("#viewer .sheet").bounding_box()
    assert sheet
    page.mouse.click(sheet["x"] + sheet["width"] * 215 / A4[0], sheet["y"] + sheet["height"] * 190 / A4[1])
    assert page.locator("#viewer .viewer-cell").inner_text() == "Pollux · Weight: 12 kg"
    marks = [page.locator(f"#viewer .{tone}").count() for tone in ("highlight", "mark-label", "mark-head")]
    assert marks == [1, 1, 1]
    with page.expect_download() as download:
        page.get_by_role("button", name="Download table 1 of this page as CSV").click()
    assert Path(download.value.path()).read_text("utf-8-sig").splitlines() == [
        "Pump model,Weight",
        "Meridian,41 kg",
        "Castor <b>,38 kg",
        "Pollux,12 kg",
    ]


def test_progress_moves_while_a_long_pdf_is_read(open_page: Open, server: Server, tmp_path: Path) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "long.pdf", 150))
    said: set[str] = set()
    working = row(page, "long.pdf").locator(".working")
    row(page, "long.pdf").wait_for()
    while not row(page, "long.pdf").locator(".ready").count():
        if working.is_visible():
            said.add(working.inner_text())
        page.wait_for_timeout(30)
    assert any(re.search(r"Reading: \d+ of 150 pages", text) for text in said), said
    assert row(page, "long.pdf").inner_text().count("150 pages") == 1


def test_the_report_shows_how_each_page_was_read_and_leads_to_it(open_page: Open, tmp_path: Path) -> None:
    with serving(tmp_path / "data", environment={"KB_OCR": "off"}) as server:
        page = open_page(server.url)
        add(page, manual(tmp_path / "pump.pdf", 3))
        wait_ready(page, "pump.pdf")
        add(page, with_a_picture(tmp_path / "mixed.pdf"))
        row(page, "mixed.pdf").get_by_role("button", name="See its pages").click()
        report = page.get_by_role("dialog", name="mixed.pdf")
        report.get_by_text("No text could be read on this page: it needs OCR.").wait_for()
        assert [text.split()[0] for text in report.locator("tbody tr").all_inner_texts()] == ["1", "2"]
        assert report.locator("tbody .route").all_inner_texts() == ["Text", "Needs OCR"]
        report.get_by_role("button", name="Needs OCR: 1").click()
        assert report.locator("tbody .route").all_inner_texts() == ["Needs OCR"]
        report.get_by_role("button", name="2", exact=True).click()
        page.locator("#viewer .sheet img").wait_for()
        assert page.locator("#viewer .toolbar input").input_value() == "2"
        row(page, "pump.pdf").hover()
        page.get_by_role("button", name="How the pages of pump.pdf were read").click()
        page.get_by_role("dialog", name="pump.pdf").locator("header").get_by_text("3 pages").wait_for()


def test_an_entry_of_the_outline_leads_to_its_page_and_so_does_what_the_pdf_calls_it(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "pump.pdf", 4, labelled=True))
    wait_ready(page, "pump.pdf")
    row(page, "pump.pdf").hover()
    page.get_by_role("button", name="How the pages of pump.pdf were read").click()
    page.get_by_role("dialog", name="pump.pdf").get_by_role("button", name="1 (i)", exact=True).click()
    contents = page.get_by_role("navigation", name="Contents")
    contents.get_by_text("Contents").click()
    contents.get_by_role("button", name="3. Chapter 3").click()
    page.get_by_alt_text("Page 3 of pump.pdf").wait_for()
    number = page.locator("#viewer .toolbar input")
    assert number.input_value() == "3"
    number.fill("ii")
    number.press("Enter")
    page.get_by_alt_text("Page 2 of pump.pdf").wait_for()
    assert "page 2 (ii) of 4" in page.locator("#viewer .meta").first.inner_text()
    document = server.get("/v1/documents")["items"][0]["id"]
    page.evaluate(f"location.hash = '#doc/{document}/page/A-1'")
    page.get_by_alt_text("Page 4 of pump.pdf").wait_for()


def test_a_scan_that_was_read_is_saved_as_a_pdf_whose_words_are_found(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    add(page, scan(tmp_path / "letter.pdf", [["The boiler was inspected in March."]]))
    wait_ready(page, "letter.pdf")
    page.evaluate(f"location.hash = '#doc/{server.get('/v1/documents')['items'][0]['id']}'")
    with page.expect_download() as download:
        page.get_by_role("button", name="Searchable PDF").click()
    assert download.value.suggested_filename == "letter-searchable.pdf"
    with closing(pypdfium2.PdfDocument(download.value.path())) as copy:
        assert "boiler was inspected" in copy[0].get_textpage().get_text_bounded()


def test_a_conversation_is_there_again_after_a_reload(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "pump.pdf", 5))
    wait_ready(page, "pump.pdf")
    ask(page, "How long is the warranty period of the Meridian pump?")
    assert "41 kilograms" in ask(page, "And its weight?").inner_text()
    page.reload()
    page.locator("#sessions button", has_text="How long is the warranty period").first.click()
    page.locator("#thread .answer[data-kind]").nth(1).wait_for()
    assert "41 kilograms" in page.locator("#thread").inner_text()


def test_what_the_documents_do_not_say_is_said_to_be_not_found(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "pump.pdf"))
    wait_ready(page, "pump.pdf")
    answer = ask(page, "Who won the football world cup in 1990?")
    assert "Not found in these documents" in answer.inner_text()
    assert answer.locator(".mark").count() == 0


def test_an_encrypted_pdf_asks_for_its_password(open_page: Open, server: Server, tmp_path: Path) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "secret.pdf", password="sesame"))
    locked = row(page, "secret.pdf")
    locked.locator(".locked").wait_for()
    locked.locator("input[type=password]").fill("wrong")
    locked.get_by_role("button", name="Unlock").click()
    locked.get_by_role("alert").wait_for()
    locked.locator("input[type=password]").fill("sesame")
    locked.get_by_role("button", name="Unlock").click()
    wait_ready(page, "secret.pdf")


def test_a_file_that_is_no_pdf_is_refused_with_the_reason(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    (tmp_path / "notes.pdf").write_text("These are notes.")
    page = open_page(server.url)
    add(page, tmp_path / "notes.pdf")
    refused = page.locator("#uploads .upload")
    refused.locator(".trouble").wait_for()
    assert "not a PDF" in refused.inner_text()
    assert page.locator("#documents > li").count() == 0


def test_a_deleted_document_is_gone(open_page: Open, server: Server, tmp_path: Path) -> None:
    page = open_page(server.url)
    add(page, manual(tmp_path / "pump.pdf"))
    wait_ready(page, "pump.pdf")
    page.get_by_role("button", name="Delete pump.pdf").click()
    row(page, "pump.pdf").locator(".confirm button").first.click()
    row(page, "pump.pdf").wait_for(state="detached")
    assert server.get("/v1/documents")["items"] == []


def test_a_file_whose_name_is_taken_becomes_what_is_chosen(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    path = manual(tmp_path / "pump.pdf", 1)
    add(page, path)
    wait_ready(page, "pump.pdf")
    add(page, path)
    page.get_by_role("status").get_by_text("here already, as “pump.pdf”; nothing has changed").wait_for()
    question = page.get_by_role("dialog", name="There is a document “pump.pdf” already")
    drop(page, manual(path, 2))
    question.get_by_role("button", name="Leave out").wait_for()
    assert question.get_by_role("checkbox").count() == 0  # there is one file
    page.keyboard.press("Escape")
    page.get_by_role("status").get_by_text("Left out “pump.pdf”").wait_for()
    assert [item["version"] for item in server.get("/v1/documents")["items"]] == [1]
    drop(page, path)
    question.wait_for()
    page.keyboard.press("Enter")  # meant for something else: nothing is chosen
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Version 2 of “pump.pdf” is new.").wait_for()
    wait_ready(page, "pump.pdf")
    add(page, manual(path, 1))
    question.get_by_role("button", name="New version").click()
    page.get_by_role("status").get_by_text("version 1 of “pump.pdf”, which is current again").wait_for()
    wait_ready(page, "pump.pdf")
    add(page, manual(path, 3))
    question.get_by_role("button", name="New document").click()
    page.get_by_role("status").get_by_text("Added “pump.pdf” as the new document “pump (2).pdf”.").wait_for()
    wait_ready(page, "pump (2).pdf")
    assert page.locator("#uploads > li").count() == 0


@pytest.mark.parametrize(
    ("choice", "said", "names", "versions"),
    [
        ("New version", "Version 2 of “{}” is new.", ["a.pdf", "b.pdf", "c.pdf", "d.pdf"], [2, 2, 2, 1]),
        (
            "New document",
            "Added “{}” as the new document",
            ["a (2).pdf", "a.pdf", "b (2).pdf", "b.pdf", "c (2).pdf", "c.pdf", "d.pdf"],
            [1] * 7,
        ),
        ("Leave out", "Left out “{}”", ["a.pdf", "b.pdf", "c.pdf", "d.pdf"], [1, 1, 1, 1]),
    ],
)
def test_a_choice_for_all_is_asked_once_and_holds_for_what_came_together(
    open_page: Open,
    server: Server,
    tmp_path: Path,
    choice: str,
    said: str,
    names: list[str],
    versions: list[int],
) -> None:
    page = open_page(server.url)
    paths = [manual(tmp_path / name, 1, first_fact=n) for n, name in enumerate(("a.pdf", "b.pdf", "c.pdf"))]
    add(page, *paths)
    for path in paths:
        wait_ready(page, path.name)
    paths = [manual(path, 2, first_fact=n) for n, path in enumerate(paths)]
    add(page, *paths, manual(tmp_path / "d.pdf", 1, first_fact=3))
    question = page.get_by_role("dialog", name=re.compile("There is a document “. ?.pdf” already"))
    question.get_by_role("checkbox", name="Do the same for the other files added with it").check()
    question.get_by_role("button", name=choice).click()
    for path in paths:
        page.get_by_role("status").get_by_text(said.format(path.name)).wait_for()
    wait_ready(page, "d.pdf")
    assert not question.is_visible()
    found = sorted(server.get("/v1/documents")["items"], key=lambda item: str(item["name"]))
    assert [item["name"] for item in found] == names
    while any(item["status"] != "ready" for item in server.get("/v1/documents")["items"]):
        page.wait_for_timeout(50)
    found = sorted(server.get("/v1/documents")["items"], key=lambda item: str(item["name"]))
    assert [item["version"] for item in found] == versions
    add(page, manual(tmp_path / "a.pdf", 4), manual(tmp_path / "b.pdf", 4))
    question.wait_for()  # another lot is asked for anew


def test_versions_are_listed_made_current_and_deleted(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    page = open_page(server.url)
    path = manual(tmp_path / "pump.pdf", 1)
    for pages in (1, 2):
        add(page, manual(path, pages))
        if pages == 2:
            page.get_by_role("button", name="New version").click()
        row(page, "pump.pdf").get_by_text(re.compile(f"^{pages} page")).wait_for()
        wait_ready(page, "pump.pdf")
    row(page, "pump.pdf").hover()
    page.get_by_role("button", name="Versions of pump.pdf").click()
    versions = page.get_by_role("dialog", name="Versions of pump.pdf")
    items = versions.get_by_role("listitem")
    versions.get_by_text("Questions are answered from version 2.").wait_for()
    assert [text.splitlines()[0] for text in items.all_inner_texts()] == ["Version 2", "Version 1"]
    assert "2 pages" in items.nth(0).inner_text()
    assert [items.nth(n).get_by_text("Answers").count() for n in (0, 1)] == [1, 0]

    versions.get_by_role("button", name="Make current: version 1 of pump.pdf").click()
    items.nth(1).get_by_text("Answers").wait_for()
    assert [items.nth(n).get_by_text("Answers").count() for n in (0, 1)] == [0, 1]
    document = server.get("/v1/documents")["items"][0]
    assert (document["version"], document["searchable_version"]) == (1, 1)

    delete = versions.get_by_role("button", name="Delete version 1 of pump.pdf")
    delete.click()
    page.keyboard.press("Escape")  # takes the question back, and leaves the dialog
    delete.wait_for()
    assert items.count() == 2
    delete.click()
    versions.get_by_role("group", name="Delete version 1 and everything").get_by_text(
        "Delete", exact=True
    ).click()
    versions.get_by_text("Deleted version 1 of “pump.pdf”: 1 version").wait_for()
    items.nth(0).get_by_text("Answers").wait_for()
    assert items.count() == 1
    versions.get_by_role("button", name="Delete version 2 of pump.pdf").click()
    question = versions.get_by_role("group", name="Delete version 2, and the document with it?")
    question.get_by_text("Delete", exact=True).click()
    versions.wait_for(state="hidden")
    row(page, "pump.pdf").wait_for(state="detached")
    assert server.get("/v1/documents")["items"] == []


def test_an_answer_that_was_stopped_is_there_again_as_broken_off(open_page: Open, tmp_path: Path) -> None:
    with OpenAiServer(dimensions=64) as model:
        model.reply, model.pause = lambda _: "The pump is heavy, and so on. " * 200, 0.05
        environment = {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_EMBEDDING_DIMENSIONS": "64",
        }
        with serving(tmp_path / "data", environment=environment) as server:
            page = open_page(server.url)
            add(page, manual(tmp_path / "pump.pdf"))
            wait_ready(page, "pump.pdf")
            page.fill("#question", "How heavy is the Meridian pump?")
            page.press("#question", "Enter")
            page.get_by_text("The pump is heavy").first.wait_for()
            page.locator("#stop").click()
            page.get_by_text("You stopped this answer.").wait_for()
            page.reload()
            page.locator("#sessions button", has_text="How heavy is the Meridian pump?").first.click()
            answer = page.locator("#thread .answer[data-kind]")
            answer.wait_for()
            assert "Broken off" in answer.locator(".kind").inner_text()
            assert "The pump is heavy" in answer.locator(".answer-text").inner_text()


def test_a_sentence_is_shown_as_proven_quoted_only_or_unsupported(open_page: Open, tmp_path: Path) -> None:
    with OpenAiServer(dimensions=64) as model:
        model.reply = lambda messages: (
            "The pump weighs 41 kilograms without its mounting frame. "
            '[[1: "The Meridian pump weighs 41 kilograms without"]] '
            'The Meridian pump is safe for children. [[1: "The Meridian pump weighs 41 kilograms"]] '
            'It is made of gold. [[1: "The Meridian pump is made of solid gold"]]'
        )
        environment = {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": model.url,
            "OPENAI_EMBEDDING_DIMENSIONS": "64",
        }
        with serving(tmp_path / "data", environment=environment) as server:
            page = open_page(server.url)
            add(page, manual(tmp_path / "pump.pdf", 5))
            wait_ready(page, "pump.pdf")
            answer = ask(page, "How much does the Meridian pump weigh?")
            claims = {
                status: answer.locator(f".claim.{status}") for status in ("proven", "quoted", "unsupported")
            }
            assert claims["proven"].inner_text().startswith("The pump weighs 41 kilograms")
            assert claims["proven"].locator(".badge").get_attribute("title") == (
                "Its quotes, with what stands around them, say all of this."
            )
            assert "Quoted only" in claims["quoted"].inner_text()
            assert "not in the quote: safe, children" in claims["quoted"].inner_text()
            assert "made of gold" in claims["unsupported"].inner_text()
            assert "Unsupported" in claims["unsupported"].inner_text()
            assert "[" not in answer.locator(".answer-text").inner_text()
            assert answer.locator(".source .proof.missing").count() == 1
            assert answer.locator(".source .proof.exact").count() == 1
            cut_short = answer.locator(".source:has(.proof.fuzzy) .source-quote")
            assert cut_short.locator("q").inner_text() == "The Meridian pump weighs 41 kilograms"
            assert cut_short.locator(".around").inner_text() == "without its mounting frame."
            cut_short.click()
            page.locator("#viewer .sheet img").wait_for()
            viewed = page.locator("#viewer .viewer-words .around")
            assert viewed.inner_text() == "without its mounting frame."


def test_a_shared_conversation_is_read_by_whoever_has_its_link_and_is_no_longer_when_that_ends(
    open_page: Open, tmp_path: Path
) -> None:
    secret = {"JWT_SECRET_KEY": "a secret of more than thirty-two bytes"}
    with serving(tmp_path / "data", environment=secret) as server:
        page = open_page(server.url)
        _enter(page, "ann", secret)
        add(page, manual(tmp_path / "pump.pdf"))
        wait_ready(page, "pump.pdf")
        ask(page, "How long is the warranty period?")
        page.locator("#sessions li").first.hover()
        page.get_by_role("button", name="Share How long").click()
        assert "Only you can ask in it" in page.locator("#sessions .confirm").inner_text()
        page.locator("#sessions .confirm").get_by_role("button", name="Share", exact=True).click()
        link = page.get_by_label("Link to the conversation").input_value()
        page.get_by_role("button", name="Close").click()

        other = open_page(link)
        _enter(other, "bob", secret)
        other.reload()
        other.locator("#thread .answer[data-kind]").wait_for()
        assert "thirty-six months" in other.locator("#thread").inner_text()
        assert "to read" in other.locator("#scope").inner_text()
        assert other.locator("#thread").get_by_role("button", name="Helpful").count() == 0
        assert other.locator("#sessions li").count() == 0
        other.fill("#question", "What is the weight of the pump?")  # begins a conversation of their own
        other.press("#question", "Enter")
        other.locator("#sessions li").wait_for()
        assert other.locator("#thread .turn").count() == 1

        page.get_by_role("button", name="is shared: who can read it").click()
        page.get_by_role("button", name="Stop sharing").click()
        page.get_by_role("button", name="Share How long").wait_for(state="attached")
        late = open_page(server.url)
        _enter(late, "bob", secret)
        late.goto(link)
        late.wait_for_url(server.url + "/")
        assert late.locator("#thread .turn").count() == 0


def test_a_server_with_tokens_asks_for_one(open_page: Open, tmp_path: Path) -> None:
    secret = {"JWT_SECRET_KEY": "a secret of more than thirty-two bytes"}
    with serving(tmp_path / "data", environment=secret) as server:
        page = open_page(server.url)
        page.locator("#token[open]").wait_for()
        page.fill("#token-value", "no token at all")
        page.get_by_role("button", name="Continue").click()
        page.locator("#token-problem").wait_for()
        _enter(page, "me", secret)
        add(page, manual(tmp_path / "pump.pdf"))
        wait_ready(page, "pump.pdf")


def _enter(page: Page, subject: str, secret: dict[str, str]) -> None:
    """Give the page a token of this subject."""
    who = ["--subject", subject, "--tenant", "us", "--role", "editor"]
    minted = subprocess.run(
        [sys.executable, "-m", "app.cli", "token", *who],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=True,
    )
    page.locator("#token[open]").wait_for()
    page.fill("#token-value", minted.stdout.strip())
    page.get_by_role("button", name="Continue").click()
    page.locator("#token[open]").wait_for(state="detached")


@pytest.mark.parametrize("width", [360, 820])
def test_a_narrow_screen_shows_everything_without_scrolling_sideways(
    open_page: Open, server: Server, tmp_path: Path, width: int
) -> None:
    page = open_page(server.url, width=width, height=740)
    add(page, manual(tmp_path / "a_rather_long_name_of_a_document_that_somebody_scanned_twice.pdf"))
    while not any(item["status"] == "ready" for item in server.get("/v1/documents")["items"]):
        page.wait_for_timeout(100)
    if page.locator("nav.views [data-view=ask]").is_visible():
        page.click("nav.views [data-view=ask]")
    answer = ask(page, "What is the warranty period?")
    answer.locator(".mark").first.click()
    page.locator("#viewer .sheet img").wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert page.locator("#viewer .highlight").first.is_visible()


def test_everything_can_be_reached_by_its_name(open_page: Open, server: Server) -> None:
    page = open_page(server.url)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, textarea, a[href]")]
            .filter((one) => one.offsetParent && !one.textContent.trim() && !one.getAttribute("aria-label")
                && !one.labels?.length && !one.title)
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []


def test_the_card_of_a_document_is_shown_leads_to_its_places_and_is_corrected(
    open_page: Open, server: Server, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page = open_page(server.url)
    add(page, annual_report(tmp_path / "report.pdf", 2022, 523))
    wait_ready(page, "report.pdf")
    expect(row(page, "report.pdf")).to_contain_text("Annual Report 2022")
    page.get_by_role("button", name="report.pdf", exact=True).click()
    page.get_by_text("About this document").click()
    page.get_by_role("button", name="Who: show page").first.click()
    page.locator("#viewer .sheet .highlight").first.wait_for()
    page.get_by_role("button", name="Correct", exact=True).click()
    page.get_by_label("Title", exact=True).fill("Meridian in 2022")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".viewer-title")).to_have_text("Meridian in 2022")
    expect(row(page, "report.pdf")).to_contain_text("Meridian in 2022")
    page.get_by_role("button", name="Take the correction back: Title").click()
    expect(row(page, "report.pdf")).to_contain_text("Annual Report 2022")
    # That there is none is a correction, too.
    page.get_by_role("button", name="Correct", exact=True).click()
    for label in ("Title", "Kind", "Who", "Published"):
        page.get_by_label(label, exact=True).fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".viewer-title")).to_have_text("report.pdf")
    back = page.get_by_role("button", name="Take the correction back: Title")
    expect(page.locator("dd").filter(has=back)).to_contain_text("none")
    # What is refused is said beside it.
    page.route("**/v1/documents/*", lambda route: route.abort())
    back.click()
    expect(page.locator("dd").filter(has=back).get_by_role("alert")).to_be_visible()
    page.unroute("**/v1/documents/*")
    back.click()
    expect(row(page, "report.pdf")).to_contain_text("Annual Report 2022")
