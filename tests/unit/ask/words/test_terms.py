"""The terms by which texts are found, in every language."""

from __future__ import annotations

import pytest

from app.ask.words.terms import LONGEST, asked_terms, asked_words, content_words, terms, word_forms

# A question and a passage that answers it in the same language, with other forms of the same words.
SAME = {
    "accents apart": ("Cafe\u0301 in Málaga?", "The café is in Ma\u0301laga."),
    "Arabic with vowels": ("كم يزن المضخات؟", "الْمِضَخَّةُ ثَقِيلَةٌ وَتَزِنُ كَثِيرًا"),
    "Arabic, alef without hamza": ("اين تقع الاردن", "تقع الأردن في آسيا بعد هذا"),
    "Finnish": ("Missä pumppu on?", "Pumpussa ja pumpulla on venttiili, jota ei ole muissa."),
    "full width": ("ＤＮ５０", "DN50 泵"),
    "German, by a last part": ("Welches Gericht urteilt?", "Das ist das Bundesverfassungsgericht."),
    "German, by a first part": ("Was kostet die Wartung?", "Die Wartungsverträge sind teuer."),
    "German, an ending": ("Wie schwer sind die Pumpen?", "Die Pumpe ist schwer und wiegt viel."),
    "German, ß": ("Wo ist die Strasse?", "Die Straße ist nicht in der Stadt."),
    "Greek, capitals without accents": ("ΣΧΟΛΕΙΑ", "Το σχολείο είναι στο χωριό."),
    "Hebrew with vowels": ("מה זה שלום", "שָׁלוֹם הוא לא של"),
    "Hindi": ("पंपों का वजन क्या है?", "यह पंप बहुत भारी है।"),
    "Hindi, other digits": ("वर्ष 1998", "यह वर्ष १९९८ में हुआ था।"),
    "Korean": ("펌프는 무엇인가요?", "이 펌프를 매달 점검한다."),
    "Korean, a subject": ("계약 기간은 얼마입니까?", "계약이 끝나는 날은 정해져 있다."),
    "Korean, from and to": ("서울에서 부산까지 얼마나 걸립니까?", "서울과 부산은 멀다."),
    "Korean, of": ("보증의 조건", "보증은 두 해 동안 유효하다."),
    "Korean, with": ("고객과 계약", "고객에게 계약서를 보낸다."),
    "Korean, plural": ("직원들은 몇 명입니까?", "직원이 백 명이다."),
    "Korean, by": ("팩스로 보낼 수 있습니까?", "팩스를 사용하지 않는다."),
    "Korean, also": ("임대료도 포함됩니까?", "임대료는 매달 낸다."),
    "Korean, only": ("현금만 받습니까?", "현금으로 낼 수 있다."),
    "Korean, one syllable": ("물은 무엇인가?", "물을 마신다."),
    "Romanian, comma and cedilla": ("Unde este orașul?", "Oraşul este la munte și nu în vale."),
    "Russian": ("Сколько весят насосы?", "Вес насоса был не более того, что это значит."),
    "Russian, yo": ("Где елка?", "Ёлка была в доме, и это не всё."),
    "Spanish": ("¿Dónde están las bombas?", "La bomba está en el sótano de la casa."),
    "Thai": ("น้ำหนักของปั๊ม", "ปั๊มมีน้ำหนัก ๔๑ กิโลกรัม"),
    "Turkish": ("Pompalar nerede?", "Pompanın ağırlığı kırk bir kilo ve bu çok."),
    "Turkish, capital I": ("ISPARTA NEREDE VE NE İÇİN", "Isparta bir il ve bu da çok."),
    "Vietnamese without accents": ("may bom", "Máy bơm này nặng bốn mươi cân và được dùng."),
}  # fmt: skip


@pytest.mark.parametrize(("question", "text"), SAME.values(), ids=SAME)
def test_a_word_is_found_in_its_other_forms(question: str, text: str) -> None:
    assert set(asked_terms(question)) & set(terms(text))


def test_a_name_is_found_by_a_question_in_another_language() -> None:
    text = "El inventor Nikola Tesla es de Smiljan, y su madre era de la misma aldea."
    held = set(terms(text))
    for question in ("Wer war Tesla?", "Who was Tesla?", "Qui était Tesla ?", "Kim Tesla idi?"):
        assert "tesla" in asked_terms(question)
        assert held & set(asked_terms(question)), question


def test_words_that_ask_are_not_looked_for() -> None:
    assert content_words("Wann wurde die Pumpe geprüft?") == ["pumpe", "geprüft"]
    assert content_words("Когда был построен мост?") == ["построен", "мост"]
    assert content_words("What is the weight of the pump?") == ["weight", "pump"]
    assert content_words("पंप का वजन क्या है?") == ["पंप", "वजन"]
    assert content_words("泵的净重是多少？") == ["泵", "净重"]
    assert content_words("ポンプの重さは何キロですか") == ["ポン", "ンプ", "重", "キロ"]


def test_a_question_of_such_words_alone_looks_for_them() -> None:
    assert content_words("Who are you?") == []
    assert [word.written for word in asked_words("Who are you?")] == ["who", "are", "you"]
    assert asked_words("…?") == []


def test_words_of_one_text_are_in_the_languages_of_the_whole() -> None:
    whole = "Die Pumpen sind nicht in der Halle, und das ist so."
    assert word_forms("Pumpen", whole)[0][0] == word_forms("Pumpe", whole)[0][0]


def test_a_letter_of_a_script_without_spaces_keeps_its_marks() -> None:
    assert terms("が") != terms("か")


def test_only_the_beginning_of_an_endless_word_is_compared() -> None:
    assert terms("x" * 100_000) == terms("x" * LONGEST)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What was Alba's revenue?", ["alba", "revenue"]),
        ("What was Alba’s revenue?", ["alba", "revenue"]),
        ("What is the pump's weight?", ["pump", "weight"]),
        ("Which model S is it?", ["model", "s"]),
    ],
)
def test_the_s_of_a_possessive_is_no_word_of_a_question(question: str, words: list[str]) -> None:
    assert [word.written for word in asked_words(question)] == words
