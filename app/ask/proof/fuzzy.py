"""Quotes found sign for sign but for what reading damages: spaces, hyphens, accents, case, punctuation and
letters that look alike. No word is more, less or another, and no number, sign or negation is touched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.ask.proof.damage import Pair, are_apart, have_same_accents, have_same_points, is_damage, is_greek
from app.ask.proof.joints import (
    have_same_apostrophe,
    is_hyphened,
    is_other_joined,
    is_other_without_apostrophe,
    makes_break,
    same_punctuation,
)
from app.ask.proof.passage_text import Ranges, ReadingOrder
from app.ask.proof.quote_key import words_of
from app.ask.proof.signs import Sign, Signs
from app.ask.proof.turning_words import (
    Language,
)

MOST = 50
"""Places with the quote's skeleton that are looked at."""


def find_fuzzy(reading: ReadingOrder, quote: str) -> Iterator[Ranges]:
    """Yield where a quote stands but for damage, whole words only."""
    text, wanted = reading.signs, Signs(words_of(quote))
    # Punctuation alone would be found between any two signs.
    if not any(sign.skeleton.strip("\x01\x02") for sign in wanted.signs):
        return
    languages = reading.text.languages
    at, looked = text.skeleton.find(wanted.skeleton), 0
    # A short quote may have thousands of places; each look costs as much as the quote is long.
    while at >= 0 and looked < MOST:
        first, last = text.at(at), text.at(at + len(wanted.skeleton) - 1) + 1
        whole = text.starts[first] == at and text.starts[last] == at + len(wanted.skeleton)
        if whole and _is_whole(text, first, last) and _agree(text, first, last, wanted, languages):
            yield reading.ranges(text.signs[first].word, text.signs[last - 1].word + 1)
        at, looked = text.skeleton.find(wanted.skeleton, at + 1), looked + 1


def _is_whole(text: Signs, first: int, last: int) -> bool:
    """Return whether signs begin and end with a word, but for punctuation."""
    return all(
        sign.aside or sign.text == "?"
        for sign in (*_before_in_word(text, first), *_behind_in_word(text, last))
    )


def _before_in_word(text: Signs, first: int) -> Iterator[Sign]:
    at = first - 1
    while at >= 0 and text.signs[at].word == text.signs[first].word:
        yield text.signs[at]
        at -= 1


def _behind_in_word(text: Signs, last: int) -> Iterator[Sign]:
    at = last
    while at < len(text.signs) and text.signs[at].word == text.signs[last - 1].word:
        yield text.signs[at]
        at += 1


class _Cell(NamedTuple):
    """Signs between two places at which both the text and the quote begin one; ``asides`` stand in front of
    them, and a word ``begins`` with them or there."""

    text: str
    word: int
    asides: str
    begins: bool


def _agree(text: Signs, first: int, last: int, wanted: Signs, languages: Sequence[Language]) -> bool:
    """Return whether signs with one skeleton differ by damage alone."""
    # Signs that reading may lose at the ends are compared apart, so that a quote need not have them.
    bounds = [n for n, sign in enumerate(wanted.signs) if not sign.aside]
    begin, end = bounds[0], bounds[-1] + 1
    shared = text.places(first, last) & wanted.places(begin, end)
    here, there = _cells(text, first, last, shared), _cells(wanted, begin, end, shared)
    if here is None or there is None:
        return False
    said = _text_of(here), _text_of(there)
    ends = _asides_behind(text, last), _asides_behind(wanted, end)
    capitals = any(map(_in_capitals, said))
    if not have_same_accents(said[0] + ends[0], said[1] + ends[1]) and not (capitals and is_greek(said[0])):
        return False
    apart = are_apart("".join((*ends, *(cell.asides for cell in (*here, *there)))))
    none = _Cell("", 0, "", False)
    joints = zip(pairwise([*here, none]), pairwise([*there, none]), strict=True)
    return all(
        _same_signs(text, wanted, one[0], other[0], capitals=capitals, apart=apart)
        and (one[1] is none or _same_joint(text, wanted, one, other, languages))
        for one, other in joints
    )


def _cells(text: Signs, first: int, last: int, shared: frozenset[int]) -> list[_Cell] | None:
    """Return the signs between the shared places; ``None`` if something stands between two that belong
    together."""
    cells: list[_Cell] = []
    asides, before = "", text.signs[first].word
    for n in range(first, last):
        sign = text.signs[n]
        if sign.aside:
            asides += sign.text
            continue
        begins = sign.word != before
        if text.starts[n] - text.starts[first] in shared:
            cells.append(_Cell(sign.text, sign.word, asides, begins))
        elif asides or begins:
            return None
        else:
            cells[-1] = cells[-1]._replace(text=cells[-1].text + sign.text)
        asides, before = "", sign.word
    return cells


def _asides_behind(signs: Signs, last: int) -> str:
    return "".join(sign.text for sign in _behind_in_word(signs, last) if sign.aside)


def _text_of(cells: Sequence[_Cell]) -> str:
    return "".join(cell.asides + cell.text for cell in cells)


def _in_capitals(said: str) -> bool:
    return not any(map(str.islower, said))


def _same_signs(text: Signs, wanted: Signs, one: _Cell, other: _Cell, *, capitals: bool, apart: bool) -> bool:
    if one.text == other.text:
        return True
    pair = Pair(one.text, other.text, text.words[one.word], wanted.words[other.word])
    return is_damage(pair, capitals=capitals, apart=apart)


def _same_joint(
    text: Signs,
    wanted: Signs,
    here: tuple[_Cell, _Cell],
    there: tuple[_Cell, _Cell],
    languages: Sequence[Language],
) -> bool:
    """Return whether two signs are joined in the quote as they are in the text, but for damage."""
    (left, one), (right, other) = here, there
    if not have_same_points(one.asides, other.asides):
        return False
    if one.asides == other.asides and one.begins == other.begins:
        return True
    words = text.words[left.word], text.words[one.word]
    quoted = wanted.words[right.word], wanted.words[other.word]
    if one.begins != other.begins:
        parts, whole, between = (words, quoted[0], one) if one.begins else (quoted, words[0], other)
        if not is_hyphened(one.asides + other.asides) and is_other_joined(*parts, whole, languages):
            return False
        return not (between.asides and makes_break(between.asides, *parts))
    if not one.begins:
        return have_same_apostrophe(one.asides, other.asides) or not is_other_without_apostrophe(words[0])
    return same_punctuation((one.asides, *words), (other.asides, *quoted), languages)
