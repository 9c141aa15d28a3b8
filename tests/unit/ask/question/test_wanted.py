"""What kind of thing a question asks for."""

from __future__ import annotations

import pytest

from app.ask.question.wanted import Wanted, can_answer, wanted_of, without_asking
from app.ask.words.terms import asked_words

QUESTIONS = {
    "How large is the living area?": (Wanted.NUMBER, "84 m² of living area", "The living area is sunny."),
    "How many strings does it have?": (Wanted.COUNT, "It has six strings.", "It has strings."),
    "Wie hoch ist die Kaution?": (Wanted.NUMBER, "Kaution: 2.820 Euro", "Die Kaution ist zu zahlen."),
    "Wieviele Zimmer gibt es?": (Wanted.COUNT, "Es gibt drei Zimmer.", "Die Zimmer sind hell."),
    "Combien de jours ?": (Wanted.COUNT, "Le délai est de dix jours.", "Le délai court."),
    "¿Cuántas páginas tiene?": (Wanted.COUNT, "Tiene 12 páginas.", "Tiene páginas."),
    "Quanto costa il biglietto?": (Wanted.COUNT, "Il biglietto costa 3 euro.", "Il biglietto è caro."),
    "Hoe hoog is de borg?": (Wanted.NUMBER, "De borg is 900 euro.", "De borg is hoog."),
    "Kolik váží čerpadlo?": (Wanted.COUNT, "Čerpadlo váží 41 kg.", "Čerpadlo je těžké."),
    "Ile waży pompa?": (Wanted.COUNT, "Pompa waży 41 kg.", "Pompa jest ciężka."),
    "Сколько весит насос?": (Wanted.COUNT, "Насос весит 41 кг.", "Насос тяжёлый."),
    "How many days of leave are there?": (Wanted.COUNT, "30 days since 2023-03-05", "Updated: 2023-03-05"),
    "How much does it cost?": (Wanted.COUNT, "40 euros in 2023", "Valid from March 5, 2023"),
    "Wie viele Tage sind es?": (Wanted.COUNT, "30 Tage ab 1. März 2023", "Stand: 05.03.2023"),
    "Combien de pages ?": (Wanted.COUNT, "12 pages", "Le 5 mars 2023"),
    "¿Cuántos días son?": (Wanted.COUNT, "Son 12", "Fecha: 5 de marzo de 2023"),
    "When does the contract begin?": (Wanted.WHEN, "It begins on 1 May.", "It is a contract."),
    "Wann beginnt der Vertrag?": (Wanted.WHEN, "Er beginnt am 1. Mai.", "Er gilt."),
    "What is the e-mail address of the office?": (Wanted.EMAIL, "office@example.org", "The office is open."),
    "What is the phone number?": (Wanted.PHONE, "Tel: 01983 873655", "Call room 12."),
    "Which website shows it?": (Wanted.WEBSITE, "See www.example.org.", "See the site."),
    "Who wrote it?": (Wanted.ANY, "Ann wrote it.", None),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_tells_what_kind_of_thing_answers_it(question: str) -> None:
    kind, answering, other = QUESTIONS[question]
    assert wanted_of(question) is kind
    assert can_answer(kind, answering)
    assert other is None or not can_answer(kind, other)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How large is the living area?", "large"),
        ("Wie hoch ist die Kaution?", "hoch"),
        ("Hoe hoog is de borg?", "hoog"),
        ("Jak długa jest rura?", "długa"),
    ],
)
def test_an_adjective_that_asks_is_no_word_to_look_for(question: str, word: str) -> None:
    assert word in {each.written for each in asked_words(question)}
    assert word not in {each.written for each in asked_words(without_asking(question))}
    assert asked_words(without_asking(question))
