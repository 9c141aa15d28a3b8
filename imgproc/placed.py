"""Which pictures a page paints, and where they show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any, NamedTuple

from pymupdf import mupdf

MOST = 2000
"""Pictures that are looked at on one page: each holds its compressed bytes."""
TOUCHING = 0.5
"""Points by which the edges of two strips of one picture may miss each other."""


class Box(NamedTuple):
    """A rectangle in points from the top left corner of the page as displayed."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """The width, at least 0."""
        return max(0.0, self.x1 - self.x0)

    @property
    def height(self) -> float:
        """The height, at least 0."""
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """The area in square points."""
        return self.width * self.height

    def common(self, other: Box) -> Box:
        """Return what both cover."""
        return Box(
            max(self.x0, other.x0),
            max(self.top, other.top),
            min(self.x1, other.x1),
            min(self.bottom, other.bottom),
        )

    def around(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.x0, other.x0),
            min(self.top, other.top),
            max(self.x1, other.x1),
            max(self.bottom, other.bottom),
        )


class Matrix(NamedTuple):
    """Takes the picture's unit square, its top left corner at (0, 0), to the page."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def frame(self) -> Box:
        """The box of the whole picture on the page."""
        across = sorted((self.a, 0.0)), sorted((self.c, 0.0))
        down = sorted((self.b, 0.0)), sorted((self.d, 0.0))
        return Box(
            self.e + across[0][0] + across[1][0],
            self.f + down[0][0] + down[1][0],
            self.e + across[0][1] + across[1][1],
            self.f + down[0][1] + down[1][1],
        )


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture on the page: one image, or the strips that a program cut it into.

    ``frame`` is where all of it would stand, ``visible`` the part that the page and its clipping show;
    ``density`` is in pixels a point, the higher of the picture's two; ``distortion`` is their ratio.
    """

    images: tuple[Any, ...]
    matrix: Matrix
    frame: Box
    visible: Box
    density: float
    distortion: float = 1.0

    @property
    def key(self) -> tuple[int, ...]:
        """The identity of an image: MuPDF loads an image of the file once, however often it is painted."""
        return tuple(image.m_internal_value() for image in self.images)

    @property
    def shorter_side(self) -> float:
        """The shorter side in pixels."""
        if len(self.images) == 1:
            return float(min(self.images[0].w(), self.images[0].h()))
        return self.density * min(self.frame.width, self.frame.height)


def placed_images(page: Any) -> list[Placed]:
    """Return the page's pictures in the order they are painted: no stencils, no shadings, strips put
    together."""
    cookie = mupdf.FzCookie()
    device = _Collector(Box(*page.rect), cookie)
    mupdf.fz_run_page(page.this, device, mupdf.FzMatrix(), cookie)
    mupdf.fz_close_device(device)
    return _join_pieces(_join_pieces(device.found))  # tiles become rows, and rows the whole


class _Collector(mupdf.FzDevice2):  # type: ignore[misc]  # the binding has no types
    """A MuPDF device that draws nothing and notes the images that it is given."""

    def __init__(self, paper: Box, cookie: Any) -> None:
        super().__init__()
        self.use_virtual_fill_image()
        self.paper = paper
        self.cookie = cookie
        self.found: list[Placed] = []

    def fill_image(self, _context: Any, raw: Any, ctm: Any, alpha: float, _color_params: Any) -> None:
        """Called by MuPDF for each image that is painted, masks and shadings excepted."""
        if len(self.found) >= MOST:
            self.cookie.m_internal.abort = 1
        if alpha <= 0 or len(self.found) >= MOST:
            return
        # Kept, because MuPDF drops what it gives to a device when the call returns.
        image = mupdf.FzImage(mupdf.ll_fz_keep_image(raw))
        matrix = Matrix(ctm.a, ctm.b, ctm.c, ctm.d, ctm.e, ctm.f)
        clip = mupdf.ll_fz_device_current_scissor(self.m_internal)
        # A picture may be painted outside the page or behind a clip: only what shows counts.
        shown = Box(clip.x0, clip.y0, clip.x1, clip.y1).common(self.paper)
        across, down = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
        # A picture without width or height shows nothing, and has no resolution.
        if across and down:
            low, high = sorted((image.w() / across, image.h() / down))
            visible = matrix.frame.common(shown)
            self.found.append(Placed((image,), matrix, matrix.frame, visible, high, high / low))


def _join_pieces(found: list[Placed]) -> list[Placed]:
    joined = found[:1]
    # Only neighbours: a program that cuts a picture into strips paints one after the other.
    for _, following in pairwise(found):
        if _continues(joined[-1].frame, following.frame):
            joined[-1] = _together(joined[-1], following)
        else:
            joined.append(following)
    return joined


def _continues(one: Box, other: Box) -> bool:
    """Return whether two boxes share a whole edge."""
    left, top, right, bottom = (abs(a - b) <= TOUCHING for a, b in zip(one, other, strict=True))
    stacked = min(abs(one.bottom - other.top), abs(other.bottom - one.top)) <= TOUCHING
    beside = min(abs(one.x1 - other.x0), abs(other.x1 - one.x0)) <= TOUCHING
    return (left and right and stacked) or (top and bottom and beside)


def _together(one: Placed, other: Placed) -> Placed:
    return Placed(
        one.images + other.images,
        one.matrix,
        one.frame.around(other.frame),
        one.visible.around(other.visible),
        max(one.density, other.density),
    )
