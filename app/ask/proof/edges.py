"""What a quote cuts away at its edges: a bound of its number, a negation, a condition, half a name or row.

A quote may be shorter than its sentence. What is cut away decides how good a proof it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.ask.proof.around import Around, row_of
from app.ask.proof.passage_text import Part, PassageText, Ranges
from app.ask.proof.turning import (
    EVERYWHERE,
    LACKING,
    LANGUAGES,
    NUMERALS,
    UNSPACED_AFTER,
    UNSPACED_BEFORE,
    Language,
    bare_word,
    is_condition,
    is_hedge,
    is_negation,
    is_number,
    word_set,
)
from app.core.answer import Proof
from app.core.page import BlockKind
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced

NEAR = 3
"""Words from a quote on that a negation belongs to it for sure."""

ADJACENT = 2
"""Words from a quote on that a condition makes of a statement a mere case."""

TAIL = 3
"""Last words of a quote among which a number is bound by what follows."""

UNSPACED_NEAR = 6
"""Characters of scripts without word spaces that count as near."""

LONGEST_PHRASE = 4
"""Words of a bound."""

LABEL_AND_VALUE = 8
"""Words of a row's label with a value at most: of two rows they make a pair that no row has."""

_CLAUSE_END = defer_regex(r"[,;:.!?)\]»”，、；：。！？）」』]$|^[–—]$")
_WORD_END = defer_regex(r"[\w%°²³]$")
_YEAR = defer_regex(r"(?:1[5-9]|20|21)\d\d")
_THOUSANDS = defer_regex(r"\d{3}(?:[.,]\d+)?\W*$")

_CONNECTING = word_set("""
    and or to through till und oder bis et ou à y o a e en of tot och eller nebo až lub i и или до ή
    έως in out von sur su z из
""")
"""Words between two numbers of a range."""

_CONTRASTING = word_set("but and yet aber sondern und mais et pero sino ma mas maar ale но а men")
"""Words that begin another statement, which may be denied by itself."""

_ADDING = word_set("and yet und et e y en и a")
"""Those of them that take nothing from what was said."""

_TITLES = word_set("""
    mr mrs ms miss dr prof professor sir lord lady president minister king queen judge chairman
    herr frau herrn m mme mlle monsieur madame sr sra señor señora don doña sig signor signora
    pan paní de i
""")  # fmt: skip

_LEGAL_FORMS = word_set("inc ltd llc plc corp co gmbh ag kg se sa sas srl spa bv nv ab oy as aps sro kft")

_LIGHT = word_set("""
    the a an of to in on at for by with and is are was were be been has have had from as it this
    that which who der die das und ist sind war in im am von mit für zu le la les de du des et
    est sont el los las en y es son il lo gli di e è o os do da em no na het een van zijn op och
    är av i и в на с je se na v z do w
""")  # fmt: skip


_DASHES = ("–", "—")

_ALL = word_set("all everything everyone everybody anything anyone nothing none every each any")
"""Words from which "but" takes something away."""


class _Side(NamedTuple):
    """Words cut away on one side, the nearest first, and those of them in the same clause."""

    sentence: Sequence[str]
    clause: Sequence[str]


def best_proof(text: PassageText, ranges: Ranges, around: Around) -> Proof:
    """Return how good a proof a quote can be that stands on these words: ``missing`` where it cuts a
    number from its bound or sign, a name in two, or a statement from its negation; ``fuzzy`` where what is
    cut away limits it and must be seen with it."""
    quote = _Quote(text, ranges)
    verdicts = set(_verdicts(quote, around))
    return Proof.MISSING if Proof.MISSING in verdicts else Proof.FUZZY if verdicts else Proof.EXACT


class _Quote:
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

    def before(self, around: Around) -> _Side:
        """Return what is cut away before the quote in its own cell, paragraph or sentence."""
        ranges = around.before if self.head.row < 0 else ((self.head.first, self.first),)
        return _side([self.word(at) for first, last in ranges for at in range(first, last)][::-1], back=True)

    def behind(self, around: Around) -> _Side:
        """Return what is cut away behind it."""
        ranges = around.after if self.tail.row < 0 else ((self.last, self.tail.last),)
        words = [self.word(at) for first, last in ranges for at in range(first, last)]
        ended = _CLAUSE_END.search(self.word(self.last - 1)) is not None
        side = _side(words, back=False)
        # The quote ends its own clause: what follows begins another, and binds nothing of it.
        return side._replace(clause=()) if ended else side


