"""Estimates the tokens of a text when the model server does not report them."""

from __future__ import annotations

from math import ceil

CHARACTERS_A_TOKEN = 4
"""OpenAI's rule of thumb for English; each character that is not ASCII is taken for a token."""


def tokens_of(text: str) -> int:
    """Return an estimate of the tokens that one of OpenAI's models counts."""
    plain = len(text.encode("ascii", "ignore"))
    return ceil(plain / CHARACTERS_A_TOKEN) + len(text) - plain
