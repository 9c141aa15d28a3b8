"""Whether a word turns what stands beside it, by the words of the languages that its text may be in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.ask.proof.turning_words import (
    CONTRACTED,
    LANGUAGES,
    NUMBER_WORDS,
    NUMERALS,
    UNSPACED_CONDITIONS,
    UNSPACED_HEDGES,
    UNSPACED_NEGATIONS,
    Language,
)
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced

_CZECH = defer_regex("[ěřůčšžýťďň]")
_CZECH_OTHERS = ("nej", "nebo", "neb", "něk", "nebezp", "neděl", "nemoc", "než", "nechť", "nerv", "nesl")


def bare_word(text: str) -> str:
    """Return a word in lower case, without what stands around it."""
    return text.lower().replace("’", "'").strip("\"'“”‘’«»()[]{}.,;:!?…*•†‡、。，；：！？「」『』（）")


@lru_cache(maxsize=4096)
def _languages_of(words: tuple[str, ...]) -> tuple[Language, ...]:
    counts = {name: sum(word in each.common for word in words) for name, each in LANGUAGES.items()}
    most = max(counts.values())
    # One common word is chance: many a short one is a word of several languages.
    if most < 2:
        return tuple(LANGUAGES.values())
    # Half as many are enough: a page in two languages denies in both.
    return tuple(LANGUAGES[name] for name, count in counts.items() if 2 * count >= most)


def languages_of(words: Iterable[str]) -> tuple[Language, ...]:
    """Return the languages that a text may be in, by its commonest words; all of them where it has too
    few."""
    return _languages_of(tuple(bare_word(word) for word in words))


def is_negation(word: str, languages: Sequence[Language]) -> bool:
    """Return whether a word denies what stands beside it."""
    bare = bare_word(word)
    if UNSPACED_NEGATIONS.search(bare):
        return True
    if bare.endswith("n't") or bare in CONTRACTED or bare.startswith(("n'", "non-", "no-")):
        return True
    # Czech denies any verb by this prefix: what begins so by chance can be listed, the verbs cannot.
    if _CZECH.search(bare) and bare.startswith("ne") and not bare.startswith(_CZECH_OTHERS):
        return True
    return any(bare in language.negations for language in languages)


def is_condition(word: str, languages: Sequence[Language]) -> bool:
    """Return whether a word makes what stands beside it hold only at times."""
    bare = bare_word(word)
    return bool(UNSPACED_CONDITIONS.search(bare)) or any(bare in each.conditions for each in languages)


def is_hedge(word: str, languages: Sequence[Language]) -> bool:
    """Return whether a word makes what stands beside it less than sure or whole."""
    bare = bare_word(word)
    return bool(UNSPACED_HEDGES.search(bare)) or any(bare in each.hedges for each in languages)


def turns(word: str, languages: Sequence[Language]) -> bool:
    """Return whether leaving out a word could turn what is said: one that denies, limits or hedges, a
    bound, and every letter of a script without word spaces, where one may be any of them."""
    bare = bare_word(word)
    return (
        any(map(is_unspaced, bare))
        or is_negation(word, languages)
        or is_condition(word, languages)
        or is_hedge(word, languages)
        or any((bare,) in each.before and len(bare) > LIGHT for each in languages)
    )


LIGHT = 3
"""Letters of a bound that is a preposition as well: it binds a number, and nothing else."""


def is_number(word: str) -> bool:
    """Return whether a word is a number, in digits or letters."""
    bare = bare_word(word)
    return (
        any(map(str.isdigit, bare))
        or bare in NUMBER_WORDS
        or any(part in NUMBER_WORDS for part in bare.split("-"))
        or (bool(bare) and bare[0] in NUMERALS)
    )
