"""How often the paragraph that answers a question is found, in each language.

    python -m tests.bench.languages FOLDER [--languages de en …] [--memory]

``FOLDER`` has XQuAD's ``xquad.LANGUAGE.json`` (https://github.com/google-deepmind/xquad): the same paragraphs
and questions in every language. Paragraphs go straight into an index, one language at a time and all together
in one library, and are searched as the program does it: words and vectors, then reranked. A column of the
table is a language; across languages, the questions of one ask for the paragraphs of another.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import psutil

from app.adapters.embedded.models import E5
from app.adapters.embedded.search.index import SqliteIndex
from app.ask.evidence import is_enough
from app.ask.likeness import likeness
from app.ask.rerank import rerank
from app.ask.retrieve import ALPHA, CANDIDATES
from app.core.ids import derived_id
from app.core.page import BlockKind
from app.core.passage import Chunk, IndexQuery, Vector

TENANT = "bench"
ACROSS = (("de", "en"), ("ru", "en"), ("zh", "en"))
MANY = 20_000
TOGETHER = 64
PARAGRAPHS_OF_AN_ARTICLE = 5


@dataclass(frozen=True)
class Language:
    """Paragraphs with their vectors, and questions with theirs and the number of their paragraph."""

    name: str
    paragraphs: list[str]
    vectors: list[Vector]
    questions: list[tuple[str, Vector, int]]
    cpu_ms: float

    def chunks(self) -> list[Chunk]:
        """The paragraphs as passages of a document."""
        return [
            Chunk(derived_id(self.name, n), TENANT, f"doc_{self.name}", 1, n, BlockKind.TEXT, text)
            for n, text in enumerate(self.paragraphs)
        ]


def load(path: Path, model: E5, paragraphs: int, questions: int) -> Language:
    """Read a language and embed it."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    pairs = [pair for article in articles for pair in article["paragraphs"]][:paragraphs]
    asked = [(each["question"], n) for n, pair in enumerate(pairs) for each in pair["qas"]]
    asked = asked[:: max(1, len(asked) // questions)][:questions]
    texts = [pair["context"] for pair in pairs]
    start = time.process_time()
    vectors = model.documents(texts)
    cpu = (time.process_time() - start) / len(texts) * 1000
    return Language(
        path.suffixes[0][1:], texts, vectors, [(text, model.query(text), n) for text, n in asked], cpu
    )


@contextmanager
def library(languages: Sequence[Language], model: E5) -> Iterator[SqliteIndex]:
    """An index of these languages' paragraphs."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(
            SqliteIndex(Path(folder) / "index.sqlite3", model=model.model, dimensions=model.dimensions)
        ) as index,
    ):
        for language in languages:
            chunks = language.chunks()
            index.put(TENANT, chunks)
            ids = (chunk.id for chunk in chunks)
            index.set_vectors(TENANT, dict(zip(ids, language.vectors, strict=True)))
        yield index


def found(index: SqliteIndex, asking: Language, of: Language, alpha: float | None, first: int) -> float:
    """The share of questions whose paragraph is among the ``first``; ``alpha`` ``None`` is by words alone."""
    ids = [chunk.id for chunk in of.chunks()]
    right = 0
    for text, vector, paragraph in asking.questions:
        asked = IndexQuery(TENANT, text, None if alpha is None else vector, alpha or 0.0, CANDIDATES)
        hits = index.search(asked)
        if alpha == ALPHA:
            hits = rerank(text, hits)
        right += ids[paragraph] in [hit.chunk.id for hit in hits[:first]]
    return right / len(asking.questions)


def unrelated(language: Language) -> float:
    """The usual cosine of a question and a paragraph that is not its own."""
    import numpy as np

    cosines = np.array([vector for _, vector, _ in language.questions]) @ np.array(language.vectors).T
    return float(np.median(cosines))


def answered(language: Language, model: E5) -> tuple[float, float]:
    """The shares of questions that are held to be answered by a library: of those whose paragraph it has, and
    of those whose paragraph it lacks, since it has each second article."""
    articles = [paragraph // PARAGRAPHS_OF_AN_ARTICLE % 2 == 0 for _, _, paragraph in language.questions]
    there = [n // PARAGRAPHS_OF_AN_ARTICLE % 2 == 0 for n in range(len(language.paragraphs))]
    half = replace(
        language,
        paragraphs=[text for text, kept in zip(language.paragraphs, there, strict=True) if kept],
        vectors=[vector for vector, kept in zip(language.vectors, there, strict=True) if kept],
    )
    enough: dict[bool, list[bool]] = {True: [], False: []}
    with library([half], model) as index:
        for (text, vector, _), has in zip(language.questions, articles, strict=True):
            hits = rerank(text, index.search(IndexQuery(TENANT, text, vector, ALPHA, CANDIDATES)))[:10]
            alike = [
                replace(hit, similarity=likeness(hit.similarity, model, text, hit.chunk.text))
                for hit in hits
                if hit.similarity is not None
            ]
            enough[has].append(is_enough(text, alike))
    return mean(enough[True]), mean(enough[False])


def print_row(label: str, figures: Sequence[float]) -> None:
    """Print a row of the table."""
    print(f"{label:28}" + "".join(f"{figure:7.3f}" for figure in figures), flush=True)


def memory_of_many(languages: Sequence[Language], model: E5) -> float:
    """The process's memory in MB with as many passages as ``MANY`` in its index."""
    every = [each for language in languages for each in zip(language.chunks(), language.vectors, strict=True)]
    with library([], model) as index:
        for start in range(0, MANY, TOGETHER):
            some = {derived_id(n): every[n % len(every)] for n in range(start, start + TOGETHER)}
            index.put(
                TENANT,
                [
                    Chunk(key, TENANT, "doc", 1, 0, BlockKind.TEXT, chunk.text)
                    for key, (chunk, _) in some.items()
                ],
            )
            index.set_vectors(TENANT, {key: vector for key, (_, vector) in some.items()})
        index.search(IndexQuery(TENANT, "pump", model.query("pump")))
        return float(psutil.Process().memory_info().rss / 1e6)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--languages", nargs="*", help="only these (default: all that are in the folder)")
    options.add_argument("--paragraphs", type=int, default=240)
    options.add_argument("--questions", type=int, default=250)
    options.add_argument("--memory", action="store_true", help=f"with {MANY:,} passages, too (minutes)")
    chosen = options.parse_args()
    model = E5()
    model.query("load")
    paths = sorted(chosen.folder.glob("xquad.*.json"))
    wanted = [path for path in paths if not chosen.languages or path.suffixes[0][1:] in chosen.languages]
    languages = [load(path, model, chosen.paragraphs, chosen.questions) for path in wanted]
    print(" " * 28 + "".join(f"{language.name:>7}" for language in languages))
    rows: dict[str, list[float]] = {}
    for language in languages:
        with library([language], model) as index:
            for label, alpha, first in (
                ("words alone, first", None, 1),
                ("vectors alone, first", 1.0, 1),
                ("as the program, first", ALPHA, 1),
                ("as the program, first five", ALPHA, 5),
            ):
                rows.setdefault(label, []).append(found(index, language, language, alpha, first))
    for label, figures in rows.items():
        print_row(label, figures)
    with library(languages, model) as index:
        print_row("all in one library, first", [found(index, each, each, ALPHA, 1) for each in languages])
    print_row("unrelated, median cosine", [unrelated(language) for language in languages])
    gates = [answered(language, model) for language in languages]
    print_row("enough, of what is there", [there for there, _ in gates])
    print_row("enough, of what is not", [other for _, other in gates])
    print_row("CPU of a passage, ms", [language.cpu_ms for language in languages])
    by_name = {language.name: language for language in languages}
    for asking, of in ACROSS:
        if asking in by_name and of in by_name:
            with library([by_name[of]], model) as index:
                share = found(index, by_name[asking], by_name[of], ALPHA, 5)
                print_row(f"{asking} asks, {of} answers, five", [share])
    if chosen.memory:
        print(f"memory with {MANY:,} passages: {memory_of_many(languages, model):.0f} MB")


if __name__ == "__main__":
    main()
