"""What stands between the letters of a quote and of a text: spaces, hyphens and punctuation, which reading
loses and gains, and which turn nothing there."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.proof.signs import HYPHENS, QUOTES
from app.ask.proof.turning import (
    bare_word,
    is_negation,
    is_number,
)
from app.ask.proof.turning_words import (
    Language,
    word_set,
)
from app.ask.sentences import ends_sentence
from app.core.process.patterns import defer_regex

_STOP = defer_regex("[.!。！｡]")
_BREAK = defer_regex(r"[.!。！｡,;:()\[\]{}（）［］【】、，；：—–…]")

_OTHER_WITHOUT_APOSTROPHE = word_set("""
    were well ill wed id lets its shell hell wont cant shed whore ont sill nous lune dune
""")
"""Words that with an apostrophe are others."""

_PREFIXES = word_set("un non mis anti dis re pre")
"""They are no words alone: a space behind one is damage."""

_DENIED = word_set("""
    accessible accurate active adequate admissible animate appropriate appropriately audible capable
    coherent comparable compatible competent complete conceivable conclusive considerate consistent
    conspicuous convenient correct correctly credible decent decisive definite definitely dependent
    dependently different direct directly discreet discriminate distinct edible effective efficient
    eligible equality equitable exact expensive experienced famous finite flexible formal formally
    frequent frequently human humane justice operable organic sane sanity secure security sensitive
    significant sincere soluble solvent stability sufficient tact tangible tolerable tolerance
    tolerant valid validate valuable variable variably visible voluntary vulnerable form formed
    forming forms side sight stead tent deed
""")
"""Words that "in" denies, or makes another of, where it is one with them."""

_MADE_OTHER = word_set("""
    typical political moral sexual theist theists symmetrical symmetric septic social synchronous
    part piece broad long like live lone light ground round side way head board cross stray rise
    wake ware float bout bove gain while muse mend mount maze void verse venue loud miss new
""")
"""Words that "a" denies, or makes another of."""

_COMPOUNDED = word_set("""
    here out one body thing things day where be standing stand side take taken go ever more time
    times place way how what hold held come see look line done cast come sight state set
""")
"""Words that many a short word makes another of: "now here", "with out", "any one", "under stand"."""

_COMPOUNDING = word_set("now with any some every may all for over under out up on off in to")

_OTHER_JOINED = word_set("therapist therapists manslaughter")

_SAME_JOINED = word_set("cannot nevertheless nonetheless noone")

ANSWERS = word_set("yes ja nein oui sí si sì sim да hai はい いいえ")
"""Words that a comma sets apart, as negations are."""


def is_hyphened(asides: str) -> bool:
    """Return whether there is a hyphen among signs."""
    return any(sign in HYPHENS for sign in asides)


def have_same_apostrophe(one: str, other: str) -> bool:
    """Return whether an apostrophe stands in both or none."""
    return any(sign in QUOTES for sign in one) == any(sign in QUOTES for sign in other)


def is_other_without_apostrophe(word: str) -> bool:
    """Return whether a word is another one without its apostrophe, or with one."""
    return "".join(filter(str.isalpha, bare_word(word))) in _OTHER_WITHOUT_APOSTROPHE


def is_other_joined(left: str, right: str, joined: str, languages: Sequence[Language]) -> bool:
    """Return whether two words say something else when they are one: "not able", "a typical", "the
    rapist"."""
    left, right, joined = bare_word(left), bare_word(right), bare_word(joined)
    if joined in _SAME_JOINED or left in _PREFIXES:
        return False
    # Joined or parted, a word for a number is another number or none: "for ty" is not "forty".
    if joined in _OTHER_JOINED or any(is_number(word) and word.isalpha() for word in (left, right, joined)):
        return True
    if any(is_negation(word, languages) for word in (left, right, joined)):
        return True
    return (
        (left == "in" and right in _DENIED)
        or (left == "a" and right in _MADE_OTHER)
        or (left in _COMPOUNDING and right in _COMPOUNDED)
    )


def makes_break(asides: str, left: str, right: str) -> bool:
    """Return whether punctuation between two words ends a sentence."""
    return bool(_STOP.search(asides)) and ends_sentence(left, right, first=False)


Joint = tuple[str, str, str]
"""The signs between two words, and these."""


def same_punctuation(one: Joint, other: Joint, languages: Sequence[Language]) -> bool:
    """Return whether the punctuation between two words is the same but for what turns nothing: a comma
    more or less, a stop for a comma; no end of a sentence more or less, nor a comma beside a negation."""
    breaks = bool(_BREAK.search(one[0])), bool(_BREAK.search(other[0]))
    if breaks[0] == breaks[1]:
        return True
    asides, left, right = one if breaks[0] else other
    if makes_break(asides, left, right):
        return False
    return not any(is_negation(word, languages) or bare_word(word) in ANSWERS for word in (left, right))
