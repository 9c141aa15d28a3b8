"""Memory of a server with many passages: python -m tests.bench.memory [PASSAGES] [PDF].

Passages are XQuAD-like nonsense with random vectors, since their values take the same room. The server is a
process of its own, as ``kb serve`` starts it; its memory is told as it is started, after searches and
questions, while it ingests a PDF (a manual of 60 pages, if none is given), and a while after.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import psutil

from app.compose import embedded
from app.settings import Settings
from tests.bench.embedding import nonsense
from tests.bench.search import documents, fill, made
from tests.support.http import post_form
from tests.support.pdfs import manual
from tests.support.server import Server, serving

PASSAGES = 20_000
SENTENCE = 15
"""Words; a passage has eight sentences."""

PAGES = 60
SEARCHES = 30
SETTLED_SECONDS = 5.0


def make_library(folder: Path, count: int) -> None:
    """Fill a data folder with passages."""
    program = embedded(Settings(data_folder=folder))
    dimensions = program.steps.embedder.dimensions
    words = " ".join(nonsense()).split()
    sentences = [" ".join(words[at : at + SENTENCE]) for at in range(0, len(words), SENTENCE)]
    fill(program.index, made(count, sentences, documents(program)), dimensions)
    program.close()


def resident(server: Server) -> tuple[float, float]:
    """The megabytes that the server's process holds, and those that no other process shares."""
    memory = psutil.Process(server.process.pid).memory_full_info()
    return memory.rss / 1e6, memory.uss / 1e6


def print_memory(label: str, server: Server) -> None:
    """Print what it holds now."""
    held, own = resident(server)
    print(f"{label:24} {held:6.0f} MB, {own:6.0f} of its own", flush=True)


def ingest(server: Server, pdf: Path) -> float:
    """Have the server read a PDF; the most megabytes that it held meanwhile."""
    document, most = post_form(f"{server.url}/v1/documents", {}, pdf).value["id"], 0.0
    while server.get(f"/v1/documents/{document}")["status"] in ("queued", "running"):
        most = max(most, resident(server)[0])
        time.sleep(0.05)
    return most


def main(count: int, pdf: Path | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        make_library(folder / "data", count)
        pdf = pdf or manual(folder / "manual.pdf", PAGES)
        with serving(folder / "data") as server:
            print(f"{count:,} passages")
            print_memory("started", server)
            for number in range(SEARCHES):
                server.post("/v1/search", {"question": f"What is said about report {number}?"})
            print_memory(f"after {SEARCHES} searches", server)
            for number in range(SEARCHES):
                asked = f"How many pages has report {number}?"
                server.post("/v1/search", {"question": asked, "limit": 50})
            print_memory(f"after {SEARCHES} long ones", server)
            print(f"{f'reading {pdf.name}':24} {ingest(server, pdf):6.0f} MB at most")
            time.sleep(SETTLED_SECONDS)
            print_memory("afterwards", server)


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else PASSAGES, Path(sys.argv[2]) if len(sys.argv) > 2 else None
    )
