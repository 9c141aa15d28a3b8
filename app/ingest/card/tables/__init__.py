"""What documents of each language say of themselves, as lists that are read once: names of months, of kinds
of documents, labels before dates and numbers, legal forms of companies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from app.core.process.patterns import defer_regex

_FOLDER = Path(__file__).parent

_NO_SPACES = defer_regex("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@cache
def read_lists(name: str) -> dict[str, str]:
    """Return the lines of a list, what stands behind their key by the key."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


@cache
def read_table(name: str) -> dict[str, Any]:
    """Return a table of phrases."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def any_of(phrases: Iterable[str]) -> str:
    """Return a pattern for any of the phrases as whole words, the longest first; white space in it is any."""
    return "|".join(map(_pattern, sorted(phrases, key=len, reverse=True)))


def _pattern(phrase: str) -> str:
    written = r"\s+".join(map(re.escape, phrase.split()))
    if _NO_SPACES.search(phrase):
        return written
    before = r"(?<![^\W_])" if phrase[0].isalnum() else ""
    return before + written + (r"(?![^\W_])" if phrase[-1].isalnum() else "")
