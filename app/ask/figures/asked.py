"""What a question wants of figures: of which rows and periods, and what is to be computed of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.ask.figures import phrases
from app.ask.figures.periods import Period, months_in, periods_in, without_periods
from app.ask.question.bars import named_words
from app.ask.question.instructions import without_instructions
from app.ask.words.terms import Word, asked_words


class Operation(Enum):
    """What is computed of the figures asked for."""

    NONE = "none"
    DIFFERENCE = "difference"
    PERCENT_CHANGE = "percent change"
    AVERAGE = "average"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read as one for figures.

    ``telling`` are the words that a row and its heads have to hold, ``words`` those that they may hold, too:
    both but for those that say what is to be computed. ``months`` is how long the period is, 0 if it is not
    said; a ``series`` is wanted of all periods, and a ``percent`` of something. Figures of a document that
    has one of the proper ``names`` nowhere are another's.
    """

    telling: tuple[Word, ...]
    words: tuple[Word, ...]
    periods: tuple[Period, ...]
    months: int
    operation: Operation
    series: bool
    percent: bool
    wants_figure: bool
    names: tuple[Word, ...]

    @property
    def forms(self) -> frozenset[str]:
        """All forms of its words."""
        return frozenset(form for word in self.words for form in word.forms)


def read_question(question: str) -> Asked:
    """Return what a question asks of figures."""
    said = phrases.FURTHER.split(without_instructions(question))[0]
    periods = periods_in(said)
    operation = _operation(said, periods)
    series = bool(phrases.SERIES.search(said))
    computed = phrases.COMPUTED if series or operation is not Operation.NONE else frozenset[str]()
    wanted = phrases.SERIES.sub(" ", without_periods(said))
    words = [each for each in _asked_words(wanted) if computed.isdisjoint(each.forms)]
    return Asked(
        telling=tuple(each for each in words if phrases.CARRIED.isdisjoint(each.forms)),
        words=tuple(words),
        periods=periods,
        months=months_in(said),
        operation=operation,
        series=series,
        percent=bool(phrases.PERCENT.search(said)),
        wants_figure=series or operation is not Operation.NONE or _may_want_figure(said, periods),
        names=_proper_names(said),
    )


def _asked_words(said: str) -> list[Word]:
    """Return the words of a question but for the "s" of "Apple's"."""
    return [each for each in asked_words(said) if len(each.written) > 1 or not each.written.isascii()]


def _may_want_figure(said: str, periods: tuple[Period, ...]) -> bool:
    return bool(periods or phrases.WANTS_FIGURE.search(said)) and not phrases.TELLS.search(said)


def _proper_names(said: str) -> tuple[Word, ...]:
    known = phrases.CARRIED | phrases.COMPUTED
    return tuple(each for each in named_words(without_periods(said)) if known.isdisjoint(each.forms))


def _operation(said: str, periods: tuple[Period, ...]) -> Operation:
    """Return what is to be computed: a change needs two periods, named or between the lines."""
    several = len(periods) > 1
    if phrases.PERCENT_CHANGE.search(said):
        return Operation.PERCENT_CHANGE
    if several and phrases.AVERAGE.search(said):
        return Operation.AVERAGE
    if several and phrases.SUM.search(said):
        return Operation.SUM
    if several and phrases.DIFFERENCE.search(said):
        return Operation.DIFFERENCE
    return Operation.NONE
