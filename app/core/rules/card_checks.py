"""What corrections of a card may say, whoever sends them: a request, a command or the file of an export."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from app.core.card import NO_CORRECTIONS, Card, CardField, Corrections
from app.core.errors import BadRequest
from app.core.rules.card_rows import LONGEST_VALUE, MOST_LISTED, decode_corrections
from app.core.rules.card_said import DATE, say_identifiers, say_names, say_periods, say_text

LANGUAGE = "([a-z]{2})?"
"""An ISO 639-1 code, "" for none."""

DATES = "a date such as 2023, 2023-06 or 2023-06-30"
LANGUAGES = "the two letters of a language, such as en"

T = TypeVar("T")

_FIRST_DAY = "-01-01"


def is_date(text: str) -> bool:
    """Return whether a text is a date of the calendar, as exact as it is known."""
    if not re.fullmatch(DATE, text):
        return False
    try:
        date.fromisoformat(text + _FIRST_DAY[len(text) - len("2022") :])
    except ValueError:
        return False
    return True


def is_language(text: str) -> bool:
    """Return whether a text is the code of a language, or ""."""
    return re.fullmatch(LANGUAGE, text) is not None


def is_encodable(text: str) -> bool:
    """Return whether a text can be stored: JSON and the command line may hold half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_corrections(line: object) -> Corrections:
    """Return the corrections of a line that a file has, each as if it were said anew. Raises ``BadRequest``
    for one that nobody could have said: the file may be anybody's."""
    if not line:
        return NO_CORRECTIONS
    try:
        given = decode_corrections(line)  # type: ignore[arg-type]
        said = NO_CORRECTIONS
        for field in sorted(given.fields):
            said = said.change(_say_again(field, given.card))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise BadRequest("The corrections of its card are not as kb export writes them.") from None
    return said


def _say_again(field: CardField, card: Card) -> Corrections:
    if field is CardField.WHO:
        return say_names([_text(fact.value) for fact in _few(card.who)])
    if field is CardField.PERIOD:
        periods = [
            (_text(each.fact.value), _date(each.starts), _date(each.ends)) for each in _few(card.periods)
        ]
        return say_periods(periods)
    if field is CardField.IDENTIFIERS:
        return say_identifiers(
            [(_text(each.scheme), _text(each.fact.value)) for each in _few(card.identifiers)]
        )
    if field is CardField.LANGUAGE:
        return say_text(field, _language(card.language))
    if field.role:
        return say_text(field, next((_date(each.date) for each in card.dates if each.role is field.role), ""))
    fact = card.title if field is CardField.TITLE else card.kind
    return say_text(field, _text(fact.value) if fact else "")


def _few(items: Sequence[T]) -> Sequence[T]:
    if len(items) > MOST_LISTED:
        raise ValueError("too many")
    return items


def _text(value: str) -> str:
    # A number or a list has no length or no encoding: these are errors, too.
    if len(value) > LONGEST_VALUE or not is_encodable(value):
        raise ValueError("no text")
    return value


def _date(text: str) -> str:
    if text and not is_date(text):
        raise ValueError(text)
    return text


def _language(text: str) -> str:
    if not is_language(text):
        raise ValueError(text)
    return text
