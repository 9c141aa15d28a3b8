"""Whether an answer holds a known one, by its numbers and words."""

from __future__ import annotations

import pytest

from app.evaluation.holding import holds_all


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (("380",), "Interest expense was $380 in 2009."),
        (("$ 8,272",), "Change: 18,161 − 9,889 = 8,272 thousand"),
        (("12.76 %",), "Change in percent: 12.7615 %"),
        (("1.4 million",), "It paid 1,400,000."),
        (("406100000.0",), "$ 406.1 million"),
        (("-27.0%",), "fell by 27 %"),
        (("Yes",), "Yes, it did."),
        (("life tenure",), "They have life tenure."),
        (("['11,486', '11,459']",), "11,486 in 2018 and 11,459 in 2019"),
        (("Neil Gorsuch", "Elena Kagan"), "Elena Kagan and Neil Gorsuch"),
        (("The court appoints its own clerks and sets rules for them",), "Clerks are appointed; rules set."),
    ],
)
def test_an_answer_holds_a_known_one_however_it_is_written(known: tuple[str, ...], shown: str) -> None:
    assert holds_all(known, shown)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (("380",), "Interest expense was $3,801 in 2009."),
        (("12.76 %",), "12.6 %"),
        (("Yes",), "It did."),
        (("life tenure",), "They serve for life."),
        (("['5,276', '4,228']",), "5,276 in 2018"),
        (("Neil Gorsuch", "Elena Kagan"), "Neil Gorsuch"),
        (("5 years",), "Five years"),
    ],
)
def test_an_answer_that_lacks_a_number_or_word_does_not_hold_it(known: tuple[str, ...], shown: str) -> None:
    assert not holds_all(known, shown)
