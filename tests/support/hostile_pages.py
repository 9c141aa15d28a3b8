"""PDFs of a few kilobytes whose pages ask for much: words, pictures, and drawing without end."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.bombs import WORD, paged, stream, written

PAGES_OBJECT = 2
FIRST_PAGE = 100


def repeated(path: Path, kinds: Sequence[bytes], more: dict[int, bytes], resources: bytes = b"") -> Path:
    """A PDF with a page for each of these streams; those that are alike share one object."""
    own = {content: 50 + place for place, content in enumerate(dict.fromkeys(kinds))}
    objects = paged([], more)
    objects |= {place: stream(content) for content, place in own.items()}
    pages = range(FIRST_PAGE, FIRST_PAGE + len(kinds))
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects[PAGES_OBJECT] = (
        b"<< /Type /Pages /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> %s >> "
        b"/Kids [%s] /Count %d >>" % (resources, kids, len(kinds))
    )
    for page, content in zip(pages, kinds, strict=True):
        objects[page] = b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>" % own[content]
    return written(path, objects)


def words(path: Path, *, pages: int = 50, each: int = 120_000) -> Path:
    """Pages of words of one letter."""
    lines = (each + 999) // 1000
    body = b"".join(
        b"1 0 0 1 10 %d Tm (%s) Tj\n" % (790 - 6 * line, b"a " * min(1000, each - 1000 * line))
        for line in range(lines)
    )
    return repeated(path, [b"BT /F1 0.5 Tf\n" + body + b"ET"] * pages, {})


def passages(path: Path, *, pages: int = 50) -> Path:
    """Pages full of sentences that are each of its own kind, in letters as small as are read."""
    return _sentences(path, pages, size=2.5, lines=310, words=56)


def hidden(path: Path, *, pages: int = 50) -> Path:
    """Pages with as many words as a page may have, all too small to be seen."""
    return _sentences(path, pages, size=1.0, lines=790, words=60)


def rare_words(path: Path, *, pages: int = 50) -> Path:
    """Pages full of words that no language has: for a model of language each is several pieces, in passages
    that are counted by their words."""
    chance = random.Random(1)
    body = b"".join(
        b"1 0 0 1 10 %.2f Tm (%s.) Tj\n"
        % (
            795 - 2.5 * line,
            b" ".join(bytes(chance.choices(b"bcdfghjklmnpqrstvwxz", k=8)) for _ in range(40)),
        )
        for line in range(310)
    )
    return repeated(path, [b"BT /F1 2.5 Tf\n" + body + b"ET"] * pages, {})


def _sentences(path: Path, pages: int, *, size: float, lines: int, words: int) -> Path:
    body = b"".join(
        b"1 0 0 1 10 %.2f Tm (%s) Tj\n"
        % (795 - size * line, b" ".join(b"w%d." % (line * words + n) for n in range(words)))
        for line in range(lines)
    )
    return repeated(path, [b"BT /F1 %.2f Tf\n" % size + body + b"ET"] * pages, {})


def slow(path: Path, *, pages: int = 24) -> Path:
    """Pages that no program finishes, but for every third."""
    forms = {
        10 + level: stream(
            b"/X%d Do " % (level - 1) * 10 if level else b"0 0 10 10 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800]"
            + (b" /Resources << /XObject << /X%d %d 0 R >> >>" % (level - 1, 9 + level) if level else b""),
        )
        for level in range(13)
    }
    kinds = [WORD if number % 3 == 2 else b"/X12 Do" for number in range(pages)]
    return repeated(path, kinds, forms, b"/XObject << /X12 22 0 R >>")


def _image(
    width: int, height: int, bits: int = 8, entries: bytes = b"", colours: bytes = b"/DeviceGray"
) -> bytes:
    row = (width * (3 if colours == b"/DeviceRGB" else 1) * bits + 7) // 8
    kind = b"" if b"/ImageMask" in entries else b"/ColorSpace %s" % colours
    return stream(
        b"\x55" * (row * height),
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d %s %s"
        % (width, height, bits, kind, entries),
    )


def huge_image(path: Path, *, side: int = 30_000, pages: int = 1) -> Path:
    """Pages with one image of so many pixels each way."""
    content = b"q 500 0 0 700 50 50 cm /Im Do Q " + WORD
    return repeated(path, [content] * pages, {10: _image(side, side, 1)}, b"/XObject << /Im 10 0 R >>")


def painted_often(path: Path, *, pages: int = 16, times: int = 3000, side: int = 6000) -> Path:
    """Pages that paint one image again and again, each time a little elsewhere."""
    paint = b"".join(b"q 500 0 0 700 %d.%d 50 cm /Im Do Q " % (n % 97, n % 10) for n in range(times))
    return repeated(path, [paint + WORD] * pages, {10: _image(side, side, 1)}, b"/XObject << /Im 10 0 R >>")


def stencils(path: Path, *, pages: int = 16, times: int = 40, side: int = 30_000) -> Path:
    """Pages that paint in the shape of a huge stencil."""
    paint = b"".join(b"q 0.%d 0.5 0.7 rg 500 0 0 700 %d 50 cm /Im Do Q " % (n % 10, n) for n in range(times))
    image = _image(side, side, 1, b"/ImageMask true")
    return repeated(path, [paint + WORD] * pages, {10: image}, b"/XObject << /Im 10 0 R >>")


def soft_masks(path: Path, *, pages: int = 16, side: int = 20_000) -> Path:
    """Pages with a small image that shows through a huge one."""
    image = _image(400, 400, 8, b"/SMask 11 0 R", b"/DeviceRGB")
    paint = b"q 500 0 0 700 50 50 cm /Im Do Q "
    return repeated(
        path, [paint + WORD] * pages, {10: image, 11: _image(side, side, 8)}, b"/XObject << /Im 10 0 R >>"
    )


def inline_images(path: Path, *, pages: int = 16, side: int = 30_000) -> Path:
    """Pages whose huge image stands in the page's own stream."""
    data = zlib.compress(b"\x55" * (side * ((side + 7) // 8)), 9)
    data = zlib.compress(data, 9)
    image = b"q 500 0 0 700 50 50 cm BI /W %d /H %d /BPC 1 /CS /G /F [/Fl /Fl] ID %s\nEI Q " % (
        side,
        side,
        data,
    )
    return repeated(path, [image + WORD] * pages, {})


def annotated(path: Path, *, side: int = 30_000) -> Path:
    """A page whose huge image is the look of an annotation."""
    look = stream(
        b"q 500 0 0 700 0 0 cm /Im Do Q",
        b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /Im 11 0 R >> >>",
    )
    objects = paged([stream(WORD)], {10: look, 11: _image(side, side, 1)})
    stamp = b"/Annots [<< /Type /Annot /Subtype /Stamp /Rect [50 50 550 750] /F 4 /AP << /N 10 0 R >> >>]"
    objects[100] = objects[100].replace(b"/Type /Page ", b"/Type /Page " + stamp + b" ")
    return written(path, objects)


def patterns(path: Path, *, pages: int = 16, side: int = 10_000) -> Path:
    """Pages filled with small tiles that each paint a large image."""
    tile = stream(
        b"2 0 0 2 0 0 cm /Im Do",
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 2 2] /XStep 2 /YStep 2 "
        b"/Resources << /XObject << /Im 11 0 R >> >>",
    )
    paint = b"/Pattern cs /P scn 0 0 600 800 re f "
    return repeated(
        path, [paint + WORD] * pages, {10: tile, 11: _image(side, side, 1)}, b"/Pattern << /P 10 0 R >>"
    )


def many_slow(path: Path) -> Path:
    """The same on sixty pages."""
    return slow(path, pages=60)


HOSTILE: dict[str, Callable[..., Path]] = {
    "words of one letter": words,
    "passages": passages,
    "passages of rare words": rare_words,
    "words that nobody sees": hidden,
    "slow pages": slow,
    "one huge image": huge_image,
    "an image painted often": painted_often,
    "huge stencils": stencils,
    "huge masks": soft_masks,
    "huge images in the page's stream": inline_images,
    "an annotation with a huge image": annotated,
    "tiles of a large image": patterns,
}
