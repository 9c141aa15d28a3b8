"""Which letters the codes of an embedded TrueType font show, as its own tables say: ``cmap`` leads from a
code to a glyph, and back from the glyph to its character, or ``post`` to its name (OpenType, the chapters
cmap and post)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

MAGIC = (b"\0\1\0\0", b"true")
MACINTOSH, WINDOWS, UNICODE = 1, 3, 0
"""Platforms."""

MORE_NAMES = "ŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞşĆćČčđ"
"""Names 226 to 257 of the Macintosh order, whose others are those of its encoding."""

FIRST_ASCII, FIRST_HIGH, FIRST_MORE, FIRST_OWN = 3, 98, 226, 258
"""Of the Macintosh order of glyphs: the space, code 128, what is in no encoding, the font's own names."""

NAMED_VERSION = 0x00020000
"""Of ``post``: glyphs have names."""


def letters_by_code(font: bytes) -> dict[int, str]:
    """Return the character that each code from 0 to 255 shows, as far as the font says so; codes are those of
    its Macintosh table, which counts where the PDF names no encoding. Empty for another or a damaged font."""
    try:
        return _letters_by_code(font) if font[:4] in MAGIC else {}
    except (struct.error, IndexError, UnicodeError):
        return {}


def _letters_by_code(font: bytes) -> dict[int, str]:
    tables = _tables(font)
    subtables = dict(_subtables(tables.get(b"cmap", b"")))
    # What pdfium goes by where the PDF names no encoding; without it nothing is misread in this way.
    codes = subtables.get((MACINTOSH, 0))
    if not codes:
        return {}
    glyphs = _glyphs(codes)
    # Names first, as ``cmap`` overrides them: programs that make subsets often leave wrong names in place.
    letters = _names(tables.get(b"post", b""))
    for place in ((WINDOWS, 1), (UNICODE, 3)):
        if place in subtables:
            letters |= {glyph: chr(code) for code, glyph in _glyphs(subtables[place]).items()}
    return {code: letters[glyph] for code, glyph in glyphs.items() if code < 256 and glyph in letters}


def _tables(font: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">H", font, 4)
    found = {}
    for at in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * at)
        found[tag] = font[offset : offset + length]
    return found


def _subtables(cmap: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    if not cmap:
        return
    (count,) = struct.unpack_from(">H", cmap, 2)
    for at in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * at)
        yield (platform, encoding), cmap[offset:]


def _glyphs(subtable: bytes) -> dict[int, int]:
    """The glyph of each code of a subtable of format 0, 4 or 6; other formats are not read."""
    (kind,) = struct.unpack_from(">H", subtable)
    if kind == 0:
        # Glyph 0 is the box of a missing letter.
        return {code: glyph for code, glyph in enumerate(subtable[6:262]) if glyph}
    if kind == 6:
        first, count = struct.unpack_from(">HH", subtable, 6)
        glyphs = struct.unpack_from(f">{count}H", subtable, 10)
        return {first + at: glyph for at, glyph in enumerate(glyphs) if glyph}
    return _glyphs_of_segments(subtable) if kind == 4 else {}


def _glyphs_of_segments(subtable: bytes) -> dict[int, int]:
    count = struct.unpack_from(">H", subtable, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", subtable, 14)
    starts = struct.unpack_from(f">{count}H", subtable, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", subtable, 16 + 4 * count)
    ranges = 16 + 6 * count
    found = {}
    for at, (start, end, delta) in enumerate(zip(starts, ends, deltas, strict=True)):
        (offset,) = struct.unpack_from(">H", subtable, ranges + 2 * at)
        # 0xFFFF ends the table and is no letter.
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                # The offset counts from where it stands itself (OpenType, cmap format 4).
                place = ranges + 2 * at + offset + 2 * (code - start)
                # A damaged font may lead anywhere.
                if place + 2 > len(subtable):
                    break
                (glyph,) = struct.unpack_from(">H", subtable, place)
            if glyph := (glyph + delta) & 0xFFFF if glyph else 0:
                found[code] = glyph
    return found


def _names(post: bytes) -> dict[int, str]:
    """The character of each glyph that ``post`` names."""
    if len(post) < 34 or struct.unpack_from(">L", post)[0] != NAMED_VERSION:
        return {}
    from pdfminer.encodingdb import name2unicode

    (count,) = struct.unpack_from(">H", post, 32)
    numbers = struct.unpack_from(f">{count}H", post, 34)
    own = list(_strings(post[34 + 2 * count :]))
    found = {}
    for glyph, number in enumerate(numbers):
        if number >= FIRST_OWN:
            try:
                found[glyph] = name2unicode(own[number - FIRST_OWN])
            except (KeyError, IndexError, ValueError):
                continue
        elif letter := _macintosh_letter(number):
            found[glyph] = letter
    return found


def _strings(pascal: bytes) -> Iterator[str]:
    at = 0
    while at < len(pascal):
        end = at + 1 + pascal[at]
        yield pascal[at + 1 : end].decode("latin-1")
        at = end


def _macintosh_letter(number: int) -> str:
    if number >= FIRST_MORE:
        return MORE_NAMES[number - FIRST_MORE]
    if number >= FIRST_HIGH:
        return bytes([number - FIRST_HIGH + 128]).decode("mac_roman")
    return chr(number - FIRST_ASCII + 32) if number >= FIRST_ASCII else ""
