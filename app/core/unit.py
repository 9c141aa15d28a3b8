"""What the figures of a table are counted in, as a line above it or its heads say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from app.core.process.patterns import defer_regex

LONGEST = 160
"""Characters of a line that says a unit: a longer one is a sentence that happens to name an amount."""

MOST_KEPT = 512
"""Answers about texts that are kept: the heads and labels of some tables."""

SIGNS = r"(?:US|AU|NZ|HK|CA?|A|S|R)?[$€£¥₹₩]|CHF|EUR|USD|GBP"
_CURRENCY = defer_regex(SIGNS)
_SCALES = (
    (1_000_000_000, r"billions?|bn|milliarden|mrd\.?|milliards?|miliardi|млрд\.?"),
    (1_000_000, r"millions?|mn|millionen|mio\.?|millones|milioni|milhões|млн\.?"),
    (1_000, r"thousands?|tausend|tsd\.?|milliers|miles|migliaia|milhares|тыс\.?|000[’']?s?"),
)
_LETTERS = {"m": 1_000_000, "mm": 1_000_000, "k": 1_000, "t": 1_000}
_NAMED = "|".join(words for _, words in _SCALES)
_SAID = defer_regex(
    rf"\b(?:in|en|em)\s+(?:\w+\s+){{0,2}}?(?:{SIGNS})?\s?(?P<in>{_NAMED})(?!\w)"
    rf"|(?:\(|^)\s*(?:{SIGNS})?\s*(?P<alone>{_NAMED})(?=\s*(?:[,;)]|$|of\b|except|omitted|{SIGNS}|(?:u\.?s\.?\s*)?(?:dollars|euros?)\s*(?:[,;)]|$)))"
    rf"|(?:{SIGNS})\s*(?P<sign>{_NAMED}|mm?|k)(?!\w)"
    r"|\b(?P<joined>T)(?:€|EUR|CHF)",
    re.IGNORECASE,
)
_SHARES = defer_regex(
    r"\bshares\b[^;)]{0,40}?\b(?:in|of)\s+(?P<scale>thousands|millions|billions)", re.IGNORECASE
)
_PER_SHARE = defer_regex(
    r"\bper[\s-](?:\w+\s+)?(?:share|unit|ads)\b|\bje aktie\b|\bpar action\b|\bpor acción\b", re.IGNORECASE
)
_OF_SHARES = defer_regex(r"\bshares\b", re.IGNORECASE)
_CURRENCY_WORDS = (
    (defer_regex(r"\b(?:u\.?s\.?\s+)?dollars?\b", re.IGNORECASE), "$"),
    (defer_regex(r"\beuros?\b", re.IGNORECASE), "€"),
)
_PARENTHESES = defer_regex(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What figures are counted in: ``said`` as it is printed, ``scale`` what they are to be multiplied by,
    the ``currency`` sign, "" if none is said, and the ``share_scale`` of rows that count shares, where those
    are an exception."""

    said: str = ""
    scale: int = 1
    currency: str = ""
    share_scale: int | None = None

    @property
    def short(self) -> str:
        """The words that say the unit, without its exceptions: "In millions"."""
        return re.split(r"[,;]|\bexcept\b", self.said)[0].strip()

    def within(self, labels: str) -> Unit:
        """Return what a figure with these heads and labels is counted in: shares in no currency, and in
        thousands or ones where they are excepted, and an amount per share never in millions."""
        if _OF_SHARES.search(labels) and self.share_scale is not None:
            return replace(self, scale=self.share_scale, currency="")
        return replace(self, scale=1) if _PER_SHARE.search(labels) else self


NO_UNIT = Unit()


def read_unit(text: str) -> Unit | None:
    """Return the unit that a title, head or line above a table says, ``None`` if it says none: "(In millions,
    except number of shares, which are reflected in thousands, and per share amounts)"."""
    # Heads and labels are asked about once for each cell of their columns and rows; long ones are not kept.
    return _kept_unit(text) if len(text) <= LONGEST else _find_unit(text)


def _find_unit(text: str) -> Unit | None:
    line = " ".join(text.split())
    # A title may stand before it in the same line: "Balance sheet (In millions)".
    said = next((part for part in _PARENTHESES.findall(line) if _SAID.search(part)), line)
    found = _SAID.search(said) if len(said) <= LONGEST else None
    if found is None:
        return None
    # What follows the unit are its exceptions, such as "except number of shares, which are in thousands".
    excepted = said[found.end() :]
    return Unit(said, _scale_of(found), _currency_of(said), _share_scale(excepted))


_kept_unit = lru_cache(MOST_KEPT)(_find_unit)


def says_only_a_unit(text: str) -> bool:
    """Return whether a head or a line says what figures are counted in, and nothing else."""
    unit = read_unit(text)
    return unit is not None and len(unit.said) >= len(text.strip("() "))


def _scale_of(found: re.Match[str]) -> int:
    word = (found["in"] or found["alone"] or found["sign"] or found["joined"]).casefold()
    return _LETTERS.get(word) or next(scale for scale, words in _SCALES if re.fullmatch(words, word))


def _currency_of(said: str) -> str:
    return currency_in(said) or next((sign for words, sign in _CURRENCY_WORDS if words.search(said)), "")


def currency_in(text: str) -> str:
    """Return the first sign of a currency in a text, "" if it has none."""
    found = _CURRENCY.search(text)
    return found[0] if found else ""


def _share_scale(excepted: str) -> int | None:
    """Return what rows of shares are counted in, where what follows "in millions" excepts them."""
    if not _OF_SHARES.search(excepted):
        return None
    found = _SHARES.search(excepted)
    return (
        {"thousands": 1_000, "millions": 1_000_000, "billions": 1_000_000_000}[found["scale"].casefold()]
        if found
        else 1
    )
