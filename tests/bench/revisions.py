"""CPU seconds of ``kb extract`` at several revisions of this repository, in turns in one run.

    python -m tests.bench.revisions REVISION,… PDF… [--rounds N]

Each revision is checked out and its reader compiled in a temporary folder; the packages are those of this
environment. A file's figure is the least of the rounds: whatever else runs on the
machine only adds to it.
The last column of a revision says whether the bytes are those of the revision before it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXTRACT = "import sys; from app.cli import main; sys.exit(main())"
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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revisions", help="separated by commas, the oldest first")
    parser.add_argument("pdfs", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    revisions = options.revisions.split(",")
    with tempfile.TemporaryDirectory() as name:
        folders = [checked_out(revision, Path(name)) for revision in revisions]
        print(f"{'':40}", *(f"{revision:>16}" for revision in revisions))
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
