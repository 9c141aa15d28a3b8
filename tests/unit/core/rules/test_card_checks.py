"""What corrections of a card may say, whoever sends them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.core.card import NO_CORRECTIONS, CardField
from app.core.errors import BadRequest
from app.core.rules.card_checks import is_date, read_corrections
from app.core.rules.card_rows import encode_corrections
from app.core.rules.card_said import say_identifiers, say_names, say_periods, say_text
from app.use_cases.description_file import Description

EVERYTHING = (
    say_text(CardField.TITLE, "Pumps")
    .change(say_text(CardField.KIND, ""))
    .change(say_names(["Meridian", "Ann Weiß"]))
    .change(say_periods([("Q3 2023", "2023-07-01", "2023-09-30"), ("the winter", "", "")]))
    .change(say_identifiers([("DOI", "10.1000/182")]))
    .change(say_text(CardField.LANGUAGE, "sv"))
    .change(say_text(CardField.SIGNED, "2023-06"))
    .change(say_text(CardField.DUE, ""))
)


def line_of(field: str, **card: Any) -> str:
    return json.dumps({"fields": [field], "card": card})


def fact(value: Any) -> dict[str, Any]:
    return {"value": value, "origin": "person"}


def dated(day: Any) -> str:
    return line_of("published", dates=[{"role": "published", "date": day, **fact("June")}])


BAD = {
    "a month that is none": dated("2022-99"),
    "a day that is none": dated("2022-02-30"),
    "a year that is none": dated("0000"),
    "a number for a date": dated(2022),
    "a number for a title": line_of("title", title=fact(5)),
    "half of a letter": '{"fields":["title"],"card":{"title":{"value":"\\ud800","origin":"person"}}}',
    "half of a letter in a scheme": line_of("identifiers", identifiers=[{"scheme": "\ud800", **fact("1")}]),
    "a title without an end": line_of("title", title=fact("x" * 301)),
    "thousands of names": line_of("who", who=[fact(f"Author {number}") for number in range(4000)]),
    "a number for a name": line_of("who", who=[fact(1)]),
    "a period with a wrong day": line_of(
        "period", periods=[{"starts": "2023-02-30", "ends": "", "calendar": "", **fact("Q1")}]
    ),
    "a language in words": line_of("language", language="English"),
    "a list for a language": line_of("language", language=["en"]),
    "a field that there is not": line_of("colour"),
    "a list for a card": '{"fields":["title"],"card":[1]}',
    "no JSON": "{",
    "a nest": "[" * 100_000,
}


def test_what_was_said_comes_back_as_it_was() -> None:
    assert read_corrections(encode_corrections(EVERYTHING)) == EVERYTHING
    assert read_corrections("") == read_corrections(None) == NO_CORRECTIONS


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_what_nobody_could_have_said_is_refused(line: str) -> None:
    with pytest.raises(BadRequest, match="corrections"):
        read_corrections(line)
    # Beside a file, it does not keep the document from being made again.
    assert Description("a.pdf", (), "", 0, 0.0, corrections=line).said == NO_CORRECTIONS


@pytest.mark.parametrize("text", ["2023", "2023-06", "2024-02-29"])
def test_a_date_is_one_of_the_calendar(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize("text", ["", "23", "2023-02-29", "2023-13", "0000", "0000-01-01", "٢٠٢٣"])
def test_what_the_calendar_lacks_is_no_date(text: str) -> None:
    assert not is_date(text)
