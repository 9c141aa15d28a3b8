"""Lines of a form, each a name and its value."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.ask.pairs import split_pairs
from app.core.geometry import Box, Word


def lines_of(*lines: str) -> list[tuple[int, Word]]:
    return [
        (1, Word(text, Box(50 + 40 * at, 100 + 12 * row, 85 + 40 * at, 110 + 12 * row)))
        for row, line in enumerate(lines)
        for at, text in enumerate(line.split())
    ]


def texts(pairs: Sequence[Sequence[tuple[int, Word]]]) -> list[str]:
    return [" ".join(word.text for _, word in pair) for pair in pairs]


def test_lines_with_a_label_are_pairs_and_what_has_none_goes_on_with_the_one_above() -> None:
    form = (
        "Produced by: Ann Lee",
        "Tel: 01983 873655",
        "E-mail: ann@example.org",
        "Address: 4 High Street",
        "Ryde",
    )
    assert texts(split_pairs(lines_of(*form))) == [*form[:3], "Address: 4 High Street Ryde"]


@pytest.mark.parametrize(
    "line", ["Tel: 01983 873655", "Numéro de client: A-12/7", "电话： 01983", "Date of issue: 1.5."]
)
def test_a_line_alone_may_be_a_pair(line: str) -> None:
    assert texts(split_pairs(lines_of(line))) == [line]


@pytest.mark.parametrize(
    "lines",
    [
        ("The pump is kept dry.", "Tel: 01983 873655", "It is oiled."),
        ("Note: the pump is kept dry and is", "turned by hand once every month", "while it is not in use."),
        ("It begins at 10:30 in the hall.",),
        ("These are the parts that one needs:", "a gasket and a valve."),
        ("Label:",),
        (),
    ],
)
def test_running_text_has_no_pairs(lines: Sequence[str]) -> None:
    assert not split_pairs(lines_of(*lines))
