"""How well questions are answered: asked of the real program, and judged by what a person sees."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.ask.by_words import ByWords
from app.ask.stages import Stage
from app.compose import embedded
from app.core.answer import Answer, Message, Person
from app.core.document import every
from app.core.errors import BadRequest
from app.evaluation.answer_report import Answered, Report
from app.evaluation.folder import Question, ingest_all, read_questions
from app.evaluation.holding import holds_all

if TYPE_CHECKING:
    from app.settings import Settings
    from app.use_cases.questions import Questions

PERSON = Person("evaluation", "evaluation")
LOCAL = Person("local", "local")
"""Whose documents a data folder holds."""


@dataclass(frozen=True, slots=True)
class _Library:
    """The documents that are asked, by name, and who asks."""

    questions: Questions
    person: Person
    documents: dict[str, str]


def evaluate_answers(
    folder: Path,
    settings: Settings,
    *,
    ingested: bool = False,
    half: int | None = None,
    without: Collection[Stage] = (),
    each_stage: bool = False,
    show: Callable[[Answered], None] = lambda _: None,
) -> Report:
    """Ask a folder's questions, all of its PDFs ingested together: into a place of their own, or as the data
    folder has them already where it is ``ingested``.

    ``half`` asks only the questions of one half of the documents; ``each_stage`` asks them once more without
    each stage. Every answer goes to ``show`` as it comes. Raises ``BadRequest`` if there are no questions, or
    a PDF is not ingested.
    """
    questions = [each for each in read_questions(folder) if half in (None, each.half)]
    if not questions:
        raise BadRequest("questions.jsonl has no question.")
    with _open_library(folder, settings, ingested=ingested) as library:
        if missing := {each.pdf for each in questions if each.pdf} - set(library.documents):
            raise BadRequest(f"The data folder lacks {', '.join(sorted(missing))}.")
        answered = []
        for each in questions:
            answered.append(_ask(each, library, without))
            show(answered[-1])
        left_out = {
            stage: tuple(_ask(each, library, [*without, stage]) for each in questions)
            for stage in Stage
            if each_stage and stage not in without
        }
        return Report(tuple(answered), left_out)


@contextmanager
def _open_library(folder: Path, settings: Settings, *, ingested: bool) -> Iterator[_Library]:
    with tempfile.TemporaryDirectory(prefix="kb-eval-") as place:
        data = settings.data_folder if ingested else Path(place) / "data"
        program = embedded(replace(settings, data_folder=data))
        try:
            ask = program.knowledge_base.questions
            if ingested:
                listed = every(lambda cursor: ask.documents.listing(LOCAL.tenant, cursor=cursor, limit=100))
                yield _Library(ask, LOCAL, {each.name.rpartition("/")[2]: each.id for each in listed})
            else:
                names = ingest_all(program, PERSON.tenant, sorted(folder.glob("*.pdf")))
                yield _Library(ask, PERSON, {name: id_ for id_, name in names.items()})
        finally:
            program.close()


def _ask(question: Question, library: _Library, without: Collection[Stage]) -> Answered:
    asked = replace(library.questions, without=frozenset(without))
    # Left out at the question's side only: the index stays as it is, and one data folder serves all stages.
    if Stage.VECTORS in without:
        asked = replace(asked, embedder=ByWords(asked.embedder))
    inside = [library.documents[question.pdf]] if question.inside else []
    # CPU, as the clock would measure what else runs on the machine.
    begun = time.process_time()
    answer = _last_answer(list(asked.ask_unkept(library.person, question.text, inside)))
    seconds = time.process_time() - begun
    names = {document_id: name for name, document_id in library.documents.items()}
    cited = [
        names.get(each.document_id) == question.pdf
        and not question.pages.isdisjoint(place.page for place in each.places)
        for each in answer.citations
    ]
    return Answered(
        question=question,
        kind=answer.kind,
        text=answer.text,
        holds=_is_held(question, answer),
        cited=tuple(cited),
        seconds=seconds,
    )


def _is_held(question: Question, answer: Answer) -> bool:
    return not answer.kind.found_nothing and question.answerable and holds_all(question.answers, answer.text)


def _last_answer(events: Sequence[object]) -> Answer:
    message = events[-1]
    assert isinstance(message, Message)
    assert message.answer
    return message.answer
