"""Figures are the pictures of a page as a reader sees them, where the reader sees them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat
from reportlab.lib.colors import toColor
from reportlab.pdfgen.canvas import Canvas

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support.pictures import PAGE, corners, decoded, jpeg, noise, pdf, picture, png, quarters

BOX = (50.0, 100.0, 210.0, 220.0)
FORWARD = ["red", "lime", "blue", "black"]

PLAIN = [
    ("design/100g_slides.pdf", 6),
    ("design/nvingest_woods_frost.pdf", 1),
    ("design/nvingest_multimodal.pdf", 2),
    ("design/rvl_cdip_scans.pdf", 3),
    ("design/databricks_report.pdf", 1),
    ("qa/erc_Brave-Bison-Group-plc.pdf", 1),
    ("text/jats_PMC6200556.pdf", 4),
    ("text/jats_PMC1397864.pdf", 6),
    ("tables/icdar_eu-011.pdf", 1),
    ("design/autocad_diagram.pdf", 1),  # rotated by 270 degrees
    ("text/docbank_017.pdf", 1),  # stored upside down, and stretched
]
"""Pages of the corpus (1-based) whose pictures nothing is painted over."""


@dataclass(frozen=True)
class Figure:
    image: Image.Image
    content: bytes
    media_type: str
    box: tuple[float, ...]
    index: int


def figures(content: bytes, page: int = 0, limits: Limits | None = None) -> list[Figure]:
    """The figures of a page, 0-based; each decodes and has the size it is said to have."""
    event = {
        "operation": "extract_images",
        "file_bytes_base64": base64.b64encode(content).decode(),
        "page_numbers": [page],
    }
    answer = handle(event, limits or Limits())
    assert answer["skipped"] == []
    return [figure(image) for image in answer["images"]]


def figure(answer: dict[str, Any]) -> Figure:
    content = base64.b64decode(answer["image_base64"])
    image = decoded(content)
    assert image.size == (answer["width"], answer["height"])
    assert image.get_format_mimetype() == answer["media_type"]
    return Figure(image, content, answer["media_type"], tuple(answer["box"]), answer["index"])


def as_pdfium_shows(content: bytes, box: tuple[float, ...], page: int = 0) -> Image.Image:
    """The part of a page in a box, drawn by another library."""
    scale = 2
    with pypdfium2.PdfDocument(content) as document:
        drawn = document[page].render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return drawn.crop(tuple(round(edge * scale) for edge in box))


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures after both are made small: 0 alike, 1 black against white."""
    small = [image.convert("RGB").resize((48, 48), Image.Resampling.BOX) for image in (one, other)]
    return float(sum(ImageStat.Stat(ImageChops.difference(*small)).mean)) / 3 / 255


# -- pictures that are passed on ----------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_an_upright_jpeg_is_passed_on_byte_for_byte(mode: str) -> None:
    stored = jpeg(quarters(mode=mode))
    (found,) = figures(pdf(lambda canvas: picture(canvas, stored)))
    assert found.content == stored
    assert found.media_type == "image/jpeg"
    assert found.box == BOX


def test_the_jpegs_of_real_pdfs_are_passed_on_byte_for_byte(corpus: Path) -> None:
    content = (corpus / "design/100g_slides.pdf").read_bytes()
    streams = set()
    with pypdfium2.PdfDocument(content) as document:
        for thing in document[5].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
            streams.add(bytes(thing.get_data(decode_simple=True)))
    found = [one for one in figures(content, 5) if one.media_type == "image/jpeg"]
    assert len(found) == 3
    assert {one.content for one in found} <= streams


def test_a_jpeg_that_exif_turns_is_not_passed_on_for_browsers_would_turn_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (found,) = figures(pdf(lambda canvas: picture(canvas, jpeg(quarters(), exif=exif))))
    assert corners(found.image) == FORWARD
    assert not found.image.getexif()