def _side(words: Sequence[str], *, back: bool) -> _Side:
    for at, word in enumerate(words):
        # Right before a quote a dash may make a range of its number and the one before: it ends no clause
        # yet.
        if _CLAUSE_END.search(word) and not (at == 0 and back and word in _DASHES):
            return _Side(words, words[: at if back else at + 1])
    return _Side(words, words)


def _verdicts(quote: _Quote, around: Around) -> Iterator[Proof]:
    before, behind = quote.before(around), quote.behind(around)
    if _cuts_number(quote, before, behind) or _cuts_word(quote, before, behind):
        yield Proof.MISSING
    yield from _names(quote, before, behind)
    yield from _negations(quote, before, behind)
    yield from _conditions(quote, before, behind)
    yield from _rows(quote)
    if any(is_hedge(word, quote.languages) and word != "May" for word in before.clause[:NEAR]):
        yield Proof.FUZZY
    if _leaves_unit(quote, before, behind) or behind.sentence[:1] in (["?"], ["？"]):
        yield Proof.FUZZY
    if _denies(quote, [quote.word(at) for first, last in around.lead for at in range(first, last)]):
        yield Proof.FUZZY


def _denies(quote: _Quote, words: Sequence[str]) -> bool:
    return any(
        is_negation(word, quote.languages) or is_condition(word, quote.languages) for word in words
    ) or any(
        is_negation(_join_words(words[at : at + 3]), quote.languages)
        for at in range(len(words))
        if _is_cut(words[at])
    )


# -- numbers -----------------------------------------------------------------------------------------------


def _cuts_number(quote: _Quote, before: _Side, behind: _Side) -> bool:
    """Return whether a bound, sign or part of a number is cut away from it."""
    first, last = quote.word(quote.first), quote.word(quote.last - 1)
    if is_number(first) and _is_bound(quote, before.clause, first):
        return True
    if is_number(last) and _WORD_END.search(last) and _goes_on(quote, behind.clause, last):
        return True
    tail = [quote.word(at) for at in range(max(quote.first, quote.last - TAIL), quote.last)]
    if not any(map(is_number, tail)):
        return _is_bound_unspaced(quote, behind.clause)
    return _begins_with(
        behind.clause, [language.after for language in quote.languages], long=not is_number(last)
    ) or (_is_bound_unspaced(quote, behind.clause))


def _is_bound(quote: _Quote, clause: Sequence[str], first: str) -> bool:
    if not clause:
        return False
    nearest = clause[0]
    if nearest in _DASHES:
        return len(clause) > 1 and is_number(clause[1])
    # As the first word of its paragraph such a sign is a bullet: "- 12 pumps".
    if nearest.strip("\"'“‘([") in EVERYWHERE and quote.first - 1 != quote.head.first:
        return True
    if is_number(nearest) and _one_number(quote, quote.first, nearest, first):
        return True
    if bare_word(nearest) in _CONNECTING and len(clause) > 1 and is_number(clause[1]):
        return True
    phrases = [language.before for language in quote.languages]
    words = [bare_word(word) for word in clause[:LONGEST_PHRASE]][::-1]
    known = any(
        tuple(words[at:]) in each and not (at == len(words) - 1 and words[at] in _CONNECTING)
        for at in range(len(words))
        for each in phrases
    )
    return known or bool(UNSPACED_BEFORE.search(_join_words(clause[:UNSPACED_NEAR][::-1])))


def _one_number(quote: _Quote, second: int, one: str, other: str) -> bool:
    """Return whether two numbers side by side are one: 1 250, twenty five, 12 1/2."""
    if _is_cut(one) or _is_cut(other):
        return one[:1] in NUMERALS and other[:1] in NUMERALS
    digits = any(map(str.isdigit, one)), any(map(str.isdigit, other))
    if digits == (True, True):
        short = one.strip("([\"'$€£").isdigit() and len(one.strip("([\"'$€£")) <= LEADING_DIGITS
        return (short and bool(_THOUSANDS.match(other))) or "/" in other or not quote.text.apart(second)
    return True


def _goes_on(quote: _Quote, clause: Sequence[str], last: str) -> bool:
    """Return whether a number that ends a quote goes on behind it."""
    if not clause:
        return False
    nearest = clause[0]
    if nearest.strip("\"'([.,;") in EVERYWHERE or nearest[:1] in "%‰½¼¾⅓⅔":
        return True
    if is_number(nearest) and _one_number(quote, quote.last, last, nearest):
        return True
    return bare_word(nearest) in _CONNECTING and len(clause) > 1 and is_number(clause[1])


