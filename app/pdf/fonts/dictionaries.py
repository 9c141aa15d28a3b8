"""The fonts of a page as the PDF itself declares them, which pdfium does not tell: read by pdfminer where
there is doubt what a font's letters mean."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

LONGEST_MAP = 1_000_000
"""Bytes of a map to Unicode that are read."""

SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
"""Of such a map; its keywords need no blanks around them here, which pdfium asks for."""

TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")
WIDEST_RANGE = 65_536

CODECS = {"MacRomanEncoding": "mac_roman", "WinAnsiEncoding": "cp1252"}


class DeclaredFont(NamedTuple):
    """A font: ``digest`` of its embedded file, 0 for none; ``codec`` of its encoding, "" where it names none
    and ``None`` where it is another; ``meanings`` is its map from codes to text, ``None`` for none;
    ``differences`` are the names of glyphs that it gives to codes."""

    name: str
    digest: int
    codec: str | None
    meanings: dict[int, str] | None
    differences: dict[int, str]


def declared_fonts(content: BytesIO) -> list[DeclaredFont]:
    """Return the fonts of the first page of a file, in its forms too. Raises what pdfminer does, which is any
    error, for a damaged file."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    page = next(PDFPage.create_pages(PDFDocument(PDFParser(content))))
    return list(_fonts(page.resources, depth=0))


def _fonts(resources: Any, depth: int) -> Iterator[DeclaredFont]:
    from pdfminer.pdftypes import dict_value, resolve1

    resources = dict_value(resources)
    for font in dict_value(resources.get("Font", {})).values():
        yield _font(dict_value(font))
    # Forms may hold themselves; fonts deeper down are rare, and pdfium's letters are not wrong for most.
    if depth < 3:
        for form in dict_value(resources.get("XObject", {})).values():
            inner = getattr(resolve1(form), "attrs", {}).get("Resources")
            if inner is not None:
                yield from _fonts(inner, depth + 1)


def _font(font: dict[str, Any]) -> DeclaredFont:
    from pdfminer.pdftypes import dict_value, list_value, resolve1, stream_value

    described = font
    if font.get("DescendantFonts"):
        described = dict_value(list_value(font["DescendantFonts"])[0])
    descriptor = dict_value(described.get("FontDescriptor", {}))
    file = next(
        (descriptor[key] for key in ("FontFile", "FontFile2", "FontFile3") if key in descriptor), None
    )
    # By content: pdfium gives a font's file and no object number, and names are the same for different
    # subsets.
    digest = zlib.crc32(stream_value(file).get_data()) if file is not None else 0
    meanings = None
    if (to_unicode := resolve1(font.get("ToUnicode"))) is not None and hasattr(to_unicode, "get_data"):
        meanings = read_meanings(to_unicode.get_data()[:LONGEST_MAP])
    name = getattr(font.get("BaseFont"), "name", "")
    encoding = resolve1(font.get("Encoding"))
    return DeclaredFont(str(name), digest, _codec(encoding), meanings, _differences(encoding))


def _codec(encoding: Any) -> str | None:
    if encoding is None:
        return ""
    return CODECS.get(str(getattr(encoding, "name", "")))


def _differences(encoding: Any) -> dict[int, str]:
    """The names of an encoding dictionary's glyphs (ISO 32000-1, 9.6.6)."""
    from pdfminer.pdftypes import list_value

    found: dict[int, str] = {}
    code = 0
    for each in list_value(encoding.get("Differences", [])) if isinstance(encoding, dict) else ():
        if isinstance(each, int):
            code = each
            continue
        found[code] = str(getattr(each, "name", ""))
        code += 1
    return found


def read_meanings(content: bytes) -> dict[int, str]:
    """Return what each code of a map to Unicode (ISO 32000-1, 9.10.3) means, whatever blanks it lacks."""
    found: dict[int, str] = {}
    for kind, body in SECTION.findall(content):
        (_read_letters if kind == b"bfchar" else _read_ranges)(body, found)
    return found


def _read_letters(body: bytes, found: dict[int, str]) -> None:
    values = [value for value, _, _ in TOKEN.findall(body)]
    for code, text in zip(values[::2], values[1::2], strict=False):
        found[_number(code)] = _text(text)


def _read_ranges(body: bytes, found: dict[int, str]) -> None:
    tokens = TOKEN.findall(body)
    at = 0
    while at + 2 < len(tokens):
        first, last = _number(tokens[at][0]), _number(tokens[at + 1][0])
        codes = range(first, min(last, first + WIDEST_RANGE) + 1)
        at += 2
        if tokens[at][1]:  # a list of texts, one for each code
            end = next((place for place in range(at, len(tokens)) if tokens[place][2]), len(tokens))
            found.update(zip(codes, (_text(text) for text, _, _ in tokens[at + 1 : end]), strict=False))
            at = end + 1
            continue
        text = _text(tokens[at][0])
        if text:
            found.update((code, text[:-1] + chr(ord(text[-1]) + code - first)) for code in codes)
        at += 1


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _text(digits: bytes) -> str:
    joined = b"".join(digits.split()).decode("ascii")
    return bytes.fromhex(joined + "0" * (len(joined) % 2)).decode("utf-16-be", "ignore")
