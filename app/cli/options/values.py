"""What options take: each turns its text into a value, or says in one line what it would have taken."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import NoReturn

from app.core import limits
from app.core.card import CardField, Corrections
from app.core.errors import BadRequest
from app.core.page_numbers import page_numbers
from app.core.rules.card_checks import DATES, LANGUAGES, is_date, is_encodable, is_language
from app.core.rules.card_rows import LONGEST_VALUE
from app.core.rules.card_said import DATE, say_identifiers, say_names, say_periods, say_text

SHOWN_CHARACTERS = 80
"""How many characters of a refused value are shown."""

CONTROLS = "".join(map(chr, range(32)))


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, and exit code 2."""

    def __init__(self, **named: object) -> None:
        # An abbreviation that is unique today would change its meaning with the next option.
        super().__init__(**named, allow_abbrev=False)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and leave."""
        self.exit(2, f"kb: {' '.join(message.split())} ({self.prog} --help)\n")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a parser of whole numbers within bounds, both included."""

    def read(text: str) -> int:
        # Python's int takes more: figures of other scripts, low lines, blanks, and thousands of digits.
        plain = text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20
        if not plain or not least <= int(text) <= most:
            raise _refuse_value(f"a whole number from {least:,} to {most:,}", text)
        return int(text)

    return read


def hours(text: str) -> float:
    """Parse the validity of a token: a minute to a year."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    # float takes "nan" and "inf", which no comparison would stop.
    if not isfinite(number) or not 1 / 60 <= number <= 24 * 366:
        raise _refuse_value("a number of hours, from a minute (0.017) to a year (8784)", text)
    return number


def words(most: int) -> Callable[[str], str]:
    """Return a parser of non-empty text with at most this many characters."""

    def read(text: str) -> str:
        if not text.strip() or len(text) > most:
            raise _refuse_value(f"text of 1 to {most:,} characters", text)
        return text

    return read


def password(text: str) -> str:
    """Return a password, which is not repeated where it is refused."""
    if not 1 <= len(text) <= limits.PASSWORD_CHARACTERS:
        raise argparse.ArgumentTypeError(f"must be 1 to {limits.PASSWORD_CHARACTERS} characters")
    return text


def tag(text: str) -> str:
    """Return a tag, as the API takes it."""
    if not text.strip() or len(text) > limits.TAG_CHARACTERS or any(letter in CONTROLS for letter in text):
        raise _refuse_value(f"a line of 1 to {limits.TAG_CHARACTERS} characters", text)
    return text


def pages(text: str) -> list[int]:
    """Return page numbers such as 1-3,7."""
    try:
        return page_numbers(text)
    except BadRequest as error:
        raise argparse.ArgumentTypeError(error.message.rstrip(".")) from None


def path(text: str) -> Path:
    """Return a file or folder."""
    # The system refuses a null byte with an error that names no option.
    if not text.strip() or "\0" in text:
        raise _refuse_value("the path of a file or folder", text)
    return Path(text)


def date(text: str) -> str:
    """Return a date as exact as it is given."""
    if not re.fullmatch(DATE, text):
        raise _refuse_value(DATES, text)
    return text


def card_field(text: str) -> CardField:
    """Return a part of a card by its name."""
    if text not in set(CardField):
        raise _refuse_value(f"one of {', '.join(CardField)}", text)
    return CardField(text)


def correction(text: str) -> Corrections:
    """Return what is said of one part of a card: its name, ``=``, and the text."""
    name, equals, said = text.partition("=")
    if not equals or len(said) > LONGEST_VALUE:
        raise _refuse_value(f"NAME=TEXT of at most {LONGEST_VALUE:,} characters", text)
    field = card_field(name.strip())
    # What a terminal sends in another encoding than it names cannot be stored.
    if not is_encodable(said):
        raise _refuse_value("text in the encoding of the terminal", said)
    if field.role and said.strip():
        _check_day(said.strip())
    if field is CardField.LANGUAGE and not is_language(said.strip()):
        raise _refuse_value(LANGUAGES, said)
    if field is CardField.WHO:
        return say_names(said.split(";"))
    if field is CardField.PERIOD:
        return say_periods([_read_period(said)])
    if field is CardField.IDENTIFIERS:
        return say_identifiers(map(_read_identifier, filter(str.strip, said.split(";"))))
    return say_text(field, said)


def _read_period(text: str) -> tuple[str, str, str]:
    """Return name, first and last day of ``Q3 2023, 2023-07-01 to 2023-09-30``; the days may be missing."""
    found = re.fullmatch(rf"(.*?)\s*,\s*({DATE})\s+to\s+({DATE})\s*", text)
    if not found:
        return text, "", ""
    return found[1], _check_day(found[2]), _check_day(found[_LAST_DAY])


def _check_day(text: str) -> str:
    """Return a date that is one of the calendar."""
    if not is_date(text):
        raise _refuse_value(DATES, text)
    return text


_LAST_DAY = 3 + DATE.count("(")
"""The group of a period's last day, after those of its name and its first day."""


def _read_identifier(text: str) -> tuple[str, str]:
    """Return scheme and value of ``doi: 10.1000/182``."""
    scheme, colon, value = text.partition(":")
    if not colon or not value.strip():
        raise _refuse_value("identifiers such as 'doi: 10.1000/182; order number: 4711'", text)
    return scheme, value


def _refuse_value(wanted: str, text: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"must be {wanted}, not {text[:SHOWN_CHARACTERS]!r}")
