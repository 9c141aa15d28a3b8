"""Pages as bytes: one JSON line each, the format of checkpoints and of the reader process's pipe.

A checkpoint is written and read page by page, because its pages may be far larger than their compressed
form.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import chain
from typing import IO, Any

from app.core.geometry import Box, Word, around
from app.core.page import (
    Annotation,
    Block,
    BlockKind,
    Cell,
    FieldKind,
    FormField,
    Furniture,
    HiddenWord,
    Link,
    Page,
    Recognition,
    Verdict,
    WhyHidden,
)
from app.pages.captions import mark_near_tables

# A page has hundreds of words: these are made of pairs and fours without a step of Python for each.
_word = partial(tuple.__new__, Word)
_box = partial(tuple.__new__, Box)


class Writer:
    """Writes pages as gzipped JSON lines; the same pages give the same bytes. ``close`` must follow."""

    def __init__(self, file: IO[bytes]) -> None:
        # The header would hold the file's name and the time, and the bytes would differ from run to run.
        self._lines = gzip.GzipFile("", "wb", compresslevel=4, fileobj=file, mtime=0)

    def add(self, page: Page) -> None:
        """Write a page after the previous ones."""
        self._lines.write(encode(page).encode() + b"\n")

    def close(self) -> None:
        """Write the rest to the file, which stays open."""
        self._lines.close()


def dump(pages: Iterable[Page]) -> bytes:
    """Return the pages as ``Writer`` writes them."""
    content = BytesIO()
    writer = Writer(content)
    for page in pages:
        writer.add(page)
    writer.close()
    return content.getvalue()


def load(content: bytes) -> Iterator[Page]:
    """Yield the pages that were written, one at a time. Raises ``ValueError`` if they are truncated or
    damaged."""
    return map(decode, _lines(content))


def read_numbered(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each page's number and its line, for ``decode``. Raises as ``load`` does."""
    for line in _lines(content):
        # Not parsed: a page is looked for by its number, and the line of another may have megabytes.
        yield int(line[len(NUMBER) : line.index(b",")]), line


NUMBER = b'{"number":'
"""Begins each line."""


def _lines(content: bytes) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as lines:
            yield from lines
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("The pages are cut off or damaged.") from error


def encode(page: Page) -> str:
    """Return a page as one line of JSON. The number comes first, because ``numbered`` reads it without
    parsing the line.

    Raises ``ValueError`` if a length is not finite.
    """
    return json.dumps(
        {
            "number": page.number,
            "size": [page.width, page.height, page.rotation],
            "text": page.text,
            "words": [word.text for word in page.words],
            "boxes": list(chain.from_iterable([word.box for word in page.words])),
            "blocks": [_block_fields(block) for block in page.blocks],
            "verdict": _verdict_fields(page.verdict),
            "error": page.error,
            "needs_ocr": page.needs_ocr,
            "notes": page.notes,
            "unreadable": page.unreadable,
            "recognition": _recognition_fields(page.recognition),
            **_marks(page),
        },
        separators=(",", ":"),
        # NaN and Infinity are no JSON: neither a browser nor another language would read the line.
        allow_nan=False,
    )


def decode(line: str | bytes) -> Page:
    """Return the page of a line that ``encode`` wrote."""
    fields = json.loads(line)
    width, height, rotation = fields["size"]
    # One flat list of numbers is parsed faster than a list for each word.
    sides = iter(fields["boxes"])
    boxes = map(_box, zip(sides, sides, sides, sides, strict=True))
    words = tuple(map(_word, zip(fields["words"], boxes, strict=True)))
    return Page(
        number=fields["number"],
        width=width,
        height=height,
        rotation=rotation,
        text=fields["text"],
        words=words,
        blocks=mark_near_tables(_block(block, words) for block in fields["blocks"]),
        verdict=_verdict(*fields["verdict"]),
        error=fields["error"],
        needs_ocr=fields["needs_ocr"],
        notes=tuple(fields["notes"]),
        # Fields from here on came later: checkpoints that lack them are still read, and not written anew.
        unreadable=fields.get("unreadable", 0.0),
        recognition=Recognition(*found) if (found := fields.get("recognition")) else None,
        links=tuple(_link(*link) for link in fields.get("links", ())),
        annotations=tuple(_annotation(*each) for each in fields.get("annotations", ())),
        fields=tuple(_field(*each) for each in fields.get("fields", ())),
        hidden=tuple(
            HiddenWord(text, Box(*box), WhyHidden(why)) for text, box, why in fields.get("hidden", ())
        ),
        label=fields.get("label", ""),
    )


def _recognition_fields(recognition: Recognition | None) -> list[Any] | None:
    return [recognition.engine, recognition.confidence, recognition.placed] if recognition else None


def _verdict_fields(verdict: Verdict) -> list[Any]:
    return [verdict.design_heavy, verdict.reasons, verdict.signals, verdict.scanned]


def _verdict(
    design_heavy: bool, reasons: list[str], signals: dict[str, float], scanned: bool = False
) -> Verdict:
    return Verdict(design_heavy, tuple(reasons), signals, scanned)


def _marks(page: Page) -> dict[str, Any]:
    """Return the fields that few pages have, and that older files lack."""
    found: dict[str, Any] = {
        "links": [[link.box, link.text, link.words, link.uri, link.page] for link in page.links],
        "annotations": [[a.kind, a.box, a.text, a.author, a.covers] for a in page.annotations],
        "fields": [[f.kind, f.name, f.box, f.value, f.checked] for f in page.fields],
        "hidden": [[word.text, word.box, word.why] for word in page.hidden],
        "label": page.label,
    }
    return {name: marks for name, marks in found.items() if marks}


def _link(box: list[float], text: str, words: tuple[int, int], uri: str, page: int | None) -> Link:
    return Link(Box(*box), text, (words[0], words[1]), uri, page)


def _annotation(kind: str, box: list[float], *more: str) -> Annotation:
    return Annotation(kind, Box(*box), *more)


def _field(kind: str, name: str, box: list[float], value: str, checked: bool | None) -> FormField:
    return FormField(FieldKind(kind), name, Box(*box), value, checked)


def _block_fields(block: Block) -> list[Any]:
    cells = [[*cell[:3], *cell.box, *cell[4:]] for cell in block.cells]
    more = [block.size, block.furniture] if block.size or block.furniture else []
    return [block.kind, block.box, block.words, block.text, block.level, cells, block.image, *more]


def _block(fields: list[Any], words: Sequence[Word]) -> Block:
    kind, sides, (start, end), text, level, cells, image, *more = fields
    box = Box(*sides)
    size, furniture = more or (0.0, None)  # files that were written before have neither
    return Block(
        BlockKind(kind),
        box,
        (start, end),
        text,
        level,
        _cells(cells, box, words[start:end]),
        image,
        size=size,
        furniture=Furniture(furniture) if furniture else None,
    )


def _cells(found: list[list[Any]], box: Box, words: Sequence[Word]) -> tuple[Cell, ...]:
    # Checkpoints of before cells had boxes hold rows of texts.
    if found and all(isinstance(each, str) for row in found for each in row):
        return tuple(_cells_of_rows(found, box, words))
    return tuple(Cell(row, column, text, Box(*each[:4]), *each[4:]) for row, column, text, *each in found)


def _cells_of_rows(rows: list[list[str]], box: Box, words: Sequence[Word]) -> Iterator[Cell]:
    """Return the cells of a table in older files, in which cells had no boxes: the boxes of their words."""
    at = 0
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            inside = [word.box for word in words[at : at + len(text.split())]]
            at += len(inside)
            yield Cell(row, column, text, around(inside) if inside else box)
