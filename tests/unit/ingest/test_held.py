"""Pages are held together as long as they are ordinary ones."""

from __future__ import annotations

from app.core.geometry import Box
from app.core.page import HiddenWord, Page, WhyHidden
from app.ingest.held import HELD_WORDS, is_too_much, look_ahead

UNSEEN = HiddenWord("a", Box(0, 0, 1, 1), WhyHidden.TOO_SMALL)


def pages(count: int, words: int) -> list[Page]:
    return [Page(number + 1, 600, 800, hidden=(UNSEEN,) * words) for number in range(count)]


def test_the_first_pages_are_looked_at_and_stay_among_all() -> None:
    read = iter(pages(30, 500))
    first, everything = look_ahead(read, 20)
    assert [page.number for page in first] == list(range(1, 21))
    assert [page.number for page in everything] == list(range(1, 31))


def test_a_document_may_have_fewer_pages_or_none() -> None:
    first, everything = look_ahead(pages(3, 500), 20)
    assert len(first) == len(list(everything)) == 3
    first, everything = look_ahead([], 20)
    assert not first
    assert not list(everything)


def test_pages_full_of_words_are_not_held_together() -> None:
    full = pages(5, HELD_WORDS // 2)
    read = iter(full)
    first, everything = look_ahead(read, 20)
    assert len(first) == 2
    assert len(list(read)) == 2  # it has asked for one more, to see that it is too much
    assert [page.number for page in everything] == [1, 2, 3]


def test_one_page_is_held_whatever_it_has() -> None:
    first, everything = look_ahead(pages(2, HELD_WORDS + 1), 20)
    assert len(first) == 1
    assert len(list(everything)) == 2


def test_words_count_whether_they_are_seen_or_not() -> None:
    half, other = pages(2, HELD_WORDS // 2)
    assert not is_too_much([half], other)
    (more,) = pages(1, HELD_WORDS // 2 + 1)
    assert is_too_much([half], more)