def _begins_with(clause: Sequence[str], phrases: Sequence[frozenset[tuple[str, ...]]], *, long: bool) -> bool:
    words = [bare_word(word) for word in clause[:LONGEST_PHRASE]]
    return any(
        tuple(words[:count]) in each and not (count == 1 and (long or words[0] in _CONNECTING))
        for count in range(1, len(words) + 1)
        for each in phrases
    )


def _is_bound_unspaced(quote: _Quote, clause: Sequence[str]) -> bool:
    said = _join_words(
        [quote.word(at) for at in range(max(quote.first, quote.last - UNSPACED_NEAR), quote.last)]
    )
    return (
        any(character.isdigit() or character in NUMERALS for character in said)
        and bool(clause)
        and _is_cut(clause[0])
        and bool(UNSPACED_AFTER.match(_join_words(clause[:UNSPACED_NEAR])))
    )


def _leaves_unit(quote: _Quote, before: _Side, behind: _Side) -> bool:
    """Return whether a number and what it counts or measures are parted."""
    last = quote.word(quote.last - 1)
    cut = behind.clause[:1]
    if (
        is_number(last)
        and _WORD_END.search(last)
        and cut
        and not _is_cut(cut[0])
        and not _YEAR.fullmatch(bare_word(last))
    ):
        return bare_word(cut[0]) not in _LIGHT
    counted = before.clause[:1]
    # Scripts without word spaces have counters behind their numbers, which bounds look after.
    if not counted or _is_cut(counted[0]) or _is_cut(quote.word(quote.first)):
        return False
    first = bare_word(quote.word(quote.first))
    number = bare_word(counted[0])
    if is_number(number) and is_number(first):
        return True
    return is_number(number) and not _YEAR.fullmatch(number) and first not in _LIGHT


# -- words and names ---------------------------------------------------------------------------------------


def _cuts_word(quote: _Quote, before: _Side, behind: _Side) -> bool:
    """Return whether a word of a script without word spaces is cut, as far as its letters tell."""
    pairs = (
        (before.clause[:1], [quote.word(quote.first)]),
        ([quote.word(quote.last - 1)], behind.clause[:1]),
    )
    return any(one and other and _is_one_word(one[0], other[0]) for one, other in pairs)


def _is_one_word(one: str, other: str) -> bool:
    return _is_katakana(one) and _is_katakana(other)


def _is_katakana(text: str) -> bool:
    return "\u30a1" <= text[:1] <= "\u30fa" or text[:1] == "\u30fc"


def _names(quote: _Quote, before: _Side, behind: _Side) -> Iterator[Proof]:
    if _in_capitals(quote.text, quote.head) or _in_capitals(quote.text, quote.tail):
        return
    first, last = quote.word(quote.first), quote.word(quote.last - 1)
    german = LANGUAGES["de"] in quote.languages and len(quote.languages) < len(LANGUAGES)
    # German nouns have capitals, too: two side by side are seldom one name.
    cut = Proof.FUZZY if german else Proof.MISSING
    if before.clause and _is_name(first) and _is_name(before.clause[0]):
        plain = bare_word(before.clause[0])
        # The first word of a sentence has its capital from there.
        begins = len(before.sentence) == 1
        if plain not in _TITLES and plain not in _LIGHT:
            yield Proof.FUZZY if begins else cut
    if behind.clause and _is_name(last) and _WORD_END.search(last):
        following = behind.clause[0]
        if _is_name(following) and bare_word(following) not in _LEGAL_FORMS and bare_word(last) not in _LIGHT:
            yield cut
        elif is_number(following):
            yield Proof.FUZZY


def _is_name(word: str) -> bool:
    bare = word.lstrip("\"'“‘«([")
    return bare[:1].isupper() and bare_word(bare) not in ("i", "i'm", "i'll", "i've")


LOOKED_AT = 40
"""Words at the beginning of a part that tell whether it is written in capitals: a line or two are enough."""

CAPITALS = 3
"""Times as many words with a capital as without make a part one in which a capital tells no name. Running
text has far more without."""

LEADING_DIGITS = 3
"""Digits at most before the first gap of a number that is written in thousands, such as 1 250 or 999 000."""


