"""Which kind of document it is: by the words of its title, else by what stands in such documents."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.core.card import Fact, Origin
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import NUMBERED, TOP_LINES, Part, is_sparse
from app.ingest.card.phrases import FoundPhrase, read_phrases, split_tokens
from app.ingest.card.shapes import (
    find_article,
    find_court_paper,
    find_form,
    find_inner_page,
    find_letter,
    find_poem,
    find_slides,
    find_speech,
)
from app.ingest.card.sheet import Sheet
from app.ingest.card.tables import read_table

LONGEST_TITLE_LINE = 22
"""Words of a part that may be a title; a longer one is a sentence that mentions a kind."""

SHORT_LINE = 9
"""Words of a line in the size of the text that may say what the document is."""

WHOLE, AT_EDGE, INSIDE = 1.0, 0.6, 0.3
"""How sure a kind is whose name is the whole line, its beginning or end, or stands within."""

VAGUE = frozenset(
    (
        "report",
        "paper",
        "form",
        "plan",
        "law",
        "timetable",
        "statement",
        "certificate",
        "speech",
        "exam",
        "book",
    )
)
"""Kinds whose names are also plain words: they count less."""

VAGUE_COUNTS = 0.75
"""Of what another kind's name counts."""

FEWEST_MARKS = 2
"""Different marks of a kind that a document has near its beginning."""

SURE_MARKS = 4
"""So many are surer than a name within a line."""

OF_MARKS = 6_000
"""Characters of the beginning in which marks are looked for."""

_ABSTRACT = defer_regex(
    r"^[^\w\n]*(?:abstract|summary|resumen|résumé|zusammenfassung|kurzfassung|resumo|abstrakt|sommario|riassunto"
    r"|摘\s?要|要旨|초록)\b",
    re.IGNORECASE | re.MULTILINE,
)
_OF_PAPERS = defer_regex(
    r"arxiv:\d|\bdoi\b|10\.\d{4,5}/|\bkey\s?words\b|index terms|palabras clave|mots[- ]clés"
    r"|schlüsselwörter|关键词|キーワード"
    r"|\b[\w.+-]+@[\w-]+\.\w|received:|accepted:|\bet al\b|\buniversit|\bdepartment of\b|\bconference\b"
    r"|\bproceedings\b"
    r"|\bjournal\b|\[1\]|corresponding author"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    sure: float
    kind: str
    part: Part
    start: int
    end: int


def find_kind(
    sheets: Sequence[Sheet], parts: Sequence[Part], names: Iterable[tuple[str, Origin]]
) -> Fact | None:
    """Return the kind of a document from its first page's ``parts``, the text, and its other ``names``, such
    as the metadata's title and the file's name. ``None`` if nothing tells it."""
    first = next(iter(sheets), None)
    if not first:
        return _named_by(names)
    return (
        find_article(sheets)
        or _paper(sheets, parts)
        or _find_titled(parts, WHOLE)
        or find_court_paper(sheets)
        or find_letter(sheets)
        or _find_titled(parts, AT_EDGE)
        or _find_marked(sheets, SURE_MARKS)
        or _find_titled(parts, 0.0)
        or _named_by(names)
        or find_slides(sheets)
        or find_speech(sheets)
        or _find_marked(sheets, FEWEST_MARKS)
        or find_form(sheets)
        or find_poem(sheets)
        or find_inner_page(sheets)
    )


def _paper(sheets: Sequence[Sheet], parts: Sequence[Part]) -> Fact | None:
    """Return that it is a paper: an abstract stands on its first pages, and what only papers have."""
    for sheet in sheets[:2]:
        abstract = _ABSTRACT.search(sheet.text)
        if abstract and _OF_PAPERS.search(sheet.plain) and not _names_other(parts):
            return sheet.fact(abstract.start(), abstract.end(), "paper")
    return None


_WITH_ABSTRACT = frozenset(
    ("thesis", "patent", "annual report", "slides", "lecture notes", "white paper", "standard")
)


def _names_other(parts: Sequence[Part]) -> bool:
    """Return whether a part names by itself another kind that may have an abstract."""
    return any(each.kind in _WITH_ABSTRACT for each in _candidates(parts) if each.sure >= AT_EDGE)


def _find_titled(parts: Sequence[Part], least: float) -> Fact | None:
    """Return the kind that the parts name most surely, if any is as sure as ``least``."""
    best = max(_candidates(parts), key=lambda each: each.sure, default=None)
    if best is None or best.sure < least:
        return None
    return best.part.sheet.fact(best.start, best.end, best.kind)


def _candidates(parts: Sequence[Part]) -> Iterator[_Candidate]:
    order = {kind: index for index, kind in enumerate(read_table("kinds"))}
    for number, part in enumerate(parts):
        if not _may_name(part, number):
            continue
        text = part.sheet.text[part.start : part.end]
        tokens = split_tokens(text)
        for found in read_phrases("kinds", "titles").find(text, tokens):
            sure = _weigh(found, text, len(tokens)) * (1 + part.share) / 2
            sure *= VAGUE_COUNTS if found.means in VAGUE else 1
            sure -= (number + order[found.means] / len(order)) / 1000
            yield _Candidate(sure, found.means, part, part.start + found.start, part.start + found.end)


def _may_name(part: Part, number: int) -> bool:
    """Return whether the part at a place on its page, from 0, may say what the document is: a line that
    stands out, or a short one near the top; no section's heading and no sentence."""
    if part.words > LONGEST_TITLE_LINE or NUMBERED.match(part.text):
        return False
    if part.larger or part.lines[0].is_heading:
        return True
    short = part.words <= SHORT_LINE and not part.text.endswith(".")
    return short and (number < TOP_LINES or is_sparse(part.sheet))


def _weigh(found: FoundPhrase, text: str, words: int) -> float:
    if found.words == words or found.end - found.start >= len(text.strip()):
        return WHOLE
    at_edge = not text[: found.start].strip() or not text[found.end :].strip(" .:")
    return (AT_EDGE if at_edge else INSIDE) + found.words / max(words, 1) / 4


def _named_by(names: Iterable[tuple[str, Origin]]) -> Fact | None:
    for name, origin in names:
        found = max(
            read_phrases("kinds", "titles").find(name),
            key=lambda each: (each.means not in VAGUE, each.words),
            default=None,
        )
        if found:
            return Fact(found.means, origin)
    return None


def _find_marked(sheets: Sequence[Sheet], least: int) -> Fact | None:
    """Return the kind of which the most different marks stand in the beginning, at least ``least``."""
    found: dict[str, dict[str, tuple[Sheet, FoundPhrase]]] = defaultdict(dict)
    left = OF_MARKS
    for sheet in sheets[:3]:
        for phrase in read_phrases("kinds", "marks").find(sheet.text[:left]):
            found[phrase.means].setdefault(phrase.phrase, (sheet, phrase))
        left -= len(sheet.text)
        if left <= 0:
            break
    best = max(found.items(), key=lambda each: len(each[1]), default=None)
    if best is None or len(best[1]) < least:
        return None
    sheet, first = next(iter(best[1].values()))
    return sheet.fact(first.start, first.end, best[0])
