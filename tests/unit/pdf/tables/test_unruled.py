"""Tables without a grid: found by horizontal rulings or by alignment; what only looks like one is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from app.core.page import BlockKind, Page
from tests.support.readers import read_pages

ROWS = (
    ("Region", "Orders", "Share", "Change"),
    ("North", "1,204", "31.5", "+2.1"),
    ("South and islands", "988", "25.9", "-0.4"),
    ("East", "1,010", "26.4", "+1.0"),
    ("West", "619", "16.2", "-2.7"),
)
PROSE = (
    "This column is ordinary prose, set flush left,",
    "and each of its lines has many words that are",
    "about as wide as the column is, as lines are in",
    "a paper with two columns of text upon a page,",
    "so that nothing here is a cell of any table at",
    "all, though the lines stand beside each other.",
)


def page_of(folder: Path, *draw: Callable[[Canvas], None]) -> Page:
    canvas = Canvas(str(folder / "page.pdf"), pagesize=(600, 800), invariant=1)
    canvas.setFont("Helvetica", 10)
    for each in draw:
        each(canvas)
    canvas.showPage()
    canvas.save()
    (page,) = read_pages(folder / "page.pdf", [1])
    return page


def cells(
    rows: Sequence[Sequence[str]] = ROWS, xs: Sequence[float] = (60, 200, 280, 360), top: float = 700
) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for x, cell in zip(xs, row, strict=True):
                canvas.drawString(x, top - 16 * number, cell)

    return draw


def rules(*heights: float, x0: float = 58, x1: float = 400) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for y in heights:
            canvas.line(x0, y, x1, y)

    return draw


def column(x: float, top: float = 700) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for number, line in enumerate(PROSE):
            canvas.drawString(x, top - 13 * number, line)

    return draw


def tables(page: Page) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in page.blocks if block.kind is BlockKind.TABLE]


def test_rows_that_align_are_a_table(tmp_path: Path) -> None:
    assert tables(page_of(tmp_path, cells())) == [ROWS]


def test_what_stands_between_rulings_of_one_width_is_a_table(tmp_path: Path) -> None:
    found = page_of(tmp_path, cells(), rules(714, 694, 630), column(60, 560))
    assert tables(found) == [ROWS]


def test_a_wrapped_cell_is_one_cell(tmp_path: Path) -> None:
    wrapped = (*ROWS[:2], ("Southern coast", "988", "25.9", "-0.4"), *ROWS[3:])

    def second_line(canvas: Canvas) -> None:
        canvas.drawString(60, 700 - 16 * 2 - 10, "and islands")

    rows = tables(page_of(tmp_path, cells(wrapped[:3]), second_line, cells(wrapped[3:], top=642)))[0]
    assert ("Southern coast and islands", "988", "25.9", "-0.4") in rows


def test_two_columns_of_prose_are_no_table(tmp_path: Path) -> None:
    assert tables(page_of(tmp_path, column(50), column(320))) == []


def test_two_columns_of_prose_between_the_rulings_of_a_page_are_no_table(tmp_path: Path) -> None:
    assert tables(page_of(tmp_path, column(50), column(320), rules(720, 610, x0=48, x1=552))) == []


def test_an_index_with_leaders_is_no_table(tmp_path: Path) -> None:
    index = [(f"Chapter {n} {'.' * 30}", str(n * 7)) for n in range(1, 7)]
    assert tables(page_of(tmp_path, cells(index, xs=(60, 300)))) == []


def test_formulas_below_each_other_are_no_table(tmp_path: Path) -> None:
    formulas = [("x = a", "∑ b" if n % 2 else "= b", "+ c", f"({n})") for n in range(1, 6)]
    assert tables(page_of(tmp_path, cells(formulas))) == []


def test_the_words_of_a_table_are_its_slice_of_the_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, cells(), column(60, 560))
    (table,) = [block for block in page.blocks if block.rows]
    start, end = table.words
    assert [word.text for word in page.words[start:end]] == [
        w for row in ROWS for c in row for w in c.split()
    ]
    assert len(page.words) == sum(end - start for start, end in (block.words for block in page.blocks))


def test_a_raised_figure_stays_with_its_word(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(60, 700)
        text.textOut("an area of 12 m")
        text.setFont("Helvetica", 6)
        text.setRise(5)
        text.textOut("2")
        text.setFont("Helvetica", 10)
        text.setRise(0)
        text.textOut(" in all")
        canvas.drawText(text)

    assert "m2" in [word.text for word in page_of(tmp_path, draw).words]


def test_entries_of_an_index_beside_each_other_are_no_fields(tmp_path: Path) -> None:
    entries = (
        ("Axioms of a plane, 64", "Fundamental group, 47"),
        ("Basis of a space, 3", "Curvature, 92, 94"),
        ("Betti number, 41", "Geometry, 64"),
        ("Tree of a graph, 37", "Line between points, 64"),
        ("Boundary, 28", "Manifold, 29"),
    )
    assert tables(page_of(tmp_path, cells(entries, (60, 250)))) == []


def test_what_people_say_beside_their_names_is_no_table_of_fields(tmp_path: Path) -> None:
    lines = (
        ("Anna", "Have you been there?"),
        ("Bert", "Never, and you?"),
        ("Clara", "Once, in spring."),
        ("Doris", "It was cold then."),
        ("Emil", "Colder than here?"),
    )
    assert tables(page_of(tmp_path, cells(lines, (60, 150)))) == []


def test_columns_of_prose_between_lines_of_the_page_are_no_table(tmp_path: Path) -> None:
    texts = (
        ("This note of the maker", "the steps are to be done", "The board reads what you say"),
        ("tells in what order all of", "as they stand in the list", "on its page and may send it"),
        ("the parts are to be seen to", "of the note that was sent", "to all of those who asked it"),
        ("and how they are put back in", "to all who own one of the", "for news of this or of the"),
        ("so that it can fly as it did", "same kind of it or who keep", "other notes that were sent"),
        ("before a part of it was lost", "it for a man who owns one", "out by it in the last year"),
    )
    assert tables(page_of(tmp_path, cells(texts, (60, 220, 380)), rules(716, 612, x0=58, x1=520))) == []


def test_a_table_beside_prose_goes_on_where_lines_of_that_stand_at_heights_of_their_own(
    tmp_path: Path,
) -> None:
    rows = tuple(
        (f"Place {chr(65 + at)}", f"{997 + 7 * at}", f"{31.5 + at:.1f}", f"{9 * at + 12}") for at in range(22)
    )
    references = (
        "7. Anderson RN, Rosenberg HM. Age standards",
        "of death rates: what is new in the year",
        "2000. Natl Vital Rep 1998;47:1–16, 20.",
        "8. World Health Office. Classes of all",
        "diseases and of what is near to them.",
        "10th Rev. 2nd ed. Geneva: 2007. See also",
    )

    def draw(canvas: Canvas) -> None:
        for number in range(18):
            canvas.drawString(300, 700 - 16 * number, PROSE[number % 6])
        for number in range(9):
            x = 300.0
            for word in references[number % 6].split():  # justified, with wide blanks
                canvas.drawString(x, 405 - 11.2 * number, word)
                x += canvas.stringWidth(word, "Helvetica", 10) + 8

    assert tables(page_of(tmp_path, cells(rows, (60, 130, 180, 230)), draw)) == [rows]


def test_heads_around_the_middle_of_three_lines_are_one_row(tmp_path: Path) -> None:
    xs = (60, 100, 210, 250, 360, 400)
    heads = ("Code", "Name of state", "Code", "Name of town", "Code", "Name of place")
    rows = [
        (f"0{at % 2}", "Northland", f"00{at % 3}", "Old Harbor", f"0{at}94", f"Farm of {chr(64 + at)}nna")
        for at in range(1, 26)
    ]

    def draw(canvas: Canvas) -> None:
        for at, (x, head) in enumerate(zip(xs, heads, strict=True)):
            if at % 2:
                canvas.drawCentredString(x + 50, 713, head)
            else:
                canvas.drawCentredString(x + 8, 719, head)
                canvas.drawCentredString(x + 8, 707, ("state", "town", "place")[at // 2])

    ((first, *others),) = tables(page_of(tmp_path, draw, cells(rows, xs, 690)))
    assert first == ("Code state", heads[1], "Code town", heads[3], "Code place", heads[5])
    assert others == rows
