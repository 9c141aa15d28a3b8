"""Letters that pdfium takes for others, though the font says which they are."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path

import pytest
import reportlab
from reportlab.pdfbase.ttfonts import TTFontFile

from app.pdf.fonts.dictionaries import read_meanings
from app.pdf.fonts.misread import letter_of_name
from app.pdf.fonts.truetype import letters_by_code
from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
SHOWN_AS_J = "/Resources << /Font << /F1 4 0 R /J 10 0 R >> >>"


@cache
def glyphs() -> dict[int, int]:
    return dict(TTFontFile(str(VERA)).charToGlyph)


def font_with_codes(codes: dict[int, str]) -> bytes:
    """A TrueType font whose only table of codes is the Macintosh's, and leads to these letters."""
    font = VERA.read_bytes()
    (count,) = struct.unpack_from(">H", font, 4)
    entries = [struct.unpack_from(">4sLLL", font, 12 + 16 * at) for at in range(count)]
    tables = {tag: font[offset : offset + length] for tag, _, offset, length in entries}
    of_codes = bytes(min(glyphs().get(ord(codes.get(code, "\0")), 0), 255) for code in range(256))
    tables[b"cmap"] = struct.pack(">HHHHLHHH", 0, 1, 1, 0, 12, 0, 262, 0) + of_codes
    head, body = font[:12], b""
    for tag, table in sorted(tables.items()):
        head += struct.pack(">4sLLL", tag, 0, 12 + 16 * count + len(body), len(table))
        body += table + bytes(-len(table) % 4)
    return head + body


def page_of(path: Path, codes: dict[int, str], shown: bytes, more: str = "", maps: str = "") -> str:
    """The text of a page that shows these codes between words of another font; ``more`` are entries of the
    font, ``maps`` is object 13."""
    font = font_with_codes(codes).decode("latin-1")
    objects = [
        f"<< /Type /Font /Subtype /TrueType /BaseFont /ABCDEF+Vera /FirstChar 0 /LastChar 255 /Widths "
        f"[{'600 ' * 256}] /FontDescriptor 11 0 R {more} >>",
        "<< /Type /FontDescriptor /FontName /ABCDEF+Vera /Flags 4 /FontBBox [0 -200 1000 900] /Ascent 900 "
        "/Descent -200 /CapHeight 700 /ItalicAngle 0 /StemV 80 /FontFile2 12 0 R >>",
        f"<< /Length {len(font)} /Length1 {len(font)} >>\nstream\n{font}\nendstream",
        f"<< /Length {len(maps)} >>\nstream\n{maps}\nendstream",
    ]
    content = f"BT 50 700 Td /F1 12 Tf (Seen) Tj /J 12 Tf <{shown.hex()}> Tj /F1 12 Tf (here) Tj ET"
    (page,) = read_pages(raw_pdf(path / "page.pdf", objects, content=content, page=SHOWN_AS_J), [1])
    return page.text


def codes_of(text: str, codec: str) -> tuple[dict[int, str], bytes]:
    shown = text.encode(codec)
    return dict(zip(shown, text, strict=True)), shown


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (" Größe über München ", "cp1252"),
        (" Käufer Öl Übung Ärzte ", "cp1252"),
        (" déjà créé à Évian ", "cp1252"),
        (" año señor ¿qué? ", "cp1252"),
        (" smørrebrød på Åland ", "cp1252"),
        (" coração não ", "cp1252"),
        (" città più perché ", "iso8859-15"),
        (" Žižek šest ", "cp1252"),
        (" größer café ", "mac_roman"),
        (" naïve œuvre ", "mac_roman"),
    ],
)
def test_letters_are_those_whose_glyphs_the_codes_show(tmp_path: Path, text: str, codec: str) -> None:
    codes, shown = codes_of(text, codec)
    assert page_of(tmp_path, codes, shown) == f"Seen{text}here"


def test_an_encoding_that_the_pdf_names_counts(tmp_path: Path) -> None:
    codes, shown = codes_of(" Größe ", "cp1252")
    text = page_of(tmp_path, codes, shown, "/Encoding /WinAnsiEncoding")
    assert text == "Seen Größe here"


@pytest.mark.parametrize(
    "written",
    [
        "1 begincodespacerange <20> <23> endcodespacerange3 beginbfchar<21> <00E4><22> <00F5><23> <00FC>"
        "endbfchar",
        "1 begincodespacerange<20><23>endcodespacerange3 beginbfchar <21><00E4>\n<22><00F5><23><00FC>"
        "endbfcharendcmap",
        "1 begincodespacerange <00> <ff> endcodespacerange1 beginbfrange<21> <23> [<00E4><00F5><00FC>]"
        "endbfrange",
    ],
)
def test_a_map_to_unicode_that_lacks_blanks_is_read(tmp_path: Path, written: str) -> None:
    codes = {0x21: "ä", 0x22: "õ", 0x23: "ü"}
    text = page_of(tmp_path, codes, b'#"!', "/Encoding /WinAnsiEncoding /ToUnicode 13 0 R", written)
    assert text == "Seenüõähere"


def test_a_map_that_pdfium_reads_is_left_to_it(tmp_path: Path) -> None:
    written = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n1 begincodespacerange <00> <ff> "
        "endcodespacerange\n3 beginbfchar\n<21> <0023>\n<22> <0021>\n<23> <0025>\nendbfchar\nendcmap end end"
    )
    codes = {0x21: "ä", 0x22: "õ", 0x23: "ü"}
    text = page_of(tmp_path, codes, b'#"!', "/Encoding /WinAnsiEncoding /ToUnicode 13 0 R", written)
    assert text == "Seen%!#here"


def test_ranges_of_a_map_count_up_and_lists_name_each() -> None:
    ranges = b"2 beginbfrange<01><03><0041> <0005><0006>[<00660069><0062>]endbfrange"
    assert read_meanings(ranges) == {1: "A", 2: "B", 3: "C", 5: "fi", 6: "b"}


@pytest.mark.parametrize(
    ("name", "letter"),
    [("G41", "A"), ("c228", "ä"), ("C65", "A"), ("f_i", "ﬁ"), ("f_f_l", "ﬄ"), ("adieresis", ""), ("a65", "")],
)
def test_names_that_are_made_of_codes_are_letters(name: str, letter: str) -> None:
    assert letter_of_name(name) == letter


def test_a_font_of_names_of_codes_is_read(tmp_path: Path) -> None:
    names = "/Encoding << /Type /Encoding /Differences [1 /G47 /x /G72 /G6F /G84 /c228 /f_f_i] >>"
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {names} >>"
    content = "BT 50 700 Td /J 12 Tf <0103040406> Tj ET"
    pdf = raw_pdf(tmp_path / "page.pdf", [font], content=content, page=SHOWN_AS_J)
    (page,) = read_pages(pdf, [1])
    assert (page.text, page.unreadable) == ("Grooä", 0.0)


def test_a_damaged_font_says_nothing() -> None:
    font = font_with_codes({65: "A"})
    assert letters_by_code(font)[65] == "A"
    assert [letters_by_code(font[:length]) for length in (0, 3, 11, 40)] == [{}] * 4
