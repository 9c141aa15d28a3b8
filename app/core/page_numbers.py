"""Page numbers as a person writes and reads them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.errors import BadRequest
from app.core.process.patterns import defer_regex

_NUMBER = "0{0,6}(?:1000000|[1-9][0-9]{0,5})"
_ROMAN = defer_regex("[ivxlcdm]+", re.IGNORECASE)
_LAST_NUMBER = defer_regex(r"\d+$")
_RANGE = f" *{_NUMBER} *(?:- *{_NUMBER} *)?"

PATTERN = f"^(?:{_RANGE}(?:,{_RANGE})*)$"
"""What ``page_numbers`` takes, as a regular expression of JSON Schema, but for ranges that go downwards."""


def page_numbers(text: str) -> list[int]:
    """``1-3,7`` as 1, 2, 3, 7: ascending, each once. Raises ``BadRequest`` for anything else."""
    if not re.fullmatch(PATTERN, text):
        raise BadRequest(f"Pages are given as page numbers such as 1-3,7, not {text[:80]!r}.")
    # A set: ranges may overlap, and a million pages are cheap enough for that.
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.replace(" ", "").partition("-")
        if last and int(first) > int(last):
            raise BadRequest(f"A range of pages goes upwards, such as {last}-{first}, not {first}-{last}.")
        numbers.update(range(int(first), int(last or first) + 1))
    return sorted(numbers)


def show_page(number: int, label: str) -> str:
    """Return a page's number (1-based) for a person, with the PDF's own name for it if it has another."""
    return f"{number} ({label})" if label else str(number)


def number_of(name: str, labels: Sequence[str]) -> int | None:
    """Return the number of the page (1-based) that a person means by ``iv`` or ``12``: the first that the PDF
    calls so, ignoring case, else the one with this number; ``None`` where it is neither. ``labels`` are the
    PDF's own names, in order, as many as are known."""
    wanted = name.strip().casefold()
    # The PDF's own names first: who reads "12" on the page means that one, and not the twelfth sheet.
    named = (number for number, label in enumerate(labels, 1) if wanted and label.casefold() == wanted)
    found = next(named, None)
    if found is None and re.fullmatch(_NUMBER, wanted):
        return int(wanted)
    return found


def show_labels(labels: Sequence[str]) -> str:
    """Return the PDF's own names for its pages in runs, for a person: ``1–4 are i–iv, 5–20 are 1–16``; pages
    without a name of their own are left out."""
    runs: list[list[int]] = []
    for number, label in enumerate(labels, 1):
        if not label:
            continue
        if runs and runs[-1][-1] == number - 1 and _follows(labels[number - 2], label):
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_show_run(run[0], run[-1], labels) for run in runs)


def _follows(label: str, other: str) -> bool:
    """Return whether two names of pages belong to one series: Roman numerals, a count behind one prefix."""
    if _ROMAN.fullmatch(label) and _ROMAN.fullmatch(other):
        return label.islower() == other.islower()
    return _LAST_NUMBER.sub("", label) == _LAST_NUMBER.sub("", other)


def _show_run(first: int, last: int, labels: Sequence[str]) -> str:
    if first == last:
        return f"{first} is {labels[first - 1]}"
    return f"{first}–{last} are {labels[first - 1]}–{labels[last - 1]}"
