"""Extraction beside other tools, in one run:

    python -m tests.bench.extraction CORPUS [--parts speed,engines,accuracy,design,memory,processes]
        [--every-page N] [--every-file N] [--others PYTHON] [--engines FOLDER]

CORPUS has the folders ``text``, ``tables`` and ``design`` and a ``score.py`` that judges. PyMuPDF is used in
measurements alone. For camelot and opendataloader-pdf (which needs Java 11 or later), and for a judge that is
quick and exact, make an environment anywhere else, and give ``--others others/bin/python``:

    python -m venv others && others/bin/pip install 'camelot-py[base]' opendataloader-pdf rapidfuzz

kreuzberg, liteparse, pdf-oxide and PyMuPDF 2 (AGPL-3.0; the project has an older one) have an environment
each, named after its package, in the folder given with ``--engines``:

    for name in kreuzberg liteparse pdf-oxide pymupdf; do
        python -m venv engines/$name && engines/$name/bin/pip install --upgrade $name
    done
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.bench.extraction import accuracy, long_files, rounds, speed

PARTS = ("speed", "engines", "accuracy", "design", "memory", "processes")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--every-page", type=int, default=10, help="speed: every Nth page (default 10)")
    parser.add_argument("--every-file", type=int, default=1, help="accuracy: every Nth file (default all)")
    parser.add_argument(
        "--others", type=Path, help="the Python of an environment with camelot, opendataloader"
    )
    parser.add_argument("--engines", type=Path, help="a folder of environments, one for each engine")
    parser.add_argument("--long", type=int, default=5000, help="memory: pages (default 5000)")
    parser.add_argument("--shared", type=int, default=1000, help="processes: pages (default 1000)")
    parser.add_argument("--times", type=int, default=3, help="processes: runs of each (default 3)")
    options = parser.parse_args()
    corpus = options.corpus.resolve()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shown = {
            "speed": lambda: speed.show(corpus, options.every_page),
            "engines": lambda: rounds.show(corpus, options.every_page, scratch, options.engines),
            "accuracy": lambda: accuracy.show(
                corpus, options.every_file, scratch, options.others, options.engines
            ),
            "design": lambda: accuracy.show_design(corpus),
            "memory": lambda: long_files.show_memory(corpus, options.long, scratch),
            "processes": lambda: long_files.show_processes(corpus, options.shared, options.times, scratch),
        }
        for part in options.parts.split(","):
            shown[part]()


if __name__ == "__main__":
    main()
