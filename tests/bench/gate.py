"""Learn the gate of an answer: python -m tests.bench.gate XQUAD_FOLDER [DATA_FOLDER QUESTIONS_FOLDER …].

XQuAD (https://github.com/google-deepmind/xquad) has the same questions in several languages. Every second
paragraph of a language is a library; questions of these have an answer in it, those of the others none.
Of a folder with known questions and the data folder that has its documents, those with an answer are asked,
too, and questions of XQuAD as ones without. The model is learnt on one half of the articles and documents and
measured on both, by folds on the first; printed are its weights, as ``app/ask/gate.py`` has them, and the
shares refused at them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from app.adapters.embedded.models import E5
from app.ask.gate import Evidence, observe_evidence
from app.ask.likeness import cosine, likeness
from app.ask.question.wanted import without_asking
from app.ask.words.terms import asked_words, standing_words
from app.compose import embedded
from app.core.document import every
from app.core.passage import Hit
from app.evaluation.folder import read_questions
from app.settings import from_environment
from tests.support.chunks import chunk

LANGUAGES = ("en", "de", "ru", "tr", "zh", "ar")
PARAGRAPHS = 80
QUESTIONS = 2
FOLDS = 5
STEPS, RATE, DECAY = 4_000, 0.5, 1e-3
NEAREST, SHARING = 6, 4
WRONGLY = 0.05
"""Share of answerable questions that may be refused: the threshold is set at it."""


@dataclass(frozen=True)
class Example:
    """A question's features, whether it has an answer, its group and half."""

    seen: Evidence
    answerable: bool
    group: str
    half: int


def paragraphs(path: Path) -> Iterator[tuple[str, list[str], int]]:
    """Text, questions and half of the articles, paragraph by paragraph."""
    for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        for each in article["paragraphs"]:
            yield each["context"], [qa["question"] for qa in each["qas"]], 1 + number % 2


def example(question: str, hits: Sequence[Hit], answerable: bool, group: str, half: int) -> Example | None:
    if not any(hit.similarity is not None for hit in hits):
        return None
    asked = asked_words(without_asking(question))
    return Example(observe_evidence(question, asked, hits), answerable, group, half)


def of_xquad(folder: Path) -> Iterator[Example]:
    model = E5()
    for language in LANGUAGES:
        path = folder / f"xquad.{language}.json"
        known = list(paragraphs(path))[::3][:PARAGRAPHS]
        library = [text for text, _, _ in known[::2]]
        vectors = model.documents(library)
        for number, (_, questions, half) in enumerate(known):
            for question in questions[:QUESTIONS]:
                if not model.reads(question):
                    continue
                query = model.query(question)
                alike = [
                    likeness(cosine(query, vector), model, question, text)
                    for text, vector in zip(library, vectors, strict=True)
                ]
                asked = asked_words(without_asking(question))
                shared = [len(standing_words(asked, text)) for text in library]
                nearest = sorted(range(len(library)), key=lambda at: -alike[at])[:NEAREST]
                sharing = sorted(range(len(library)), key=lambda at: -shared[at])[:SHARING]
                hits = [
                    Hit(chunk(library[at]), 1.0, similarity=alike[at])
                    for at in dict.fromkeys(nearest + sharing)
                ]
                if found := example(question, hits, number % 2 == 0, f"xquad {language}", half):
                    yield found


def of_folder(data: Path, folder: Path, others: Path) -> Iterator[Example]:
    program = embedded(replace(from_environment(), data_folder=data))
    ask = program.knowledge_base.questions
    listed = every(lambda cursor: ask.documents.listing("local", cursor=cursor, limit=100))
    ids = {each.name.rpartition("/")[2]: each.id for each in listed}
    for each in read_questions(folder):
        if not each.answerable:  # of some such questions the answer does stand in the documents
            continue
        inside = [ids[each.pdf]] if each.inside else []
        hits = ask.find("local", each.text, document_ids=inside).hits
        if found := example(each.text, hits, True, folder.name, each.half):
            yield found
    for _, questions, half in list(paragraphs(others))[1::3][:PARAGRAPHS]:
        hits = ask.find("local", questions[0]).hits
        if found := example(questions[0], hits, False, f"foreign to {folder.name}", half):
            yield found
    program.close()


def learn(examples: Sequence[Example]) -> np.ndarray[Any, Any]:
    """Weights and, last, the bias: the groups weigh the same, and so do both answers within one."""
    values = np.array([[*astuple(each.seen), 1.0] for each in examples])
    wanted = np.array([each.answerable for each in examples], dtype=float)
    kinds = [(each.group.replace("foreign to ", ""), each.answerable) for each in examples]
    share = np.array([1 / kinds.count(kind) for kind in kinds])
    share /= share.sum()
    weights = np.zeros(values.shape[1])
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (share * (odds - wanted)) + DECAY * np.append(weights[:-1], 0)
        weights -= RATE * slope
    return weights


def odds_of(weights: np.ndarray[Any, Any], examples: Sequence[Example]) -> np.ndarray[Any, Any]:
    return np.array([[*astuple(each.seen), 1.0] for each in examples]) @ weights


def shares(examples: Sequence[Example], refused: Sequence[bool]) -> str:
    """Refused of those without an answer, and of those with one."""

    def share(answerable: bool) -> str:
        some = [no for each, no in zip(examples, refused, strict=True) if each.answerable is answerable]
        return f"{np.mean(some):6.2f} ({len(some):3})" if some else "          -"

    return f"{share(False)} {share(True)}"


def main() -> None:
    xquad, *folders = map(Path, sys.argv[1:])
    examples = list(of_xquad(xquad))
    for data, folder in zip(folders[::2], folders[1::2], strict=True):
        examples += of_folder(data, folder, xquad / "xquad.en.json")
    first = [each for each in examples if each.half == 1]
    held_out = np.zeros(len(first))
    for fold in range(FOLDS):
        chosen = [at % FOLDS == fold for at in range(len(first))]
        rest = [each for each, out in zip(first, chosen, strict=True) if not out]
        weights = learn(rest)
        held_out[chosen] = odds_of(weights, [each for each, out in zip(first, chosen, strict=True) if out])
    answerable = sorted(odds for odds, each in zip(held_out, first, strict=True) if each.answerable)
    threshold = answerable[int(WRONGLY * len(answerable))]
    weights = learn(first)
    weights[-1] -= threshold
    for field, weight in zip(fields(Evidence), weights, strict=False):
        print(f"{field.name:9}{weight:8.2f}")
    print(f"bias     {weights[-1]:8.2f}\n")
    print(f"{'':34}{'refused of those without, with an answer':>44}")
    print(f"{'first half, folds held out':34} {shares(first, list(held_out < threshold))}")
    for half in (1, 2):
        some = [each for each in examples if each.half == half]
        print(f"{f'half {half}':34} {shares(some, list(odds_of(weights, some) < 0))}")
        for group in dict.fromkeys(each.group for each in some):
            of_group = [each for each in some if each.group == group]
            print(f"  {group:32} {shares(of_group, list(odds_of(weights, of_group) < 0))}")


if __name__ == "__main__":
    main()
