"""What in tests depends on how fast the machine is: limits on measured seconds, and short waits."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.house import Function, Source
from tests.support.machine import HANG_SECONDS

CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}
"""Functions of ``time`` whose values and differences are measured seconds."""

MEASURE = re.compile(r"(^|_)(seconds|elapsed|took|duration)$")
"""Matches what measured seconds are called."""

WAITS = {"settimeout": 0, "result": 0, "wait": 0, "communicate": 1, "wait_procs": 1, "until": 2}
"""Calls that wait, and the place of the limit among their arguments."""

PAUSE_SECONDS = 1.0
"""The longest wait that is a pause between two looks, or a short limit of the program itself."""


def limited_measures(source: Source) -> Iterator[tuple[int, str]]:
    """Line and code of each comparison by which measured seconds are less than a number."""
    for function in source.functions:
        measured = _measured_names(function)
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and any(
                _is_measure(small, measured) and not _is_measure(great, measured) and _is_number(great)
                for small, great in _ordered(node)
            ):
                yield node.lineno, ast.unparse(node)


def short_waits(source: Source) -> Iterator[tuple[int, str]]:
    """Line and code of each wait, and each end of one, that a slow machine may outlast."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and any(map(_is_short, _limits(node))):
            yield node.lineno, ast.unparse(node)
        if isinstance(node, ast.BinOp) and _is_end(node):
            yield node.lineno, ast.unparse(node)


def _measured_names(function: Function) -> set[str]:
    """Return the names that a function gives to what it makes of a clock."""
    names: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_measure(node.value, names):
            names |= {
                each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
            }
    return names


def _is_measure(node: ast.AST, names: set[str]) -> bool:
    """Return whether an expression is made of a clock's value, or called like one."""
    return any(
        (isinstance(each, ast.Name) and (each.id in names or bool(MEASURE.search(each.id))))
        or (isinstance(each, ast.Attribute) and (_is_clock(each) or bool(MEASURE.search(each.attr))))
        for each in ast.walk(node)
    )


def _is_clock(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "time" and node.attr in CLOCKS


def _is_number(node: ast.AST) -> bool:
    """Return whether an expression has a number in it, or the name of a constant but that of a hang."""
    return any(
        (isinstance(each, ast.Constant) and isinstance(each.value, int | float))
        or (isinstance(each, ast.Name) and each.id.isupper() and each.id not in {"HANG_SECONDS"})
        for each in ast.walk(node)
    )


def _ordered(node: ast.Compare) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the smaller and the greater side of each part of a comparison."""
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if isinstance(operator, ast.Lt | ast.LtE):
            yield left, right
        elif isinstance(operator, ast.Gt | ast.GtE):
            yield right, left


def _limits(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a call gives as its limit of time."""
    yield from (each.value for each in call.keywords if each.arg == "timeout")
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = WAITS.get(name)
    if place is not None and len(call.args) > place:
        yield call.args[place]


def _is_end(node: ast.BinOp) -> bool:
    """Return whether a sum is a time on the clock that comes soon; dates are none."""
    return _is_short(node.right) and ast.unparse(node.left) == "time.monotonic()"


def _is_short(node: ast.expr) -> bool:
    """Return whether an expression is a number of seconds that is less than what never comes takes."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and PAUSE_SECONDS < node.value < HANG_SECONDS
    )
