"""A font for text that is not painted: what is set in it can be found and marked, and is not seen.

Every letter is a box, so that viewers know what to mark. It is not without outlines, because pdfium finds no
place for such a letter where the page is turned.

Every letter is half as wide as the type is high, and stands between 0.8 of the type's size above its base
line and 0.2 below. A code's letters are what the font's own map says (ISO 32000-1, 9.10.3).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence

UNITS, WIDE, ASCENT, DESCENT = 1000, 500, 800, -200
"""Units of the type's size, the width of a letter in them, and what it reaches above and below its line."""

MOST_CODES = 0xFFFE
"""Different letters of one font."""

_BOX = struct.pack(
    ">hhhhhHH4B4h4h",
    1,
    0,
    DESCENT,
    WIDE,
    ASCENT,
    3,
    0,
    *[1] * 4,
    0,
    WIDE,
    0,
    -WIDE,
    DESCENT,
    0,
    ASCENT - DESCENT,
    0,
)
"""Its outline: one contour of four points on the line, each given by its steps from the one before."""

_TOGETHER = 100
"""Entries of a block of the map (Adobe's Technical Note 5411)."""


def make_font() -> bytes:
    """Return the font as TrueType: an empty glyph, and a box for every letter."""
    tables = {
        # Version 1, which ends before fields that no viewer asks for.
        b"OS/2": struct.pack(">HhHHH", 1, WIDE, 400, 5, 0)
        + bytes(22)
        + bytes(32)
        + struct.pack(">HHHhhhHHII", 0x40, 0x20, 0xFFFF, ASCENT, DESCENT, 0, ASCENT, -DESCENT, 1, 0),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12)
        + struct.pack(">HHHHHHHHHHHHHH", 4, 32, 0, 4, 4, 1, 0, 0x20, 0xFFFF, 0, 0x20, 0xFFFF, 0xFFE1, 1)
        # Offsets of the two segments: glyphs are told by the deltas alone.
        + struct.pack(">HH", 0, 0),
        b"glyf": _BOX,
        b"head": struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x10000,
            0x10000,
            0,
            # The magic number of ``head``; the checksum before it is 0, as no viewer verifies it for an
            # embedded font.
            0x5F0F3CF5,
            0,
            UNITS,
            0,
            0,
            0,
            DESCENT,
            WIDE,
            ASCENT,
            0,
            8,
            2,
            0,
            0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhh", 0x10000, ASCENT, DESCENT, 0, WIDE, 0, 0, WIDE, 1, 0, 0)
        + struct.pack(">hhhhhH", 0, 0, 0, 0, 0, 2),
        b"hmtx": struct.pack(">HhHh", WIDE, 0, WIDE, 0),
        b"loca": struct.pack(">HHH", 0, 0, len(_BOX) // 2),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 4, 1, *[0] * 11),
        b"name": struct.pack(">HHHHHHHHH", 0, 1, 18, 3, 1, 0x409, 6, 18, 0) + "UnseenBox".encode("utf-16-be"),
        # Version 3: no names of glyphs, which would tell nothing of a box.
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    return b"".join(_file(tables))


def _file(tables: dict[bytes, bytes]) -> Iterator[bytes]:
    """Yield the parts of the file: its head, where each table stands, and the tables, each at a multiple of
    four bytes."""
    count = len(tables)
    power = count.bit_length() - 1
    yield struct.pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * count - (16 << power))
    at = 12 + 16 * count
    # By name, as the format asks, so that a viewer can search for a table by halves.
    for name, content in sorted(tables.items()):
        yield struct.pack(">4sIII", name, _checksum(content), at, len(content))
        at += len(_pad(content))
    for _, content in sorted(tables.items()):
        yield _pad(content)


def _pad(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)


def _checksum(content: bytes) -> int:
    return int(sum(number for (number,) in struct.iter_unpack(">I", _pad(content)))) & 0xFFFFFFFF


def make_glyph_map(letters: int) -> bytes:
    """Return the glyphs of the codes from 0 to the number of letters: the first has none."""
    return bytes(2) + b"\0\1" * letters


def make_unicode_map(letters: Sequence[str]) -> bytes:
    """Return the map that says which letter each code from 1 stands for."""
    return "\n".join(_map_lines(letters)).encode("ascii")


def _map_lines(letters: Sequence[str]) -> Iterable[str]:
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    yield "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield "/CMapName /Adobe-Identity-UCS def /CMapType 2 def"
    yield "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    for start in range(0, len(letters), _TOGETHER):
        block = letters[start : start + _TOGETHER]
        yield f"{len(block)} beginbfchar"
        for code, letter in enumerate(block, start + 1):
            yield f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
        yield "endbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"
