"""The compiled reader under gcc's address and undefined-behaviour sanitizers.

    python -m tests.bench.sanitized FOLDER

Reads every 5th page of all PDFs of a folder, of each file also a copy with some of its bytes changed (the
same at each run). Ends with the sanitizer's report at the first fault; prints how many pages were read.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from app.core.errors import KnowledgeBaseError
from app.pdf import page as extract
from app.pdf.native import compile as compiler
from app.pdf.native import library as native

OPTIONS = ("-std=c11", "-O1", "-g", "-fPIC", "-shared", "-fsanitize=address,undefined")
STOP = "-fno-sanitize-recover=all"
LARGEST = 3_000_000
"""Bytes of a file: a sanitized reader is many times slower."""

EVERY = 5
CHANGED = 40
"""Bytes of a changed file."""


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        library = Path(scratch) / "reading.so"
        sources = [str(compiler.FOLDER / "source" / name) for name in compiler.SOURCES]
        version = f'-DVERSION="{compiler.version()}"'
        subprocess.run(["gcc", *OPTIONS, STOP, version, "-o", library, *sources, "-lm"], check=True)
        runtime = subprocess.check_output(["gcc", "-print-file-name=libasan.so"], text=True).strip()
        environment = os.environ | {"LD_PRELOAD": runtime, "ASAN_OPTIONS": "detect_leaks=0"}
        command = [sys.executable, "-m", "tests.bench.sanitized", str(folder), str(library)]
        subprocess.run(command, check=True, env=environment)


def read_all(folder: Path, library: Path) -> None:
    setattr(native, "LIBRARY", library)  # noqa: B010 - what this process loads, and no other
    read = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted(folder.rglob("*.pdf")):
            if path.stat().st_size > LARGEST:
                continue
            for file in (path, changed(path, Path(scratch) / "changed.pdf")):
                try:
                    with extract.open_pdf(file) as document:
                        for number in range(1, len(document) + 1, EVERY):
                            extract.read_page(document, number)
                            read += 1
                except KnowledgeBaseError:
                    failed += 1
    print(f"{read} pages read, {failed} files refused, no fault")


def changed(path: Path, target: Path) -> Path:
    """A copy with some bytes changed, for each file the same ones."""
    content, chance = bytearray(path.read_bytes()), random.Random(path.name)
    for _ in range(CHANGED if content else 0):
        content[chance.randrange(len(content))] = chance.randrange(256)
    target.write_bytes(content)
    return target


if __name__ == "__main__":
    if sys.argv[2:]:
        read_all(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
