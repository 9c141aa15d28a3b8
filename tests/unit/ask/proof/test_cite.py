"""Quotes found again on pages that were made for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.ask.proof.cite import PassageSource, cite
from app.core.answer import Citation, Proof
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Chunk, Hit, Span
from tests.support.readers import read_pages

LEFT = (
    "The pump is tested at 16 bar before it leaves the",
    "factory, and no pump is delivered without its certi-",
    "ficate. Spare parts, which are numbered, stay in stock",
    "for twelve years after the last delivery of a series and",
)
RIGHT = (
    "may be ordered from any branch. Returns are not ac-",
    "cepted after 30 days unless the seal is intact.",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PassageSource:
    """Two columns with a footer, then a page that goes on with the last sentence."""
    path = tmp_path_factory.mktemp("pdf") / "columns.pdf"
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for x, lines in ((50, LEFT), (320, RIGHT)):
        draw(canvas, x, 700, lines)
    draw(
        canvas,
        320,
        640,
        ["Every series has its own manual, which the", "technician keeps beside the machine and"],
    )
    draw(canvas, 250, 40, ["Manual 7, page 1"], size=7)
    canvas.showPage()
    draw(canvas, 250, 800, ["Meridian pumps"], size=7)
    draw(canvas, 50, 700, ["hands over to the next shift in the morning."])
    canvas.showPage()
    canvas.save()
    return source_of(list(read_pages(path, [1, 2])))


def draw(canvas: Canvas, x: float, top: float, lines: Sequence[str], size: float = 9) -> None:
    canvas.setFont("Helvetica", size)
    for number, line in enumerate(lines):
        canvas.drawString(x, top - 12 * number, line)


def source_of(pages: list[Page], spans: tuple[Span, ...] = (), name: str = "manual.pdf") -> PassageSource:
    chunk = Chunk("chunk", "local", f"doc-{name}", 3, 0, BlockKind.TEXT, "", spans=spans)
    return PassageSource(Hit(chunk, 1.0, document_name=name), lambda _: pages)


def typed(*lines: str, gap: float = 3.0) -> Page:
    """A page of these lines, each word five points a letter wide and ``gap`` from the next."""
    words: list[Word] = []
    for row, line in enumerate(lines):
        x = 50.0
        for text in line.split():
            words.append(Word(text, Box(x, 50.0 + 12 * row, x + 5 * len(text), 60.0 + 12 * row)))
            x += 5 * len(text) + gap
    block = Block(BlockKind.TEXT, Box(0, 0, 595, 842), (0, len(words)), " ".join(lines))
    return Page(1, 595, 842, words=tuple(words), blocks=(block,))


def proof(quote: str, *lines: str) -> Proof:
    return cite(1, quote, [source_of([typed(*lines)])]).proof


def boxes(citation: Citation) -> list[Box]:
    return [box for place in citation.places for box in place.boxes]


def test_a_quote_is_found_word_for_word_with_a_box_for_each_line(source: PassageSource) -> None:
    citation = cite(4, "tested at 16 bar before it leaves the factory", [source])
    assert (citation.number, citation.proof, citation.page, citation.version) == (4, Proof.EXACT, 1, 3)
    assert citation.found == "tested at 16 bar before it leaves the factory,"
    first, second = boxes(citation)
    assert first.bottom <= second.top + 3
    assert first.x0 > 60  # "The pump is" stands before it
    assert second.x1 < 100  # "and no pump" stands behind it


def test_a_word_cut_at_a_lines_end_is_found_whole_or_cut(source: PassageSource) -> None:
    for end in ("certificate.", "certi-\nficate.", "certi- ficate."):
        citation = cite(1, f"no pump is delivered without its {end}", [source])
        assert (citation.proof, len(boxes(citation))) == (Proof.EXACT, 2)


def test_a_sentence_goes_on_in_the_next_column(source: PassageSource) -> None:
    citation = cite(1, "the last delivery of a series and may be ordered from any branch.", [source])
    assert citation.proof is Proof.EXACT
    assert citation.found == "the last delivery of a series and may be ordered from any branch."
    left, right = boxes(citation)
    assert left.x1 < 320 <= right.x0


def test_a_sentence_goes_on_after_the_pages_end_past_footer_and_header(source: PassageSource) -> None:
    citation = cite(1, "keeps beside the machine and hands over to the next shift in the morning.", [source])
    assert (citation.proof, [place.page for place in citation.places]) == (Proof.EXACT, [1, 2])
    assert citation.found == "keeps beside the machine and hands over to the next shift in the morning."


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        ("the first office's files", "the ﬁrst oﬃce’s ﬁles"),
        ('he said "stop" - twice', "he said “stop” – twice"),
        ("co\u00adoperation is needed", "cooperation is needed"),
        ("a well‐known maker", "a well-known maker"),
        ("see... and wait", "see… and wait"),
        ("Ångström units", "A\u030angstro\u0308m units"),
        ("revenue 4,500 3,900", "revenue | 4,500 | 3,900"),
        ("one thing", "• one thing"),
    ],
)
def test_typographic_variants_are_the_same_characters(quote: str, line: str) -> None:
    assert proof(quote, line) is Proof.EXACT
    assert proof(line, quote) is Proof.EXACT


@pytest.mark.parametrize(
    "quote",
    [
        "Spare parts which are numbered, stay in stock for twelve years",
        "SPARE PARTS, WHICH ARE NUMBERED, STAY IN STOCK",
        "“Spare” parts, which are num-bered, stay in stock for twelve years",
        "Spare parts, which are nurnbered, stay instock for twelve years",
        "Spare parts … stay in stock for twelve years",
    ],
)
def test_what_is_nearly_the_same_is_fuzzy_and_shows_what_stands_there(
    source: PassageSource, quote: str
) -> None:
    citation = cite(1, quote, [source])
    assert citation.proof is Proof.FUZZY
    assert citation.found.startswith("Spare parts,")
    assert "stay in stock" in citation.found


@pytest.mark.parametrize(
    "quote",
    [
        "The pump is tested at 18 bar before it leaves the factory",
        "The pump is not tested at 16 bar before it leaves the factory",
        "Returns are accepted after 30 days unless the seal is intact.",
        "Returns are not accepted after 30 days if the seal is intact.",
        "Spare parts, which are numbered, stay in stock for eleven years after the last delivery",
        "Spare parts, which are numbered, stay in stock for twelve months after the last delivery",
        "Spare parts, that are numbered, stay in the stock for twelve years",
        "Spare parts, which are numberd, stay in stock for twelve years",
        "Spare parts stay in stock for twelve years after the last delivery of a series",
        "The pump is tested … without its certificate",  # "and no pump" is left out
        "zebra",
        "",
        "...",
    ],
)
def test_another_number_negation_or_word_is_missing(source: PassageSource, quote: str) -> None:
    citation = cite(1, quote, [source])
    assert (citation.proof, citation.found, citation.places, citation.page) == (Proof.MISSING, "", (), None)


@pytest.mark.parametrize(
    ("quote", "line"),
    [
        ("5 kg", "It weighs 15 kg"),
        ("5 kg", "It weighs 2.5 kg"),
        ("It weighs 1", "It weighs 1.5 kg"),
        ("grew by 5", "it grew by 5%"),
        ("5 degrees", "down to -5 degrees"),
        ("a result of 2,310", "a result of (2,310)"),
        ("part of it", "counterpart of it"),
        ("revenue 1250", "revenue 1 250"),
        ("revenue 1 250", "revenue 1250"),
        ("re-sign now", "resign now"),
    ],
)
def test_half_a_number_or_word_is_not_a_quote(quote: str, line: str) -> None:
    assert proof(quote, line) is not Proof.EXACT


def test_a_power_set_close_behind_its_base_reads_as_one() -> None:
    assert cite(1, "up to 1017 eV", [source_of([typed("up to 10 17 eV", gap=1.0)])]).proof is Proof.EXACT


def test_a_footnotes_number_behind_the_sentence_does_not_matter() -> None:
    assert (
        proof("stays in stock for twelve years.", "It stays in stock for twelve years.3 Then") is Proof.EXACT
    )


def test_of_several_places_the_one_in_the_passage_is_marked() -> None:
    page = typed("Total 100 units", "in between", "Total 100 units")
    spans = (Span(1, Box(0, 70, 595, 90)),)
    citation = cite(1, "Total 100 units", [source_of([page], spans)])
    assert [box.top for box in boxes(citation)] == [74.0]


def test_a_quote_that_is_named_for_the_wrong_passage_is_found_in_the_right_one(source: PassageSource) -> None:
    other = source_of([typed("Nothing of the kind")], name="other.pdf")
    citation = cite(1, "no pump is delivered without its certificate", [other, source])
    assert (citation.proof, citation.document_name) == (Proof.EXACT, "manual.pdf")


def test_a_table_cell_between_quoted_words_is_not_marked() -> None:
    words = [("Net", 50), ("income", 70), ("audited", 120), ("406.1", 180)]
    placed = tuple(Word(text, Box(x, 50, x + 5 * len(text), 60)) for text, x in words)
    order = (placed[0], placed[1], placed[3], placed[2])
    page = Page(1, 595, 842, words=order, blocks=(Block(BlockKind.TABLE, Box(0, 0, 595, 842), (0, 4)),))
    citation = cite(1, "Net income 406.1", [source_of([page])])
    assert boxes(citation) == [Box(50, 50, 100, 60), Box(180, 50, 205, 60)]


def test_text_that_runs_up_the_page_gets_one_upright_box(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "m.pdf"), pagesize=A4, invariant=1)
    canvas.rotate(90)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(300, -100, "Received in the archive on Tuesday")
    canvas.save()
    citation = cite(1, "in the archive on Tuesday", [source_of(list(read_pages(tmp_path / "m.pdf", [1])))])
    (box,) = boxes(citation)
    assert citation.proof is Proof.EXACT
    assert box.bottom - box.top > 5 * (box.x1 - box.x0)


# -- scripts without spaces -----------------------------------------------------------------------------


LINES = ("安装时不得用手搬运。泵的净重为41公斤，额定", "功率为3.5千瓦。进水管的直径为五十毫米。")


def test_a_quote_may_begin_and_end_inside_a_word_of_a_script_without_spaces() -> None:
    for quote in ("净重为41公斤", "泵的净重为41公斤，额定功率为3.5千瓦。", "额定 功率", "3.5千瓦"):
        assert proof(quote, *LINES) is Proof.EXACT
    assert proof("重さは四十一", "ポンプの重さは四十一キロです。") is Proof.EXACT
    assert proof("หนัก", "ปั๊มน้ำหนัก41กิโลกรัม") is Proof.EXACT


def test_no_letter_of_it_is_taken_for_another_and_no_number_is_cut() -> None:
    for quote in (
        "净重为1公斤",
        "净重为42公斤",
        "安装时用手搬运",
        "得用脚搬运",
        "净重为41公斤…直径为五十毫米",
    ):
        assert proof(quote, *LINES) is Proof.MISSING
    assert proof("これはペンです", "これはベンです") is Proof.MISSING


def test_another_punctuation_is_a_fuzzy_quote() -> None:
    assert proof("净重为41公斤。额定功率", *LINES) is Proof.FUZZY


def test_the_box_holds_the_quoted_letters_of_the_line() -> None:
    page = Page(1, 595, 842, words=(Word("泵的净重为四十一公斤。", Box(50, 100, 160, 110)),))
    citation = cite(1, "净重为四十一公斤", [source_of([page])])
    assert citation.found == "净重为四十一公斤"
    assert boxes(citation) == [pytest.approx((70, 100, 150, 110))]


def test_the_box_of_letters_set_down_the_page_is_cut_across() -> None:
    page = Page(1, 595, 842, words=(Word("泵的净重为四十一公斤。", Box(50, 100, 60, 210)),))
    assert boxes(cite(1, "净重", [source_of([page])])) == [pytest.approx((50, 120, 60, 140))]


def test_lines_of_it_are_said_without_a_space() -> None:
    citation = cite(1, "额定功率为3.5千瓦", [source_of([typed(*LINES)])])
    assert citation.found == "额定功率为3.5千瓦"
    assert len(boxes(citation)) == 2


def test_a_citation_says_the_pdfs_own_name_of_its_page() -> None:
    said = enumerate(["It", "is", "so"])
    words = tuple(Word(text, Box(50 + 40 * at, 100, 85 + 40 * at, 112)) for at, text in said)
    block = Block(BlockKind.TEXT, Box(50, 100, 300, 112), (0, 3), "It is so")
    page = Page(4, 600, 800, words=words, blocks=(block,), label="iv")
    citation = cite(1, "It is so", [source_of([page])])
    assert (citation.page, citation.places[0].label, citation.where) == (4, "iv", "manual.pdf, page 4 (iv)")
