"""What bars a source from an answer: a name, number or period of the question that is nowhere near in it."""

from __future__ import annotations

from collections.abc import Sequence

from app.ask.proof.cite import PassageSource
from app.ask.question.wanted import without_asking
from app.ask.words.terms import Word, asked_words, terms, word_forms
from app.core.process.patterns import defer_regex
from app.core.writing.languages import script_of, tell_languages
from app.core.writing.letters import fold_letters, split_words

NAME = defer_regex(r"(?<=[\w,;:)] )[^\W\d_a-z][\w&]*|^[^\W\d_a-z]\w+(?=['’]s\b)")
"""A word with a capital within a sentence, and one at its beginning that owns something."""


_CAPITAL = r"[^\W\d_a-z][^\W\d_]+"
_SMALL = r"(?:of|for|and|de|des|du|del|di|van|der)"
_PHRASE = defer_regex(rf"(?<=[\w,;:)] ){_CAPITAL}(?: {_SMALL}(?= [^\W\d_a-z])| {_CAPITAL})+")
"""Words with a capital that follow each other within a sentence, also over a small word between two."""

BETWEEN = 5
"""Words that may stand between those of a name."""
OWNER = defer_regex(r"(?<!\w)[^\W\d_a-z]\w+(?=['’]s\b)")
"""A name that owns something: "Borea's revenue"."""

TITLE_CASE = 0.6
"""Share of words with a capital from which on a capital tells no name: "How Heavy Is The Pump?"."""


def named_words(question: str) -> tuple[Word, ...]:
    """Return the proper names of a question; none in German, where every noun has a capital."""
    said = without_asking(question)
    if _is_in_title_case(said) or tell_languages(said).of_script("latin") == "de":
        return ()
    named = " ".join(NAME.findall(said))
    return tuple(asked_words(named)) if named else ()


def barring_words(question: str) -> tuple[Word, ...]:
    """Return the words of a question without which nothing answers it: its names and numbers."""
    asked = asked_words(without_asking(question))
    numbers = [word for word in asked if any(sign.isdigit() for sign in word.written)]
    return tuple(dict.fromkeys((*named_words(question), *numbers)))


def named_phrases(question: str) -> list[str]:
    """Return the names of several words in a question, such as "Chief Executive Officer"; none in German."""
    said = without_asking(question)
    if not named_words(question):
        return []
    return [found[0] for found in _PHRASE.finditer(said)]


def phrases_apart(question: str, texts: Sequence[str]) -> list[str]:
    """Return the names of several words of which no text has the words near each other: they name another
    thing than all of the texts."""
    phrases = named_phrases(question)
    if not phrases:
        return []
    read = [word_forms(text) for text in texts]
    return [each for each in phrases if not any(_stands_together(asked_words(each), forms) for forms in read)]


def _stands_together(words: Sequence[Word], forms: Sequence[tuple[str, ...]]) -> bool:
    """Return whether all words stand within a stretch a little longer than they are, in any order: "the
    Supreme Court of the United States" names the United States Supreme Court."""
    places = [
        (at, word)
        for at, found in enumerate(forms)
        for word in words
        if not set(found).isdisjoint(word.forms)
    ]
    longest = len(words) + BETWEEN
    return any(
        len({word for at, word in places[start:] if at < first + longest}) == len(words)
        for start, (first, _) in enumerate(places)
    )


def owner_words(question: str) -> tuple[Word, ...]:
    """Return the names of whom a question asks for something: "Borea" of "What is Borea's revenue?"."""
    return tuple(asked_words(" ".join(OWNER.findall(without_asking(question)))))


def is_of(source: PassageSource, sentence: str, owners: tuple[Word, ...]) -> bool:
    """Return whether each owner is named in a sentence of a source or in what its document is called: that
    its page mentions them says nothing of whose the revenue is."""
    if not owners:
        return True
    said = set(terms(f"{sentence} {source.hit.about}"))
    return not any(said.isdisjoint(word.forms) for word in owners)


def _is_in_title_case(said: str) -> bool:
    others = said.split()[1:]
    capitals = sum(word[:1].isupper() for word in others)
    return len(others) > 1 and capitals >= TITLE_CASE * len(others)


def has_all(source: PassageSource, wanted: tuple[Word, ...], question: str = "") -> bool:
    """Return whether every word stands on the pages of a source or in what its document is called.

    A text in another language than the ``question`` may write a name otherwise (Londres, Лондон), which then
    is not looked for.
    """
    # A report need not repeat on each page whose it is.
    missing = [word for word in wanted if source.about.isdisjoint(word.forms)]
    if not missing:
        return True
    shown, text = source.terms, source.hit.chunk.text
    return not any(shown.isdisjoint(word.forms) and _is_written_so(word, question, text) for word in missing)


def _is_written_so(word: Word, question: str, text: str) -> bool:
    """Return whether a text would write a word of the question with the same letters."""
    script, _ = script_of(word.written[0])
    if not script or not question:
        return True
    asked, found = tell_languages(question).of_script(script), tell_languages(text).of_script(script)
    scripts = {script_of(other[0])[0] for other in split_words(fold_letters(text))}
    return script in scripts and (not asked or not found or asked == found)
