"""Cells by the compiled library, the same as those of ``app.pdf.tables.crossings``."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import chain, islice, repeat
from typing import Any

from app.core.geometry import Box
from app.pdf.native.library import CrossingRules, library
from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables import crossings

CELL = struct.Struct("@4d")

_NEW: Any = tuple.__new__
"""What a named tuple calls, in Python, for each one."""


def read_cells(rulings: Sequence[Ruling], reach: float) -> list[Box]:
    """What ``app.pdf.tables.crossings.read_cells`` gives. The library must be there."""
    compiled = library()
    assert compiled
    lines = array("d", chain.from_iterable(rulings))
    room = min(crossings.MOST_CROSSINGS, len(rulings) ** 2 // 4)  # half of them upright, and each meets each
    cells = array("d", bytes(CELL.size * room))
    rules = CrossingRules(
        tolerance=crossings.TOLERANCE,
        reach=reach,
        fewest_lines=crossings.FEWEST_LINES,
        most_pairs=crossings.MOST_PAIRS,
        most_crossings=crossings.MOST_CROSSINGS,
    )
    count = compiled.cells_read(rules, lines.buffer_info()[0], len(rulings), cells.buffer_info()[0])
    if count < 0:
        raise MemoryError
    return list(map(_NEW, repeat(Box), islice(CELL.iter_unpack(cells), count)))
