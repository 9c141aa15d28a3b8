"""Nine rules of the program, each changed on purpose: python -m tests.bench.policies [NUMBER …]

Each change is made in a temporary copy of the working tree, and the tests named beside it are run: a rule is
held where they fail. They are the rules that a first look found no test for, and those beside them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SECONDS = 600.0


class Change(NamedTuple):
    """What a rule says, where it stands, what is written in its place, and the tests that hold it."""

    rule: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


RUN = "app/ingest/run.py"
TEST_RUN = "tests/unit/ingest/test_run.py"

CHANGES = (
    Change(
        "a version that another was chosen over does not answer",
        RUN,
        "if document.searchable != run.version.number:\n            self.index.delete",
        "if document.searchable < 0:\n            self.index.delete",
        (TEST_RUN, "-k", "newer_one_came or leaves_no_gap or deleting_a_version"),
    ),
    Change(
        "a quote is looked for on the next page, too",
        "app/use_cases/questions.py",
        "for step in (0, 1)}",
        "for step in (0,)}",
        (TEST_RUN, "-k", "over_a_pages_end"),
    ),
    Change(
        "reading again reads the file, not the checkpoints",
        "app/core/rules/runs.py",
        "if not anew and version.shown.done",
        "if version.shown.done",
        (TEST_RUN, "tests/contract/test_documents.py", "-k", "read_again or retry or anew"),
    ),
    Change(
        "files that a deleted document gave out go with it",
        RUN,
        "for prefix in (keys.outputs_prefix, keys.uploads_prefix)",
        "for prefix in (keys.uploads_prefix,)",
        (TEST_RUN, "-k", "leaves_nothing_of_it"),
    ),
    Change(
        "passages of single ranges go when the whole is cut",
        RUN,
        "if not staged:  # drop",
        "if staged:  # drop",
        (TEST_RUN, "-k", "answered_with_alone"),
    ),
    Change(
        "words that stand together count",
        "app/ask/rerank.py",
        "PAIRS = 0.3",
        "PAIRS = 0.0",
        ("tests/unit/ask/test_rerank.py",),
    ),
    Change(
        "a question is understood by what was asked before",
        "app/use_cases/questions.py",
        "HISTORY = 6",
        "HISTORY = 0",
        ("tests/unit/test_knowledge_base.py", "-k", "follow_up_question"),
    ),
    Change(
        "the outline is kept when the file is first opened",
        RUN,
        "self.files.put(keys.outline(run.version), outline_file.encode(outline).encode())",
        "pass",
        (TEST_RUN, "-k", "outline"),
    ),
    Change(
        "a short range is read with the pages before it",
        RUN,
        "before = max(1, min(first, last + 1 - WINDOW))",
        "before = first",
        (TEST_RUN, "-k", "alone_in_its_range"),
    ),
)


def copied(folder: Path) -> None:
    """Copy the working tree, what is compiled with it, but neither environments nor history."""
    for name in ("app", "imgproc", "local", "tests", "deploy", "images"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "template.yaml"):
        shutil.copy(ROOT / name, folder / name)


def failed_test(change: Change, folder: Path) -> str:
    """The first test that fails with a change, "" where none does. ``ValueError``: the rule is gone."""
    path = folder / change.path
    text = path.read_text()
    if text.count(change.old) != 1:
        raise ValueError(f"{change.path} does not have this once: {change.old}")
    path.write_text(text.replace(change.old, change.new))
    try:
        command = [sys.executable, "-m", "pytest", "-n0", "-q", "-x", "-p", "no:cacheprovider", *change.tests]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    finally:
        path.write_text(text)
    failed = [line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if ended.returncode and not failed:
        raise ValueError(ended.stdout[-400:] + ended.stderr[-400:])
    return failed[0] if failed else ""


def main() -> None:
    chosen = [int(each) for each in sys.argv[1:]] or range(1, len(CHANGES) + 1)
    held = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copied(folder)
        for number in chosen:
            change = CHANGES[number - 1]
            failed = failed_test(change, folder)
            held += bool(failed)
            print(f"{number}. {change.rule}: {failed[:150] if failed else 'NO TEST FAILS'}", flush=True)
    print(f"{held} of {len(chosen)} rules are held by a test")


if __name__ == "__main__":
    main()
