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
    LESS = "difference of two rows"
    RATIO = "ratio"
    SHARE = "share"
    HIGHEST = "highest"
    LOWEST = "lowest"


OF_TWO_PERIODS = (Operation.DIFFERENCE, Operation.PERCENT_CHANGE)
OF_ALL_PERIODS = (Operation.HIGHEST, Operation.LOWEST)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read as one for figures.

    ``telling`` are the words that a row and its heads have to hold, ``words`` those that they may hold, too:
    both but for those ``computed``, which say what is to be computed. ``months`` is how long the period is,
    0 if it is not said; a ``series`` is wanted of all periods, and a ``percent`` of something. Figures of a
    document that has one of the proper ``names`` nowhere are another's.
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
    computed: frozenset[str] = frozenset()

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
    asked = _asked_words(wanted)
    words = [each for each in asked if computed.isdisjoint(each.forms)]
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
        computed=computed.intersection(form for each in asked for form in each.forms),
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
    """Return what is to be computed: a sum or average needs two periods, named or between the lines."""
    several = len(periods) > 1
    asks = (
        (Operation.HIGHEST, True, phrases.HIGHEST),
        (Operation.LOWEST, True, phrases.LOWEST),
        (Operation.PERCENT_CHANGE, True, phrases.PERCENT_CHANGE),
        (Operation.AVERAGE, several or bool(phrases.SERIES.search(said)), phrases.AVERAGE),
        (Operation.SUM, several, phrases.SUM),
        (Operation.DIFFERENCE, True, phrases.DIFFERENCE if several else phrases.ASKS_CHANGE),
    )
    return next((each for each, may, asking in asks if may and asking.search(said)), Operation.NONE)
