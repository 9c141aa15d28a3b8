"""A page's straight lines: which of them are drawn, and those that go on as one joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from app.core.geometry import Box
from app.pdf.pdfium.drawing import Ruling
from app.pdf.tables.crossings import TOLERANCE

_Sides: TypeAlias = tuple[float, float, float, float]

ONE_PLACE = 1.0
"""Points between lines that go on as one."""


def find_drawn(rulings: Sequence[Ruling], shades: Sequence[Box]) -> Sequence[Ruling]:
    """The lines that are no edge of a shaded area."""
    if not shades:
        return rulings
    # Most edges are lines with the very same numbers, and only the rest is rounded: that costs ten times as
    # much, a chart has thousands of both, and each page asks twice.
    same = {edge for shade in shades for edge in _edges(shade)}
    others = [ruling for ruling in rulings if ruling not in same]
    near = {edge for shade in shades for edge in _edges(_round_sides(shade))} if others else set()
    return [ruling for ruling in others if _round_sides(ruling) not in near]


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


def _edges(sides: Box | _Sides) -> tuple[_Sides, _Sides, _Sides, _Sides]:
    x0, top, x1, bottom = sides
    return (x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)


def _round_sides(box: Box | Ruling) -> _Sides:
    x0, top, x1, bottom = box
    return round(x0, 1), round(top, 1), round(x1, 1), round(bottom, 1)
