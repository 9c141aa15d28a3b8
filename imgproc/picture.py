"""One picture of a page in a form that browsers and models read, as nearly as it is stored.

A stream that needs no change is passed on byte for byte; else the image is decoded, turned as it shows and
encoded; and what only the page makes whole (strips, soft masks, crops, slants) is drawn from the page.
"""

from __future__ import annotations

from typing import Any, Literal

import pymupdf
from PIL import Image
from pymupdf import mupdf

from imgproc.encode import Encoded, encode, from_pixmap, is_blank
from imgproc.limits import Limits
from imgproc.painted import too_much_painted
from imgproc.placed import Matrix, Placed
from imgproc.render import fitting_scale
from imgproc.stored import as_stored, compression

WHOLE = 0.9
"""The share of a picture's area that must be visible for it to be taken whole; bleed over the page's edge
is less."""
STRAIGHT = 0.01
"""The deviation from a right angle, relative to its size, at which a picture still counts as straight."""
DISTORTED = 1.1
"""The most that a picture may be stretched in one direction more than in the other; beyond, its own pixels
look wrong."""
LOSSLESS_PIXELS = 4_000_000
"""Above this size a picture becomes a JPEG even if the file has it without loss: its PNG would take
seconds."""
JPEG_QUALITY = 90

EVERYTHING = mupdf.FzIrect(
    pymupdf.FZ_MIN_INF_RECT, pymupdf.FZ_MIN_INF_RECT, pymupdf.FZ_MAX_INF_RECT, pymupdf.FZ_MAX_INF_RECT
)
LOSSY = {mupdf.FZ_IMAGE_JPEG, mupdf.FZ_IMAGE_JPX, mupdf.FZ_IMAGE_JXR}

TURNS = {
    (False, True, True): None,
    (False, False, True): Image.Transpose.FLIP_LEFT_RIGHT,
    (False, True, False): Image.Transpose.FLIP_TOP_BOTTOM,
    (False, False, False): Image.Transpose.ROTATE_180,
    (True, True, True): Image.Transpose.TRANSPOSE,
    (True, False, True): Image.Transpose.ROTATE_270,
    (True, True, False): Image.Transpose.ROTATE_90,
    (True, False, False): Image.Transpose.TRANSVERSE,
}
"""The transposition that turns the stored picture into the displayed one, by (axes are swapped, horizontal
axis runs to the right, vertical axis runs downwards)."""


class TooMuchPainted(Exception):
    """A picture that only the page makes whole is not drawn; says why."""


def pixels(page: Any, placed: Placed, limits: Limits, *, jpx: bool = False) -> Encoded | None:
    """Return the picture, ``None`` where it is of one colour. A damaged one raises MuPDF's error or
    Pillow's, one of a page with too many pixels ``TooMuchPainted``.

    ``jpx`` allows JPEG 2000 as it is stored.
    """
    plain = _is_plain(placed)
    if plain and _turn(placed.matrix) is None:
        # First, since it costs nothing and loses nothing.
        passed = as_stored(page, placed.images[0], jpx=jpx)
        if passed and len(passed.content) <= limits.picture_bytes:
            return passed
    image = _decode_picture(placed) if plain else _draw_part(page, placed, limits)
    if is_blank(image):
        return None
    return encode(image, _kind(placed, image), quality=JPEG_QUALITY, limit=limits.picture_bytes)


def _is_plain(placed: Placed) -> bool:
    """Return whether the stored image alone is what shows, but for a turn by quarters or a flip."""
    first = placed.images[0]
    masked = bool(first.mask().m_internal) or bool(first.use_colorkey())
    whole = placed.visible.area >= WHOLE * placed.frame.area
    straight = _is_straight(placed.matrix) and placed.distortion <= DISTORTED
    return len(placed.images) == 1 and not masked and whole and straight


def _is_straight(matrix: Matrix) -> bool:
    along, aslant = abs(matrix.a) + abs(matrix.d), abs(matrix.b) + abs(matrix.c)
    return min(along, aslant) <= STRAIGHT * max(along, aslant)


def _turn(matrix: Matrix) -> Image.Transpose | None:
    swapped = abs(matrix.b) + abs(matrix.c) > abs(matrix.a) + abs(matrix.d)
    across, down = (matrix.c, matrix.b) if swapped else (matrix.a, matrix.d)
    return TURNS[swapped, across > 0, down > 0]


# -- decoded or drawn ---------------------------------------------------------------------------------------


def _decode_picture(placed: Placed) -> Image.Image:
    stored = placed.images[0]
    full_size = mupdf.FzMatrix(stored.w(), 0, 0, stored.h(), 0, 0)
    pixmap = pymupdf.Pixmap("raw", mupdf.fz_get_pixmap_from_image(stored, EVERYTHING, full_size)[0])
    grey = pixmap.colorspace is not None and pixmap.colorspace.n == 1 and not pixmap.alpha
    image = from_pixmap(pymupdf.Pixmap(pymupdf.csGRAY if grey else pymupdf.csRGB, pixmap))
    turn = _turn(placed.matrix)
    return image if turn is None else image.transpose(turn)


def _draw_part(page: Any, placed: Placed, limits: Limits) -> Image.Image:
    """Return the part of the page where the picture stands, in the picture's own resolution where that may
    be."""
    # Drawing decodes all images of the page, not this one alone: a small picture may cost minutes.
    if too_much := too_much_painted(page, limits):
        raise TooMuchPainted(too_much)
    box = placed.visible
    scale = fitting_scale(box.width, box.height, placed.density, limits)
    matrix = pymupdf.Matrix(scale, scale)
    pixmap = page.get_pixmap(matrix=matrix, clip=pymupdf.Rect(*box), colorspace=pymupdf.csRGB, alpha=False)
    return from_pixmap(pixmap)


def _kind(placed: Placed, image: Image.Image) -> Literal["jpeg", "png"]:
    """PNG for what the file keeps without loss, such as charts and screenshots."""
    # PNG would keep the noise of a JPEG, at several times the size.
    lossy = any(compression(stored) in LOSSY for stored in placed.images)
    return "jpeg" if lossy or image.width * image.height > LOSSLESS_PIXELS else "png"
