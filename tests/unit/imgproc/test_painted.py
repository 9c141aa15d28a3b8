"""A page whose images have too many pixels is not drawn, whatever paints them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support import hostile_pages as pages
from tests.support.pictures import pdf, picture, png, quarters, write

TOO_MUCH = "The page's pictures have more than 250 megapixels."


def asked(monkeypatch: pytest.MonkeyPatch, path: Path, operation: str, limits: Limits) -> dict[str, Any]:
    monkeypatch.setenv("IMAGE_SOURCE_FOLDER", str(path.parent))
    event = {"operation": operation, "file_url": path.resolve().as_uri(), "page_numbers": [0]}
    return handle(event, limits)


@pytest.mark.parametrize(
    "make", [pages.huge_image, pages.painted_often, pages.stencils, pages.soft_masks, pages.annotated]
)
def test_a_page_with_too_many_pixels_is_left_out_at_once(
    make: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path / "p.pdf", side=6_000 if make is pages.painted_often else 16_000)
    answer = asked(monkeypatch, path, "render_pages", Limits())
    assert answer["images"] == []
    assert [each["reason"] for each in answer["skipped"]] == [TOO_MUCH]
    answer = asked(monkeypatch, path, "extract_images", Limits())
    assert answer["images"] == []


def test_a_page_is_drawn_as_long_as_its_pictures_are_within_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = png(quarters(300, 200))

    def thrice(canvas: Canvas) -> None:
        for _ in range(3):
            picture(canvas, content)

    path = write(tmp_path / "p.pdf", pdf(thrice))
    exact = 3 * 300 * 200
    assert asked(monkeypatch, path, "render_pages", Limits(painted_pixels=exact))["images"]
    assert not asked(monkeypatch, path, "render_pages", Limits(painted_pixels=exact - 1))["images"]