def test_a_jpeg_that_is_cut_short_is_not_passed_on() -> None:
    stored = jpeg(noise(200, 150))
    content = pdf(lambda canvas: picture(canvas, stored))
    damaged = stored[: len(stored) // 2] + bytes(len(stored) - len(stored) // 2)
    for found in figures(with_stream(content, damaged)):
        assert found.content != damaged


def with_stream(content: bytes, data: bytes) -> bytes:
    """The PDF with other bytes for its one picture, and no filter but the picture's own."""
    import pymupdf

    with pymupdf.open(stream=content, filetype="pdf") as document:
        xref = document[0].get_images()[0][0]
        document.update_stream(xref, data, compress=False)
        document.xref_set_key(xref, "Filter", "/DCTDecode")
        return bytes(document.tobytes())


# -- pictures that are made anew ----------------------------------------------------------------------------


def test_a_cmyk_jpeg_becomes_one_that_a_browser_shows() -> None:
    (found,) = figures(pdf(lambda canvas: picture(canvas, jpeg(quarters(mode="CMYK")))))
    assert found.image.mode == "RGB"
    assert corners(found.image) == FORWARD


def test_what_is_stored_without_loss_stays_so() -> None:
    stored = quarters(200, 150)
    (found,) = figures(pdf(lambda canvas: picture(canvas, png(stored))))
    assert found.media_type == "image/png"
    assert ImageChops.difference(found.image.convert("RGB"), stored).getbbox() is None


def test_a_picture_with_a_soft_mask_looks_as_on_the_page() -> None:
    glass = quarters().convert("RGBA")
    glass.putalpha(Image.linear_gradient("L").resize(glass.size))

    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(toColor("yellow"))
        canvas.rect(0, 0, *PAGE, fill=1)
        picture(canvas, png(glass))

    content = pdf(draw)
    (found,) = figures(content)
    assert difference(found.image, as_pdfium_shows(content, found.box)) < 0.02


TURNS: dict[str, tuple[float, ...]] = {
    "upright": (160, 0, 0, 120, 50, 180),
    "left to right": (-160, 0, 0, 120, 210, 180),
    "upside down": (160, 0, 0, -120, 50, 300),
    "half a turn": (-160, 0, 0, -120, 210, 300),
    "a quarter": (0, 120, -160, 0, 210, 180),
    "three quarters": (0, -120, 160, 0, 50, 300),
    "one diagonal": (0, 120, 160, 0, 50, 180),
    "the other diagonal": (0, -120, -160, 0, 210, 300),
    "slanted": (150, 20, -20, 110, 70, 170),
}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", TURNS)
def test_a_picture_is_turned_as_the_page_shows_it(turn: str, rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        canvas.transform(*TURNS[turn])
        canvas.drawInlineImage(quarters(160, 120), 0, 0, 1, 1)

    content = pdf(draw)
    (found,) = figures(content)
    seen = as_pdfium_shows(content, found.box)
    assert difference(found.image, seen) < 0.03  # two libraries smooth slanted edges differently
    assert abs(found.image.width / found.image.height - seen.width / seen.height) < 0.25


@pytest.mark.parametrize("rotation", [0, 90])
def test_boxes_count_from_the_corner_of_a_cropped_page(rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((30, 40, 290, 360))
        canvas.setPageRotation(rotation)
        picture(canvas, jpeg(quarters(160, 120)))

    content = pdf(draw)
    (found,) = figures(content)
    assert found.box == ((20, 60, 180, 180) if rotation == 0 else (140, 20, 260, 180))
    assert corners(as_pdfium_shows(content, found.box)) == corners(found.image)


def test_a_picture_that_is_cropped_on_the_page_shows_no_more_than_the_page() -> None:
    def draw(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(50, 240, 80, 60)  # the red quarter
        canvas.clipPath(path, stroke=0)
        picture(canvas, jpeg(quarters(160, 120)))

    (found,) = figures(pdf(draw))
    assert found.box == (50, 100, 130, 160)
    assert set(corners(found.image)) == {"red"} or found.image.size == (80, 60)


def test_a_picture_that_was_cut_into_strips_is_put_together() -> None:
    whole = quarters(160, 120)

    def draw(canvas: Canvas) -> None:
        for row in range(0, 120, 40):
            for column in range(0, 160, 80):
                tile = whole.crop((column, row, column + 80, row + 40))
                picture(canvas, png(tile), (50 + column, 100 + row, 130 + column, 140 + row))

    (found,) = figures(pdf(draw))
    assert found.box == BOX
    assert corners(found.image) == FORWARD


# -- pictures that are left out -----------------------------------------------------------------------------


def stencil(canvas: Canvas) -> None:
    canvas.drawImage(_reader(Image.new("1", (100, 100))), 10, 10, 100, 100)


def _reader(image: Image.Image) -> Any:
    from reportlab.lib.utils import ImageReader

    return ImageReader(image)


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: picture(canvas, jpeg(noise(31, 300))),
        lambda canvas: picture(canvas, jpeg(noise(300, 300)), (0, 0, 20, 20)),
        lambda canvas: picture(canvas, jpeg(noise(300, 300)), (0, 0, 300, 1)),
        lambda canvas: picture(canvas, jpeg(noise(300, 300)), (400, 0, 600, 100)),
        lambda canvas: picture(canvas, jpeg(Image.new("RGB", (300, 300), "navy"))),
        lambda canvas: picture(canvas, png(Image.new("L", (300, 300), 255))),
        lambda canvas: canvas.linearGradient(0, 0, 300, 400, (toColor("red"), toColor("blue"))),
    ],
    ids=["few pixels", "an icon", "a rule", "beside the page", "one colour", "white", "a shading"],
)
def test_what_is_no_figure_is_left_out(draw: Callable[[Canvas], None]) -> None:
    assert figures(pdf(draw)) == []


def test_a_stencil_is_left_out(corpus: Path) -> None:
    found = figures((corpus / "design/image_only_german.pdf").read_bytes())
    assert [one.box for one in found] == [(0, 0, 595.2, 841.68)]  # the two stencils on it are not there


def test_a_picture_that_is_painted_twice_comes_once_in_its_larger_place() -> None:
    stored = _reader(quarters(160, 120))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(stored, 10, 10, 40, 30)
        canvas.drawImage(stored, 50, 180, 160, 120)
        canvas.drawImage(stored, 10, 60, 40, 30)

    (found,) = figures(pdf(draw))
    assert found.box == BOX


# -- real pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "page"), PLAIN)
def test_each_figure_of_a_real_page_is_what_another_library_shows_in_its_box(
    corpus: Path, name: str, page: int
) -> None:
    content = (corpus / name).read_bytes()
    found = figures(content, page - 1)
    assert found
    for one in found:
        assert difference(one.image, as_pdfium_shows(content, one.box, page - 1)) < 0.03
