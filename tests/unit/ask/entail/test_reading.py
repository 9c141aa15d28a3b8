"""How sentences are read before they are compared."""

from __future__ import annotations

import pytest

from app.ask.entail.lexicon import languages_of, lexicon
from app.ask.entail.reading import read
from app.ask.entail.stemming import stem


def keys(text: str, language: str = "en") -> list[str]:
    return [term.key for term in read(text, lexicon(language))]


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("thirty-six months", "36 months", "en"),
        ("XXXVI months", "36 months", "en"),
        ("1,200.50 dollars", "$1,200.5", "en"),
        ("1.2 million dollars", "$1.2 million", "en"),
        ("12 percent", "12%", "en"),
        ("12 per cent", "12 %", "en"),
        ("March 3, 2024", "3 March 2024", "en"),
        ("2024-03-03", "3rd of March 2024", "en"),
        ("the second phase", "the 2nd phase", "en"),
        ("12 or more guests", "at least 12 guests", "en"),
        ("sechsunddreißig Monate", "36 Monate", "de"),
        ("1.250 Patienten", "1250 Patienten", "de"),
        ("3,4 Millionen Euro", "3,4 Mio. Euro", "de"),
        ("trente-six mois", "36 mois", "fr"),
        ("treinta y seis meses", "36 meses", "es"),
        ("trentasei mesi", "36 mesi", "it"),
        ("trinta e seis meses", "36 meses", "pt"),
        ("zesendertig maanden", "36 maanden", "nl"),
        ("třicet šest měsíců", "36 měsíců", "cs"),
        ("тридцать шесть месяцев", "36 месяцев", "ru"),
    ],
)
def test_one_number_or_date_is_read_alike_however_it_is_written(one: str, other: str, language: str) -> None:
    assert keys(one, language) == keys(other, language)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 guests", "up to 12 guests"),
        ("12 guests", "-12 guests"),
        ("12 percent", "12 euros"),
        ("1.2 million", "1.2 billion"),
        ("may pay", "must pay"),
        ("3 March", "3 May"),
        ("we pay", "you pay"),
        ("the first", "one"),
    ],
)
def test_what_differs_in_meaning_is_read_otherwise(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("payer", "payee"),
        ("trainer", "trainee"),
        ("prescribe", "proscribe"),
        ("legal", "illegal"),
        ("care", "cars"),
    ],
)
def test_words_that_only_look_alike_have_two_stems(one: str, other: str) -> None:
    assert stem(one, "en") != stem(other, "en")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("periods", "period"),
        ("paid", "pay"),
        ("shipped", "ship"),
        ("made", "making"),
        ("companies", "company"),
    ],
)
def test_the_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one, "en") == stem(other, "en")


def test_the_languages_of_a_sentence_is_known_by_its_small_words() -> None:
    sentences = {
        "en": "The pump is in the hall.",
        "de": "Die Pumpe ist in der Halle.",
        "fr": "La pompe est dans la salle.",
        "es": "La bomba está en la sala.",
        "it": "La pompa è nella sala.",
        "pt": "A bomba está na sala.",
        "nl": "De pomp is in de hal en het is warm.",
        "cs": "Čerpadlo je v hale a není to ono.",
        "ru": "Насос не в зале, но он есть.",
        "": "Η αντλία είναι στην αίθουσα.",
    }
    assert {language: languages_of(text) for language, text in sentences.items()} == {
        n: (n,) for n in sentences
    }
