"""Letters that run to the left are read from the right, in whatever order a program writes them."""

from __future__ import annotations

from pathlib import Path

from tests.support.readers import read_pages
from tests.unit.pdf.pdfium.test_bidi import HEBREW, SHALOM, page_of, pdf


def test_letters_that_are_written_from_the_right_keep_their_order(tmp_path: Path) -> None:
    # After each letter the pen goes back over it and the next one: pdfium turns such words round.
    letters = b" 1000 ".join(b"<%02x>" % HEBREW[letter] for letter in SHALOM)
    (tmp_path / "page.pdf").write_bytes(pdf(b"BT /F 10 Tf 1 0 0 1 115 700 Tm [%s] TJ ET" % letters))
    (page,) = read_pages(tmp_path / "page.pdf", [1])
    assert page.text == SHALOM


def test_a_number_in_brackets_is_one_word_beside_words_that_run_to_the_left(tmp_path: Path) -> None:
    page = page_of(tmp_path, f"(640) {SHALOM}")
    assert [word.text for word in page.words] == [SHALOM, "(640)"]
