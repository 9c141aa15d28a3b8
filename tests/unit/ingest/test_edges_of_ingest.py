"""Thresholds of furniture, titles, chunks and mended figures: just within one, and just beyond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from string import ascii_lowercase

import pytest

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Page
from app.core.passage import Chunk
from app.ingest.card.titles import clean_metadata
from app.ingest.chunk import BUDGET, chunks
from app.ingest.furniture import mark_furniture, without_furniture
from app.ingest.levels import set_levels
from app.ingest.lookalikes import mend_digits
from app.ingest.passage import tokens_of
from app.pdf.pdfium.styles import Style
from app.pdf.pdfium.words import PlacedWord
from tests.support.edges import Edge
from tests.support.pages import heading, page, text

HEIGHT = 800.0
"""Points of a page."""

BODY = Block(BlockKind.TEXT, Box(72, 200, 500, 500), text="The pump is stored in a dry room. " * 9, size=10.0)

# -- furniture ---------------------------------------------------------------------------------------------


def placed(said: str, top: float = 40, kind: BlockKind = BlockKind.TEXT, size: float = 9.0) -> Block:
    level = 1 if kind is BlockKind.HEADING else 0
    return Block(kind, Box(72, top, 272, top + 10), text=said, size=size, level=level)


def book(*blocks: Sequence[Block]) -> list[Page]:
    return [Page(number, 600, HEIGHT, blocks=(*each, BODY)) for number, each in enumerate(blocks, start=1)]


def marked(pages: Sequence[Page], number: int, block: int = 0) -> bool:
    """Whether a block of a page is furniture."""
    return list(mark_furniture(pages))[number - 1].blocks[block].furniture is not None


def with_header_on(*numbers: int) -> list[Page]:
    """Fifteen pages, some with one header and the others with one each."""
    own = ("Zo" + letter for letter in ascii_lowercase)
    return book(*([placed("Pump manual" if n in numbers else next(own))] for n in range(1, 16)))


def recurs_on_both_sides_within(pages: float) -> bool:
    return marked(with_header_on(8 - int(pages), 8, 8 + int(pages)), 8)


def recurs_twice_within_the_pages_before(pages: float) -> bool:
    return marked(with_header_on(8 - int(pages), 9 - int(pages), 8), 8)


def recurs_on_other_pages(count: float) -> bool:
    return marked(with_header_on(*range(7, 8 + int(count))), 7)


def is_at_the_edge_down_to(share: float) -> bool:
    """Above and below it stands text of each page's own."""
    header = placed("Pump manual", share * HEIGHT - 10)
    pages = book(*([placed(f"Zo{a}", 10), header, placed(f"Zu{a}", 600)] for a in ascii_lowercase[:5]))
    return marked(pages, 3, 1)


def is_furniture_of_characters(count: float) -> bool:
    return marked(book(*[[placed("x" * int(count))]] * 5), 3)


def is_furniture_ending_with_the_page_number_behind_words(count: float) -> bool:
    rows = (
        [placed(f"{' '.join([a * 2] * (int(count) - 1))} {n}")] for n, a in enumerate(ascii_lowercase[:5], 1)
    )
    return marked(book(*rows), 3)


def is_furniture_though_it_is_larger(times: float) -> bool:
    return marked(book(*[[placed("Pump manual", kind=BlockKind.HEADING, size=10.0 * times)]] * 5), 3)


def is_in_the_place_of_others_but_for(points: float) -> bool:
    """Its top and its bottom differ by half of that each."""
    titles = [*["Storage"] * 3, "Care", *["Repair"] * 3]
    rows = [[placed(title, 40 + (points / 2 if title == "Care" else 0))] for title in titles]
    return marked(book(*rows), 4)


def is_left_out_with_words_that_no_heading_has(share: float) -> bool:
    words = [f"pump{letter}" for letter in ascii_lowercase[:20]]
    known = placed(" ".join(words[: round(20 * (1 - share))]), 150, BlockKind.HEADING)
    pages = book([known, placed("own")], *[[placed("own"), placed(" ".join(words), 760)]] * 4)
    pages = [replace(each, blocks=each.blocks[1:] if each.number > 1 else each.blocks) for each in pages]
    return not any(
        "pumpa" in block.text for each in list(without_furniture(pages))[1:] for block in each.blocks
    )


# -- chunks ------------------------------------------------------------------------------------------------


