"""Pages to chunks."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.geometry import Box
from app.core.page import Block, BlockKind, Page, TableLink
from app.core.passage import Chunk
from app.ingest.chunk import BUDGET, CONTEXT, chunks
from app.ingest.passage import tokens_of
from app.pages.continued import link_pages
from tests.support.pages import heading, page, table, text

SENTENCE = "The supply of part {} is switched off and secured before any work on it begins."


def cut(pages: Iterable[Page], title: str = "Pump manual", document_id: str = "doc_1") -> list[Chunk]:
    return list(chunks(pages, tenant="us", document_id=document_id, version=1, title=title, tags=("a",)))


def sentences(count: int, first: int = 0) -> str:
    return " ".join(SENTENCE.format(number) for number in range(first, first + count))


def test_a_short_page_is_one_chunk_that_knows_its_place() -> None:
    (chunk,) = cut([page(7, heading("Safety"), text("Switch off the supply."))])
    assert chunk.text == "Safety\nSwitch off the supply."
    assert (chunk.tenant, chunk.document_id, chunk.version, chunk.ordinal) == ("us", "doc_1", 1, 0)
    assert (chunk.kind, chunk.tags, chunk.pages) == (BlockKind.TEXT, ("a",), (7,))
    assert [span.box for span in chunk.spans] == [Box(72, 120, 73, 130), Box(72, 132, 76, 142)]


def test_headings_are_kept_as_a_path_in_the_chunk_and_in_its_context_line() -> None:
    found = cut(
        [
            page(
                1,
                heading("Operation", 1),
                heading("Start", 2),
                text(sentences(9)),
                heading("Stop", 2),
                text(sentences(9, 20)),
                text(sentences(9, 40)),
            )
        ]
    )
    assert found[0].headings == ("Operation", "Start")
    assert found[0].context == "Pump manual"
    assert found[0].text.startswith("Operation\nStart\n")
    last = found[-1]
    assert last.headings == ("Operation", "Stop")
    assert last.context == "Pump manual › Operation › Stop"


def test_a_heading_stands_with_the_text_below_it() -> None:
    blocks = [block for n in range(12) for block in (heading(f"Part {n}"), text(sentences(4, n)))]
    for chunk in cut([page(1, *blocks)]):
        assert not chunk.text.splitlines()[-1].startswith("Part")


def test_a_label_stands_with_the_list_that_it_announces() -> None:
    found = cut([page(1, text(sentences(8)), text("Exceptions:"), text(sentences(7, 50)))])
    assert any("Exceptions:\nThe supply of part 50" in chunk.text for chunk in found)


def test_sentences_are_not_cut() -> None:
    found = cut([page(1, text(sentences(60)))])
    assert len(found) > 4
    for chunk in found:
        assert chunk.text.startswith("The supply of part")
        assert chunk.text.endswith("begins.")


def test_a_sentence_does_not_end_at_an_abbreviation() -> None:
    line = "Acme Inc. Holdings and Dr. Miller of U.S. Steel agreed on approx. 40 sites, e.g. Lund."
    found = cut([page(1, text(" ".join([line] * 40)))])
    assert len(found) > 1
    assert all(chunk.text.startswith("Acme Inc.") for chunk in found)


def test_a_monster_paragraph_without_a_full_stop_is_cut_between_words() -> None:
    words = [f"word{n}" for n in range(5_000)]
    found = cut([page(1, text(" ".join(words)))])
    assert " ".join(chunk.text for chunk in found).split() == words
    assert max(tokens_of(chunk.indexed_text) for chunk in found) <= BUDGET


def test_text_without_spaces_is_cut_too_and_between_sentences_where_there_are_any() -> None:
    sentence = "本製品は屋内で使用するために設計されています。"
    found = cut([page(1, text(sentence * 60))])
    assert len(found) > 4
    assert all(chunk.text.endswith("。") for chunk in found)
    assert "".join(chunk.text for chunk in found).replace("\n", "") == sentence * 60
    (endless,) = [cut([page(1, text("漢" * 3_000))])]
    assert "".join(chunk.text for chunk in endless) == "漢" * 3_000
    assert max(tokens_of(chunk.indexed_text) for chunk in endless) <= BUDGET
    assert all(chunk.spans for chunk in endless)


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    found = cut(
        [
            page(1, text("The warranty period of the Meridian pump is thirty-six months from the day of")),
            page(2, text("delivery to the customer."), text("Another paragraph.")),
        ]
    )
    assert "from the day of delivery to the customer.\nAnother paragraph." in found[0].text
    assert [(span.page, span.box.top) for span in found[0].spans] == [(1, 120), (2, 120), (2, 132)]


def test_a_word_that_a_page_s_end_cuts_is_whole_again() -> None:
    (chunk,) = cut(
        [
            page(1, text("The warranty period of the Meridian pump is counted from the day of deli-")),
            page(2, text("very to the customer.")),
        ]
    )
    assert "the day of delivery to the customer." in chunk.text


# -- tables -----------------------------------------------------------------------------------------------


def test_a_small_table_stays_whole() -> None:
    rows = [["Model", "Weight"], *([f"M{n}", f"{n} kg"] for n in range(12))]
    found = cut([page(1, text(sentences(10)), table(rows), text(sentences(10, 30)))])
    holding = [chunk for chunk in found if "M0 | 0 kg" in chunk.text]
    assert len(holding) == 1
    assert "Model | Weight" in holding[0].text
    assert "M11 | 11 kg" in holding[0].text


def test_a_long_table_is_cut_between_rows_and_repeats_its_header() -> None:
    rows = [["Model", "Weight", "Flow"], *([f"M{n}", f"{n} kg", f"{n} l/min"] for n in range(100))]
    found = cut([page(1, heading("Data"), table(rows))])
    assert len(found) > 4
    for chunk in found:
        assert chunk.kind is BlockKind.TABLE
        assert "| Model | Weight | Flow |\n|-|-|-|\n" in chunk.text
        assert all(line.count("|") == 4 for line in chunk.text.splitlines() if line != "Data")
    assert [line for chunk in found for line in chunk.text.splitlines() if line.startswith("| M9 ")] == [
        "| M9 | 9 kg | 9 l/min |"
    ]


def test_each_part_of_a_table_says_its_title_its_unit_its_heads_and_the_section_of_its_rows() -> None:
    sections = [
        [
            [f"{name} assets:", "", ""],
            *([f"Asset {n} that is {name}", f"{n},100", f"{n},200"] for n in range(60)),
        ]
        for name in ("Current", "Fixed")
    ]
    rows = [["", "June 25, 2022", "September 25, 2021"], *sections[0], *sections[1]]
    found = cut([page(1, heading("Balance sheets"), text("(In millions)"), table(rows, headers=1))])
    assert len(found) > 6
    for chunk in found[1:]:
        assert chunk.context == "Pump manual › Balance sheets (In millions)"
        assert chunk.text.startswith("| | June 25, 2022 | September 25, 2021 |\n|-|-|-|\n")
        for line in chunk.text.splitlines():
            if "that is" in line:
                name = line.split("that is ")[1].split()[0]
                assert f"| {name} assets: | | |" in chunk.text
        assert tokens_of(chunk.indexed_text) <= BUDGET


def test_a_row_that_fits_into_a_chunk_is_never_cut() -> None:
    long = " ".join(f"w{n}" for n in range(55))  # more than half of a chunk
    rows = [["Step", "What to do"], *([f"S{n}", f"{long} end{n}"] for n in range(9))]
    found = cut([page(1, table(rows))])
    lines = [line for chunk in found for line in chunk.text.splitlines() if line.startswith("| S")]
    assert [line for line in lines if not line.startswith("| Step")] == [
        f"| S{n} | {long} end{n} |" for n in range(9)
    ]
    assert all(tokens_of(chunk.indexed_text) <= BUDGET for chunk in found)


def test_a_header_of_several_rows_is_repeated_whole() -> None:
    rows = [["", "Sales", ""], ["Region", "2023", "2024"], *([f"R{n}", f"{n}", f"{n}"] for n in range(100))]
    for chunk in cut([page(1, table(rows, headers=2))]):
        assert chunk.text.startswith("| | Sales | |\n| Region | 2023 | 2024 |\n|-|-|-|\n| R")


def test_the_caption_of_a_table_is_the_context_of_all_its_parts_and_of_its_notes() -> None:
    rows = [["Model", "Weight"], *([f"M{n}", f"{n} kg"] for n in range(100))]
    caption, note = "Table 3: Weights of the models, as delivered.", "Source: the maker's own measurements."
    found = cut([page(1, text(caption), table(rows), text(note), text("Then something else " * 60))])
    assert caption in found[0].text
    parts = [chunk for chunk in found if "kg" in chunk.text]
    assert len(parts) > 2
    assert all(caption in chunk.context for chunk in parts[1:])
    (noted,) = [chunk for chunk in found if note in chunk.text]
    assert "M99 | 99 kg" in noted.text or caption in noted.context


def test_a_monster_row_is_cut_and_a_monster_header_is_not_repeated() -> None:
    rows = [["Remarks " * 300, "x"], ["short", "y"], ["words " * 900, "z"]]
    found = cut([page(1, table(rows))])
    assert max(tokens_of(chunk.indexed_text) for chunk in found) <= BUDGET
    assert " ".join(chunk.text for chunk in found).split().count("Remarks") == 300


def test_columns_without_a_word_are_left_out() -> None:
    (chunk,) = cut([page(1, table([["", "2023", "", "2022"], ["Revenue", "41", "", "39"]]))])
    assert chunk.text == "| | 2023 | 2022 |\n|-|-|-|\n| Revenue | 41 | 39 |"


def test_bars_in_cells_are_escaped_and_words_keep_their_places() -> None:
    made = page(1, table([["Sign", "Use"], ["a|b", "or else"]]))
    (chunk,) = cut([made])
    assert "| a\\|b | or else |" in chunk.text
    assert chunk.spans[0].box == made.blocks[0].box


# -- tables over several pages ----------------------------------------------------------------------------


def part(number: int, rows: Sequence[Sequence[str]], headers: int = 0) -> Page:
    """A page of a long table, with a running header and a page number."""
    made = page(number, text("Price list 2024", top=30), table(rows, headers), text(f"{number}", top=810))
    blocks = [replace(b, box=Box(72, 90, 500, 780)) if b.cells else b for b in made.blocks]
    return replace(made, blocks=tuple(blocks))


HEADER = ["Model", "Weight"]


def test_a_table_over_three_pages_is_one_whose_header_comes_once_a_chunk() -> None:
    first, second, third = ([[f"M{p}-{n}", f"{n} kg"] for n in range(20)] for p in (1, 2, 3))
    pages = [part(1, [HEADER, *first], 1), part(2, [HEADER, *second], 1), part(3, third)]
    found = cut(pages)
    assert all(chunk.text.count("| Model | Weight |\n|-|-|\n") == 1 for chunk in found)
    both = [chunk for chunk in found if "M1-19" in chunk.text and "M2-0" in chunk.text]
    assert [span.page for span in both[0].spans if span.page == 2]
    rows = [line for chunk in found for line in chunk.text.splitlines() if line.startswith("| M1")]
    assert len(rows) == 20


def test_rows_stand_on_the_page_they_are_on_whatever_header_they_repeat() -> None:
    rows = [[f"M{n}", f"{n} kg"] for n in range(40)]
    last = cut([part(1, [HEADER, *rows], 1), part(2, rows), part(3, rows)])[-1]
    assert last.text.startswith("| Model | Weight |")
    assert last.spans[0].page == 3


def test_a_title_other_columns_or_another_header_part_tables() -> None:
    rows = [[f"M{n}", f"{n} kg"] for n in range(5)]
    first = part(1, [HEADER, *rows], 1)
    titled = page(2, heading("Prices"), table(rows))
    assert list(link_pages([first, titled]))[1] == titled
    wider = part(2, [["M", "1", "2"]])
    assert list(link_pages([first, wider]))[1] == wider
    other = part(2, [["Pump", "Price"], ["A", "3"]], 1)
    assert list(link_pages([first, other]))[1] == other
    (carried,) = [block for block in list(link_pages([first, part(2, rows)]))[1].blocks if block.cells]
    assert carried.continues == TableLink(1, 0, 0)


def test_a_line_that_says_continued_and_the_caption_again_is_left_out() -> None:
    rows = [[f"M{n}", f"{n} kg"] for n in range(5)]
    caption = "Table 3: Weights"
    first = page(1, text(caption, top=60), table([HEADER, *rows], 1))
    second = page(2, text(f"{caption} (continued)", top=60), table([HEADER, *rows], 1))
    pages = [
        replace(
            made,
            blocks=tuple(replace(b, box=Box(72, 90, 500, 780)) if b.cells else b for b in made.blocks),
        )
        for made in (first, second)
    ]
    (chunk,) = cut(pages)
    assert chunk.text.count("Table 3") == 1
    assert chunk.text.count("Model") == 1
    assert chunk.kind is BlockKind.TABLE


# -- furniture --------------------------------------------------------------------------------------------


def report(count: int, *, first: int = 1) -> Iterator[Page]:
    for number in range(first, first + count):
        yield page(
            number,
            text("Annual report 2023", top=30),
            heading(f"Chapter {number // 5}", 1),
            text(sentences(6, 10 * number)),
            text(f"Page {number} of {count}", top=800),
        )


def test_a_running_header_with_a_year_is_found_once_and_page_numbers_are_left_out() -> None:
    everything = "\n".join(chunk.text for chunk in cut(report(9)))
    assert everything.count("Annual report 2023") == 1
    assert "Page " not in everything
    assert everything.count("The supply of part") == 54


def test_left_and_right_pages_may_have_headers_of_their_own() -> None:
    pages = [
        page(
            n,
            text("The company" if n % 2 else f"{n} Management report", top=30),
            text(sentences(4, 10 * n)),
        )
        for n in range(1, 10)
    ]
    everything = "\n".join(chunk.text for chunk in cut(pages))
    assert "The company" not in everything
    assert "Management report" not in everything


def test_what_stands_at_the_edge_once_or_in_large_type_is_kept() -> None:
    pages = [
        page(
            n,
            heading("Our goals", 1, top=30),
            text(f"The {word} note is unlike the others.", top=800),
        )
        for n, word in enumerate(("first", "second", "third", "fourth"))
    ]
    everything = "\n".join(chunk.text for chunk in cut(pages))
    assert everything.count("Our goals") == 4
    assert everything.count("note is unlike") == 4


# -- ids --------------------------------------------------------------------------------------------------


def test_the_same_document_gives_the_same_ids_and_another_document_others() -> None:
    one = [chunk.id for chunk in cut(report(12))]
    assert one == [chunk.id for chunk in cut(report(12))]
    assert not set(one) & {chunk.id for chunk in cut(report(12), document_id="doc_2")}
    assert not set(one) & {chunk.id for chunk in cut(report(12), title="Another title")}


def test_the_same_text_twice_on_a_page_has_two_ids() -> None:
    block = text(sentences(14))
    found = cut([page(1, block, block, block)])
    assert len(found) == 3
    assert len({chunk.id for chunk in found}) == 3


def test_the_chunks_of_a_page_range_are_mostly_those_of_the_whole_document() -> None:
    whole = {chunk.id for chunk in cut(report(60))}
    early = {chunk.id for chunk in cut(each for each in report(60) if 21 <= each.number <= 40)}
    assert len(early & whole) >= 0.8 * len(early)


# -- any page ---------------------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=300)
LINES = st.lists(WORDS, min_size=1, max_size=120).map(" ".join)
ROWS = st.lists(st.lists(WORDS, min_size=3, max_size=3), min_size=2, max_size=40)
BLOCKS = st.one_of(
    LINES.map(text), LINES.map(lambda words: heading(words[:100].strip() or "x")), ROWS.map(table)
)
# What recurs on three pages may be a running header, and is left out.
PAGES = st.lists(st.lists(BLOCKS, max_size=6), max_size=2).map(
    lambda pages: [page(number, *blocks) for number, blocks in enumerate(pages, 1)]
)


def letters(words: str) -> str:
    """Without white space, hyphens at a page's end, the bars between cells, and what escapes them."""
    return "".join(words.split()).replace("-", "").replace("|", "").replace("\\", "")


