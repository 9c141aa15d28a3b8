"""What stands at the edge of page after page is marked, and no passage holds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Furniture, HiddenWord, Page, WhyHidden
from app.ingest.furniture import mark_furniture, without_furniture
from app.pages.forms import page_json, page_markdown

BODY = Block(BlockKind.TEXT, Box(72, 100, 500, 700), text="The pump is stored in a dry room. " * 9, size=10.0)


UNSEEN = HiddenWord("a", Box(0, 0, 1, 1), WhyHidden.TOO_SMALL)


def edge(text: str, top: float = 40, x0: float = 72, kind: BlockKind = BlockKind.TEXT) -> Block:
    level = 4 if kind is BlockKind.HEADING else 0
    return Block(kind, Box(x0, top, x0 + 200, top + 10), text=text, size=9.0, level=level)


def book(*headers: str, footers: tuple[str, ...] = ()) -> list[Page]:
    """A page for each header, with a footer where there are any."""
    return [
        Page(
            number,
            600,
            800,
            blocks=(
                edge(header),
                BODY,
                *([edge(footers[number - 1], top=760)] if footers else []),
            ),
        )
        for number, header in enumerate(headers, start=1)
    ]


def kinds(pages: list[Page]) -> list[list[Furniture | None]]:
    return [[block.furniture for block in page.blocks] for page in mark_furniture(pages)]


def test_headers_footers_and_page_numbers_are_told_apart() -> None:
    pages = book(*["Pump manual"] * 4, footers=tuple(f"Page {n} of 4" for n in range(1, 5)))
    assert kinds(pages) == [[Furniture.HEADER, None, Furniture.PAGE_NUMBER]] * 4


def test_roman_numerals_are_page_numbers() -> None:
    pages = book(*["Preface"] * 4, footers=("iv", "v", "vi", "vii"))
    assert kinds(pages) == [[Furniture.HEADER, None, Furniture.PAGE_NUMBER]] * 4


def test_left_and_right_pages_have_headers_of_their_own() -> None:
    pages = book(*["Pump manual", "Storage"] * 4)
    assert kinds(pages) == [[Furniture.HEADER, None]] * 8


def test_the_title_of_a_short_chapter_is_known_by_its_place() -> None:
    pages = book("Storage", "Storage", "Storage", "Care", "Repair", "Repair", "Repair")
    assert kinds(pages) == [[Furniture.HEADER, None]] * 7


def test_a_header_that_changes_is_known_by_the_number_that_counts_with_the_pages() -> None:
    pages = book("13 Storage", "14 Cleaning", "Greasing 15", "16 Turning")
    assert kinds(pages) == [[Furniture.HEADER, None]] * 4


def test_what_stands_at_an_edge_once_is_no_furniture() -> None:
    pages = book("Storage of the pump", "Cleaning it", "Greasing it")
    assert kinds(pages) == [[None, None]] * 3


def test_a_running_header_in_bold_type_is_no_heading() -> None:
    pages = [
        Page(n, 600, 800, blocks=(edge("1. Storage", kind=BlockKind.HEADING), BODY)) for n in range(1, 5)
    ]
    first = next(mark_furniture(pages))
    assert (first.blocks[0].kind, first.blocks[0].level) == (BlockKind.TEXT, 0)
    assert [len(page.blocks) for page in without_furniture(pages)] == [1] * 4


def test_a_title_in_large_type_stays_though_it_comes_again() -> None:
    title = Block(BlockKind.HEADING, Box(72, 40, 400, 60), text="Pumps", size=20.0, level=1)
    pages = [Page(n, 600, 800, blocks=(title, BODY)) for n in range(1, 5)]
    assert kinds(pages) == [[None, None]] * 4


def test_a_client_sees_what_is_furniture_and_markdown_leaves_it_out() -> None:
    page = next(mark_furniture(book(*["Pump manual"] * 3)))
    assert page_json(page)["blocks"][0]["furniture"] == "header"
    assert "Pump manual" not in page_markdown(page)


# -- text that is all there is ------------------------------------------------------------------------------


def line(text: str, top: float, size: float = 10.0, kind: BlockKind = BlockKind.TEXT) -> Block:
    return Block(kind, Box(72, top, 400, top + size), text=text, size=size, level=3)


FIGURE = Block(BlockKind.FIGURE, Box(72, 100, 500, 700), image="a.png")
NUMBERED = [line(f"Page {number} of 4", 780) for number in range(1, 5)]

PAGES_OF_FEW_WORDS = {
    "one line at the top": [[line("Inspected and approved", 30)]] * 4,
    "one line at the bottom": [[line("Inspected and approved", 780)]] * 4,
    "one line in the middle": [[line("Inspected and approved", 400)]] * 4,
    "a line that counts": [[line(f"Certificate number {n} of the Lund works", 30)] for n in range(1, 5)],
    "a title over a figure": [[line("Pressure over time", 40, 14, BlockKind.HEADING), FIGURE]] * 4,
    "a title, a figure and a page number": [
        [line("Pressure over time", 40, 14, BlockKind.HEADING), FIGURE, number] for number in NUMBERED
    ],
    "a title and a footer around a figure": [
        [line("Pressure over time", 40), FIGURE, line("Meridian Pumps, Lund", 780)]
    ]
    * 4,
    "certificates": [
        [line("Certificate of attendance at the course on pressure tests", 60), line(name, 400)]
        for name in ("Ada Byron", "Mary Kline", "Olaf Berg", "Ines Roth")
    ],
}


@pytest.mark.parametrize("blocks", PAGES_OF_FEW_WORDS.values(), ids=PAGES_OF_FEW_WORDS)
def test_a_pages_only_or_most_text_is_no_furniture(blocks: list[list[Block]]) -> None:
    pages = [Page(number, 600, 800, blocks=tuple(each)) for number, each in enumerate(blocks, start=1)]
    for page in without_furniture(pages):
        said = [block.text for block in page.blocks if block.text and not block.text.startswith("Page ")]
        asked = [block.text for block in blocks[page.number - 1] if block.text]
        assert said == [text for text in asked if not text.startswith("Page ")]


def test_headers_and_footers_of_a_page_with_little_more_are_furniture() -> None:
    end = line("This concludes the manual of the pump in its third edition.", 300)
    pages = book(*["Meridian pump manual"] * 3, footers=("Meridian Pumps, Lund",) * 3)
    pages.append(
        Page(4, 600, 800, blocks=(edge("Meridian pump manual"), end, edge("Meridian Pumps, Lund", top=760)))
    )
    assert kinds(pages)[3] == [Furniture.HEADER, None, Furniture.FOOTER]


INVOICES = {
    "totals": [f"Total due: {300 + 11 * n}.90 EUR" for n in range(6)],
    "certificates": [f"Certificate no. {4000 + 7 * n}" for n in range(6)],
    "results": [f"Haemoglobin {11 + n % 3}.{7 * n % 10} g/dl" for n in range(6)],
    "dates": [f"Delivered on {3 + 5 * n} May 2024" for n in range(6)],
    "weights": [f"Net weight {20 * n + 4} kg" for n in range(6)],
    "flats": [f"Flat {n * n + 2}, floor {2 * n}" for n in range(6)],
}


@pytest.mark.parametrize("texts", INVOICES.values(), ids=INVOICES)
@pytest.mark.parametrize("top", [40.0, 400.0, 760.0])
def test_what_differs_by_numbers_that_count_no_pages_is_content(texts: list[str], top: float) -> None:
    pages = [
        Page(
            number, 600, 800, blocks=(edge(text, top=top), BODY) if top < 100 else (BODY, edge(text, top=top))
        )
        for number, text in enumerate(texts, start=1)
    ]
    read = [block.text for page in without_furniture(pages) for block in page.blocks]
    assert [text for text in texts if text not in read] == []


@pytest.mark.parametrize(
    "counted",
    [
        "Page {n} of 9",
        "{n} / 9",
        "Manual 4.2 - {n}",
        "- {n} -",
        "Report 2024 | page {n}",
        "Sheet {n} of 9 sheets",
    ],
)
def test_what_counts_pages_in_the_margin_is_furniture(counted: str) -> None:
    pages = book(*[counted.format(n=n) for n in range(1, 10)])
    assert all(page[0] for page in kinds(pages))


@pytest.mark.parametrize(
    "fact",
    [
        "Document SOP-0042 Revision 7",
        "Client: Example Ltd",
        "Issued 12 March 2024",
        "Order 4711 of Anna Bauer",
    ],
)
def test_a_fact_in_a_running_header_is_read_once(fact: str) -> None:
    read = [block.text for page in without_furniture(book(*[fact] * 8)) for block in page.blocks]
    assert read.count(fact) == 1


@pytest.mark.parametrize("header", ["Dry rooms", "On Dry Rooms", "The pump", "2.1 Cellars"])
def test_a_title_in_a_running_header_is_in_no_passage(header: str) -> None:
    title = Block(BlockKind.HEADING, Box(72, 80, 500, 95), text="2 Dry rooms", size=14.0, level=2)
    opening = Page(1, 600, 800, blocks=(title, BODY))
    after = [replace(page, number=page.number + 1) for page in book(*[header] * 8)]
    read = [block.text for page in without_furniture([opening, *after]) for block in page.blocks]
    assert header not in read


def test_a_name_that_stands_in_a_running_header_alone_is_read_once() -> None:
    read = [block.text for page in without_furniture(book(*["Aurora Ltd"] * 8)) for block in page.blocks]
    assert read.count("Aurora Ltd") == 1


def test_pages_full_of_text_are_not_held_together() -> None:
    held: list[int] = []
    pages = [replace(page, hidden=(UNSEEN,) * 30_000) for page in book(*["Aurora Ltd"] * 8)]

    def read() -> Iterator[Page]:
        for page in pages:
            held.append(page.number)
            yield page

    marked: list[Page] = []
    for page in mark_furniture(read()):
        assert len(held) - len(marked) <= 4
        marked.append(page)
    assert [page.number for page in marked] == [page.number for page in pages]
    assert all(page.blocks[0].furniture for page in marked[1:-1])
