"""From the passages found to an answer whose every quote is proven."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from app.ask import by_words
from app.ask.by_words import ByWords
from app.ask.evidence import Absence, hold_all_words, is_enough, is_foreign, is_worth_reading, tell_absence
from app.ask.figures.asked import read_question
from app.ask.figures.quote import quote_figures
from app.ask.generated import generate_answer
from app.ask.overview.compare import quote_comparison
from app.ask.overview.quote import quote_overview
from app.ask.phrased import phrase_answer
from app.ask.proof.cite import PassageSource
from app.ask.question.bars import phrases_apart
from app.ask.quotes import quote_closest, quote_sentences
from app.ask.stages import Stage
from app.core.answer import Answer, AnswerKind, Citation, Claim
from app.core.errors import NotSetUp, RateLimited, Unavailable
from app.core.page import Page
from app.core.passage import FROM_OTHER_PAGES, Hit
from app.core.ports import ChatModel, Embedder

NOT_FOUND = "Not found in these documents."
NO_DOCUMENTS = "There are no documents yet."


def answer(
    question: str,
    *,
    history: Sequence[tuple[str, str]],
    hits: Sequence[Hit],
    pages_of: Callable[[Hit], list[Page]],
    embedder: Embedder,
    chat: ChatModel | None,
    standalone: str,
    note: str = "",
    claims: list[Claim] | None = None,
    describe_search: Callable[[], str] = str,
    find_tables: Callable[[], Sequence[Hit]] = tuple,
    find_missing: Callable[[], Sequence[str]] = tuple,
    without: Collection[Stage] = (),
    on_pages: str | None = None,
    nowhere: str = "",
    overview: bool = False,
    compared: str | None = None,
) -> Iterator[str | Citation | Answer]:
    """Pieces of text as they come, each citation when it is proven, last the whole answer.

    ``pages_of`` gives the stored pages that a hit stands on and the next one. Without a model that writes,
    or where it writes nothing, or is down, the answer is made of quotes; weak evidence gets no guess. A small
    model is asked only where sentences would be quoted, and phrases these.
    ``note`` is what the search went without; ``claims`` gets a model's sentences as they are judged;
    ``describe_search`` says what was searched, where nothing was found; ``find_tables`` finds more passages
    with figures, where a question may want one, ``find_missing`` the words of the question that stand nowhere
    in what was searched; stages ``without`` which an answer is made are left out to measure what they are
    worth. Where the question names the pages that the hits stand on, ``on_pages`` is the question without
    them: what is quoted is chosen by that; ``nowhere`` are pages that it names and none of the hits stands
    on: what is quoted is told to be of others. Hits that are an ``overview`` are quoted as one,
    and where documents are ``compared`` by something those of each by themselves.
    """
    notes = [note] if note else []
    written = Answer(AnswerKind.NOT_FOUND, "")
    sources = [PassageSource(hit, pages_of) for hit in hits]
    to_quote = chat is None or chat.phrases
    asked = standalone if on_pages is None else on_pages
    if chat and not to_quote and (on_pages is not None or overview or is_worth_reading(standalone, hits)):
        try:
            written = yield from _pass_on_or_fail(
                generate_answer(question, history, sources, chat, standalone, claims)
            )
            to_quote = written.kind is AnswerKind.GENERATED and not written.text
        except _Unwritten:
            notes.append(by_words.QUOTED)
            to_quote = True
    # The search has just found the embedding model down: asking it again for each sentence would fail too.
    judge = ByWords(embedder) if note else embedder
    if to_quote:
        quotes = Answer(AnswerKind.NOT_FOUND, "")
        if overview:
            quotes = yield from _passed_on(quote_overview(sources))
        elif compared is not None and not read_question(asked).periods:
            quotes = yield from _passed_on(quote_comparison(compared, sources, judge))
        elif Stage.FIGURES not in without:
            figures = read_question(asked)
            more = find_tables() if figures.wants_figure and Stage.TABLES not in without else ()
            tables = [*sources, *(PassageSource(hit, pages_of) for hit in more)]
            quotes = yield from _passed_on(quote_figures(figures, tables))
        if not quotes.text:
            gated = (chat is None or chat.phrases) and Stage.GATE not in without
            missing = find_missing if gated else None
            phrased: Callable[[], Iterator[str | Citation | Answer]] | None = None
            if chat and chat.phrases:
                phrased = partial(phrase_answer, question, asked, sources, judge, chat, claims)
            quotes = yield from _quote_passages(asked, sources, judge, missing, phrased, notes)
        written = _with_tokens_of(written, quotes)
    if not written.text:
        ending = yield from _end_without_answer(
            asked, sources, judge, describe_search, closest=on_pages is not None
        )
        written = _with_tokens_of(written, ending)
    if nowhere and written.citations:
        notes.append(FROM_OTHER_PAGES.format(nowhere))
    yield replace(written, question=standalone, notes=tuple(notes))


def _with_tokens_of(written: Answer, other: Answer) -> Answer:
    """Return the other answer, which has its own, with what a model took that wrote nothing of use."""
    return replace(
        other,
        tokens_in=written.tokens_in + other.tokens_in,
        tokens_out=written.tokens_out + other.tokens_out,
        model=other.model or written.model,
    )


def _quote_passages(
    question: str,
    sources: Sequence[PassageSource],
    judge: Embedder,
    find_missing: Callable[[], Sequence[str]] | None,
    phrase: Callable[[], Iterator[str | Citation | Answer]] | None,
    notes: list[str],
) -> Generator[str | Citation, None, Answer]:
    """Yield sentences that answer, or the closest where words of the question stand nowhere, or no passage
    has those of one of its names together.

    Where there is too little evidence the answer has no text; without ``find_missing`` it is not judged. A
    model may ``phrase`` what answers; ``notes`` gets one if it is down.
    """
    missing: Sequence[str] = ()
    apart: Sequence[str] = ()
    if find_missing:
        if not is_enough(question, [source.hit for source in sources]):
            return Answer(AnswerKind.NOT_FOUND, "")
        # Words of another language stand nowhere, whatever the passages say.
        if not is_foreign(question, sources[0].hit):
            missing = find_missing()
            apart = phrases_apart(question, [source.hit.chunk.indexed_text for source in sources])
    match tell_absence(question, missing):
        case Absence.NONE if apart:
            return (yield from _passed_on(quote_closest(question, sources, judge, apart=apart)))
        case Absence.NONE:
            written = Answer(AnswerKind.NOT_FOUND, "")
            if phrase:
                try:
                    written = yield from _pass_on_or_fail(phrase())
                except _Unwritten:
                    notes.append(by_words.QUOTED)
            if written.text:
                return written
            # Where a model says that no line answers, none is shown as an answer: what comes closest is shown
            # as such.
            refused = written.kind is AnswerKind.CLOSEST
            quoting = quote_closest if refused else quote_sentences
            quotes = yield from _passed_on(quoting(question, sources, judge))
            return _with_tokens_of(written, quotes)
        case Absence.SOME:
            return (yield from _passed_on(quote_closest(question, sources, judge, missing)))
        case Absence.MOST:
            return Answer(AnswerKind.NOT_FOUND, "")


def _end_without_answer(
    question: str,
    sources: Sequence[PassageSource],
    judge: Embedder,
    describe_search: Callable[[], str],
    *,
    closest: bool,
) -> Generator[str | Citation, None, Answer]:
    """Yield the ``closest`` passages, also where the first of them hold all that was asked with, else that
    nothing was found, and what was searched."""
    if closest or hold_all_words(question, [source.hit for source in sources]):
        quoted = yield from _passed_on(quote_closest(question, sources, judge))
        if quoted.text:
            return quoted
    yield NOT_FOUND
    searched = describe_search()
    if searched:
        yield f" {searched}"
    return Answer(AnswerKind.NOT_FOUND, f"{NOT_FOUND} {searched}".rstrip())


class _Unwritten(Exception):
    """The model that writes is down, and has said nothing yet."""


def _pass_on_or_fail(events: Iterator[str | Citation | Answer]) -> Generator[str | Citation, None, Answer]:
    """Yield the same as ``_passed_on``. Raises ``_Unwritten`` if the model is down from the start."""
    try:
        # Only before the first piece: what was shown already cannot be taken back for quotes.
        first = next(events)
    except (Unavailable, RateLimited) as error:
        # A key that is refused is the operator's to mend: quotes in its place would hide it.
        if isinstance(error, NotSetUp):
            raise
        raise _Unwritten from error
    return (yield from _passed_on(chain((first,), events)))


def _passed_on(
    events: Iterator[str | Citation | Answer],
) -> Generator[str | Citation, None, Answer]:
    """Everything but the answer at the end, which is returned."""
    for event in events:
        if isinstance(event, Answer):
            return event
        yield event
    raise AssertionError("an answer ends with the whole of it")
