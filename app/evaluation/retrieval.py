"""How well retrieval finds the pages that answer: measured on a folder of PDFs with known questions.

Each PDF is ingested by the real program, all together, and no search is told which file a question is about.
Beside it stands a plain hybrid search over the same words with the same model: passages of 200 words without
headings or title, relative scores, alpha 0.6, no reranking.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.embedded.search.index import SqliteIndex
from app.ask.evidence import is_enough
from app.compose import Embedded, embedded
from app.core.counting import format_count
from app.core.errors import BadRequest
from app.core.geometry import Box
from app.core.page import BlockKind, Page
from app.core.passage import Chunk, Hit, IndexQuery, Span
from app.evaluation.folder import Question, ingest_all, read_questions

if TYPE_CHECKING:
    from app.settings import Settings

TENANT = "evaluation"
PLAIN_WORDS = 200
PLAIN_ALPHA = 0.6
CUTS = (1, 5, 10)
DEPTH = 50
"""Passages that are looked at: ten pages may take many."""

ASKED = 10
"""Passages that an answer is made from."""

PUT_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over questions, 0–1.

    ``recall[k]`` is the share of questions for which a page of the evidence is among the pages of the first
    k passages. A passage may stand on two pages, so ``of_pages`` is the stricter share of those for which
    one is among the first five different pages. ``ndcg`` is of the first ten different pages, each page of
    the evidence worth the same.
    """

    questions: int
    recall: dict[int, float]
    of_pages: float
    ndcg: float


@dataclass(frozen=True, slots=True)
class Row:
    """The program beside plain hybrid search, on the questions of one source."""

    source: str
    program: Figures
    plain: Figures


@dataclass(frozen=True, slots=True)
class Report:
    """What was measured. ``rows`` begins with all questions together; ``not_found`` is the share of
    (answerable, unanswerable) questions whose evidence was too weak, ``None`` if there are none."""

    documents: int
    pages: int
    rows: tuple[Row, ...]
    not_found: tuple[float | None, float | None]

    def table(self) -> str:
        """Return the figures for a person, in percent."""
        names = [f"recall@{cut}" for cut in CUTS] + ["5 pages", "nDCG@10"]
        lines = [
            f"{format_count(self.documents, 'document')}, {format_count(self.pages, 'page')}, "
            "not named to the search.",
            "",
        ]
        for row in self.rows:
            lines.append(f"{row.source} ({format_count(row.program.questions, 'question')})")
            lines.append(" " * 12 + "".join(f"{name:>11}" for name in names))
            ours, plain = _columns(row.program), _columns(row.plain)
            for label, values in (("program", ours), ("plain hybrid", plain)):
                lines.append(f"{label:12}" + "".join(f"{100 * value:11.1f}" for value in values))
            steps = (f"{100 * (a - b):+11.1f}" for a, b in zip(ours, plain, strict=True))
            lines += [f"{'difference':12}" + "".join(steps), ""]
        answerable, unanswerable = map(_percent, self.not_found)
        lines.append(f"Answered “not found”: {answerable} of the answerable, {unanswerable} of the others.")
        return "\n".join(lines)

    def json(self) -> str:
        """Return the figures for a program."""
        answerable, unanswerable = self.not_found
        rows = [
            {
                "source": row.source,
                "questions": row.program.questions,
                "program": _name_figures(row.program),
                "plain_hybrid": _name_figures(row.plain),
            }
            for row in self.rows
        ]
        fields = {
            "documents": self.documents,
            "pages": self.pages,
            "overall": rows[0],
            "by_source": rows[1:],
            "not_found": {"answerable": answerable, "unanswerable": unanswerable},
        }
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def evaluate_retrieval(folder: Path, settings: Settings) -> Report:
    """Ingest the folder's PDFs into a data folder of their own and ask its ``questions.jsonl``.

    Raises ``BadRequest`` if there are no questions, or one is about a file that is not there.
    """
    paths = sorted(folder.glob("*.pdf"))
    questions = read_questions(folder)
    if not any(question.answerable and question.pages for question in questions):
        raise BadRequest("questions.jsonl has no question with evidence pages.")
    # A data folder of its own: the questions must find only the folder's documents, and leave nothing behind.
    with tempfile.TemporaryDirectory(prefix="kb-eval-") as work:
        program = embedded(replace(settings, data_folder=Path(work) / "data"))
        try:
            names = ingest_all(program, TENANT, paths)
            with closing(_plain_index(program, names, Path(work) / "plain.sqlite3")) as plain:
                return _report(program, plain, names, questions)
        finally:
            program.close()


