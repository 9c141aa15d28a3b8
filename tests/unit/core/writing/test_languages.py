"""The languages of a text."""

from __future__ import annotations

import pytest

from app.core.writing.languages import function_words, tell_languages

QUESTIONS = {
    "ar": "متى ولد نيكولا تسلا في كرواتيا؟",
    "cs": "Kdy byl postaven tento most?",
    "da": "Hvornår blev broen bygget?",
    "de": "Wann wurde Nikola Tesla geboren?",
    "el": "Πότε γεννήθηκε ο Τέσλα;",
    "en": "When was Nikola Tesla born?",
    "es": "¿Dónde nació Nikola Tesla y cuándo?",
    "fa": "نیکولا تسلا چه زمانی و در کجا به دنیا آمد؟",
    "fi": "Milloin silta on rakennettu?",
    "fr": "Quand est-ce que Nikola Tesla est né ?",
    "hi": "निकोला टेस्ला का जन्म कब हुआ था?",
    "hu": "Mikor született és hol élt Nikola Tesla?",
    "it": "Quando è nato Nikola Tesla?",
    "nl": "Wanneer werd de brug gebouwd?",
    "pl": "Kiedy urodził się Nikola Tesla?",
    "pt": "Quando foi que Nikola Tesla nasceu na cidade?",
    "ro": "Când s-a născut Nikola Tesla și unde?",
    "ru": "Когда родился Никола Тесла?",
    "sv": "När blev bron byggd och av vem?",
    "tr": "Nikola Tesla ne zaman ve nerede doğdu?",
    "uk": "Коли і де народився Нікола Тесла?",
    "vi": "Nikola Tesla sinh năm nào và ở đâu?",
}


@pytest.mark.parametrize("language", QUESTIONS)
def test_a_question_is_told_by_its_function_words(language: str) -> None:
    assert language in dict(tell_languages(QUESTIONS[language]).told).values() or (
        tell_languages(QUESTIONS[language]).of(QUESTIONS[language].lower()) == language
    )


def test_names_and_codes_are_in_no_language() -> None:
    for text in ("DN-50 M8x25", "Nikola Tesla", "2021: 41 kg", ""):
        assert not tell_languages(text).told


def test_each_script_of_a_text_has_its_own_language() -> None:
    both = tell_languages("The pump is in the hall. Насос был в зале, и это не всё.")
    assert (both.of("pump"), both.of("насос"), both.of("41"), both.of("泵")) == ("en", "ru", "", "")


def test_a_language_without_a_list_has_no_function_words() -> None:
    assert "wann" in function_words("de")
    assert not function_words("zz")
