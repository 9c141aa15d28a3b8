"""Pictures that can be passed on as the file stores them, byte for byte.

A JPEG stands in the file as it is, and so does a JPEG 2000. What PNG predictors made smaller is the inside of
a PNG, which takes only a head and an end.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pymupdf
from PIL import ExifTags, Image
from pymupdf import mupdf

from imgproc.encode import Encoded, is_blank

END_OF_JPEG = b"\xff\xd9"
PADDING = b"\0\r\n\t "
"""Bytes that may follow the end of a picture in its stream."""
HEAD_OF_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
HEAD_OF_PNG = b"\x89PNG\r\n\x1a\n"
PNG_PREDICTORS = range(10, 16)
THUMBNAIL = 8
"""The smallest scale at which a JPEG can be decoded: an eighth; the same is used for JPEG 2000."""


def as_stored(page: Any, stored: Any, *, jpx: bool) -> Encoded | None:
    """Return the stream of an image that is displayed whole, upright and unmasked.

    ``None`` if it has none of these formats, would look different outside the file, is damaged or of one
    colour. ``jpx`` allows JPEG 2000.
    """
    mode = _mode(stored)
    # A decode array changes the colours on the page: the stored bytes alone would show others.
    if mode is None or stored.use_decode():
        return None
    size = stored.w(), stored.h()
    for content, kind in _candidates(page, stored, mode, jpx=jpx):
        if _is_sound(content, kind, mode, size):
            return Encoded(content, MEDIA_TYPES[kind], *size)
    return None


MEDIA_TYPES: dict[str, Any] = {"JPEG": "image/jpeg", "JPEG2000": "image/jp2", "PNG": "image/png"}


def compression(stored: Any) -> int:
    """MuPDF's ``FZ_IMAGE_…`` constant. Only images in JPEG 2000 have no compressed bytes: it decodes them."""
    buffer = mupdf.ll_fz_compressed_image_buffer(stored.m_internal)
    return int(buffer.params.type) if buffer else int(mupdf.FZ_IMAGE_JPX)


def _mode(stored: Any) -> str | None:
    """Pillow's name for the image's colours, ``None`` for others than grey and RGB."""
    colours = stored.colorspace()
    if not colours.m_internal or stored.bpc() != 8:
        return None
    return "L" if colours.fz_colorspace_is_gray() else "RGB" if colours.fz_colorspace_is_rgb() else None


def _candidates(page: Any, stored: Any, mode: str, *, jpx: bool) -> Iterator[tuple[bytes, str]]:
    kind = compression(stored)
    if kind == mupdf.FZ_IMAGE_JPEG:
        buffer = mupdf.fz_compressed_image_buffer(stored).get_buffer()
        yield bytes(mupdf.fz_buffer_extract_copy(buffer)), "JPEG"
    elif (kind == mupdf.FZ_IMAGE_JPX and jpx) or kind == mupdf.FZ_IMAGE_FLATE:
        xref = _xref(page, stored)
        if xref and kind == mupdf.FZ_IMAGE_JPX and _is(page, xref, "Filter", "/JPXDecode"):
            yield page.parent.xref_stream_raw(xref), "JPEG2000"
        elif xref and _has_png_rows(page, xref, stored):
            yield _png(page.parent.xref_stream_raw(xref), stored, mode), "PNG"


def _xref(page: Any, stored: Any) -> int | None:
    """Return the number of the file's object that an image comes from; ``None`` for one inside a content
    stream.

    MuPDF keeps what it has loaded, so that to load it again gives the same.
    """
    for xref, _, width, height, *_ in page.get_images(full=True):
        # The size first: to load an image costs its bytes.
        if (width, height) == (stored.w(), stored.h()):
            file = pymupdf._as_pdf_document(page.parent)
            loaded = mupdf.pdf_load_image(file, mupdf.pdf_new_indirect(file, xref, 0))
            if loaded.m_internal_value() == stored.m_internal_value():
                return int(xref)
    return None


def _is(page: Any, xref: int, key: str, value: str) -> bool:
    found: str = page.parent.xref_get_key(xref, key)[1]
    return found.strip("[] ") == value


def _has_png_rows(page: Any, xref: int, stored: Any) -> bool:
    def number(key: str, default: int) -> int:
        kind, value = page.parent.xref_get_key(xref, f"DecodeParms/{key}")
        return int(value) if kind == "int" else default

    return (
        _is(page, xref, "Filter", "/FlateDecode")
        and number("Predictor", 1) in PNG_PREDICTORS
        and number("Colors", 1) == stored.colorspace().fz_colorspace_n()
        and number("BitsPerComponent", 8) == 8
        and number("Columns", 1) == stored.w()
    )


def _png(rows: bytes, stored: Any, mode: str) -> bytes:
    """Compressed rows as a PNG (its specification, 5 and 11.2)."""
    head = struct.pack(">IIBBBBB", stored.w(), stored.h(), 8, 2 if mode == "RGB" else 0, 0, 0, 0)
    return HEAD_OF_PNG + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _is_sound(content: bytes, kind: str, mode: str, size: tuple[int, int]) -> bool:
    """Return whether all of it is there, in its size and colours, not turned by Exif, and of several
    colours."""
    if kind == "JPEG" and not content.rstrip(PADDING).endswith(END_OF_JPEG):
        return False  # cut short: Pillow takes zeros for pixels
    if kind == "JPEG2000" and not content.startswith(HEAD_OF_JP2):
        return False  # the bare code stream, which few programs read
    try:
        with Image.open(BytesIO(content), formats=(kind,)) as image:
            if image.mode != mode or image.size != size:
                return False
            if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
                return False
            # A damaged picture shows only when it is decoded; an eighth of its size is enough to see that.
            _reduce(image)
            return not is_blank(image)
    except (OSError, SyntaxError, ValueError):  # what Pillow raises for a damaged picture
        return False


def _reduce(image: Any) -> None:
    """Have an open image decoded no larger than need be."""
    if image.format == "JPEG2000":
        image.reduce = THUMBNAIL.bit_length() - 1
    elif image.format == "JPEG":
        image.draft(image.mode, (image.width // THUMBNAIL, image.height // THUMBNAIL))
