"""An answer of figures: each as it is printed, under its names, and cited with all their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.ask.figures.asked import Asked, Operation
from app.ask.figures.choose import Chosen, choose_figures
from app.ask.figures.formulas import Formula, compute
from app.ask.figures.operands import choose_pair
from app.ask.figures.rows import Row, read_rows
from app.ask.marks import remove_marks
from app.ask.proof.cite import PassageSource
from app.ask.question.bars import has_all
from app.ask.words.terms import Word, terms
from app.core.answer import Answer, AnswerKind, Citation, Claim, Place, Proof, Support
from app.pages.facts import PART, Fact


def quote_figures(asked: Asked, sources: Sequence[PassageSource]) -> Iterator[str | Citation | Answer]:
    """Yield the figures of tables that a question asks for, each with its citation, and what is to be
    computed of them; last the answer, without claims where no table has them."""
    operation, chosen = _choose(asked, sources)
    text = ""
    claims: list[Claim] = []
    citations: list[Citation] = []
    for each in chosen:
        citation = _cite(len(citations) + 1, each, sources)
        citations.append(citation)
        shown = remove_marks(each.fact.sentence)
        piece = f"{chr(10) * 2 if text else ''}{shown} [{citation.number}]"
        claims.append(Claim(shown, (citation.number,), Support.PROVEN))
        text += piece
        yield citation
        yield piece
    formula = compute(operation, [each.fact for each in chosen]) if chosen else None
    if formula:
        claim = _claim_computed(formula, [each.fact for each in chosen], citations)
        claims.append(claim)
        piece = f"\n\n{claim.text}"
        text += piece
        yield piece
    yield Answer(AnswerKind.FIGURES, text, tuple(claims), tuple(citations))


def _choose(asked: Asked, sources: Sequence[PassageSource]) -> tuple[Operation, list[Chosen]]:
    """Return what is to be computed, and the figures: of two rows that are compared, else of one."""
    if not asked.wants_figure:
        return Operation.NONE, []
    named = [(rank, each) for rank, each in enumerate(sources) if has_all(each, asked.names)]
    rows = _of_whom_is_asked(list(read_rows(named)), asked.names)
    pair = choose_pair(asked, sources, rows)
    return pair or (asked.operation, choose_figures(asked, sources, rows))


def _of_whom_is_asked(rows: Sequence[Row], names: Sequence[Word]) -> list[Row]:
    """Return the rows of documents in which each proper name of the question is that of a row, a table or the
    document: another company that a page mentions is not the one whose revenue its table has."""
    said: dict[str, set[str]] = {}
    for row in rows:
        heads = {term for fact in row.row.facts for term in terms(fact.head_name)} if names else set()
        said.setdefault(row.document_id, set()).update(row.names, row.title, row.about, heads)
    return [row for row in rows if not any(said[row.document_id].isdisjoint(name.forms) for name in names)]


def _claim_computed(formula: Formula, facts: Sequence[Fact], citations: Sequence[Citation]) -> Claim:
    marks = [f" [{citation.number}]" for citation in citations]
    name = remove_marks(formula.link.join(dict.fromkeys(fact.row_name for fact in facts)))
    said = f"{formula.name} of {name}: {formula.shown.format(*marks)} = {formula.result}"
    return Claim(said, tuple(citation.number for citation in citations), Support.PROVEN)


def _cite(number: int, chosen: Chosen, sources: Sequence[PassageSource]) -> Citation:
    """Return the figure with its place; the names stand before it as what is around it, and whoever shows
    its cell finds them beside it."""
    hit, fact = sources[chosen.rank].hit, chosen.fact
    figure = " ".join(fact.cell.text.split())
    names = PART.join(filter(None, (fact.row_name, fact.head_name)))
    labels = {page.number: page.label for page in sources[chosen.rank].text.pages}
    return Citation(
        number,
        figure,
        Proof.EXACT,
        hit.chunk.document_id,
        hit.document_name,
        hit.chunk.version,
        found=figure,
        places=(Place(fact.page, (fact.cell.box,), labels.get(fact.page, "")),),
        before=names,
        title=hit.short_title,
    )
