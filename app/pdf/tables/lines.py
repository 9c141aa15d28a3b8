"""A page's straight lines: which of them are drawn, and those that go on as one joined."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

from app.core.geometry import Box
from app.pdf.native.library import library
from app.pdf.native.packed import address, make_room, pack
from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.crossings import TOLERANCE

ONE_PLACE = 1.0
"""Points between lines that go on as one."""


def find_drawn(rulings: Sequence[Ruling], shades: Sequence[Box]) -> Sequence[Ruling]:
    """The lines that are no edge of a shaded area."""
    if not shades:
        return rulings
    lines, areas, drawn = pack(rulings), pack(shades), make_room("b", len(rulings))
    given = address(lines), len(rulings), address(areas), len(shades)
    if library().drawn_read(*given, address(drawn)) < 0:
        raise MemoryError
    return list(compress(rulings, drawn))


def join_level(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The level lines from top to bottom, those that go on as one joined."""
    found: list[Ruling] = []
    for line in sorted((r for r in rulings if not r.vertical), key=lambda r: (round(r.top), r.x0)):
        last = found[-1] if found else None
        if last and abs(last.top - line.top) <= ONE_PLACE and line.x0 <= last.x1 + TOLERANCE:
            found[-1] = last._replace(x1=max(last.x1, line.x1))
        else:
            found.append(line)
    return sorted(found, key=lambda line: line.top)


def join_upright(rulings: Sequence[Ruling]) -> list[Ruling]:
    """The upright lines from left to right, those that go on as one joined."""
    found: list[Ruling] = []
    for line in sorted((r for r in rulings if r.vertical), key=lambda r: (round(r.x0), r.top)):
        last = found[-1] if found else None
        if last and abs(last.x0 - line.x0) <= ONE_PLACE and line.top <= last.bottom + TOLERANCE:
            found[-1] = last._replace(bottom=max(last.bottom, line.bottom))
        else:
            found.append(line)
    return sorted(found, key=lambda line: line.x0)