def original(block: Block) -> str:
    return " ".join(cell for row in block.rows for cell in row) if block.rows else block.text


@settings(max_examples=60, deadline=None)
@given(PAGES, st.text(max_size=200))
def test_no_text_is_lost_the_budget_is_held_and_ids_are_unique(pages: list[Page], title: str) -> None:
    found = cut(pages, title)
    rest = letters("".join(chunk.text for chunk in found))
    blocks = [block for each in pages for block in each.blocks]
    for block in blocks:
        if block.rows:  # a header may come again between the rows
            assert all(letters(cell[:20]) in rest for row in block.rows for cell in row)
        else:
            assert letters(block.text[:50]) in rest
    if not any(block.rows for block in blocks):
        assert rest == letters("".join(block.text for block in blocks))
    assert all(tokens_of(chunk.indexed_text) <= BUDGET for chunk in found)
    assert all(tokens_of(chunk.context) <= CONTEXT for chunk in found)
    assert len({chunk.id for chunk in found}) == len(found)
    assert [chunk.ordinal for chunk in found] == list(range(len(found)))
    assert all(chunk.spans and chunk.text for chunk in found)


def test_memory_does_not_grow_with_the_number_of_pages() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in chunks(report(count), tenant="us", document_id="d", version=1, title="t", tags=()):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(160) < 1.5 * peak(40)
