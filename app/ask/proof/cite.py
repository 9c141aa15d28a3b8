"""A quote is looked up in the stored words of the pages it is said to be from, and proven or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from app.ask.proof.around import around_quote, join_ranges
from app.ask.proof.columns import columns, find_down
from app.ask.proof.edges import best_proof
from app.ask.proof.exact import find_exact
from app.ask.proof.fuzzy import find_fuzzy
from app.ask.proof.passage_text import PassageText, Ranges, ReadingOrder
from app.ask.proof.places import places
from app.ask.proof.quote_key import Key, key_of, words_of
from app.ask.proof.spelling import normalize_spelling
from app.ask.proof.turning import (
    turns,
)
from app.ask.words.terms import terms
from app.core.answer import Citation, Proof
from app.core.page import BlockKind, Page
from app.core.passage import Hit, Span
from app.core.process.patterns import defer_regex

_OMISSION = defer_regex(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…)\s*")
_OUTER = " \t\r\n\"'“”‘’«»"

LONGEST_OMISSION = 60
"""Words between two parts of a quote that an ellipsis joins."""

MOST_FOUND = 50
"""Places of a quote that are looked at."""

SHORTEST_PART = 2
"""Words of each such part."""


class PassageSource:
    """A hit and the stored pages it stands on, read when they are first needed."""

    def __init__(self, hit: Hit, pages_of: Callable[[Hit], list[Page]]) -> None:
        self.hit = hit
        self._pages_of = pages_of

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms of its pages."""
        return frozenset(terms(" ".join(word.text for word in self.text.words)))

    @cached_property
    def about(self) -> frozenset[str]:
        """The terms of what its document is called and of the headings that it stands under."""
        return frozenset(terms(self.hit.about))

    @cached_property
    def text(self) -> PassageText:
        """The words of the pages."""
        return PassageText(self._pages_of(self.hit))

    @cached_property
    def columns(self) -> tuple[ReadingOrder, ...]:
        """Cells of their tables that read down a column."""
        return columns(self.text)


def cite(number: int, quote: str, sources: Sequence[PassageSource]) -> Citation:
    """Return the quote with its proof, looked for in the first source first: a writer may name the wrong
    one.

    A quote that stands nowhere is ``missing`` and named for the first source; there must be one.
    """
    # The marks around a quote are the writer's; one of nothing but marks is shown as it is.
    trimmed = quote.strip(_OUTER) or quote.strip()
    for source in sources:
        if found := prove(trimmed, source):
            return _citation(number, trimmed, source.hit, *found, source.text)
    return _citation(number, trimmed, sources[0].hit, Proof.MISSING, (), None)


def _citation(
    number: int, quote: str, hit: Hit, proof: Proof, ranges: Ranges, text: PassageText | None
) -> Citation:
    missing = Citation(
        number,
        quote,
        proof,
        hit.chunk.document_id,
        hit.document_name,
        hit.chunk.version,
        title=hit.short_title,
    )
    if text is None:
        return missing
    around = around_quote(text, ranges)
    return replace(
        missing,
        found=_words(text, ranges, proof),
        places=places(text, ranges),
        before=join_ranges(text, (*around.lead, *around.before), nearest_first=False),
        after=join_ranges(text, around.after),
    )


def _words(text: PassageText, ranges: Ranges, proof: Proof) -> str:
    """Return the words as they stand, with single spaces; "…" for what a quote with omissions leaves out."""
    parts = [text.text_between(first, last) for first, last in ranges]
    return (" " if proof is Proof.EXACT else " … ").join(parts)


def prove(quote: str, source: PassageSource) -> tuple[Proof, Ranges] | None:
    """Return how and where the quote stands in a source, ``None`` if it does not."""
    text = source.text
    key = _key(quote)
    # Punctuation stands on every page: it would prove anything.
    if not any(character.isalnum() for character in key.text):
        return None
    best: tuple[Proof, Ranges] | None = None
    for proof, ranges in islice(_find_quote(source, quote, key), MOST_FOUND):
        bound = best_proof(text, ranges, around_quote(text, ranges))
        if Proof.MISSING in (proof, bound):
            continue
        if proof is bound is Proof.EXACT:
            # The same words may stand twice on these pages: the answer was made from those of the passage.
            if _stands_in(text, ranges[0][0], source.hit.chunk.spans):
                return proof, ranges
            if best is None or best[0] is Proof.FUZZY:
                best = proof, ranges
        elif best is None:
            best = Proof.FUZZY, ranges
    return best


def _find_quote(source: PassageSource, quote: str, key: Key) -> Iterator[tuple[Proof, Ranges]]:
    """Yield where the quote stands and how, the surest first: what is found exactly is not looked for
    otherwise."""
    text = source.text
    exactly = [
        ranges for reading in (text.reading, text.flow) if reading for ranges in find_exact(reading, key)
    ]
    if exactly:
        yield from ((Proof.EXACT, ranges) for ranges in exactly)
        return
    if text.unfurnished:
        # Never exact: on the page a header or footer stands between these words.
        yield from ((Proof.FUZZY, ranges) for ranges in find_exact(text.unfurnished, key))
    for reading in (text.reading, text.flow):
        if reading:
            yield from ((Proof.FUZZY, ranges) for ranges in find_fuzzy(reading, quote))
    if parts := _find_parts(text, [part for part in _OMISSION.split(quote) if part]):
        yield Proof.FUZZY, parts
    yield from ((Proof.FUZZY, ranges) for ranges in find_down(text, source.columns, key))


def _key(quote: str) -> Key:
    return key_of([normalize_spelling(word) for word in words_of(quote)])


def _stands_in(text: PassageText, word: int, spans: Sequence[Span]) -> bool:
    number, box = text.pages[text.page_index(word)].number, text.words[word].box
    return any(span.holds(number, box) for span in spans)


def _find_parts(text: PassageText, parts: Sequence[str]) -> Ranges | None:
    """Return the parts of a quote with omissions, in order and near each other; no omission may hold a
    word that turns what is said."""
    if len(parts) < 2 or any(len(words_of(part)) < SHORTEST_PART for part in parts):
        return None
    # Each place of the first part, because the others may follow only one of them.
    for start in find_exact(text.reading, _key(parts[0])):
        ranges = start
        for part in parts[1:]:
            following = (
                found
                for found in find_exact(text.reading, _key(part))
                if _may_follow(text, ranges[-1][1], found[0][0])
            )
            onward = next(following, None)
            if onward is None:
                break
            ranges += onward
        else:
            return ranges
    return None


def _may_follow(text: PassageText, end: int, start: int) -> bool:
    """Return whether what stands between two parts of a quote may be left out."""
    if not 0 <= start - end <= LONGEST_OMISSION:
        return False
    one, other = text.part_index(end - 1), text.part_index(start)
    between = text.parts[one : other + 1]
    # What stands under the next heading is about something else.
    if any(part.kind is BlockKind.HEADING for part in between[1:]):
        return False
    # Between two rows of a table an omission would join a label to another row's figure.
    if len({part.row for part in between}) > 1:
        return False
    languages = text.languages_at(end)
    # "The pump is … certified" must not be quoted of "The pump is not certified".
    return not any(turns(text.words[at].text, languages) for at in range(end, start))
