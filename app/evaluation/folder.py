"""A folder of PDFs with known questions: a line of ``questions.jsonl`` each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.compose import Embedded
from app.core.errors import BadRequest

HALVES = (1, 2)


@dataclass(frozen=True, slots=True)
class Question:
    """A known question.

    ``pages`` are the evidence in ``pdf``, 1-based; ``answers`` the parts that a right answer holds, all of
    them. One that is asked ``inside`` its document names it nowhere. ``kind`` is what the folder says of the
    answer, such as "number", "" where it says nothing. ``half`` is 1 or 2, the same for all questions of a
    document, so that a change is made by looking at one half and measured on the other.
    """

    text: str
    pdf: str
    pages: frozenset[int]
    answerable: bool
    source: str
    answers: tuple[str, ...] = ()
    kind: str = ""
    inside: bool = False
    half: int = 1


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of a folder in their order. Raises ``BadRequest`` if it has none, or one is about
    a file that is not there."""
    path = folder / "questions.jsonl"
    if not path.is_file():
        raise BadRequest(f"There is no {path.name} in {folder}.")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    questions = _split_in_halves([_read_question(line) for line in lines])
    names = {found.name for found in folder.glob("*.pdf")}
    if unknown := {question.pdf for question in questions if question.pages} - names:
        raise BadRequest(f"Questions are about files that are not there: {', '.join(sorted(unknown))}.")
    return questions


def _read_question(line: Mapping[str, Any]) -> Question:
    answer = line.get("answer") or ()
    return Question(
        text=line["question"],
        pdf=line.get("pdf") or "",
        pages=frozenset(line.get("evidence_pages") or ()),
        answerable=line.get("answerable", True),
        source=line.get("source", ""),
        answers=(answer,) if isinstance(answer, str) else tuple(map(str, answer)),
        kind=line.get("answer_kind") or "",
        inside=line.get("scope") == "document",
    )


def _split_in_halves(questions: Sequence[Question]) -> list[Question]:
    """Return the questions, those of each document in the half that has fewer until then, the documents with
    most questions first."""
    counts = Counter(each.pdf or each.text for each in questions)
    sizes: Counter[int] = Counter()
    halves = {}
    # Whole documents: two questions about one share its layout, and one of them seen tells of the other.
    for document, count in counts.most_common():
        halves[document] = min(HALVES, key=lambda half: sizes[half])
        sizes[halves[document]] += count
    return [replace(each, half=halves[each.pdf or each.text]) for each in questions]


def ingest_all(program: Embedded, tenant: str, paths: Sequence[Path]) -> dict[str, str]:
    """Return the names of the documents by id, when all are indexed."""
    names = {}
    for path in paths:
        with path.open("rb") as file:
            names[program.knowledge_base.uploads.upload(tenant, path.name, file).document.id] = path.name
    program.worker.drain()
    return names
