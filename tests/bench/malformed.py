"""How long files take that break other programs: python -m tests.bench.malformed CORPUS [NUMBER].

Each is taken in by itself by one program; printed are the longest (ten, or another number) and the total.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from app.compose import Embedded, embedded
from app.core.errors import BadRequest
from app.settings import Settings

SHOWN = 10


def seconds_of(program: Embedded, path: Path) -> float:
    """The seconds on the clock until a file has ended, as a document or refused."""
    began = time.monotonic()
    try:
        with path.open("rb") as content:
            program.knowledge_base.uploads.upload("local", path.name, content)
        program.worker.drain()
    except BadRequest:
        pass
    return time.monotonic() - began


def main(corpus: Path, shown: int = SHOWN) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = embedded(Settings(data_folder=Path(folder), ocr="off"))
        taken = {path.name: seconds_of(program, path) for path in sorted(corpus.glob("malformed/*.pdf"))}
        program.close()
    for name, seconds in sorted(taken.items(), key=lambda each: -each[1])[:shown]:
        print(f"{name}: {seconds:.1f} s")
    print(f"{len(taken)} files: {sum(taken.values()):.0f} s")


def _arguments(given: Sequence[str]) -> tuple[Path, int]:
    return Path(given[0]), int(given[1]) if len(given) > 1 else SHOWN


if __name__ == "__main__":
    main(*_arguments(sys.argv[1:]))
