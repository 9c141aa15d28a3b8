"""Every option of every command has its range, and refuses the rest in one line with exit code 2."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from app.cli import USAGE, parser
from app.cli.options import values
from app.core.card import CardField, Origin

NUMBERS = ("", " ", "-1", "1.5", "NaN", "inf", "many", "1e3", "٣", "0x10", "9" * 30)
NOTHING = ("", "  ")
LONG = "x" * 5000

BAD: dict[str, tuple[str, ...]] = {
    "port": (*NUMBERS, "0", "80000", "65536"),
    "limit": (*NUMBERS, "0", "51"),
    "questions": NUMBERS,
    "number": (*NUMBERS, "0"),
    "version": (*NUMBERS, "0"),
    "hours": ("", "-1", "0", "NaN", "inf", "-inf", "many", "1e9"),
    "pages": ("", "5-3", "0", "-1", "1-", "a", "1,,2", "1.5", "NaN", "3-2,1", "9" * 30, "1-9999999"),
    "status": ("", "done", "READY", "1"),
    "role": ("", "root"),
    "roles": ("", "root"),
    "format": ("", "xml"),
    "what": ("", "everything"),
    "tags": (*NOTHING, "x" * 51, "two\nlines"),
    "tag": (*NOTHING, "x" * 51, "two\nlines"),
    "password": ("", LONG),
    "question": (*NOTHING, LONG),
    "documents": (*NOTHING, LONG),
    "document": (*NOTHING, LONG),
    "session": (*NOTHING, LONG),
    "subject": (*NOTHING, LONG),
    "tenant": (*NOTHING, LONG),
    "host": (*NOTHING, LONG),
    "paths": NOTHING,
    "password_file": NOTHING,
    "out": NOTHING,
    "prices": NOTHING,
    "folder": NOTHING,
    "json": NOTHING,
    "data": NOTHING,
    "half": ("", "third"),
    "without": ("", "nothing-such"),
    "choose": (*NOTHING, LONG),
    "kind": (*NOTHING, LONG),
    "who": (*NOTHING, LONG),
    "since": ("", "June", "2023-13", "2023-6", "٢٠٢٣", "2023-06-31-01"),
    "until": ("", "June", "23", "2023-00", "2023/06"),
    "said": ("", "title", "colour=red", "published=June", "title=" + LONG),
    "taken_back": ("", "Title", "colour"),
    "markdown": NOTHING,
    "plot": NOTHING,
}

GOOD = {
    "what": "retrieval",
    "folder": "folder",
    "subject": "ann",
    "paths": "a.pdf",
    "documents": "a.pdf",
    "document": "a.pdf",
    "number": "1",
    "question": "why?",
}
"""What a command cannot do without."""


def commands() -> dict[str, argparse.ArgumentParser]:
    subparsers = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(subparsers.choices)


def taking_a_value() -> Iterator[tuple[str, argparse.Action]]:
    for action in parser()._actions:
        if action.option_strings and action.nargs != 0:
            yield "", action
    for name, command in commands().items():
        for action in command._actions:
            if action.nargs != 0:
                yield name, action


def line_with(command: str, action: argparse.Action, value: str) -> list[str]:
    """A command line that is right but for this value."""
    given = f"{action.option_strings[0]}={value}" if action.option_strings else value
    if not command:
        return [given, "list"]
    words = [command]
    for other in commands()[command]._actions:
        needed = (not other.option_strings and other.nargs != "*") or other.required
        if other is not action and other.dest != action.dest and needed and other.nargs != 0:
            words += [*other.option_strings[:1], GOOD[other.dest]]
        elif other.dest == action.dest and not action.option_strings:
            words.append(given)
    return [*words, given] if action.option_strings else words


ALL = [
    pytest.param(command, action, value, id=f"{command} {action.dest} {value[:12]!r}")
    for command, action in taking_a_value()
    for value in BAD.get(action.dest, ())
]


def test_every_option_that_takes_a_value_is_tried() -> None:
    assert {action.dest for _, action in taking_a_value()} <= set(BAD)
    assert len(ALL) > 130


@pytest.mark.parametrize(("command", "action", "value"), ALL)
def test_a_value_out_of_range_is_one_line_and_exit_code_2(
    command: str, action: argparse.Action, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(line_with(command, action, value))
    assert left.value.code == USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("kb: ")
    assert said.err.count("\n") == 1
    assert len(said.err) < 400
    named = [*action.option_strings] or [str(action.metavar or action.dest)]
    assert named[-1] in said.err
    assert "unrecognized" not in said.err


def test_a_correction_is_a_name_and_what_is_said() -> None:
    (said,) = values.correction("who=Intel; AMD ;").card.who[:1]
    assert (said.value, said.origin) == ("Intel", Origin.PERSON)
    assert len(values.correction("who=Intel; AMD ;").card.who) == 2
    (period,) = values.correction("period=Q3 2023, 2023-07-01 to 2023-09-30").card.periods
    assert (period.fact.value, period.starts, period.ends) == ("Q3 2023", "2023-07-01", "2023-09-30")
    assert values.correction("period=Q3, or so").card.periods[0].fact.value == "Q3, or so"
    assert [each.scheme for each in values.correction("identifiers=DOI: 1; order: 2").card.identifiers] == [
        "doi",
        "order",
    ]
    nothing = values.correction("published=")
    assert nothing.fields == {CardField.PUBLISHED}
    assert not nothing.card.dates


@pytest.mark.parametrize(
    "text",
    [
        "title",
        "colour=red",
        "published=June",
        "published=2022-02-30",
        "published=0000",
        "period=Q1, 2023-01-01 to 2023-02-30",
        "language=English",
        "identifiers=4711",
        "title=\udcff",
        "title=" + "x" * 301,
    ],
)
def test_what_is_no_correction_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        values.correction(text)
