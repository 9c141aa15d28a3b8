"""The sentences and table rows of a passage, as they stand on its pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from app.ask.abbreviations import is_abbreviation
from app.ask.pairs import split_pairs
from app.ask.proof.cutting import cut, goes_on
from app.core.geometry import Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Span
from app.core.process.patterns import defer_regex
from app.core.writing.line_ends import ends_with_dash, is_cut, written_words

_STOP = defer_regex(
    r"(?:[.!?…。！？；｡][\"'”’)\]）」』】》]*(?:\[[\d, ]+\])?|(?<!\d)[.!?…][\"'”’)\]]*\d{1,2})$"
)
"""A stop with the quotes and brackets that it closes, and perhaps the number of a note; behind a figure it is
a decimal point."""

_WIDE_STOP = defer_regex(r"[^。！？；｡]*[。！？；｡]+[\"'”’)\]）」』】》]*|[^。！？；｡]+")
"""A part of a word that ends with a full-width stop, and the rest: such a line is one word."""

_CLOSING = "\"'”’)]"

_ORDINAL = defer_regex(r"\(?(?:[A-Za-z]|\d{1,3}|[ivx]+)[.)]")
_NUMBER = defer_regex(r"\(?\d{1,2}\.")
_NUMBERED = defer_regex(
    r"(?:J[aä]n(?:uar|ner)?|Feb(?:ruar)?|M[aä]e?rz?|Apr(?:il)?|Mai|Jun[io]?|Jul[iy]?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"O[kc]t(?:ober)?|Nov(?:ember)?|De[zc](?:ember)?|"
    r"(?:Jahr(?:hundert|zehnt|gang)?|Lebensjahr|Geburtstag|Monat|Werktag|Kalendertag|Quartal|Halbjahr|"
    r"Weltkrieg|Stock(?:werk)?|Obergeschoss|Untergeschoss|Platz|Auflage|Klasse|Woche|Tag)(?:e?s|e?n|e)?)"
    r"[.,;:!?)]*"
)
"""What German numbers with a full stop (``31. März``, ``2. Weltkrieg``); languages that write such words in
lower case need no list."""

_BULLET = defer_regex(r"[•◦▪‣●○■□]")

LONGEST = 80
"""Words of a sentence; what goes on longer is a list or a table that was not seen as one, and is cut."""

LONGEST_LIST = 240
"""Words of a list that is quoted whole, with the sentence that leads to it: a screen of text."""

PAIR = 2
"""Cells of a row that may be a name and its value."""

LONGEST_ROW = 40
"""Words of a table's row that is quoted whole; the cells of a longer one hold sentences."""

LOOK_BACK = 4
"""Paragraphs (footers, notes, captions) that may stand inside another that a column's end cuts."""

BODY = 8
"""Words from which on a paragraph may go on elsewhere."""

_VALUE = defer_regex(r"[^\W\d]{2}\W{0,2}[:：]\s*[-−+(]{0,2}[€$£¥]?\s?\d")
"""A label with a colon and a number behind it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a table's row. ``context`` is the heading above, or the table's first row; ``item`` says
    that it ends with a point of a list."""

    text: str
    context: str = ""
    row: bool = False
    leads: bool = False  # to a list, whose first points are part of it
    item: bool = False


@dataclass(slots=True)
class _Stretch:
    """Words that read as one, with the number of the page that each stands on."""

    heading: str
    words: list[tuple[int, Word]]
    whole: bool = False  # a table's row: no sentence ends in it
    item: bool = False


