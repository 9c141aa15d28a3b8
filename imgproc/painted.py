"""How much a page's images cost to paint."""

from __future__ import annotations

from typing import Any

from pymupdf import mupdf

from imgproc.limits import Limits

PLAIN_PIXELS = 10_000
"""The pixels that the smallest image counts as, because painting any image takes time."""


def too_much_painted(page: Any, limits: Limits) -> str:
    """Return why the page is not drawn, "" where it may be: each image is decoded whole and made smaller
    each time that it is painted."""
    if painted_pixels(page, limits.painted_pixels) <= limits.painted_pixels:
        return ""
    return f"The page's pictures have more than {limits.painted_pixels / 1e6:,.0f} megapixels."


def painted_pixels(page: Any, enough: int) -> int:
    """Pixels of all images that the page and its annotations paint, each as often as they do, with stencils
    and the masks that images show through. Ends soon beyond ``enough``."""
    cookie = mupdf.FzCookie()
    counter = _Counter(cookie, enough)
    mupdf.fz_run_page(page.this, counter, mupdf.FzMatrix(), cookie)
    mupdf.fz_close_device(counter)
    return counter.pixels


class _Counter(mupdf.FzDevice2):  # type: ignore[misc]  # the binding has no types
    """A MuPDF device that draws nothing and adds up the images that it is given."""

    def __init__(self, cookie: Any, enough: int) -> None:
        super().__init__()
        self.use_virtual_fill_image()
        self.use_virtual_fill_image_mask()
        self.use_virtual_clip_image_mask()
        self.cookie = cookie
        self.enough = enough
        self.pixels = 0

    def fill_image(self, _context: Any, image: Any, *_: Any) -> None:
        """Called by MuPDF for each image that is painted."""
        self._add(image)

    def fill_image_mask(self, _context: Any, image: Any, *_: Any) -> None:
        """Called by MuPDF for each stencil that is painted through."""
        self._add(image)

    def clip_image_mask(self, _context: Any, image: Any, *_: Any) -> None:
        """Called by MuPDF for each image that what follows shows through."""
        self._add(image)

    def _add(self, image: Any) -> None:
        # A mask may be larger than its image, and is decoded whole as well.
        mask = image.mask
        self.pixels += max(PLAIN_PIXELS, image.w * image.h) + (mask.w * mask.h if mask else 0)
        if self.pixels > self.enough:
            self.cookie.m_internal.abort = 1
