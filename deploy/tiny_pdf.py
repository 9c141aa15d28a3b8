"""A PDF of one page, made of nothing but the standard library."""

from __future__ import annotations

from collections.abc import Sequence

LEFT, TOP, LEADING = 72, 740, 18
"""Points; lines go down from the top."""


def tiny_pdf(title: str, lines: Sequence[str]) -> bytes:
    """Return a page with a title and lines of text below it, in ASCII."""
    shown = [f"BT /F2 16 Tf {LEFT} {TOP + 2 * LEADING} Td ({_escape_text(title)}) Tj ET"]
    for number, line in enumerate(lines):
        shown.append(f"BT /F1 11 Tf {LEFT} {TOP - number * LEADING} Td ({_escape_text(line)}) Tj ET")
    content = "\n".join(shown)
    return _file(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            "/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        ]
    )


def _file(objects: Sequence[str]) -> bytes:
    """Return the objects, numbered from 1, with the table of where they are."""
    file = "%PDF-1.4\n"
    places = []
    for number, value in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{value}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return f"{file}xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode("ascii")


def _escape_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
