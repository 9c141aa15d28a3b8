"""What a quote leaves out around it: the words on each side, in its sentence and in its clause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.ask.proof.around import Around
from app.ask.proof.passage_text import PassageText, Ranges
from app.ask.proof.turning_words import Language, word_set
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced

CLAUSE_END = defer_regex(r"[,;:.!?)\]»”，、；：。！？）」』]$|^[–—]$")
WORD_END = defer_regex(r"[\w%°²³]$")

DASHES = ("–", "—")

LIGHT_WORDS = word_set("""
    the a an of to in on at for by with and is are was were be been has have had from as it this
    that which who der die das und ist sind war in im am von mit für zu le la les de du des et
    est sont el los las en y es son il lo gli di e è o os do da em no na het een van zijn op och
    är av i и в на с je se na v z do w
""")  # fmt: skip
"""Words that are no thing: none is counted by a number, and none is part of a name."""


class Side(NamedTuple):
    """Words cut away on one side, the nearest first, and those of them in the same clause."""

    sentence: Sequence[str]
    clause: Sequence[str]


class Quote:
    """A quote's words and those around them, as they are compared."""

    def __init__(self, text: PassageText, ranges: Ranges) -> None:
        self.text, self.ranges = text, ranges
        self.first, self.last = ranges[0][0], ranges[-1][1]
        self.head = text.parts[text.part_index(self.first)]
        self.tail = text.parts[text.part_index(self.last - 1)]
        self.languages: Sequence[Language] = text.languages_at(self.first)

    def word(self, at: int) -> str:
        """Return the word at a place."""
        return self.text.words[at].text

    def before(self, around: Around) -> Side:
        """Return what is cut away before the quote in its own cell, paragraph or sentence."""
        ranges = around.before if self.head.row < 0 else ((self.head.first, self.first),)
        return make_side(
            [self.word(at) for first, last in ranges for at in range(first, last)][::-1], back=True
        )

    def behind(self, around: Around) -> Side:
        """Return what is cut away behind it."""
        ranges = around.after if self.tail.row < 0 else ((self.last, self.tail.last),)
        words = [self.word(at) for first, last in ranges for at in range(first, last)]
        ended = CLAUSE_END.search(self.word(self.last - 1)) is not None
        side = make_side(words, back=False)
        # The quote ends its own clause: what follows begins another, and binds nothing of it.
        return side._replace(clause=()) if ended else side


def make_side(words: Sequence[str], *, back: bool) -> Side:
    """Return words on one side, the nearest first: ``back`` where they stand before the quote."""
    for at, word in enumerate(words):
        # Right before a quote a dash may make a range of its number and the one before: it ends no clause
        # yet.
        if CLAUSE_END.search(word) and not (at == 0 and back and word in DASHES):
            return Side(words, words[: at if back else at + 1])
    return Side(words, words)


def is_cut(word: str) -> bool:
    """Return whether it is a letter of a script without word spaces."""
    return is_unspaced(word[:1])


def join_words(words: Sequence[str]) -> str:
    """Return letters of a script without word spaces as one text."""
    return "".join(words)
