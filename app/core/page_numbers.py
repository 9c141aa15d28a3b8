"""Page numbers as a person writes them."""

from __future__ import annotations

import re

from app.core.errors import BadRequest

_NUMBER = "0{0,6}(?:1000000|[1-9][0-9]{0,5})"
_RANGE = f" *{_NUMBER} *(?:- *{_NUMBER} *)?"

PATTERN = f"^(?:{_RANGE}(?:,{_RANGE})*)$"
"""What ``page_numbers`` takes, as a regular expression of JSON Schema, but for ranges that go downwards."""


def page_numbers(text: str) -> list[int]:
    """``1-3,7`` as 1, 2, 3, 7: ascending, each once. Raises ``BadRequest`` for anything else."""
    if not re.fullmatch(PATTERN, text):
        raise BadRequest(f"Pages are given as page numbers such as 1-3,7, not {text[:80]!r}.")
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.replace(" ", "").partition("-")
        if last and int(first) > int(last):
            raise BadRequest(f"A range of pages goes upwards, such as {last}-{first}, not {first}-{last}.")
        numbers.update(range(int(first), int(last or first) + 1))
    return sorted(numbers)
