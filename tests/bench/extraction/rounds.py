"""Whole engines beside ours on the same pages: rounds in turn, each engine in a process of its own.

python -m tests.bench.extraction.rounds whole|contents FOLDER    # ours alone, as others.py does it
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pypdfium2

from app.pdf import page as extract
from tests.bench.extraction.others import print_seconds

OTHERS = Path(__file__).with_name("others.py")
TIMES = 3
PATIENCE = 900.0


def show(corpus: Path, every: int, scratch: Path, engines: Path | None) -> None:
    """Print the pages a CPU second of ours and of each engine, the median of three rounds; ``engines`` has an
    environment for each."""
    folder = scratch / "pages"
    folder.mkdir()
    pages = sum(cut_pages(path, every, folder) for path in paths_of(corpus))
    ours = [sys.executable, "-m", "tests.bench.extraction.rounds"]
    commands = {f"ours: {kind}": [*ours, kind, str(folder)] for kind in READERS}
    for environment in sorted(engines.iterdir()) if engines else ():
        if (python := environment / "bin/python").exists():
            commands[environment.name] = [str(python), str(OTHERS), environment.name, str(folder)]
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    failed = dict.fromkeys(commands, "")
    for _ in range(TIMES):
        for name, command in commands.items():
            said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE)
            taken, failed[name] = said.stdout.splitlines()[-1].split()
            seconds[name].append(float(taken))
    print(f"\nEngines: {pages} pages, opening included, {TIMES} rounds in turn")
    print(f"{'':24}{'pages/CPU s':>13}{'from':>9}{'to':>9}{'failed':>8}")
    for name, each in seconds.items():
        middle, least, most = pages / median(each), pages / max(each), pages / min(each)
        print(f"{name:24}{middle:13.1f}{least:9.1f}{most:9.1f}{failed[name]:>8}", flush=True)


def paths_of(corpus: Path) -> list[Path]:
    return [path for name in ("text", "tables", "design") for path in sorted((corpus / name).glob("*.pdf"))]


def cut_pages(path: Path, every: int, folder: Path) -> int:
    """Save every ``every``-th page of a file as a PDF; returns how many."""
    with contextlib.closing(pypdfium2.PdfDocument(path)) as source:
        indexes = list(range(0, len(source), every))
        with contextlib.closing(pypdfium2.PdfDocument.new()) as target:
            target.import_pages(source, indexes)
            target.save(folder / path.name)
    return len(indexes)


def read_whole(path: Path) -> None:
    """Words, blocks, tables, verdict and hidden text."""
    with extract.open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            extract.read_page(document, number)


def read_contents(path: Path) -> None:
    """Words and tables alone."""
    with extract.open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            with (
                contextlib.closing(document[number - 1]) as page,
                extract.text_page_of(page) as text_page,
            ):
                extract.read_contents(page, number, text_page)


READERS: dict[str, Callable[[Path], None]] = {"whole": read_whole, "contents": read_contents}

if __name__ == "__main__":
    print_seconds(READERS[sys.argv[1]], Path(sys.argv[2]))
