"""A sheet of tables to look at: each page that has one as a picture, beside our HTML of its tables.

``python -m tests.bench.table_sheet SHEET.html FILE…``
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from app.core.page import BlockKind
from app.pages.table_forms import table_html
from app.pdf.page import open_pdf, read_page

MOST_PAGES = 2
"""Of one file: a sheet is for many kinds of documents."""

SCALE = 1.3
"""Pixels of the picture for each point of the page."""

STYLE = (
    "td,th{border:1px solid #999;padding:2px 5px;font:12px sans-serif}th{background:#dde}.page{display:flex}"
)


def write_sheet(target: Path, files: Sequence[Path]) -> int:
    """Write the sheet of these PDFs; returns how many pages are on it."""
    pages = [page for path in files for page in show_pages(path)]
    target.write_text(f"<meta charset=utf-8><style>{STYLE}</style>{''.join(pages)}", "utf-8")
    return len(pages)


def show_pages(path: Path) -> Iterator[str]:
    """The first pages of a file that have tables, each as HTML."""
    shown = 0
    with open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            if shown == MOST_PAGES:
                return
            blocks = [block for block in read_page(document, number).blocks if block.kind is BlockKind.TABLE]
            if blocks:
                shown += 1
                picture = BytesIO()
                document[number - 1].render(scale=SCALE).to_pil().save(picture, "PNG")
                source = base64.b64encode(picture.getvalue()).decode()
                tables = "<hr>".join(map(table_html, blocks))
                image = f'<img src="data:image/png;base64,{source}">'
                yield f"<h2>{path.name}, page {number}</h2><div class=page>{image}<div>{tables}</div></div>"


if __name__ == "__main__":
    print(write_sheet(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]]), "pages")
