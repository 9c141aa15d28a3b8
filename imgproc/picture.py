"""One picture of a page in a form that browsers and models read, as nearly as it is stored.

A JPEG that needs no change is passed on byte for byte; else the image is decoded, turned as it shows and
encoded; and what only the page makes whole (strips, soft masks, crops, slants) is drawn from the page.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

import pymupdf
from PIL import ExifTags, Image
from pymupdf import mupdf

from imgproc.encode import Encoded, encode, from_pixmap
from imgproc.limits import Limits
from imgproc.placed import Matrix, Placed
from imgproc.render import fitting_scale

WHOLE = 0.9
"""Of a picture's area that must show for it to be taken as it is; bleed over the page's edge is less."""
STRAIGHT = 0.01
"""How far from a right angle, as a part of its size, a picture still counts as straight."""
DISTORTED = 1.1
"""How much more a picture may be stretched one way than the other; beyond, its own pixels look wrong."""
LOSSLESS_PIXELS = 4_000_000
"""Above it a picture is a JPEG even if the file keeps it without loss: its PNG would take seconds to make."""
JPEG_QUALITY = 90
END_OF_JPEG = b"\xff\xd9"
PADDING = b"\0\r\n\t "
THUMBNAIL = 8
"""Of the sizes at which a JPEG can be decoded the smallest: an eighth."""

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
"""What turns the stored picture into the one that shows, by (its axes change places, what then runs across
runs to the right, what then runs down runs downwards)."""


def pixels(page: Any, placed: Placed, limits: Limits) -> Encoded | None:
    """The picture, ``None`` where it is of one colour. A damaged one raises MuPDF's error or Pillow's."""
    if passed := _as_stored(placed, limits):
        return passed
    image = _decoded(placed) if _is_plain(placed) else _drawn(page, placed, limits)
    if _is_blank(image):
        return None
    return encode(image, _kind(placed, image), quality=JPEG_QUALITY, limit=limits.picture_bytes)


def _is_plain(placed: Placed) -> bool:
    """Whether the stored image alone is what shows, but for a turn by quarters or a flip."""
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


# -- as stored ----------------------------------------------------------------------------------------------


def _as_stored(placed: Placed, limits: Limits) -> Encoded | None:
    """The JPEG of the file itself, ``None`` where it is none or would not look alike outside the file."""
    if not _is_plain(placed) or _turn(placed.matrix) is not None:
        return None
    stored = placed.images[0]
    content = _jpeg_bytes(stored)
    if content is None or len(content) > limits.picture_bytes or not _is_sound(content, stored):
        return None
    return Encoded(content, "image/jpeg", stored.w(), stored.h())


def _jpeg_bytes(stored: Any) -> bytes | None:
    if _compression(stored) != mupdf.FZ_IMAGE_JPEG or stored.use_decode():
        return None
    return bytes(mupdf.fz_buffer_extract_copy(mupdf.fz_compressed_image_buffer(stored).get_buffer()))


def _compression(stored: Any) -> int:
    """MuPDF's ``FZ_IMAGE_…`` constant. Only images in JPEG 2000 have no compressed bytes: it decodes them."""
    buffer = mupdf.ll_fz_compressed_image_buffer(stored.m_internal)
    return int(buffer.params.type) if buffer else int(mupdf.FZ_IMAGE_JPX)


def _is_sound(content: bytes, stored: Any) -> bool:
    """Whether all of it is there, in its size, in grey or RGB, not turned by Exif, and of several colours."""
    colours = stored.colorspace()
    mode = "L" if colours.fz_colorspace_is_gray() else "RGB" if colours.fz_colorspace_is_rgb() else None
    if not content.rstrip(PADDING).endswith(END_OF_JPEG):  # decoders take what follows a cut for grey
        return False
    try:
        with Image.open(BytesIO(content), formats=("JPEG",)) as image:
            if image.mode != mode or image.size != (stored.w(), stored.h()):
                return False
            if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
                return False
            image.draft(image.mode, (image.width // THUMBNAIL, image.height // THUMBNAIL))
            return not _is_blank(image)
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for a damaged JPEG
        return False


# -- decoded or drawn ---------------------------------------------------------------------------------------


def _decoded(placed: Placed) -> Image.Image:
    stored = placed.images[0]
    full_size = mupdf.FzMatrix(stored.w(), 0, 0, stored.h(), 0, 0)
    pixmap = pymupdf.Pixmap("raw", mupdf.fz_get_pixmap_from_image(stored, EVERYTHING, full_size)[0])
    grey = pixmap.colorspace is not None and pixmap.colorspace.n == 1 and not pixmap.alpha
    image = from_pixmap(pymupdf.Pixmap(pymupdf.csGRAY if grey else pymupdf.csRGB, pixmap))
    turn = _turn(placed.matrix)
    return image if turn is None else image.transpose(turn)


def _drawn(page: Any, placed: Placed, limits: Limits) -> Image.Image:
    """The part of the page where the picture stands, in the picture's own resolution where that may be."""
    box = placed.visible
    scale = fitting_scale(box.width, box.height, placed.density, limits)
    matrix = pymupdf.Matrix(scale, scale)
    pixmap = page.get_pixmap(matrix=matrix, clip=pymupdf.Rect(*box), colorspace=pymupdf.csRGB, alpha=False)
    return from_pixmap(pixmap)


def _is_blank(image: Image.Image) -> bool:
    bands = image.getextrema()
    return all(low == high for low, high in (bands if isinstance(bands[0], tuple) else [bands]))


def _kind(placed: Placed, image: Image.Image) -> Literal["jpeg", "png"]:
    """PNG for what the file keeps without loss, such as charts and screenshots."""
    lossy = any(_compression(stored) in LOSSY for stored in placed.images)
    return "jpeg" if lossy or image.width * image.height > LOSSLESS_PIXELS else "png"