def _plain_index(program: Embedded, names: dict[str, str], path: Path) -> SqliteIndex:
    """Return every page's words, 200 at a time, as they come."""
    embedder = program.steps.embedder
    index = SqliteIndex(path, model=embedder.model, dimensions=embedder.dimensions)
    for document_id in names:
        chunks = [
            chunk
            for page in program.knowledge_base.library.pages(TENANT, document_id)
            for chunk in _plain_chunks(document_id, page)
        ]
        for start in range(0, len(chunks), PUT_TOGETHER):
            some = chunks[start : start + PUT_TOGETHER]
            index.put(TENANT, some)
            vectors = embedder.documents([chunk.text for chunk in some])
            index.set_vectors(TENANT, {chunk.id: vector for chunk, vector in zip(some, vectors, strict=True)})
    return index


def _plain_chunks(document_id: str, page: Page) -> Iterator[Chunk]:
    words = page.text.split()
    for start in range(0, len(words), PLAIN_WORDS):
        yield Chunk(
            id=f"{document_id}/{page.number}/{start}",
            tenant=TENANT,
            document_id=document_id,
            version=1,
            ordinal=start,
            kind=BlockKind.TEXT,
            text=" ".join(words[start : start + PLAIN_WORDS]),
            spans=(Span(page.number, Box(0.0, 0.0, page.width, page.height)),),
        )


def _report(
    program: Embedded, plain: SqliteIndex, names: dict[str, str], questions: Sequence[Question]
) -> Report:
    knowledge_base, embedder = program.knowledge_base, program.steps.embedder

    def ours(question: Question) -> list[Hit]:
        return knowledge_base.questions.search(TENANT, question.text, limit=DEPTH)

    def plainly(question: Question) -> list[Hit]:
        vector = embedder.query(question.text)
        return plain.search(IndexQuery(TENANT, question.text, vector, PLAIN_ALPHA, DEPTH))

    measured = [question for question in questions if question.answerable and question.pages]
    sources = list(dict.fromkeys(question.source for question in measured))
    groups = [("all questions", measured)] + [
        (source, [question for question in measured if question.source == source]) for source in sources
    ]
    found = {question: ours(question) for question in questions}
    found_plainly = {question: plainly(question) for question in measured}
    return Report(
        documents=len(names),
        pages=sum(
            knowledge_base.library.document(TENANT, document_id).latest.pages_done for document_id in names
        ),
        rows=tuple(
            Row(
                source,
                _figures(group, names, found.__getitem__),
                _figures(group, names, found_plainly.__getitem__),
            )
            for source, group in groups
        ),
        not_found=(
            _share_not_found([(q, hits) for q, hits in found.items() if q.answerable]),
            _share_not_found([(q, hits) for q, hits in found.items() if not q.answerable]),
        ),
    )


def _share_not_found(asked: Sequence[tuple[Question, list[Hit]]]) -> float | None:
    weak = [not is_enough(question.text, hits[:ASKED]) for question, hits in asked]
    return sum(weak) / len(weak) if weak else None


def _figures(
    questions: Sequence[Question], names: dict[str, str], found: Callable[[Question], list[Hit]]
) -> Figures:
    recalls: dict[int, list[bool]] = {cut: [] for cut in CUTS}
    of_pages: list[bool] = []
    ndcgs: list[float] = []
    for question in questions:
        evidence = {(question.pdf, page) for page in question.pages}
        ranked = [
            [(names[hit.chunk.document_id], page) for page in hit.chunk.pages] for hit in found(question)
        ]
        for cut in CUTS:
            recalls[cut].append(any(page in evidence for pages in ranked[:cut] for page in pages))
        # A page counts once, where it is first: several of its passages may be found.
        different = list(dict.fromkeys(page for pages in ranked for page in pages))
        of_pages.append(not evidence.isdisjoint(different[:5]))
        ndcgs.append(_ndcg(different, evidence))
    count = len(questions)
    recall = {cut: sum(recalls[cut]) / count for cut in CUTS}
    return Figures(count, recall, sum(of_pages) / count, sum(ndcgs) / count)


def _ndcg(pages: Sequence[tuple[str, int]], evidence: set[tuple[str, int]], cut: int = 10) -> float:
    """Normalised discounted cumulative gain with gains of 0 and 1 (Järvelin and Kekäläinen, 2002)."""
    gain = sum(1 / math.log2(rank + 2) for rank, page in enumerate(pages[:cut]) if page in evidence)
    # Against the best order there could be: a question whose answer stands on many pages is not easier for
    # it.
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(len(evidence), cut)))


def _columns(figures: Figures) -> list[float]:
    return [*figures.recall.values(), figures.of_pages, figures.ndcg]


def _name_figures(figures: Figures) -> dict[str, float]:
    recall = {f"recall@{cut}": value for cut, value in figures.recall.items()}
    return recall | {"recall_of_5_pages": figures.of_pages, "ndcg@10": figures.ndcg}


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100 * share:.0f} %"
