"""CPU seconds of ``kb extract`` at several revisions of this repository, in turns in one run.

    python -m tests.bench.revisions REVISION,… PDF… [--rounds N] [--searches N]

Each revision is checked out and its reader compiled in a temporary folder; the packages are those of this
environment. A file's figure is the least of the rounds: whatever else runs on the
machine only adds to it.
The last column of a revision says whether the bytes are those of the revision before it.

With ``--searches`` it compares the library instead: CPU seconds of ingesting the PDFs with each revision's
own model, and CPU milliseconds of a search over them, of the process that searches.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
from itertools import pairwise, product
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTRACT = "import sys; from app.cli import main; sys.exit(main())"
SEARCH = """
import itertools, json, sys, time
from pathlib import Path
from app.compose import embedded
from app.settings import Settings
data, searches, paths = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
program = embedded(Settings(data_folder=data))
door = program.knowledge_base
upload, search = getattr(door, "uploads", door).upload, getattr(door, "questions", door).search
for path in paths:
    with open(path, "rb") as file:
        upload("local", Path(path).name, file)
program.worker.drain()
words = ["total revenue", "What is the total?", "number of pages", "the method of this work", "a table"]
for question in words:
    search("local", question)
began = time.process_time()
for question in itertools.islice(itertools.cycle(words), searches):
    search("local", question)
print(json.dumps(time.process_time() - began))
program.close()
"""
"""The front door of older revisions has the use cases of today's ``uploads`` and ``questions`` itself."""

COMPILE = """
import importlib
try: m = importlib.import_module("app.pdf.native.compile")
except ModuleNotFoundError: m = importlib.import_module("app.ingest.native.compile")
m.compile_reader(m.this_machine(), m.LIBRARY)
"""


def run(code: str, folder: Path, *arguments: str) -> tuple[float, bytes]:
    """Run Python code in a checkout: its CPU seconds with those of its children, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(folder), "KB_DATA": str(folder / "data")}
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=900,
        check=False,
    )
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"{folder.name}: {ended.stderr.decode()[-500:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended.stdout


def checked_out(revision: str, scratch: Path) -> Path:
    """Check a revision out into a folder of its own, and compile its reader."""
    folder = scratch / revision.replace("/", "-")
    folder.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    run(COMPILE, folder)
    # A confined process writes no byte code: without it each start would compile the program anew.
    subprocess.run([sys.executable, "-m", "compileall", "-q", folder / "app"], check=True)
    return folder


def compare_libraries(folders: list[Path], pdfs: list[Path], *, rounds: int, searches: int) -> None:
    """Print what ingesting the PDFs and searching them costs in each checkout."""
    ingested, searched = [float("inf")] * len(folders), [float("inf")] * len(folders)
    for number, (index, folder) in product(range(rounds), enumerate(folders)):
        paths = [str(pdf.resolve()) for pdf in pdfs]
        seconds, said = run(SEARCH, folder, str(folder / f"library-{number}"), str(searches), *paths)
        own = float(json.loads(said.splitlines()[-1]))
        ingested[index] = min(ingested[index], seconds - own)
        searched[index] = min(searched[index], own / searches)
    print(f"{'ingest, in CPU seconds':40}", *(f"{seconds:14.2f}  " for seconds in ingested))
    print(f"{'times the first':40}", *(f"{seconds / ingested[0]:14.2f}  " for seconds in ingested))
    print(f"{'a search, in CPU milliseconds':40}", *(f"{1000 * seconds:14.2f}  " for seconds in searched))
    print(f"{'times the first':40}", *(f"{seconds / searched[0]:14.2f}  " for seconds in searched))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revisions", help="separated by commas, the oldest first")
    parser.add_argument("pdfs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--searches", type=int, default=0)
    options = parser.parse_args()
    revisions = options.revisions.split(",")
    with tempfile.TemporaryDirectory() as name:
        folders = [checked_out(revision, Path(name)) for revision in revisions]
        print(f"{'':40}", *(f"{revision:>16}" for revision in revisions))
        if options.searches:
            compare_libraries(folders, options.pdfs, rounds=options.rounds, searches=options.searches)
            return
        totals = [0.0] * len(revisions)
        for pdf in options.pdfs:
            least, digests = [float("inf")] * len(revisions), [""] * len(revisions)
            for _ in range(options.rounds):
                for index, folder in enumerate(folders):
                    seconds, said = run(EXTRACT, folder, "extract", str(pdf.resolve()), "--no-ocr")
                    least[index] = min(least[index], seconds)
                    digests[index] = hashlib.sha256(said).hexdigest()
            same = [""] + ["=" if a == b else "≠" for a, b in pairwise(digests)]
            print(
                f"{pdf.name[:40]:40}", *(f"{s:14.2f} {mark:1}" for s, mark in zip(least, same, strict=True))
            )
            totals = [total + seconds for total, seconds in zip(totals, least, strict=True)]
        print(f"{'all, in CPU seconds':40}", *(f"{total:14.2f}  " for total in totals))
        print(f"{'times the first':40}", *(f"{total / totals[0]:14.2f}  " for total in totals))


if __name__ == "__main__":
    main()
