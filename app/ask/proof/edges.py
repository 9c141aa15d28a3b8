"""What a quote cuts away at its edges: a bound of its number, a negation, a condition, half a name or row.

A quote may be shorter than its sentence. What is cut away decides how good a proof it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.ask.proof.around import Around, row_of
from app.ask.proof.bounds import cuts_number, leaves_unit
from app.ask.proof.cut_away import CLAUSE_END, LIGHT_WORDS, WORD_END, Quote, Side, is_cut, join_words
from app.ask.proof.passage_text import Part, PassageText, Ranges
from app.ask.proof.turning import (
    bare_word,
    is_condition,
    is_hedge,
    is_negation,
    is_number,
)
from app.ask.proof.turning_words import (
    LACKING,
    LANGUAGES,
    Language,
    word_set,
)
from app.core.answer import Proof
from app.core.page import BlockKind

NEAR = 3
"""Words from a quote on that a negation belongs to it for sure."""

ADJACENT = 2
"""Words from a quote on that a condition makes of a statement a mere case."""


LABEL_AND_VALUE = 8
"""Words of a row's label with a value at most: of two rows they make a pair that no row has."""


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


_ALL = word_set("all everything everyone everybody anything anyone nothing none every each any")
"""Words from which "but" takes something away."""


def best_proof(text: PassageText, ranges: Ranges, around: Around) -> Proof:
    """Return how good a proof a quote can be that stands on these words: ``missing`` where it cuts a
    number from its bound or sign, a name in two, or a statement from its negation; ``fuzzy`` where what is
    cut away limits it and must be seen with it."""
    quote = Quote(text, ranges)
    verdicts = set(_verdicts(quote, around))
    return Proof.MISSING if Proof.MISSING in verdicts else Proof.FUZZY if verdicts else Proof.EXACT


def _verdicts(quote: Quote, around: Around) -> Iterator[Proof]:
    before, behind = quote.before(around), quote.behind(around)
    if cuts_number(quote, before, behind) or _cuts_word(quote, before, behind):
        yield Proof.MISSING
    yield from _names(quote, before, behind)
    yield from _negations(quote, before, behind)
    yield from _conditions(quote, before, behind)
    yield from _rows(quote)
    if any(is_hedge(word, quote.languages) and word != "May" for word in before.clause[:NEAR]):
        yield Proof.FUZZY
    if leaves_unit(quote, before, behind) or behind.sentence[:1] in (["?"], ["？"]):
        yield Proof.FUZZY
    if _denies(quote, [quote.word(at) for first, last in around.lead for at in range(first, last)]):
        yield Proof.FUZZY


def _denies(quote: Quote, words: Sequence[str]) -> bool:
    return any(
        is_negation(word, quote.languages) or is_condition(word, quote.languages) for word in words
    ) or any(
        is_negation(join_words(words[at : at + 3]), quote.languages)
        for at in range(len(words))
        if is_cut(words[at])
    )


# -- words and names ---------------------------------------------------------------------------------------


def _cuts_word(quote: Quote, before: Side, behind: Side) -> bool:
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


def _names(quote: Quote, before: Side, behind: Side) -> Iterator[Proof]:
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
        if plain not in _TITLES and plain not in LIGHT_WORDS:
            yield Proof.FUZZY if begins else cut
    if behind.clause and _is_name(last) and WORD_END.search(last):
        following = behind.clause[0]
        if (
            _is_name(following)
            and bare_word(following) not in _LEGAL_FORMS
            and bare_word(last) not in LIGHT_WORDS
        ):
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


def _in_capitals(text: PassageText, part: Part) -> bool:
    """Return whether capitals tell no names in a part: a heading, or a text in capitals."""
    if part.kind is BlockKind.HEADING:
        return True
    words = [text.words[at].text for at in range(part.first, min(part.last, part.first + LOOKED_AT))]
    lower = sum(word[:1].islower() for word in words)
    return CAPITALS * lower < sum(word[:1].isupper() for word in words)


# -- negations and conditions ------------------------------------------------------------------------------


def _negations(quote: Quote, before: Side, behind: Side) -> Iterator[Proof]:
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


def _first_negation(quote: Quote, words: Sequence[str]) -> int | None:
    """Return how many words away the nearest negation stands; two characters of a script without word spaces
    are one."""
    for at, word in enumerate(words):
        if is_negation(word, quote.languages):
            return at // 2 if is_cut(word) else at
        if is_cut(word):
            piece = words[at : at + 3] if words is not None else ()
            # In both directions: what stands before a quote is read backwards, the nearest letter first.
            if is_negation(join_words(piece), quote.languages) or is_negation(
                join_words(piece[::-1]), quote.languages
            ):
                return at // 2
    return None


def _conditions(quote: Quote, before: Side, behind: Side) -> Iterator[Proof]:
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
    return any(map(is_cut, words)) and is_condition(join_words(words), languages)


def _opening(side: Side) -> Iterator[str]:
    """Yield the words of the clause that goes on behind a quote, and the first of each later one."""
    yield from side.clause
    fresh = 0 if len(side.clause) < len(side.sentence) or not side.clause else ADJACENT
    for word in side.sentence[len(side.clause) :]:
        if fresh < ADJACENT:
            yield word
        fresh = 0 if CLAUSE_END.search(word) else fresh + 1


# -- rows --------------------------------------------------------------------------------------------------


def _rows(quote: Quote) -> Iterator[Proof]:
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