def sentences(pages: Sequence[Page], spans: Sequence[Span], *, whole_lists: bool = False) -> list[Sentence]:
    """Return what stands inside the spans, in reading order.

    A sentence that a column's or page's end cuts is whole. With ``whole_lists`` a list of which a part stands
    there is one sentence with all of its points.
    """
    found: list[tuple[Sentence, bool]] = []
    written = written_words(word.text for page in pages for word in page.words)
    for run in _runs(pages):
        for words in [run.words] if run.whole else _cut_run(run.words):
            # By the word in the middle: a sentence over the edge of two passages belongs to the one that has
            # most of it, and to one only.
            inside = _inside(words[len(words) // 2], spans)
            if not inside and not whole_lists:
                continue
            text = _text([word for _, word in words], written)
            sentence = Sentence(text, run.heading, run.whole, item=run.item or _is_point(text))
            if found and _leads_on(found[-1][0], sentence, whole_lists=whole_lists):
                lead, before = found.pop()
                sentence = replace(lead, text=f"{lead.text} {text}", leads=True, item=sentence.item)
                inside = inside or before
            found.append((sentence, inside))
    return [sentence for sentence, inside in found if inside]


def _is_point(text: str) -> bool:
    """Return whether a sentence begins like a point of a list."""
    first, _, rest = text.partition(" ")
    return bool(rest and (_BULLET.match(first) or _ORDINAL.fullmatch(first)))


def _leads_on(before: Sentence, following: Sentence, *, whole_lists: bool) -> bool:
    """Return whether a sentence is only the head of the list that follows."""
    if before.row or following.row or before.context != following.context:
        return False
    count = len(before.text.split()) + len(following.text.split())
    leads = before.leads or before.text.endswith((":", "："))
    if not whole_lists:
        return leads and count <= LONGEST
    if following.item:
        return (leads or before.item) and count <= LONGEST_LIST
    return leads and not before.item and count <= LONGEST


def _inside(placed: tuple[int, Word], spans: Sequence[Span]) -> bool:
    number, (_, box) = placed
    return any(span.holds(number, box) for span in spans)


def _runs(pages: Sequence[Page]) -> list[_Stretch]:
    runs: list[_Stretch] = []
    heading = ""
    for page in pages:
        above = ""
        for block in page.blocks:
            words = [(page.number, word) for word in page.words[slice(*block.words)]]
            if block.kind is BlockKind.HEADING:
                if _VALUE.search(block.text):  # the total of an invoice, in large type: it says something
                    runs.append(_Stretch(f"{heading} {above}".strip(), words, whole=True))
                heading = block.text
            elif block.kind is BlockKind.TABLE:
                runs += _rows(block, words)
            # A column's end cuts a paragraph: half a sentence would answer nothing.
            elif words and (before := _cut_short(runs, words[0][1])):
                before.words += words
            elif block.kind is BlockKind.TEXT and (pairs := split_pairs(words)):
                runs += [_Stretch(heading, pair, whole=len(pair) <= LONGEST_ROW) for pair in pairs]
            elif words:
                runs.append(_Stretch(heading, words, item=block.kind is BlockKind.ITEM))
            if block.kind is not BlockKind.HEADING:
                above = block.text if len(words) <= LONGEST else ""
    return runs


def _cut_short(runs: Sequence[_Stretch], word: Word) -> _Stretch | None:
    """Return the paragraph that goes on with a word in lower case."""
    if not word.text[:1].islower():
        return None
    # The nearest that does not end, because a footer or a caption may stand between.
    near = (run for run in reversed(runs[-LOOK_BACK:]) if not run.whole and len(run.words) >= BODY)
    return next((run for run in near if not _STOP.search(run.words[-1][1].text)), None)


def _rows(block: Block, words: Sequence[tuple[int, Word]]) -> Iterator[_Stretch]:
    """Yield a table's rows but for its heads, which answer nothing; of one that holds running text, the
    cells."""
    at = 0
    header = " ".join(" ".join(block.rows[0]).split()) if block.rows else ""
    # Two cells with a head's look are as often a name and what it is.
    heads = block.header_rows if max(map(len, block.rows), default=0) > PAIR else 0
    for number, row in enumerate(block.rows):
        counts = [len(cell.split()) for cell in row]
        if number < heads < len(block.rows):
            at += sum(counts)
            continue
        whole = sum(counts) <= LONGEST_ROW
        for count in [sum(counts)] if whole else counts:
            if count:
                yield _Stretch(header, list(words[at : at + count]), whole)
            at += count


def _cut_run(run: Sequence[tuple[int, Word]]) -> Iterator[Sequence[tuple[int, Word]]]:
    words = [(page, part) for page, word in run for part in cut(word, _WIDE_STOP.findall(word.text))]
    start = 0
    for at, (_, word) in enumerate(words):
        following = words[at + 1][1].text if at + 1 < len(words) else ""
        if (
            not following
            or at - start + 1 >= LONGEST
            or ends_sentence(word.text, following, first=at == start)
        ):
            yield words[start : at + 1]
            start = at + 1


def ends_sentence(text: str, following: str, *, first: bool) -> bool:
    """Return whether a sentence ends with a word, and not just an abbreviation, an initial or a list's
    number."""
    if _BULLET.match(following):
        return True
    if not _STOP.search(text) or following[:1].islower():
        return False
    if _NUMBER.fullmatch(text) and _NUMBERED.fullmatch(following):
        return False
    if first and _ORDINAL.fullmatch(text):
        return False
    return not (text.rstrip(_CLOSING).endswith(".") and is_abbreviation(text, following))


def _text(words: Sequence[Word], written: Collection[str]) -> str:
    """Return the words with single spaces; one that a hyphen cuts at a line's end is whole again, as far as
    the words that are written elsewhere tell."""
    text = words[0].text
    for last, word in pairwise(words):
        if ends_with_dash(last.text) and word.box.x0 < last.box.x0:
            text = (text[:-1] if is_cut(last.text, word.text, written) else text) + word.text
        else:
            text += word.text if goes_on(last, word) else f" {word.text}"
    return text
