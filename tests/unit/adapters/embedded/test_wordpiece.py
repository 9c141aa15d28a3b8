"""The own WordPiece against the reference, token for token."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from app.adapters.embedded.models import VOCABULARY
from app.adapters.embedded.wordpiece import WordPiece

NO_LIMIT = 10**9

PLACED_ANEW = {0x166D, 0x1734, 0x1885, 0x1886}
"""Characters whose category newer editions of Unicode than the reference's have changed."""


def known_to_both(character: str) -> bool:
    # The reference has the Unicode tables of another year than Python: characters that were there before
    # both must be treated alike.
    return unicodedata.ucd_3_2_0.category(character) not in ("Cn", "Cs") and ord(character) not in PLACED_ANEW


EMOJI = "".join(map(chr, range(0x1F300, 0x1F650))) + "\u200d\ufe0f\u20e3"
anything = st.characters(exclude_categories=["Cs"]).filter(known_to_both) | st.sampled_from(EMOJI)


@pytest.fixture(scope="module")
def reference() -> BertWordPieceTokenizer:
    return BertWordPieceTokenizer(str(VOCABULARY), lowercase=True)


@pytest.fixture(scope="module")
def own() -> WordPiece:
    return WordPiece(VOCABULARY)


def test_the_texts_of_real_pages_are_cut_as_the_reference_cuts_them(
    corpus: Path, reference: BertWordPieceTokenizer, own: WordPiece
) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(corpus.glob("text/*.gt.txt"))]
    questions = (corpus / "qa" / "questions.jsonl").read_text(encoding="utf-8")
    texts += [json.dumps(json.loads(line), ensure_ascii=False) for line in questions.splitlines() if line]
    assert len(texts) > 10
    for text in texts:
        assert own.encode(text, NO_LIMIT) == reference.encode(text).ids, text[:80]


@settings(max_examples=300, deadline=None)
@example("e\u0301te\u0301 ÉTÉ İstanbul ǅ ß ﬁ ﬂ Å Å")
@example("漢字と仮名。한국어 ไทย हिन्दी עברית العربية")
@example("a\0b\x01c\x7fd\x85e\xa0f\u200bg\u2028h\u3000i\ufeffj\ufffdk\ue000l\xadm")
@example("👩‍👩‍👧 🇨🇭 ☎️ 1️⃣")
@example("x" * 99 + " " + "x" * 100 + " " + "x" * 101 + " " + "é" * 101)
@example("$1,234.56—£5 a_b^c~d`e|f+g=h<i>j ¿qué? «oui»")
@given(st.text(anything | st.sampled_from("aeiouz019 .,-\n\t"), max_size=200))
def test_any_text_is_cut_as_the_reference_cuts_it(
    reference: BertWordPieceTokenizer, own: WordPiece, text: str
) -> None:
    assert own.encode(text, NO_LIMIT) == reference.encode(text).ids


@pytest.mark.parametrize("name", ["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"])
def test_a_text_that_spells_a_special_piece_gets_none(own: WordPiece, name: str) -> None:
    # Here the reference differs: it takes what a document says for a mark of its own.
    spelled = own.encode(f"one {name} two", NO_LIMIT)
    assert [spelled[0], spelled[-1]] == own.encode("", NO_LIMIT)
    assert not set(spelled[1:-1]) & {0, 100, 101, 102, 103}


@given(st.integers(3, 40), st.text(anything, max_size=80))
def test_a_limit_cuts_the_end_and_keeps_the_marks(own: WordPiece, limit: int, text: str) -> None:
    whole, cut = own.encode(text, NO_LIMIT), own.encode(text, limit)
    assert len(cut) == min(len(whole), limit)
    assert cut[:-1] == whole[: len(cut) - 1]
    assert cut[-1] == whole[-1]
