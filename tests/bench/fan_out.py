"""Pages a second of one long PDF with one and two queue workers: ``python -m tests.bench.fan_out [PAGES]``.

Runs the whole of ``docker-compose.yml``. The workers share the reading; then one of them has the model server
make the vectors.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.support import services, stack
from tests.support.http import ask, send
from tests.support.pdfs import manual
from tests.support.uploads import address_of, ended, uploaded

WORKERS = (1, 2)


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    try:
        with tempfile.TemporaryDirectory() as folder, stack.held() as running:
            path = manual(Path(folder) / "long.pdf", pages)
            print(f"{pages} pages, {path.stat().st_size / 1e6:.1f} MB")
            for workers in WORKERS:
                running.up("--scale", f"queue-worker={workers}")
                measure(running, path, workers)
    finally:
        stack.stop()
        services.stop_all()


def measure(running: stack.Stack, path: Path, workers: int) -> None:
    """Ingest the file, say how fast it was read, and delete it again."""
    send(f"{running.url}/v1/search", {"question": "the functions are warm"})
    read: list[float] = []

    def watch(document: Any) -> None:
        if document["pages_done"] == document["pages"] > 0 and not read:
            read.append(time.monotonic() - begun)

    begun = time.monotonic()
    address = address_of(running.url, uploaded(running.url, path))
    document = ended(address, watch)
    whole = time.monotonic() - begun
    print(
        f"{workers} worker(s): read {document['pages'] / read[0]:.1f} pages/s ({read[0]:.1f} s), "
        f"{document['status']} after {whole:.1f} s ({document['pages'] / whole:.1f} pages/s)",
        flush=True,
    )
    ask(address, method="DELETE")


if __name__ == "__main__":
    main()
