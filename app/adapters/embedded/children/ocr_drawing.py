"""What a picture of a page shows besides its letters: how far it is turned, straight lines, shaded areas.

Lengths are in pixels of a picture of ``app/pdf/pdfium/picture.py``, which has 150 to an inch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np

MOST_TURNED = 5.0
"""Degrees either way: a sheet in a feeder is turned less, and a book on glass."""

COARSE, FINE = 0.5, 0.05
"""Degrees between the angles that are tried: over a page's width half a line, and a twentieth."""

LOOKED_AT = 800
"""Pixels of the longer side of the picture in which the angle is found: lines of text are still apart."""

SHORTEST_ACROSS, SHORTEST_DOWN = 36, 45
"""A quarter of an inch, and more than any letter is high."""

THICKEST = 7
"""A line of three points; what is thicker is an area."""

GAP = 9
"""What a faint line may lack between two of its parts."""

GROUND = 41
"""The side of the square whose mean a pixel of a line is darker than, by ``DARKER`` of 255 shades."""

DARKER = 18

LETTERS = 15
"""The height of letters of eight points, which are taken out before shading is looked for."""

SMOOTHED = 9
"""The side of the square over which paper is even."""

SHADED = 7
"""Shades of 255 that a shaded area is darker than the paper: the palest bands that readers set are 9."""

SHORTEST_DASH, LONGEST_DASH, THICKEST_DASH = 6, 34, 4
"""A dash that stands for nothing in a table, which engines do not take for a line of text."""

AROUND_DASH = 10, 6
"""White to the left and right of such a dash, and above and below."""

DARKEST = 110
"""An area below is a picture, or a bar with white letters, and no shading."""

LOWEST_SHADE, NARROWEST_SHADE = 16, 40
"""Of a band behind a line of type."""

FILLED = 0.85
"""Share of its box that a shaded rectangle fills."""

Sides = tuple[float, float, float, float]


class Drawn(NamedTuple):
    """``angle`` in degrees, anticlockwise, by which the picture is turned to stand upright; ``rules``,
    ``shades`` and ``dashes``, which stand alone, are boxes in the upright picture."""

    angle: float
    rules: list[Sides]
    shades: list[Sides]
    dashes: list[Sides]


def read_drawing(image: Any) -> Drawn:
    """What a grey picture shows besides letters."""
    angle = find_angle(image)
    upright = turn(image, angle)
    dark = _darker_than_ground(upright)
    return Drawn(angle, list(_rules(dark)), list(_shades(upright)), list(_dashes(dark)))


def turning(width: int, height: int, angle: float) -> Any:
    """The matrix that turns points of a picture of this size upright around its middle."""
    return cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)


def turn(image: Any, angle: float) -> Any:
    """The picture turned upright around its middle; what comes in at its corners is white."""
    height, width = image.shape
    # White, as black corners would be taken for shading.
    return cv2.warpAffine(image, turning(width, height, angle), (width, height), borderValue=255)


def find_angle(image: Any) -> float:
    """The angle at which the rows of the picture differ most from each other: its lines of text are level."""
    scale = LOOKED_AT / max(image.shape)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
    ink = 255 - small
    around = 0.0
    # Twenty-one angles and twenty-one around the best: each one by the fine step would be two hundred.
    for step, reach in ((COARSE, MOST_TURNED), (FINE, COARSE)):
        angles = [float(angle) for angle in np.arange(around - reach, around + reach + step / 2, step)]
        # Of equals the one that turns least: an empty page stays as it is.
        around = max(angles, key=lambda angle: (_unevenness(ink, angle), -abs(angle)))
    return round(around, 2)


def _unevenness(ink: Any, angle: float) -> float:
    height, width = ink.shape
    turned = cv2.warpAffine(ink, turning(width, height, angle), (width, height))
    sums = turned.sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(sums)).sum())


def _darker_than_ground(image: Any) -> Any:
    """A mask of what is darker than what lies around it: 1 where it is."""
    # Against what is around and not by a fixed shade: scans are darker at the spine and at the edges.
    ground = cv2.blur(image, (GROUND, GROUND))
    return ((ground.astype(np.int16) - image) > DARKER).astype(np.uint8)


def _dashes(dark: Any) -> Iterator[Sides]:
    across, down = AROUND_DASH
    for x, y, width, height, area in _parts(dark):
        if SHORTEST_DASH <= width <= LONGEST_DASH and height <= min(THICKEST_DASH, width / 2):
            near = dark[max(0, y - down) : y + height + down, max(0, x - across) : x + width + across]
            # Nothing dark around it but itself: else it is part of a letter or a line.
            if int(near.sum()) <= area:
                yield float(x), float(y), float(x + width), float(y + height)


def _rules(dark: Any) -> Iterator[Sides]:
    for across in (True, False):
        close = np.ones((1, GAP) if across else (GAP, 1), np.uint8)
        long = np.ones((1, SHORTEST_ACROSS) if across else (SHORTEST_DOWN, 1), np.uint8)
        # Opened first, closed second: the other way round letters of a line of text would grow into a rule.
        lines = cv2.morphologyEx(cv2.morphologyEx(dark, cv2.MORPH_OPEN, long), cv2.MORPH_CLOSE, close)
        for x, y, width, height, _ in _parts(lines):
            if across and height <= THICKEST:
                yield float(x), y + height / 2, float(x + width), y + height / 2
            elif not across and width <= THICKEST:
                yield x + width / 2, float(y), x + width / 2, float(y + height)


def _shades(image: Any) -> Iterator[Sides]:
    stroke = np.ones((LETTERS, LETTERS), np.uint8)
    ground = cv2.blur(cv2.morphologyEx(image, cv2.MORPH_CLOSE, stroke), (SMOOTHED, SMOOTHED))
    # The most frequent shade that is no ink: paper may be yellow or grey.
    paper = int(np.bincount(ground.ravel(), minlength=256)[DARKEST:].argmax()) + DARKEST
    shaded = ((ground < paper - SHADED) & (ground > DARKEST)).astype(np.uint8)
    for x, y, width, height, area in _parts(shaded):
        if height >= LOWEST_SHADE and width >= NARROWEST_SHADE and area >= FILLED * width * height:
            yield float(x), float(y), float(x + width), float(y + height)


def _parts(mask: Any) -> Iterator[tuple[int, int, int, int, int]]:
    """Left, top, width, height and area of each connected part of a mask."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask)
    yield from ((int(x), int(y), int(w), int(h), int(area)) for x, y, w, h, area in stats[1:])
