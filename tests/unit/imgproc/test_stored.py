"""Streams of the file that are pictures as they stand are passed on byte for byte."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import pymupdf
import pytest
from PIL import Image, ImageChops

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support.pictures import corners, decoded, jpeg, pdf, picture, png, quarters

FORWARD = ["red", "lime", "blue", "black"]


def with_stream(data: bytes, size: tuple[int, int], **keys: str) -> bytes:
    """A PDF whose one picture is this stream."""
    content = pdf(lambda canvas: picture(canvas, png(quarters(*size))))
    with pymupdf.open(stream=content, filetype="pdf") as document:
        xref = document[0].get_images()[0][0]
        document.update_stream(xref, data, compress=False)
        for key, value in keys.items():
            document.xref_set_key(xref, key, value)
        return bytes(document.tobytes())


def figure(content: bytes, **more: Any) -> dict[str, Any]:
    event = {
        "operation": "extract_images",
        "file_bytes_base64": base64.b64encode(content).decode(),
        "page_numbers": [0],
        **more,
    }
    (image,) = handle(event, Limits())["images"]
    return dict(image)


def bytes_of(image: dict[str, Any]) -> bytes:
    return base64.b64decode(image["image_base64"])


def rows_of(picture: bytes) -> bytes:
    """The compressed rows of a PNG."""
    rows, place = b"", 8
    while place < len(picture):
        length = int.from_bytes(picture[place : place + 4])
        if picture[place + 4 : place + 8] == b"IDAT":
            rows += picture[place + 8 : place + 8 + length]
        place += length + 12
    return rows


def as_png_rows(image: Image.Image, rows: bytes | None = None, columns: int | None = None) -> bytes:
    colours = 1 if image.mode == "L" else 3
    return with_stream(
        rows_of(png(image)) if rows is None else rows,
        image.size,
        Filter="/FlateDecode",
        ColorSpace="/DeviceGray" if colours == 1 else "/DeviceRGB",
        DecodeParms=f"<</Predictor 15/Colors {colours}/BitsPerComponent 8/Columns {columns or image.width}>>",
    )


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_rows_with_png_predictors_become_a_png_around_the_same_bytes(mode: str) -> None:
    stored = quarters(160, 120, mode)
    found = figure(as_png_rows(stored))
    assert found["media_type"] == "image/png"
    assert rows_of(bytes_of(found)) == rows_of(png(stored))
    assert ImageChops.difference(decoded(bytes_of(found)), stored).getbbox() is None


def test_rows_that_are_damaged_or_of_another_width_are_not_passed_on() -> None:
    stored = quarters(160, 120)
    rows = rows_of(png(stored))
    for content in (as_png_rows(stored, rows[: len(rows) // 2]), as_png_rows(stored, columns=80)):
        answer = handle(
            {
                "operation": "extract_images",
                "file_bytes_base64": base64.b64encode(content).decode(),
                "page_numbers": [0],
            },
            Limits(),
        )
        assert all(rows_of(bytes_of(image)) != rows for image in answer["images"])


def jp2() -> bytes:
    buffer = BytesIO()
    quarters(160, 120).save(buffer, "JPEG2000")
    return buffer.getvalue()


def test_a_jpeg_2000_is_passed_on_to_those_who_take_it() -> None:
    content = with_stream(jp2(), (160, 120), Filter="/JPXDecode", DecodeParms="null")
    found = figure(content, jpx=True)
    assert found["media_type"] == "image/jp2"
    assert bytes_of(found) == jp2()


def test_to_others_a_jpeg_2000_comes_as_a_jpeg() -> None:
    found = figure(with_stream(jp2(), (160, 120), Filter="/JPXDecode", DecodeParms="null"))
    assert found["media_type"] == "image/jpeg"
    assert corners(decoded(bytes_of(found))) == FORWARD


def test_a_jpeg_is_passed_on_whatever_else_is_taken() -> None:
    stored = jpeg(quarters())
    assert bytes_of(figure(pdf(lambda canvas: picture(canvas, stored)), jpx=True)) == stored
