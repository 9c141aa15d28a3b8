"""How many tokens a text has, about, where no model's server says it."""

from __future__ import annotations

from math import ceil

CHARACTERS_A_TOKEN = 4
"""OpenAI's rule of thumb for English; each character that is not ASCII is taken for a token."""


def tokens_of(text: str) -> int:
    """About how many tokens a model of OpenAI's counts."""
    plain = len(text.encode("ascii", "ignore"))
    return ceil(plain / CHARACTERS_A_TOKEN) + len(text) - plain
