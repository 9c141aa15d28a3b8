"""Thresholds of evidence, quotes, follow-ups and places: just within one, and just beyond."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from app.ask.evidence import Absence, hold_all_words, is_enough, is_worth_reading, tell_absence
from app.ask.proof.passage_text import PassageText
from app.ask.proof.places import places
from app.ask.question.bars import named_words
from app.ask.question.pages_asked import pages_asked
from app.ask.question.standalone import complete_question, refers_back
from app.ask.replies import parse_reply
from app.ask.words.numbered import is_range
from app.core.geometry import Box, Word
from app.core.page import Page
from app.core.passage import Hit
from tests.support.chunks import chunk
from tests.support.edges import Edge

WORDS = [f"zub{letter}k" for letter in ascii_lowercase]
"""Words that only are what they are, in any language."""


def hit(text: str, similarity: float | None = None) -> Hit:
    return Hit(chunk(text), score=1.0, similarity=similarity)


# -- evidence ----------------------------------------------------------------------------------------------


def is_enough_without_a_word_at_a_likeness_of(likeness: float) -> bool:
    return is_enough(" ".join(WORDS[:5]), [hit("nothing", likeness)])


def is_enough_in_another_language_at_a_likeness_of(likeness: float) -> bool:
    return is_enough("What is the height of the tower?", [hit("Башня очень высокая.", likeness)])


def is_enough_without_a_vector_with_words(share: float) -> bool:
    return is_enough(" ".join(WORDS[:20]), [hit(" ".join(WORDS[: round(20 * share)]))])


def is_among_the_closest(place: float) -> bool:
    others = [hit("nothing")] * (int(place) - 1)
    return hold_all_words(WORDS[0], [*others, hit(WORDS[0])])


def is_little_that_is_missing(share: float) -> bool:
    return tell_absence(" ".join(WORDS[:20]), WORDS[: round(20 * share)]) is Absence.NONE


def is_not_most_that_is_missing(share: float) -> bool:
    words = [one + other for one in WORDS[:5] for other in ascii_lowercase[:20]]
    return tell_absence(" ".join(words), words[: round(100 * share)]) is Absence.SOME


def is_worth_reading_with_a_cosine_of(cosine: float) -> bool:
    return is_worth_reading(WORDS[0], [hit("nothing", cosine)])


# -- questions ---------------------------------------------------------------------------------------------


def stands_alone_with_words(count: float) -> bool:
    return not refers_back(f"Where is the {' '.join(WORDS[: int(count)])}?")


def points_back_with_words(count: float) -> bool:
    return refers_back(f"Does it have {' '.join(WORDS[: int(count)])}?")


def carries_over(count: float) -> bool:
    words = WORDS[: int(count)]
    return words[-1] in complete_question("Why?", [f"What is the {' '.join(words)}?"])


def has_names_with_capitals_in(share: float) -> bool:
    others = [word.title() if at < round(20 * share) else word for at, word in enumerate(WORDS[:20])]
    return bool(named_words(f"How {' '.join(others)}?"))


def is_a_range_of_pages(count: float) -> bool:
    asked = pages_asked(f"What do pages 1-{int(count)} say?")
    return asked is not None and len(asked.names) > 2


# -- words and replies -------------------------------------------------------------------------------------


def are_two_numbers_with_characters(count: float) -> bool:
    return is_range(f"12-{'3' * int(count)}")


def is_a_quote_of_characters(count: float) -> bool:
    """It is never closed."""
    return next(iter(parse_reply(["[[1: " + "x" * int(count)]))) != "["


# -- places ------------------------------------------------------------------------------------------------


def boxes(*words: Box) -> int:
    page = Page(1, 600, 800, words=tuple(Word("word", box) for box in words))
    (place,) = places(PassageText([page]), [(0, len(words))])
    return len(place.boxes)


def are_one_line_with_a_gap_of(heights: float) -> bool:
    return boxes(Box(100, 100, 140, 110), Box(140 + 10 * heights, 100, 300, 110)) == 1


def runs_up_the_page_as_high_as(widths: float) -> bool:
    high = 10 * widths
    return boxes(Box(100, 100, 110, 100 + high), Box(100, 102 + high, 110, 102 + 2 * high)) == 1


EDGES = [
    Edge("gate.WEIGHTS", is_enough_without_a_word_at_a_likeness_of, 0.78, 0.74),
    Edge("evidence.ENOUGH_TRANSLATED", is_enough_in_another_language_at_a_likeness_of, 0.27, 0.25),
    Edge("evidence.WAITING", is_enough_without_a_vector_with_words, 0.6, 0.55),
    Edge("evidence.FIRST", is_among_the_closest, 3, 4),
    Edge("evidence.ABSENT", is_little_that_is_missing, 0.1, 0.15),
    Edge("evidence.MOSTLY_ABSENT", is_not_most_that_is_missing, 0.32, 0.34),
    Edge("evidence.FAINT", is_worth_reading_with_a_cosine_of, 0.16, 0.14),
    Edge("standalone.FEW", stands_alone_with_words, 2, 1),
    Edge("standalone.LEANING", points_back_with_words, 4, 5),
    Edge("standalone.CARRIED", carries_over, 8, 9),
    Edge("bars.TITLE_CASE", has_names_with_capitals_in, 0.55, 0.6),
    Edge("pages_asked.MOST_OF_RANGE", is_a_range_of_pages, 100, 101),
    Edge("numbered.LONG_PART", are_two_numbers_with_characters, 4, 5),
    Edge("replies.LONGEST_QUOTE", is_a_quote_of_characters, 1980, 2010),
    Edge("places.WIDEST_GAP", are_one_line_with_a_gap_of, 2.8, 3.2),
    Edge("places.TALL", runs_up_the_page_as_high_as, 1.25, 1.15),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.threshold)
def test_a_threshold_parts_what_is_just_within_from_what_is_just_beyond(edge: Edge) -> None:
    assert (edge.holds(edge.within), edge.holds(edge.beyond)) == (True, False)