def cut(*blocks: Block, title: str = "Manual") -> list[Chunk]:
    return list(chunks([page(1, *blocks)], tenant="t", document_id="d", version=1, title=title, tags=()))


def prose(tokens: int) -> str:
    return " ".join(["Pump", *["pump"] * (tokens - 2)]) + "."


def ends_at_a_heading_filled_to(share: float) -> bool:
    filled = round(share * BUDGET) - tokens_of("Manual")
    return len(cut(text(prose(filled)), heading("Storage"), text("Keep it dry."))) == 2


def is_in_the_context_below_headings(count: float) -> bool:
    path = [heading(f"Part {letter}", level) for level, letter in enumerate("ABCDEF"[: int(count)], 1)]
    return "Part A" in cut(*path, text(prose(100)), text(prose(100)), text(prose(100)))[-1].context


def stays_with_the_text_below_in_characters(count: float) -> bool:
    label = "x" * int(count)
    found = cut(text(prose(100)), text(prose(70)), text(label), text(prose(110)))
    return any(each.text.startswith(label) and "pump" in each.text for each in found)


# -- titles, levels, figures -------------------------------------------------------------------------------


def is_a_title_of_characters(count: float) -> bool:
    return bool(clean_metadata("n" * int(count)))


def is_at_the_level_of_its_size_though_it_was(level: float) -> bool:
    def block(said: str, deep: int) -> Block:
        return replace(heading(said, deep), size=14.0)

    pages = set_levels([page(1, block("7 Conclusion", 1), block("References", int(level)))])
    return next(iter(pages)).blocks[1].level == 1


def is_mended(written: str, figures: int = 3, off: float = 0.0) -> bool:
    """Whether a figure above others is read with digits where it has letters."""
    texts = [written, *["1,234"] * figures]
    words = [
        PlacedWord(
            said, Box(60, 12 * at, 100 + off * (at == 0), 12 * at + 9), Style(9, False, 0, False, ""), at
        )
        for at, said in enumerate(texts)
    ]
    return mend_digits(words, [])[0].text != written


def is_mended_beside_figures(count: float) -> bool:
    return is_mended("1O2", int(count))


def is_mended_with_digits(share: float) -> bool:
    digits = round(20 * share)
    return is_mended("1" * digits + "O" * (20 - digits))


def is_mended_of_characters(count: float) -> bool:
    return is_mended("1O2"[: int(count)])


def is_mended_off_its_column_by(points: float) -> bool:
    return is_mended("1O2", off=points)


EDGES = [
    Edge("furniture.WINDOW", recurs_on_both_sides_within, 3, 4),
    Edge("furniture.WINDOW", recurs_twice_within_the_pages_before, 3, 4),
    Edge("furniture.AGAIN", recurs_on_other_pages, 2, 1),
    Edge("furniture.MARGIN", is_at_the_edge_down_to, 0.115, 0.125),
    Edge("furniture.LONGEST", is_furniture_of_characters, 190, 210),
    Edge("furniture.MOST_WORDS", is_furniture_ending_with_the_page_number_behind_words, 20, 21),
    Edge("furniture.LARGE", is_furniture_though_it_is_larger, 1.35, 1.45),
    Edge("furniture.SAME_PLACE", is_in_the_place_of_others_but_for, 1.4, 1.6),
    Edge("furniture.TITLE_SHARE", is_left_out_with_words_that_no_heading_has, 0.5, 0.55),
    Edge("chunk.FILLED", ends_at_a_heading_filled_to, 0.52, 0.48),
    Edge("chunk.NEAREST", is_in_the_context_below_headings, 3, 4),
    Edge("chunk.LABEL", stays_with_the_text_below_in_characters, 58, 62),
    Edge("titles.LONGEST_HEADLINE", is_a_title_of_characters, 255, 265),
    Edge("title.FEWEST_LETTERS", is_a_title_of_characters, 3, 2),
    Edge("levels.BY_SIZE", is_at_the_level_of_its_size_though_it_was, 3, 4),
    Edge("lookalikes.FEWEST", is_mended_beside_figures, 2, 1),
    Edge("lookalikes.DIGITS", is_mended_with_digits, 0.5, 0.45),
    Edge("lookalikes.SHORTEST", is_mended_of_characters, 3, 2),
    Edge("lookalikes.SNAP", is_mended_off_its_column_by, 3.8, 4.2),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
