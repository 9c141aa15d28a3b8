"""Texts as the terms that an index holds of them, and questions as the terms to look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

from app.ask.words.compounds import split_compound
from app.ask.words.numbered import JOINT, NUMBERED, is_range, join_parts, whole_forms
from app.ask.words.particles import without_particle
from app.core.process.patterns import defer_regex
from app.core.writing.kept import Kept
from app.core.writing.languages import Languages, function_words, tell_languages
from app.core.writing.letters import WORD, fold_letters, split_words, without_accents
from app.core.writing.unspaced import expand_query, expand_text

LONGEST = 100
"""Characters of a word that are compared."""

MOST_LANGUAGES = 16
"""Languages, or sets of them where a text has several scripts, whose words are kept."""

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "porter", "es": "spanish", "fa": "persian", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "bg": "russian", "uk": "russian",
}  # fmt: skip
"""Snowball's stemmer of each language (https://snowballstem.org). English keeps Porter's first one, which
older indexes hold; Bulgarian and Ukrainian have none, and endings like the Russian."""

_PARTICLES = defer_regex(
    "请问|請問|为什么|為什麼|什么|什麼|多[少长長久大高重远遠]|怎么|怎麼|怎样|怎樣|如何|哪[里裡些个個]?|谁|誰|[吗嗎呢吧的了是有几幾何]"
    "|どのくらい|どれくらい|いくら|いつ|どこ|だれ|でしょうか|ですか|ますか|ました|について|ください"
    "|(?<![ぁ-ゖ])[ぁ-ゖ]{1,2}(?![ぁ-ゖ])"
    r"|(?<=\w)['’]s\b"
)
"""Chinese and Japanese function words, and the English "'s", which else is a word that stands nowhere."""

_JAPANESE = frozenset("はがをにのへともでやかねよ")

_WORD = defer_regex(f"({NUMBERED})|{WORD}")


class Word(NamedTuple):
    """A word of a question as it is ``written``, folded. Any of its ``forms`` in a text is that word."""

    written: str
    forms: tuple[str, ...]


def terms(text: str, of: str = "") -> list[str]:
    """Return the terms by which a text is found, in order: the forms of its words.

    ``of`` is the whole that it is a part of, which tells the languages that it is in.
    """
    return [form for forms in word_forms(text, of) for form in forms]


def word_forms(text: str, of: str = "") -> list[tuple[str, ...]]:
    """Return the forms of each word of a text, in order.

    A word has its stem; in other languages than English itself as well, by which a question in another
    language finds a name, and German compounds their parts. In scripts without word spaces the single
    letters and the pairs are words.
    """
    languages = tell_languages(of or text)
    return list(chain.from_iterable(map(_forms_by_word(languages).__getitem__, text.split())))


@lru_cache(MOST_LANGUAGES)
def _forms_by_word(languages: Languages) -> Kept[tuple[tuple[str, ...], ...]]:
    return Kept(partial(_forms_in, languages))


def _forms_in(languages: Languages, written: str) -> tuple[tuple[str, ...], ...]:
    """Return the forms of each word in what stands between two spaces."""
    words = _split_terms(expand_text(_fold(written, languages)))
    return tuple(_forms(word, languages.of(word)) for word in words)


def question_words(question: str) -> list[Word | None]:
    """Return the words of a question in order, ``None`` for each function word, unless there are no others.

    A word's forms are those in the language of the question, those in English, and itself without accents.
    In scripts without word spaces pairs of letters are words, and a letter that stands alone.
    """
    languages = tell_languages(question)
    found = [
        None if _is_function_word(word, languages) else _word_asked(word, languages)
        for word in _split_terms(expand_query(_fold(_PARTICLES.sub(" ", question), languages)))
    ]
    if any(found):
        return found
    return [_word_asked(word, languages) for word in _split_terms(expand_query(_fold(question, languages)))]


def asked_words(question: str) -> list[Word]:
    """Return the distinct words of ``question_words``, in order, without function words."""
    return [word for word in dict.fromkeys(question_words(question)) if word]


def content_words(text: str) -> list[str]:
    """Return the distinct words of a text, folded, in order, without function words: none where there are
    no others."""
    languages = tell_languages(text)
    found = _split_terms(expand_query(_fold(_PARTICLES.sub(" ", text), languages)))
    return [word for word in dict.fromkeys(found) if not _is_function_word(word, languages)]


def asked_terms(question: str) -> list[str]:
    """Return the terms to look for in an index: all forms of a question's words."""
    return list(dict.fromkeys(form for word in asked_words(question) for form in word.forms))


def standing_words(asked: Iterable[Word], text: str, of: str = "") -> set[Word]:
    """Return the words of a question that a text has, which may be a part of another."""
    forms = set(terms(text, of))
    return {word for word in asked if not forms.isdisjoint(word.forms)}


def content_forms(text: str, of: str = "") -> set[str]:
    """Return the first form of each word of a text that is no function word."""
    languages = tell_languages(of or text)
    return {
        _forms(word, languages.of(word))[0]
        for word in _split_terms(expand_text(_fold(text, languages)))
        if not _is_function_word(word, languages)
    }


def _split_terms(text: str) -> list[str]:
    """Return the words of a folded text, in order, those with parts joined. A range is two words."""
    return [
        word
        for found in _WORD.finditer(text)
        for word in ([join_parts(found[0])] if _is_one(found) else split_words(found[0]))
    ]


def _is_one(found: re.Match[str]) -> bool:
    return found[1] is not None and not is_range(found[1])


def _word_asked(word: str, languages: Languages) -> Word:
    if JOINT in word:  # none of its parts is it
        return Word(word, whole_forms(word))
    forms = *_forms(word, languages.of(word)), *_forms(word, "en"), without_accents(word[:LONGEST])
    return Word(word, tuple(dict.fromkeys(forms)))


def _is_function_word(word: str, languages: Languages) -> bool:
    return word in function_words(languages.of(word) or "en") or word in _JAPANESE


def _fold(text: str, languages: Languages) -> str:
    # The small letter of the Turkish I has no dot.
    return fold_letters(text.replace("I", "ı") if languages.of_script("latin") == "tr" else text)


def _forms(word: str, language: str) -> tuple[str, ...]:
    return _forms_of_start(word[:LONGEST], language)


@lru_cache(1 << 15)
def _forms_of_start(word: str, language: str) -> tuple[str, ...]:
    if JOINT in word:
        return tuple(dict.fromkeys((*whole_forms(word), *word.split(JOINT))))
    plain = without_accents(word)
    if language == "ko":
        return without_particle(word)
    if language == "vi":  # its accents tell words apart
        return tuple(dict.fromkeys((word, plain)))
    if language in {"", "en"}:
        # English keeps no accents: café and cafe are one word.
        return (_stem(plain, "en"),)
    parts = split_compound(word) if language == "de" else ()
    return tuple(dict.fromkeys((_stem(word, language), plain, *(_stem(part, language) for part in parts))))


def _stem(word: str, language: str) -> str:
    from snowballstemmer import stemmer

    if language not in _STEMMERS:
        return without_accents(word)
    # A new one each time: threads must not share it.
    return without_accents(str(stemmer(_STEMMERS[language]).stemWord(word)))
