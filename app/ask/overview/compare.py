"""An answer that compares documents: what each says of the same thing, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.ask.evidence import is_enough
from app.ask.marks import remove_marks
from app.ask.overview.quote import telling_sentences
from app.ask.proof.cite import PassageSource, cite
from app.ask.quotes import choose
from app.core.answer import Answer, AnswerKind, Citation, Claim, Proof, Support
from app.core.ports import Embedder

MOST_OF_EACH = 2
"""Sentences of each document."""


def quote_comparison(
    topic: str, sources: Sequence[PassageSource], embedder: Embedder
) -> Iterator[str | Citation | Answer]:
    """Yield, document by document under its name, the sentences that say most of a topic, or of the document
    where there is none; last the answer, without text where fewer than two have any."""
    by_document = [list(group) for _, group in groupby(sources, key=lambda each: each.hit.chunk.document_id)]
    chosen = [(of_one, quotes) for of_one in by_document if (quotes := _quotes_of(topic, of_one, embedder))]
    text = ""
    claims: list[Claim] = []
    citations: list[Citation] = []
    for of_one, quotes in chosen if len(chosen) > 1 else ():
        lead = f"{remove_marks(_name(of_one[0], [other[0] for other, _ in chosen]))}:"
        for quote, source in quotes:
            citation = cite(
                len(citations) + 1, quote, [source, *(each for each in of_one if each is not source)]
            )
            if citation.proof is not Proof.EXACT:
                continue
            citations.append(citation)
            shown = remove_marks(quote)
            piece = f"{chr(10) * 2 if text and lead else ''}{lead} {shown} [{citation.number}]"
            lead = ""
            claims.append(Claim(shown, (citation.number,), Support.PROVEN))
            text += piece
            yield citation
            yield piece
    yield Answer(AnswerKind.QUOTES, text, tuple(claims), tuple(citations))


def _name(source: PassageSource, compared: Sequence[PassageSource]) -> str:
    """Return the title of a document, or its name where another has the same title, or it has none."""
    titles = [each.hit.title for each in compared]
    title = source.hit.title
    return title if title and titles.count(title) == 1 else source.hit.document_name


def _quotes_of(
    topic: str, sources: Sequence[PassageSource], embedder: Embedder
) -> list[tuple[str, PassageSource]]:
    if not topic:
        return [(each.text, source) for each, source in telling_sentences(sources)][:MOST_OF_EACH]
    if not is_enough(topic, [source.hit for source in sources]):
        return []
    return [(each.text, sources[rank]) for rank, each in choose(topic, sources, embedder)[:MOST_OF_EACH]]