def _in_capitals(text: PassageText, part: Part) -> bool:
    """Return whether capitals tell no names in a part: a heading, or a text in capitals."""
    if part.kind is BlockKind.HEADING:
        return True
    words = [text.words[at].text for at in range(part.first, min(part.last, part.first + LOOKED_AT))]
    lower = sum(word[:1].islower() for word in words)
    return CAPITALS * lower < sum(word[:1].isupper() for word in words)


# -- negations and conditions ------------------------------------------------------------------------------


def _negations(quote: _Quote, before: _Side, behind: _Side) -> Iterator[Proof]:
    if (at := _first_negation(quote, before.clause)) is not None:
        yield Proof.MISSING if at < NEAR else Proof.FUZZY
    if (at := _first_negation(quote, behind.clause)) is not None:
        # "the pump, but not the hoses": another thing is denied.
        apart = {bare_word(behind.clause[0]), bare_word(behind.clause[at])} & (_CONTRASTING | LACKING)
        yield Proof.MISSING if at < NEAR and not apart else Proof.FUZZY
    elif _first_negation(quote, behind.sentence[:ADJACENT]) is not None and (
        bare_word(behind.sentence[0]) in _CONTRASTING - _ADDING
    ):
        yield Proof.FUZZY


def _first_negation(quote: _Quote, words: Sequence[str]) -> int | None:
    """Return how many words away the nearest negation stands; two characters of a script without word spaces
    are one."""
    for at, word in enumerate(words):
        if is_negation(word, quote.languages):
            return at // 2 if _is_cut(word) else at
        if _is_cut(word):
            piece = words[at : at + 3] if words is not None else ()
            # In both directions: what stands before a quote is read backwards, the nearest letter first.
            if is_negation(_join_words(piece), quote.languages) or is_negation(
                _join_words(piece[::-1]), quote.languages
            ):
                return at // 2
    return None


def _conditions(quote: _Quote, before: _Side, behind: _Side) -> Iterator[Proof]:
    languages = quote.languages
    if any(is_condition(word, languages) for word in before.clause[:ADJACENT]):
        yield Proof.MISSING
    elif (
        any(is_condition(word, languages) for word in before.sentence)
        or _has_condition(before.sentence[::-1], languages)
        or any(_is_but(*pair) for pair in pairwise(before.clause))
    ):
        yield Proof.FUZZY
    if any(is_condition(word, languages) for word in _opening(behind)) or _has_condition(
        behind.clause, languages
    ):
        yield Proof.FUZZY


def _is_but(word: str, before: str) -> bool:
    """Return whether a word is the "but" of "everything but"."""
    return bare_word(word) == "but" and bare_word(before) in _ALL


def _has_condition(words: Sequence[str], languages: Sequence[Language]) -> bool:
    """Return whether a run of single letters holds a condition."""
    return any(map(_is_cut, words)) and is_condition(_join_words(words), languages)


def _opening(side: _Side) -> Iterator[str]:
    """Yield the words of the clause that goes on behind a quote, and the first of each later one."""
    yield from side.clause
    fresh = 0 if len(side.clause) < len(side.sentence) or not side.clause else ADJACENT
    for word in side.sentence[len(side.clause) :]:
        if fresh < ADJACENT:
            yield word
        fresh = 0 if _CLAUSE_END.search(word) else fresh + 1


# -- rows --------------------------------------------------------------------------------------------------


def _rows(quote: _Quote) -> Iterator[Proof]:
    """A quote that runs over the end of a table's row takes whole rows: else it has the label of one and the
    value of another."""
    text = quote.text
    for first, last in quote.ranges:
        begin, end = text.part_index(first), text.part_index(last - 1)
        rows = {part.row for part in text.parts[begin : end + 1] if part.row >= 0 and _is_wide(part)}
        if len(rows) < 2:
            continue
        above, below = row_of(text, begin), row_of(text, end)
        torn = [*range(above[0], first)] if above else []
        torn += range(last, below[1]) if below else []
        if torn:
            cells = [quote.word(at) for at in range(first, last)]
            torn_pair = len(cells) <= LABEL_AND_VALUE and any(map(is_number, cells))
            yield Proof.MISSING if torn_pair else Proof.FUZZY


def _is_wide(part: Part) -> bool:
    return part.block is not None and len({cell.column for cell in part.block.cells}) > 1


# -- scripts without word spaces --------------------------------------------------------------------------


def _is_cut(word: str) -> bool:
    """Return whether it is a letter of a script without word spaces."""
    return is_unspaced(word[:1])


def _join_words(words: Sequence[str]) -> str:
    return "".join(words)
