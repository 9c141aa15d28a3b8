"""What a question wants of figures: of which rows and periods, and what is to be computed of them."""

from __future__ import annotations

from collections.abc import Sequence
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


class Measure(Enum):
    """What a figure is to be: a percentage, a number of things, an amount, which is neither a percentage, or
    any of them."""

    PERCENT = "percent"
    COUNT = "count"
    AMOUNT = "amount"
    ANY = "any"


OF_TWO_PERIODS = (Operation.DIFFERENCE, Operation.PERCENT_CHANGE)
OF_ALL_PERIODS = (Operation.HIGHEST, Operation.LOWEST)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question read as one for figures.

    ``said`` is all of it without instructions. ``telling`` are the words that a row and its heads have to
    hold, ``words`` those that they may hold, too: both but for those ``computed``, which say what is to be
    computed. ``months`` is how long the period is, 0 if it is not said; a ``series`` is of all periods.
    ``counted`` are words for what is to be counted, as they are written. Figures of a document
    that has one of the proper ``names`` nowhere are another's.
    """

    said: str
    telling: tuple[Word, ...]
    words: tuple[Word, ...]
    periods: tuple[Period, ...]
    months: int
    operation: Operation
    series: bool
    measure: Measure
    wants_figure: bool
    names: tuple[Word, ...]
    computed: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()

    @property
    def forms(self) -> frozenset[str]:
        """All forms of its words."""
        return frozenset(form for word in self.words for form in word.forms)


def read_question(question: str) -> Asked:
    """Return what a question asks of figures."""
    whole = without_instructions(question)
    said = phrases.FURTHER.split(whole)[0]
    periods = periods_in(said)
    operation = _operation(said, periods)
    series = bool(phrases.SERIES.search(said))
    computed = phrases.COMPUTED if series or operation is not Operation.NONE else frozenset[str]()
    wanted = phrases.SERIES.sub(" ", without_periods(said))
    asked = _asked_words(wanted)
    words = [each for each in asked if computed.isdisjoint(each.forms)]
    return Asked(
        said=whole,
        telling=tuple(each for each in words if phrases.CARRIED.isdisjoint(each.forms)),
        words=tuple(words),
        periods=periods,
        months=months_in(said),
        operation=operation,
        series=series,
        measure=_measure(said, operation),
        wants_figure=series or operation is not Operation.NONE or _may_want_figure(said, periods),
        names=_proper_names(whole),  # also of a second question behind it, which is about the same
        counted=_words_counted(said, words),
        computed=computed.intersection(form for each in asked for form in each.forms),
    )


def _measure(said: str, operation: Operation) -> Measure:
    if operation is Operation.NONE and phrases.PERCENT.search(said):
        return Measure.PERCENT
    if phrases.COUNT.search(said):
        return Measure.COUNT
    return Measure.ANY if phrases.RATE.search(said) else Measure.AMOUNT


def _words_counted(said: str, words: Sequence[Word]) -> frozenset[str]:
    """Return the words behind "how many": in the plural, as a row that counts them has it ("Same store" is
    none of stores)."""
    found = phrases.COUNT.search(said)
    behind = said[found.end() :].casefold().split()[: phrases.FIRST_COUNTED] if found else []
    return frozenset(word.strip(",.?") for word in behind) & {each.written for each in words}


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
