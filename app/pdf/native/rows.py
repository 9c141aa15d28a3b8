"""Rows by the compiled library, the same as those of ``app.pdf.tables.rows``."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from app.pdf.native.library import RowRules, library
from app.pdf.pdfium.words import PlacedWord
from app.pdf.tables import rows
from app.pdf.tables.rows import Piece, Row

ROW = struct.Struct("@3dq")
PIECE = struct.Struct("@2dq")


def read_rows(words: Sequence[PlacedWord], gap: float) -> list[Row]:
    """What ``app.pdf.tables.rows.read_rows`` gives. The library must be there."""
    compiled = library()
    assert compiled
    count = len(words)
    if not count:
        return []
    boxes = array("d", chain.from_iterable([word.box for word in words]))
    found, parts = array("d", bytes(ROW.size * count)), array("d", bytes(PIECE.size * count))
    order = array("i", bytes(4 * count))
    rules = RowRules(rows.SHARED, rows.LOWEST, gap)
    number = compiled.rows_read(rules, _start(boxes), count, _start(found), _start(parts), _start(order))
    if number < 0:
        raise MemoryError
    placed = map(words.__getitem__, order)
    pieces = (Piece(x0, x1, list(islice(placed, length))) for x0, x1, length in PIECE.iter_unpack(parts))
    return [
        Row(top, bottom, height, list(islice(pieces, length)))
        for top, bottom, height, length in islice(ROW.iter_unpack(found), number)
    ]


def _start(values: array[Any]) -> int:
    return values.buffer_info()[0]
