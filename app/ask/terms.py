"""The words of a question that say what it is about."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from app.core.unspaced import expand_query, expand_text

_WORD = re.compile(r"[^\W_]+")

_FUNCTION_WORDS = """
    a about above after again against all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has have having
    he her here hers him his how i if in into is it its itself just me more most my no nor not now of off on
    once only or other our ours out over own please same she should so some such tell than that the their
    theirs them then there these they this those through to too under until up us very was we were what when
    where which while who whom why will with would you your yours
"""

STOP_WORDS = frozenset([*_FUNCTION_WORDS.split(), *"はがをにのへともでやかねよ"])
"""English function words, and Japanese ones of a letter: they stand in nearly every passage and tell none
from another."""

_PARTICLES = re.compile(
    "请问|請問|为什么|為什麼|什么|什麼|多[少长長久大高重远遠]|怎么|怎麼|怎样|怎樣|如何|哪[里裡些个個]?|谁|誰|[吗嗎呢吧的了是有几幾何]"
    "|どのくらい|どれくらい|いくら|いつ|どこ|だれ|でしょうか|ですか|ますか|ました|について|ください"
    "|(?<![ぁ-ゖ])[ぁ-ゖ]{1,2}(?![ぁ-ゖ])"
)
"""Chinese and Japanese ones."""

_SENTENCE = re.compile(r"(?<=[.!?])\s+|^\s+")

_INSTRUCTION = re.compile(
    r"(if|give|return|answer|please|respond|reply|provide|list|use|write|only)\b", re.IGNORECASE
)


def words(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters and digits, in lower case, with accents.

    In scripts without word spaces they are the single characters and the bigrams.
    """
    return _words(expand_text(text))


def content_words(text: str) -> list[str]:
    """Return the distinct words of a question in order, without function words unless there are no others.

    In scripts without word spaces they are the character bigrams; a single character counts as a word.
    """
    found = dict.fromkeys(_words(expand_query(_PARTICLES.sub(" ", text))))
    return [word for word in found if word not in STOP_WORDS] or list(
        dict.fromkeys(_words(expand_query(text)))
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


@lru_cache(1 << 16)
def stem(word: str) -> str:
    """Return a word without its commonest endings: enough to match "periods" with "period"."""
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.removesuffix("e") if len(word) > 4 else word


def without_instructions(question: str) -> str:
    """Return the question without sentences behind it that say how to answer, such as "Give the title
    only."."""
    end = question.find("?") + 1
    kept = [part for part in _SENTENCE.split(question[end:]) if part and not _INSTRUCTION.match(part)]
    return " ".join([question[:end].strip(), *kept]) if end else question
