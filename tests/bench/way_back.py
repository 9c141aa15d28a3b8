"""Time of the way back from a lost index: python -m tests.bench.way_back FOLDER_OF_PDFS [PAGES].

Makes a PDF of PAGES (100) pages from the PDFs of the folder and ingests it. Then the index is taken away and
comes back by the job that `POST /v1/maintenance/reindex` starts, with the local model, and with a server that
speaks OpenAI's protocol and answers at once: what is left is the program's own work, to which each request
adds what a real server takes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from app.compose import embedded
from app.core.job import JobKind
from app.settings import Settings
from tests.bench.ingest import combined
from tests.support.openai_server import OpenAiServer

TENANT = "local"


def measured(path: Path, data: Path, **settings: Any) -> tuple[int, float, float]:
    """How many passages came back, in how many seconds by the clock, and of CPU time."""
    chosen = Settings(data_folder=data, **settings)
    program = embedded(chosen)
    with path.open("rb") as file:
        program.knowledge_base.uploads.upload(TENANT, path.name, file)
    program.worker.drain()
    expected = program.knowledge_base.maintenance.state(TENANT).expected
    program.close()
    for lost in data.glob("index.sqlite3*"):
        lost.unlink()
    program = embedded(chosen)
    started, cpu = time.monotonic(), time.process_time()
    program.knowledge_base.maintenance.begin(JobKind.REINDEX, TENANT)
    program.worker.drain()
    seconds, cpu = time.monotonic() - started, time.process_time() - cpu
    found = program.knowledge_base.maintenance.state(TENANT).passages
    program.close()
    assert found == expected > 0
    return found, seconds, cpu


def main(folder: Path, pages: int) -> None:
    with tempfile.TemporaryDirectory() as scratch, OpenAiServer(dimensions=1536) as server:
        path = Path(scratch) / "long.pdf"
        combined(folder, pages, path)
        passages, seconds, cpu = measured(path, Path(scratch) / "local", openai_api_key=None)
        print(f"local model: {passages} passages in {seconds:.1f} s by the clock")
        print(f"{1000 * cpu / passages:.0f} s of CPU time a 1,000")
        by_api = {"openai_api_key": "none", "openai_base_url": server.url, "embedding_dimensions": 1536}
        data = Path(scratch) / "api"
        passages, seconds, cpu = measured(path, data, **by_api)
        requests = len(server.asked_of("/embeddings")) // 2  # it was ingested once before
        print(f"a server: {passages} passages in {requests} requests and {seconds:.1f} s by the clock")
        print(f"{1000 * cpu / passages:.0f} s of CPU time a 1,000, beside what the server takes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100)
