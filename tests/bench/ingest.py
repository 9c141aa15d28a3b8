"""Memory and speed of ingesting one long PDF: python -m tests.bench.ingest FOLDER_OF_PDFS [PAGES [free]].

Makes a PDF of PAGES (500) pages from the PDFs of the folder, ingests it, and samples the resident memory of
the process tree. The model's part is what loading it and embedding one passage added. With ``free``, vectors
cost nothing: all of one value.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pypdfium2

from app.compose import embedded
from app.core.passage import Vector
from app.core.ports import Embedder
from app.settings import Settings

SAMPLE_SECONDS = 0.05


def combined(folder: Path, pages: int, target: Path) -> None:
    """The first ``pages`` pages of the folder's PDFs as one."""
    whole = pypdfium2.PdfDocument.new()
    for path in sorted(folder.rglob("*.pdf")):
        source = pypdfium2.PdfDocument(path)
        whole.import_pages(source, list(range(min(len(source), pages - len(whole)))))
        if len(whole) >= pages:
            break
    whole.save(target)


def tree_bytes() -> int:
    """Resident memory of this process and all below it."""
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def cpu_seconds() -> float:
    """CPU of this process and its children, dead ones included."""
    own = psutil.Process().cpu_times()
    living = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    ended = own.children_user + own.children_system
    return float(own.user + own.system + ended + sum(times.user + times.system for times in living))


class MeasuredEmbedder:
    """An embedder, and the CPU seconds of this process while it embedded passages; a ``free`` one gives each
    text the same vector."""

    def __init__(self, embedder: Embedder, *, free: bool) -> None:
        self._embedder = embedder
        self._free = free
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def documents(self, texts: Sequence[str], **options: Any) -> Sequence[Vector]:
        """The vectors of texts, in their order."""
        if self._free:
            size = self._embedder.dimensions
            return [[size**-0.5] * size for _ in texts]
        began = time.process_time()
        found = self._embedder.documents(texts, **options)
        self.seconds += time.process_time() - began
        return found


def main(folder: Path, pages: int, *, free: bool) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "long.pdf"
        combined(folder, pages, path)
        program = embedded(Settings(data_folder=Path(scratch) / "data"))
        before = tree_bytes()
        measured = MeasuredEmbedder(program.steps.embedder, free=free)
        object.__setattr__(program.steps, "embedder", measured)
        program.steps.embedder.documents(["A passage of a few words."])
        model = tree_bytes() - before

        peak, stop, sampling = 0, threading.Event(), 0.0

        def sample() -> None:
            nonlocal peak, sampling
            while not stop.wait(SAMPLE_SECONDS):
                peak = max(peak, tree_bytes())
            sampling = time.thread_time()

        sampler = threading.Thread(target=sample)
        sampler.start()
        measured.seconds = 0.0
        started, cpu, own = time.perf_counter(), cpu_seconds(), time.process_time()
        with path.open("rb") as file:
            put = program.knowledge_base.uploads.upload("local", "long.pdf", file)
        program.worker.drain()
        wall, cpu = time.perf_counter() - started, cpu_seconds() - cpu
        own = time.process_time() - own
        stop.set()
        sampler.join()
        # On a busy machine the samples took more than all that was measured.
        own, cpu = own - sampling, cpu - sampling
        latest = program.knowledge_base.library.document("local", put.document.id).latest
        program.close()
    print(f"{latest.pages} pages ({path.name}): {latest.status.value}, {latest.chunks} passages")
    print(f"peak memory {peak / 1e6:.0f} MB, less the model {(peak - model) / 1e6:.0f} MB")
    print(f"{wall:.1f} s, {cpu:.1f} s of CPU, {latest.pages / wall:.1f} pages/s")
    rest = own - measured.seconds
    print(f"CPU: reading {cpu - own:.1f} s, embedding {measured.seconds:.1f} s, all else {rest:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 500, free="free" in sys.argv[3:])
