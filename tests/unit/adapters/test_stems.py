"""The stems of both indexes are the same."""

from __future__ import annotations

import sqlite3

import pytest

from app.adapters.stems import LONGEST, stems
from app.ask.terms import words
from app.core.unspaced import expand_text

TEXTS = {
    "english": """The pumps were weighing forty-one kilograms; weighed, weighs, relational, conditional,
        generalizations, hopping, happy, skies, dying, agreed, electricity, rationalize, probate, cease,
        controlling, rolled, adjustable, effective, irritants, replacement, connections, analysis, busses""",
    "numbers and codes": "M8x25 ISO-9001:2015, 3.5 kW, A4/B5, 2nd, 1,200 rpm, x86_64 DN-50",
    "other languages": "Überprüfung der Ölpumpe, señal, façade, naïve, déjà vu, ångström, Čeština, kůň",
    "without letters of ours": "насос 泵的重量 ポンプ مضخة",
    "without spaces": "泵的重量是41公斤，ﾎﾟﾝﾌﾟは⾦属。น้ำหนัก 41 กก. ທໍ ម៉ាស៊ីន",
}


def fts5_stems(text: str) -> set[str]:
    with sqlite3.connect(":memory:") as database:
        database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5(text, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        database.execute("INSERT INTO texts VALUES (?)", (expand_text(text),))
        database.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(texts, 'row')")
        found = {row[0] for row in database.execute("SELECT term FROM terms")}
    database.close()
    return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_stems_are_those_of_sqlite_s_full_text_search(text: str) -> None:
    assert set(stems(words(text))) == fts5_stems(text)


def test_an_accent_does_not_matter_however_it_is_written() -> None:
    assert stems(words("fac\u0327ade")) == stems(words("façade")) == stems(["facade"])


def test_a_letter_of_another_script_keeps_its_marks() -> None:
    assert stems(["が"]) != stems(["か"])


def test_only_the_beginning_of_an_endless_word_is_compared() -> None:
    assert stems(["x" * 100_000]) == stems(["x" * LONGEST])
