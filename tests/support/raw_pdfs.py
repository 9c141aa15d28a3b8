"""PDFs written object by object: for what no library writes, or none would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def raw_pdf(
    path: Path, objects: Sequence[str], *, content: str = "", catalog: str = "", page: str = ""
) -> Path:
    """A PDF of one page of 600 by 800 points that shows ``content`` in Helvetica as F1.

    ``objects`` are numbered from 10 on; ``catalog`` and ``page`` are more entries of these dictionaries.
    """
    given = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 5 0 R "
        f"/Resources << /Font << /F1 4 0 R >> >> {page} >>",
        4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        5: f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        **dict(enumerate(objects, start=10)),
    }
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in given.items())
    path.write_bytes(
        f"%PDF-1.7\n{body}trailer << /Root 1 0 R /Size {10 + len(objects)} >>\n%%EOF\n".encode("latin-1")
    )
    return path
