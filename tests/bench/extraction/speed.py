"""CPU and wall seconds of each tool, page by page in turn, in one process."""

from __future__ import annotations

import contextlib
import io
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from app.pdf import page as extract
from tests.bench.extraction.tools import OURS, WHOLE, readers


@dataclass
class Spent:
    """Seconds that a tool took for all pages; ``failed`` are pages that it gave up."""

    cpu: float = 0.0
    wall: float = 0.0
    failed: int = 0


def cpu_seconds() -> float:
    """CPU of this process and the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure(path: Path, every: int, spent: dict[str, Spent]) -> int:
    """Read every ``every``-th page of a file with each tool; returns how many."""
    with readers(path) as tools:
        with extract.open_pdf(path) as document:
            indexes = range(0, len(document), every)
        for index in indexes:
            for name, read in tools.items():
                took = spent.setdefault(name, Spent())
                cpu, wall = cpu_seconds(), time.perf_counter()
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        read(index)
                except Exception:
                    took.failed += 1
                took.cpu += cpu_seconds() - cpu
                took.wall += time.perf_counter() - wall
    return len(indexes)


def show(corpus: Path, every: int) -> None:
    """Measure the corpus's text, tables and design pages, and print a line for each tool."""
    spent: dict[str, Spent] = {}
    pages = 0
    for folder in ("text", "tables", "design"):
        for path in sorted((corpus / folder).glob("*.pdf")):
            with contextlib.suppress(Exception):  # a file that some tool does not open is left out
                pages += measure(path, every, spent)
    print(f"\nSpeed: {pages} pages, one process, each tool in turn")
    print(f"{'':30}{'CPU s':>9}{'wall s':>9}{'pages/CPU s':>13}{'times ours':>12}{'whole':>8}{'failed':>8}")
    for name, took in spent.items():
        times, whole = (took.cpu / spent[each].cpu for each in (OURS, WHOLE))
        print(
            f"{name:30}{took.cpu:9.2f}{took.wall:9.2f}{pages / took.cpu:13.1f}"
            f"{times:12.1f}{whole:8.1f}{took.failed:8}",
            flush=True,
        )
