"""An answer that tells what documents are about: their titles, first sentences and parts, each cited."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from app.ask.marks import remove_marks
from app.ask.overview.passages import FIRST, SUMMARISING, is_summary, name_parts
from app.ask.proof.cite import PassageSource, cite
from app.ask.sentences import Sentence, sentences
from app.ask.words.terms import content_forms
from app.core.answer import Answer, AnswerKind, Citation, Claim, Proof, Support
from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced

STOPS = ".!?。！？…"

_BOXES = defer_regex("[☐☒☑□■]")
"""Boxes of a form, which say something of who filled it in."""

_SAYS_WHAT = defer_regex(
    r"""(?ix)\b(?:
        is\ an? | is\ the | is\ one\ of | provides? | describes? | explains? | presents? | proposes? |
        introduces?
      | ist\ ein\w* | ist\ d\w\w | beschreibt | regelt | est\ une? | décrit | présente | es\ una? | presenta
      | è\ una? | descrive | is\ een | beschrijft | je | jest | popisuje | opisuje | является | описывает
    )\b | 是"""
)
"""How a sentence says what something is, or what a document does."""

MOST_SENTENCES = 3
MOST_WORDS = 60
FEWEST_WORDS = 8
"""Words of a sentence that says something about the whole."""

PARTS = "Its parts:"


def quote_overview(sources: Sequence[PassageSource]) -> Iterator[str | Citation | Answer]:
    """Yield what each document of the sources is about, document by document, with citations; last the
    answer, without text where nothing can be quoted."""
    text = ""
    claims: list[Claim] = []
    citations: list[Citation] = []
    for _, group in groupby(sources, key=lambda source: source.hit.chunk.document_id):
        of_document = list(group)
        for lead, quotes in _parts_of(of_document):
            begun = False
            for quote, source in quotes:
                others = [each for each in of_document if each is not source]
                citation = cite(len(citations) + 1, quote, [source, *others])
                if citation.proof is not Proof.EXACT:
                    continue
                citations.append(citation)
                shown = remove_marks(quote)
                between = ("; " if begun else f"{lead} ") if lead else ""
                start = "\n\n" if text and not (begun and lead) else ""
                piece = f"{start}{between}{shown} [{citation.number}]"
                begun = True
                claims.append(Claim(shown, (citation.number,), Support.PROVEN))
                text += piece
                yield citation
                yield piece
    yield Answer(AnswerKind.QUOTES, text, tuple(claims), tuple(citations))


def _parts_of(sources: Sequence[PassageSource]) -> Iterator[tuple[str, list[tuple[str, PassageSource]]]]:
    """Yield what is quoted of one document, each with its source, under the words that lead to it."""
    title = sources[0].hit.title
    if title:
        yield "", [(title, sources[0])]
    yield "", [(each.text, source) for each, source in telling_sentences(sources) if each.text != title]
    parts = name_parts([source.hit for source in sources])
    by_id = {source.hit.chunk.id: source for source in sources}
    yield PARTS, [(heading, by_id[hit.chunk.id]) for heading, hit in parts]


def telling_sentences(sources: Sequence[PassageSource]) -> list[tuple[Sentence, PassageSource]]:
    """Return the whole sentences that say most of what the document is, in reading order: those that name it
    by the words of its title, and say what it or its subject is or does, of a summary where there is one."""
    summing = [each for each in sources if is_summary(each.hit)][:SUMMARISING]
    if found := _read_sentences(summing):
        return found[:MOST_SENTENCES]
    called = [sources[0].hit.title, sources[0].hit.document_name]
    called += [heading for heading, _ in name_parts([each.hit for each in sources])[:1]]
    named = set(content_forms(" ".join(called)))
    rated = [(_rate(each[0], named), each) for each in _read_sentences(sources[:FIRST])]
    best = sorted((each for each in rated if each[0]), key=lambda each: -each[0])[:MOST_SENTENCES]
    kept = [each for _, each in best]
    return [each for _, each in rated if each in kept]


def _read_sentences(sources: Sequence[PassageSource]) -> list[tuple[Sentence, PassageSource]]:
    found = {
        each.text: (each, source)
        for source in sources
        for each in sentences(source.text.pages, source.hit.chunk.spans)
        if _is_telling(each)
    }
    return list(found.values())


def _is_telling(sentence: Sentence) -> bool:
    long_enough = len(sentence.text.split()) >= FEWEST_WORDS or is_unspaced(sentence.text[0])
    short_enough = len(sentence.text.split()) <= MOST_WORDS and not _BOXES.search(sentence.text)
    plain = not sentence.row and not sentence.leads and not sentence.item
    return plain and long_enough and short_enough and sentence.text[-1] in STOPS


def _rate(sentence: Sentence, named: Collection[str]) -> int:
    """Return how many words of the document's names a sentence has, and one more where it says what something
    is; 0 without such a word."""
    shared = len(content_forms(sentence.text).intersection(named))
    return shared and shared + bool(_SAYS_WHAT.search(sentence.text))
