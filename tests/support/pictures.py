"""Pictures, and PDFs that hold them, made for one test."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

PAGE = (300, 400)
"""Width and height in points."""


def quarters(width: int = 80, height: int = 60, mode: str = "RGB") -> Image.Image:
    """Red, green, blue and black quarters, clockwise from the top left: no turn of it looks like another."""
    image = Image.new("RGB", (width, height), "black")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (width // 2, height // 2, width, height))
    return image.convert(mode)


def corners(image: Image.Image) -> list[str]:
    """The names of the colours in the quarters, clockwise from the top left."""
    names = {(1, 0, 0): "red", (0, 1, 0): "lime", (0, 0, 1): "blue", (0, 0, 0): "black", (1, 1, 1): "white"}
    rgb, (width, height) = image.convert("RGB"), image.size
    places = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    found = [rgb.getpixel((int(x * width), int(y * height))) for x, y in places]
    return [names.get(tuple(round(part / 255) for part in pixel), str(pixel)) for pixel in found]


def noise(width: int, height: int) -> Image.Image:
    """What no encoder makes small."""
    return Image.effect_noise((width, height), 90).convert("RGB")


def jpeg(image: Image.Image, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=90, **options)
    return buffer.getvalue()


def png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def pdf(*pages: Callable[[Canvas], None], size: tuple[float, float] = PAGE) -> bytes:
    """A PDF with a page for each function, which draws on it."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def picture(
    canvas: Canvas, content: bytes, box: tuple[float, float, float, float] = (50, 100, 210, 220)
) -> None:
    """Paint an encoded picture in a box given as left, top, right, bottom from the page's top left corner."""
    left, top, right, bottom = box
    canvas.drawImage(
        ImageReader(BytesIO(content)), left, PAGE[1] - bottom, right - left, bottom - top, mask="auto"
    )


def hanging(canvas: Canvas) -> None:
    """A page that no program ever finishes: forms that paint forms, ten to the twelfth of them."""
    canvas.beginForm("form0")
    canvas.rect(0, 0, 10, 10, fill=1)
    canvas.endForm()
    for level in range(1, 13):
        canvas.beginForm(f"form{level}")
        for _ in range(10):
            canvas.doForm(f"form{level - 1}")
        canvas.endForm()
    canvas.doForm("form12")


def decoded(content: bytes) -> Image.Image:
    """The picture, all of it read; raises where it is damaged."""
    image = Image.open(BytesIO(content))
    image.load()
    return image


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
