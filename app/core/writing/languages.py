"""The languages of a text, told by its letters and by the words that stand in nearly every sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from heapq import nlargest
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from app.core.writing.kept import Kept
from app.core.writing.letters import fold_letters, split_words

LEAST = 0.9
"""Function words of a language that a text must have, each counted by how few languages share it."""

SHARE = 0.04
"""Share of a text's words that these must be: names of other languages have some, too."""

AHEAD = 1.2
"""The language must have this many times as much as any other. With these three 1,195 of 1,200 paragraphs and
5,788 of 5,950 questions of XQuAD in Arabic, English, German, Russian and Turkish are told; they were chosen
on it."""

_SCRIPTS = (
    # The last letter of each script, what is before it and after the one above, and the language of what is
    # written in it if no other is told.
    ("\u024f", "latin", ""),
    ("\u036f", "", ""),
    ("\u03ff", "greek", "el"),
    ("\u052f", "cyrillic", "ru"),
    ("\u058f", "armenian", "hy"),
    ("\u05ff", "hebrew", "he"),
    ("\u077f", "arabic", "ar"),
    ("\u08ff", "", ""),
    ("\u097f", "devanagari", "hi"),
    ("\u0b7f", "", ""),
    ("\u0bff", "tamil", "ta"),
    ("\u10ff", "", ""),
    ("\u11ff", "hangul", "ko"),
    ("\u1dff", "", ""),
    ("\u1eff", "latin", ""),
    ("\u1fff", "greek", "el"),
    ("\uabff", "", ""),
    ("\ud7ff", "hangul", "ko"),
)
_ENDS = [last for last, _, _ in _SCRIPTS]

_TELLING = {
    "es": "ñ", "hu": "őű", "ro": "ășț", "tr": "ğı", "pl": "łąęśźż", "cs": "ěřů", "pt": "ãõ",
    "vi": "ơưđạảấầẩẫậắằặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", "uk": "іїєґ", "sr": "ђјљњћџ",
    "fa": "پچژگ", "ur": "ٹڈڑںے",
}  # fmt: skip
"""Letters that a language has and its neighbours have not."""


class Languages(NamedTuple):
    """The languages (ISO 639-1) of a text, in pairs of script and language; scripts whose language is not
    told are absent."""

    told: tuple[tuple[str, str], ...]

    def of_script(self, script: str) -> str:
        """Return the language that was told for a script, "" for none."""
        return next((language for each, language in self.told if each == script), "")

    def of(self, word: str) -> str:
        """Return the language of a folded word of the text, "" if it is not known."""
        script, usual = script_of(word[0])
        return self.of_script(script) or usual


@lru_cache(1 << 12)
def script_of(letter: str) -> tuple[str, str]:
    """Return the script of a small letter, and the language that is written in it if no other is told; both
    "" for a digit and for scripts whose language makes no difference here."""
    if letter.isdigit():
        return "", ""
    at = bisect_right(_ENDS, letter) if letter not in _ENDS else _ENDS.index(letter)
    return _SCRIPTS[at][1:] if at < len(_SCRIPTS) else ("", "")


@lru_cache(256)
def tell_languages(text: str) -> Languages:
    """Return the languages of a text."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    # Folded it is ss, which tells nothing: it is counted in the text as it stands.
    if "ß" in text:
        found["latin"]["de"] += 1
    signs = list(map(_SIGNS.__getitem__, text.split()))
    words = Counter(chain.from_iterable(each.scripts for each in signs))
    for script, language, weight in chain.from_iterable(each.weights for each in signs):
        found[script][language] += weight
    best = {script: _best(scores, words[script]) for script, scores in found.items()}
    return Languages(tuple((script, language) for script, language in best.items() if language))


def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language, folded; none for one that has no list."""
    return _lists().get(language, frozenset())


@cache
def _lists() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_name("function_words.txt").read_text(encoding="utf-8").splitlines()
    named = (line.split(": ", 1) for line in lines if not line.startswith("#"))
    return {language: frozenset(map(fold_letters, words.split())) for language, words in named}


@cache
def _sharing() -> Mapping[str, Mapping[str, float]]:
    """Return the languages of each function word, with the weight that it has for each of them."""
    having: dict[str, list[str]] = defaultdict(list)
    for language, words in _lists().items():
        for word in words:
            having[word].append(language)
    return {word: dict.fromkeys(languages, 1 / len(languages)) for word, languages in having.items()}


class _Signs(NamedTuple):
    """The script of each word in what stands between two spaces, and the languages that they have, with
    script and weight."""

    scripts: tuple[str, ...]
    weights: tuple[tuple[str, str, float], ...]


def _signs_of(written: str) -> _Signs:
    words = split_words(fold_letters(written))
    scripts = tuple(script_of(word[0])[0] for word in words)
    weighed = (
        (script, language, weight)
        for script, word in zip(scripts, words, strict=True)
        for language, weight in _languages_with(word).items()
    )
    return _Signs(scripts, tuple(weighed))


_SIGNS = Kept(_signs_of)


def _languages_with(word: str) -> Mapping[str, float]:
    scores: Counter[str] = Counter(_sharing().get(word, {}))
    if not word.isascii():
        scores.update({each: 1 for each, letters in _TELLING.items() if any(map(letters.__contains__, word))})
    return scores


def _best(scores: Mapping[str, float], words: int) -> str:
    ranked = nlargest(2, scores.items(), key=itemgetter(1))
    if not ranked or ranked[0][1] < max(LEAST, SHARE * words):
        return ""
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= AHEAD * ranked[1][1] else ""
