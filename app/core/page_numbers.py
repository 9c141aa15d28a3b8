"""Page numbers as a person writes them."""

from __future__ import annotations

from app.core.errors import BadRequest

LARGEST = 1_000_000


def page_numbers(text: str) -> list[int]:
    """``1-3,7`` as 1, 2, 3, 7: ascending, each once. Raises ``BadRequest`` for anything else."""
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not _is_page(first) or (dash and not _is_page(last)):
            raise BadRequest(f"Pages are given as page numbers such as 1-3,7, not {text[:80]!r}.")
        if dash and int(first) > int(last):
            raise BadRequest(f"A range of pages goes upwards, such as {last}-{first}, not {first}-{last}.")
        numbers.update(range(int(first), int(last or first) + 1))
    return sorted(numbers)


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= LARGEST
