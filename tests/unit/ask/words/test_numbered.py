"""Numbers and identifiers with parts are one word."""

from __future__ import annotations

import pytest

from app.ask.words.terms import asked_words, content_words, standing_words

SAME = {
    "a clause": ("clause 5.1.1", "as in 5.1.1."),
    "a file number": ("file 34-56-12", "Akte 34-56-12, Raum 3"),
    "another dash": ("67\u201064\u20101", "CAS 67-64-1"),
    "an address": ("192.168.0.1", "http://192.168.0.1:80 is the router"),
    "an amount, points and commas": ("2,820.00", "Kaution: 2.820,00 EUR"),
    "an amount without its comma": ("2820", "Deposit: 2,820"),
    "an amount with apostrophes": ("1250000", "CHF 1'250'000"),
    "an amount and its currency": ("12.50", "12.50EUR"),
    "a version and its letter": ("2.10.3", "v2.10.3"),
    "digits of another script": ("5.1.1", "البند ٥.١.١"),
    "full width": ("5.1.1", "第５．１．１条"),
    "a part of it": ("64", "67-64-1"),
    "a range": ("10-12", "from 10 to 12"),
    "a quarter": ("Q1-2023", "Q1 2023"),
}
OTHERS = {
    "the same digits": ("clause 5.1.1", "1.5.1"),
    "the beginning of a longer one": ("4.2", "4.2.1"),
    "the end of a longer one": ("5.1", "3.5.1"),
    "parts apart": ("34-56-12", "34 and 56 and 12"),
    "another order": ("34-56-12", "56-34-12"),
    "another address": ("10.0.0.12", "10.0.12.0"),
    "a longer address": ("10.0.0.1", "10.0.0.12"),
    "another amount": ("12.50", "50.12"),
    "a part with more digits": ("2.1.3", "2.10.3"),
    "a phone number": ("030-1234567", "0301-234567"),
    "a substance": ("67-64-1", "64-67-1"),
}


@pytest.mark.parametrize(("question", "text"), SAME.values(), ids=SAME)
def test_it_is_found_however_its_parts_are_joined(question: str, text: str) -> None:
    numbers = [word for word in asked_words(question) if any(sign.isdigit() for sign in word.written)]
    assert numbers
    assert standing_words(numbers, text) == set(numbers)


@pytest.mark.parametrize(("question", "text"), OTHERS.values(), ids=OTHERS)
def test_another_of_the_same_digits_is_not_it(question: str, text: str) -> None:
    number = asked_words(question)[-1]
    assert not standing_words([number], text)


def test_it_stays_one_where_a_question_is_put_together_of_words() -> None:
    assert content_words(" ".join(content_words("the pressure of clause 5.1.1"))) == [
        "pressure",
        "clause",
        "5·1·1",
    ]
