"""Where the time of a page goes, by stage: python -m tests.bench.stages CORPUS [EVERY_PAGE] [DEPTH].

Reads every EVERY_PAGE-th page (20) of the corpus's texts, tables and design pages, and prints the share of
CPU seconds of the program's functions, with all that they call: those down to DEPTH calls (2) below the
reading of a page. The time is sampled: a profiler would slow Python down, and not the compiled reader.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

from app.pdf import page as extract

INTERVAL_SECONDS = 0.001
ROOT = "read_page"


class Sampler:
    """Sums of CPU seconds by the functions that were running, from ``ROOT`` down."""

    def __init__(self, depth: int) -> None:
        self.spent: dict[tuple[str, ...], float] = defaultdict(float)
        self._depth = depth
        self._last = time.process_time()

    def take(self, _number: int, frame: FrameType | None) -> None:
        """Give what was spent since the last sample to what runs now; a signal waits for compiled code."""
        now = time.process_time()
        took, self._last = now - self._last, now
        names: list[str] = []
        while frame:
            if frame.f_code.co_name == ROOT:
                called = tuple(reversed(names))
                for length in range(min(len(called), self._depth) + 1):
                    self.spent[called[:length]] += took
                return
            if "/app/" in frame.f_code.co_filename:
                names.append(frame.f_code.co_name)
            frame = frame.f_back


def read_pages(corpus: Path, every: int) -> int:
    """Read a sample of the corpus's pages; returns how many."""
    pages = 0
    for folder in ("text", "tables", "design"):
        for path in sorted((corpus / folder).glob("*.pdf")):
            with extract.open_pdf(path) as document:
                for number in range(1, len(document) + 1, every):
                    extract.read_page(document, number)
                    pages += 1
    return pages


def main(corpus: Path, every: int, depth: int) -> None:
    sampler = Sampler(depth)
    signal.signal(signal.SIGPROF, sampler.take)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
    pages = read_pages(corpus, every)
    signal.setitimer(signal.ITIMER_PROF, 0)
    whole = sampler.spent[()]
    print(f"{pages} pages, {whole:.2f} s CPU, {pages / whole:.1f} pages a CPU second")
    for called, seconds in sorted(sampler.spent.items(), key=lambda each: each[0]):
        if called and seconds >= 0.002 * whole:
            print(f"{100 * seconds / whole:5.1f} %  {'  ' * (len(called) - 1)}{called[-1]}")


if __name__ == "__main__":
    every_page, calls = [int(given) for given in [*sys.argv[2:], *("20", "2")[len(sys.argv) - 2 :]]]
    main(Path(sys.argv[1]), every_page, calls)
