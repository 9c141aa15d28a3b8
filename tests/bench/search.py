"""The time of a search over many chunks: python -m tests.bench.search FOLDER_OF_PDFS [CHUNKS].

The words are the PDFs', shuffled sentence by sentence until there are enough; the vectors are random, since
their values cost the same. A search is ``KnowledgeBase.search``, with the embedding of the question. On a
busy machine look at the CPU time: it is measured with one thread for matrices, since more spin as they wait.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from app.adapters.embedded.search.index import SqliteIndex
from app.compose import Embedded, embedded
from app.core.document import Status, VersionId
from app.core.geometry import Box
from app.core.page import BlockKind
from app.core.passage import Chunk, IndexQuery, Span
from app.settings import Settings
from tests.support.cards import titled
from tests.support.readers import open_outline, read_pages
from tests.support.registering import register

TENANT = "local"
PAGES_OF_A_PDF = 40
SENTENCES = 8
TOGETHER = 2_000
DOCUMENTS = 500
QUESTIONS = 40
GOAL = 50.0


def sentences(folder: Path) -> list[str]:
    """Of the first pages of each PDF."""
    found: list[str] = []
    for path in sorted(folder.glob("*.pdf")):
        last = min(open_outline(path).pages, PAGES_OF_A_PDF)
        for page in read_pages(path, range(1, last + 1)):
            parts = " ".join(page.text.split()).split(". ")
            found += [part for part in parts if 40 <= len(part) <= 400]
    return found


def documents(program: Embedded) -> list[str]:
    """The ids of documents that are there and answer."""
    store = program.steps.documents
    ids = []
    for number in range(DOCUMENTS):
        registered = register(store, TENANT, f"report {number}.pdf", f"{number:064}", 1)
        run = store.restart(VersionId(TENANT, registered.document.id, 1))
        store.update(TENANT, run.document_id, card=titled(f"Report {number}"), searchable=1)
        store.finish(run, Status.READY)
        ids.append(run.document_id)
    return ids


def made(count: int, text: list[str], ids: list[str]) -> Iterator[Chunk]:
    chance = random.Random(1)
    for number in range(count):
        document = number * len(ids) // count
        yield Chunk(
            id=f"{number:032}",
            tenant=TENANT,
            document_id=ids[document],
            version=1,
            ordinal=number,
            kind=BlockKind.TEXT,
            text=". ".join(chance.choices(text, k=SENTENCES)) + ".",
            context=f"Report {document} › Chapter {number % 20}",
            spans=(Span(1 + number % 200, Box(72.0, 72.0, 500.0, 300.0)),),
        )


def fill(index: SqliteIndex, chunks: Iterator[Chunk], dimensions: int) -> None:
    chance = np.random.default_rng(1)
    batch: list[Chunk] = []
    for chunk in chunks:
        batch.append(chunk)
        if len(batch) == TOGETHER:
            put(index, batch, chance, dimensions)
            batch = []
    put(index, batch, chance, dimensions)


def put(index: SqliteIndex, chunks: list[Chunk], chance: np.random.Generator, dimensions: int) -> None:
    vectors = chance.standard_normal((len(chunks), dimensions), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index.put(TENANT, chunks)
    index.set_vectors(TENANT, {chunk.id: vector for chunk, vector in zip(chunks, vectors, strict=True)})


def timed(name: str, calls: list[Callable[[], Any]]) -> float:
    """Print the median of the calls' wall and CPU milliseconds; the first of them."""
    wall, cpu = [], []
    for call in calls:
        start, start_cpu = time.perf_counter(), time.process_time()
        call()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - start_cpu))
    slow = sorted(wall)[int(0.95 * len(wall))]
    print(
        f"{name:22} median {statistics.median(wall):6.1f} ms, {statistics.median(cpu):6.1f} of CPU; "
        f"95 % within {slow:6.1f} ms"
    )
    return statistics.median(wall)


def questions(text: list[str]) -> list[str]:
    """Of the length that people ask: parts of sentences."""
    chance = random.Random(2)
    return [
        "What is said about " + " ".join(chance.choice(text).split()[2:10]) + "?" for _ in range(QUESTIONS)
    ]


def main(folder: Path, count: int) -> int:
    with tempfile.TemporaryDirectory() as place:
        program = embedded(Settings(data_folder=Path(place)))
        knowledge_base, embedder = program.knowledge_base, program.steps.embedder
        text = sentences(folder)
        fill(program.index, made(count, text, documents(program)), embedder.dimensions)
        asked = questions(text)
        vectors = {question: embedder.query(question) for question in asked}
        knowledge_base.questions.search(TENANT, "warm up")
        print(f"{count:,} chunks")
        timed("embed the question", [partial(embedder.query, q) for q in asked])
        timed("keywords", [partial(program.index.search, IndexQuery(TENANT, q, limit=50)) for q in asked])
        timed(
            "keywords and vectors",
            [
                partial(program.index.search, IndexQuery(TENANT, q, vectors[q], limit=50))
                for q in reversed(asked)
            ],
        )
        whole = timed(
            "the whole search", [partial(knowledge_base.questions.search, TENANT, q) for q in asked]
        )
        print(f"goal: {GOAL:.0f} ms median, {'reached' if whole < GOAL else 'missed'}")
        program.close()
    return 0 if whole < GOAL else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100_000))
