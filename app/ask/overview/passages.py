"""The passages of a document that say what it is about, by their headings and their order."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.passage import Hit
from app.core.process.patterns import defer_regex

_SUMMARIES = defer_regex(
    r"(?i)\b(?:abstract|summary|overview|introduction|purpose|about|scope|background|business|zusammenfassung|überblick"
    r"|einleitung|einführung|zweck|kurzfassung|résumé|aperçu|sommaire|resumen|introducción|objeto|riassunto|sommario"
    r"|introduzione|samenvatting|inleiding|shrnutí|úvod|streszczenie|wstęp|резюме|введение|аннотация|özet|giriş)\b"
    r"|摘要|概述|引言|简介"
)
"""Headings of what says what a document is about."""

FIRST = 10
"""Passages that are looked at beside those under such a heading: what a document begins with."""

SUMMARISING = 2
"""Passages under such headings that are looked at."""

MOST_PARTS = 6
"""Parts of a document that are named."""


def choose_passages(hits: Sequence[Hit]) -> list[Hit]:
    """Return the passages of one document that say what it is about, in reading order: those under a heading
    that says so, the first ones, and the first of each of its parts."""
    ordered = sorted(hits, key=lambda hit: hit.chunk.ordinal)
    summing = [hit for hit in ordered if is_summary(hit)][:SUMMARISING]
    chosen = [*ordered[:FIRST], *summing, *(hit for _, hit in name_parts(ordered))]
    return sorted(dict.fromkeys(chosen), key=lambda hit: hit.chunk.ordinal)


def is_summary(hit: Hit) -> bool:
    """Return whether a passage stands under a heading that says what the document is about."""
    return any(map(_SUMMARIES.search, hit.chunk.headings))


def name_parts(ordered: Sequence[Hit]) -> list[tuple[str, Hit]]:
    """Return the headings of the uppermost level that has several, each with the first passage under it."""
    deepest = max((len(hit.chunk.headings) for hit in ordered), default=0)
    for level in range(deepest):
        found: dict[str, Hit] = {}
        for hit in ordered:
            if len(hit.chunk.headings) > level:
                heading = hit.chunk.headings[level]
                if heading.casefold() != hit.title.casefold():
                    found.setdefault(heading, hit)
        # A title over everything is one heading, and no part.
        if len(found) > 1:
            return list(found.items())[:MOST_PARTS]
    return []
