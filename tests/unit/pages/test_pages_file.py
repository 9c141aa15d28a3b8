"""Pages survive being written and read, whatever stands on them."""

from __future__ import annotations

import gzip
import json
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st

from app.core.geometry import Box, Word
from app.core.page import (
    Annotation,
    Block,
    BlockKind,
    Cell,
    FieldKind,
    FormField,
    Furniture,
    Link,
    Page,
    Verdict,
)
from app.pages import pages_file
from app.pages.captions import mark_near_tables

T = TypeVar("T")

texts = st.text(st.characters(), max_size=20)  # lone surrogates and line separators among them
lengths = st.floats(-1e6, 1e6)
boxes = st.builds(Box, lengths, lengths, lengths, lengths)
counts = st.none() | st.integers(1, 9)


def several(made: type[T], *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[T, ...]]:
    """A few of these."""
    return st.lists(st.builds(made, *parts), max_size=2).map(tuple)


blocks = st.builds(
    Block,
    kind=st.sampled_from(BlockKind),
    box=boxes,
    words=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    text=texts,
    level=st.integers(0, 6),
    cells=st.lists(
        st.builds(
            Cell,
            *[st.integers(0, 9)] * 2,
            texts,
            boxes,
            *[st.integers(1, 9)] * 2,
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    image=st.none() | texts,
    size=st.floats(0, 100),
    furniture=st.none() | st.sampled_from(Furniture),
)
pages = st.builds(
    Page,
    number=st.integers(1, 99_999),
    width=lengths,
    height=lengths,
    rotation=st.sampled_from([0, 90, 180, 270]),
    text=texts,
    words=st.lists(st.builds(Word, texts, boxes), max_size=4).map(tuple),
    blocks=st.lists(blocks, max_size=3).map(mark_near_tables),
    verdict=st.builds(
        Verdict,
        st.booleans(),
        st.lists(texts, max_size=2).map(tuple),
        st.dictionaries(texts, lengths, max_size=2),
    ),
    error=st.none() | texts,
    needs_ocr=st.booleans(),
    notes=st.lists(texts, max_size=2).map(tuple),
    label=texts,
    links=several(Link, boxes, texts, st.tuples(st.integers(0, 9), st.integers(0, 9)), texts, counts),
    annotations=several(Annotation, texts, boxes, texts, texts, texts),
    fields=several(
        FormField, st.sampled_from(FieldKind), texts, boxes, texts, st.sampled_from([None, True, False])
    ),
)


@given(pages)
def test_a_page_is_one_line_and_the_same_when_it_is_read(page: Page) -> None:
    line = pages_file.encode(page)
    assert "\n" not in line
    assert pages_file.decode(line) == page


@given(st.lists(pages, max_size=3))
def test_a_file_holds_its_pages_in_order(many: list[Page]) -> None:
    content = pages_file.dump(many)
    assert list(pages_file.load(content)) == many
    assert pages_file.dump(many) == content


def test_one_page_is_found_by_its_number() -> None:
    content = pages_file.dump([Page(number, 1.0, 1.0, text=f"page {number}") for number in (1, 11, 12)])
    found = {number: pages_file.decode(line) for number, line in pages_file.read_numbered(content)}
    assert {number: page.text for number, page in found.items()} == {
        number: f"page {number}" for number in (1, 11, 12)
    }


def test_the_same_pages_give_the_same_bytes_at_any_time() -> None:
    content = pages_file.dump([Page(1, 1.0, 1.0)])
    assert content[4:8] == b"\0\0\0\0"  # gzip's time of writing
    assert gzip.decompress(content).endswith(b"\n")


def test_a_table_from_before_cells_had_boxes_has_those_of_its_words() -> None:
    words = (Word("Part", Box(1, 1, 9, 5)), Word("Big", Box(1, 6, 4, 9)), Word("pump", Box(5, 6, 9, 9)))
    line = pages_file.encode(
        Page(1, 9.0, 9.0, words=words, blocks=(Block(BlockKind.TABLE, Box(0, 0, 20, 20), (0, 3)),))
    )
    fields = json.loads(line)
    fields["blocks"][0][5] = [["Part", ""], ["Big pump", ""]]
    (table,) = pages_file.decode(json.dumps(fields)).blocks
    assert table.rows == (("Part", ""), ("Big pump", ""))
    assert [cell.box for cell in table.cells] == [
        Box(1, 1, 9, 5),
        Box(0, 0, 20, 20),
        Box(1, 6, 9, 9),
        Box(0, 0, 20, 20),
    ]
