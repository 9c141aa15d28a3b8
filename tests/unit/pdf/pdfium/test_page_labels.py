"""What a PDF calls its pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages


@pytest.mark.parametrize(
    ("numbering", "label"),
    [
        ("<< /S /r /St 4 >>", "iv"),
        ("<< /S /R /St 12 >>", "XII"),
        ("<< /S /D /P (A-) /St 3 >>", "A-3"),
        ("<< /S /a /St 2 >>", "b"),
        ("<< /P (Cover) >>", "Cover"),
        ("<< /S /D /St 17 >>", "17"),
        ("<< /S /D >>", ""),
        ("<< /S /D /St 1 >>", ""),
        ("<< >>", ""),
        (f"<< /P ({'x' * 60}) >>", ""),
        ("<< /P <FEFF 0041 202E 2067 009B 0033 0031 006D 200F 000A 0042> >>", "A31m B"),
    ],
)
def test_a_page_has_the_name_that_the_pdf_gives_it(tmp_path: Path, numbering: str, label: str) -> None:
    catalog = f"/PageLabels << /Nums [0 {numbering}] >>"
    pdf = raw_pdf(tmp_path / "page.pdf", [], content="BT /F1 12 Tf 72 700 Td (Text) Tj ET", catalog=catalog)
    (page,) = read_pages(pdf, [1])
    assert page.label == label


def test_a_pdf_without_names_of_pages_has_none(tmp_path: Path) -> None:
    (page,) = read_pages(raw_pdf(tmp_path / "page.pdf", []), [1])
    assert page.label == ""
