"""A hyphen at the end of a line: one that cuts a word goes, one of the word's own stays."""

from __future__ import annotations

import pytest

from app.core.writing.line_ends import keeps_hyphen


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("undecanal or n-", "tridecanal was found"),
        ("Signals are interferon-", "dependent and"),
        ("and long-", "term exposure"),
        ("a self-", "contained unit"),
        ("with cost-", "effective design"),
        ("write to data-", "protection@example.org now"),
        ("see www.example-", "site.org/a"),
        ("state-of-the-", "art machines"),
        ("a risk-", "based approach"),
        ("per e-", "mail to"),
        ("order AB-X-", "ray film"),
    ],
)
def test_a_hyphen_of_the_word_itself_stays(last: str, following: str) -> None:
    assert keeps_hyphen(last, following, frozenset())


@pytest.mark.parametrize(
    ("last", "following"),
    [
        ("and experi-", "ments of"),
        ("the govern-", "ment said"),
        ("Kündigungs-", "frist beträgt"),
        ("infor-", "mation on"),
        ("con-", "tract of"),
        ("develop-", "ment"),
        ("under-", "standing of"),
        ("communi-", "cation"),
        ("pre-", "sent"),
        ("inde-", "pendent"),
    ],
)
def test_a_hyphen_that_cuts_a_word_goes(last: str, following: str) -> None:
    assert not keeps_hyphen(last, following, frozenset())


def test_what_the_page_writes_elsewhere_decides() -> None:
    assert keeps_hyphen("a quasi-", "static load", frozenset({"quasi-static"}))
    assert not keeps_hyphen("the water-", "mark", frozenset({"watermark"}))
