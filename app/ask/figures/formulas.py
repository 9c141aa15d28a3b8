"""What is computed of figures: exactly, in decimal, and written so that every operand is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from app.ask.figures.asked import OF_ALL_PERIODS, Operation
from app.core.cell_value import ValueKind
from app.pages.facts import SCALE_WORDS, Fact

PLACES = Decimal("0.01")
"""Two decimals of a quotient, more than any report prints of its own."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A result and how it comes about. ``shown`` is the right side of an equation, with ``{}`` where the mark
    of each operand's citation goes, in the operands' order."""

    name: str
    shown: str
    result: str
    link: str = " and "  # between the names of two rows


def compute(operation: Operation, facts: Sequence[Fact]) -> Formula | None:
    """Return what is asked for of figures in the order of their periods; ``None`` where they are not of one
    kind, scale and currency, or a divisor is zero, so that nothing is compared that cannot be."""
    numbers = [number for fact in facts if (number := _number_printed(fact)) is not None]
    counted = [
        fact for fact in facts if fact.value.kind is not ValueKind.NIL
    ]  # a dash has no unit of its own
    measures = {_measure(fact) for fact in counted}
    comparable = len(numbers) == len(facts) > 1 and len(measures) == 1
    if comparable and operation in OF_ALL_PERIODS:
        return _name_extreme(operation, numbers, facts)
    if not comparable or operation not in _COMPUTE:
        return None
    return _COMPUTE[operation](numbers, counted[0])


def _difference(numbers: Sequence[Decimal], fact: Fact) -> Formula | None:
    if len(numbers) != 2:
        return None
    first, last = numbers
    return Formula("Change", f"{_show(last)}{{1}} − {_bracket(first)}{{0}}", _with_unit(last - first, fact))


def _percent_change(numbers: Sequence[Decimal], _fact: Fact) -> Formula | None:
    if len(numbers) != 2 or not numbers[0]:
        return None
    first, last = numbers
    change = ((last - first) / abs(first) * 100).quantize(PLACES, ROUND_HALF_EVEN)
    base = _show(first) if first > 0 else f"|{_show(first)}|"
    return Formula(
        "Change in percent",
        f"({_show(last)}{{1}} − {_bracket(first)}{{0}}) ÷ {base}",
        f"{_show(change)} %",
    )


def _less(numbers: Sequence[Decimal], fact: Fact) -> Formula | None:
    if len(numbers) != 2:
        return None
    first, last = numbers
    shown = f"{_show(first)}{{0}} − {_bracket(last)}{{1}}"
    return Formula("Difference", shown, _with_unit(first - last, fact))


def _ratio(numbers: Sequence[Decimal], _fact: Fact) -> Formula | None:
    if len(numbers) != 2 or not numbers[1]:
        return None
    part, whole = numbers
    result = (part / whole).quantize(PLACES, ROUND_HALF_EVEN)
    return Formula("Ratio", f"{_show(part)}{{0}} ÷ {_bracket(whole)}{{1}}", _show(result), " to ")


def _share(numbers: Sequence[Decimal], _fact: Fact) -> Formula | None:
    if len(numbers) != 2 or not numbers[1]:
        return None
    part, whole = numbers
    result = (part / whole * 100).quantize(PLACES, ROUND_HALF_EVEN)
    return Formula("Share", f"{_show(part)}{{0}} ÷ {_bracket(whole)}{{1}}", f"{_show(result)} %", " in ")


def _name_extreme(operation: Operation, numbers: Sequence[Decimal], facts: Sequence[Fact]) -> Formula | None:
    """Return which figure is the largest or smallest, by its head; ``None`` where two are."""
    extreme = (max if operation is Operation.HIGHEST else min)(numbers)
    if numbers.count(extreme) > 1:
        return None
    at = numbers.index(extreme)
    head = facts[at].head_name.replace("{", "{{").replace("}", "}}")
    return Formula(operation.value.capitalize(), f"{head}{{{at}}}", facts[at].said)


def _sum(numbers: Sequence[Decimal], fact: Fact) -> Formula:
    return Formula("Sum", _terms(numbers), _with_unit(sum(numbers, Decimal(0)), fact))


def _average(numbers: Sequence[Decimal], fact: Fact) -> Formula:
    mean = sum(numbers, Decimal(0)) / len(numbers)
    rounded = mean if mean == mean.quantize(PLACES) else mean.quantize(PLACES, ROUND_HALF_EVEN)
    return Formula("Average", f"({_terms(numbers)}) ÷ {len(numbers)}", _with_unit(rounded, fact))


_COMPUTE: dict[Operation, Callable[[Sequence[Decimal], Fact], Formula | None]] = {
    Operation.DIFFERENCE: _difference,
    Operation.PERCENT_CHANGE: _percent_change,
    Operation.SUM: _sum,
    Operation.LESS: _less,
    Operation.RATIO: _ratio,
    Operation.SHARE: _share,
    Operation.AVERAGE: _average,
}


def _number_printed(fact: Fact) -> Decimal | None:
    """The number as it is printed, a dash as zero."""
    if fact.value.kind is ValueKind.NIL:
        return Decimal(0)
    return None if fact.value.number is None else Decimal(repr(fact.value.number))


def _measure(fact: Fact) -> tuple[str, int, bool]:
    return fact.value.currency, fact.value.scale, fact.value.kind is ValueKind.PERCENT


def _terms(numbers: Sequence[Decimal]) -> str:
    return " + ".join(f"{_bracket(number)}{{{at}}}" for at, number in enumerate(numbers))


def _bracket(number: Decimal) -> str:
    return f"({_show(number)})" if number < 0 else _show(number)


def _show(number: Decimal) -> str:
    exact = number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    return f"{exact:,f}".replace("-", "−")


def _with_unit(number: Decimal, fact: Fact) -> str:
    if fact.value.kind is ValueKind.PERCENT:
        return f"{_show(number)} percentage points"
    return " ".join(filter(None, (fact.value.currency, _show(number), SCALE_WORDS.get(fact.value.scale, ""))))
