"""Texts, tables and verdicts against ground truth: the corpus's ``score.py`` judges each tool's output."""

from __future__ import annotations

import contextlib
import csv
import glob
import io
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.extraction.speed import cpu_seconds
from tests.bench.extraction.tools import FILES, Shown
from tests.support.readers import read_pages

OTHERS = Path(__file__).with_name("others.py")
PATIENCE = 3600.0


def show(corpus: Path, every: int, scratch: Path, other_python: Path | None, engines: Path | None) -> None:
    """Print the scores of each tool on every ``every``-th file of the corpus."""
    half = sample(corpus, every, scratch / "half")
    judge = [str(other_python or sys.executable), str(corpus / "score.py")]
    print(f"\nAccuracy: {len(list(half.glob('text/*.pdf')))} texts, {len(tables_of(half))} files with tables")
    print(f"{'':24}{'headline':>9}{'n5':>8}{'cell F1':>9}{'adj F1':>8}{'false':>7}{'CPU s':>9}{'failed':>8}")
    for name, read in FILES.items():
        if name == "pdftotext" and not shutil.which(name):
            continue
        began = cpu_seconds()
        failed = write_all(half, scratch / name, read)
        print_scores(name, judge, half, scratch / name, cpu_seconds() - began, str(failed))
    for name, python in outside_tools(other_python, engines):
        began = cpu_seconds()
        out = scratch / name
        command = [str(python), str(OTHERS), name, str(half), str(out)]
        subprocess.run(command, check=True, timeout=PATIENCE, capture_output=True)
        print_scores(name, judge, half, out, cpu_seconds() - began, "")


def outside_tools(other_python: Path | None, engines: Path | None) -> Iterator[tuple[str, Path]]:
    """The tools that are not installed with the project, each with the Python that has it."""
    if other_python:
        yield "camelot", other_python
        yield "opendataloader", other_python
    for environment in sorted(engines.iterdir()) if engines else ():
        if (python := environment / "bin/python").exists():
            yield environment.name, python


def sample(corpus: Path, every: int, target: Path) -> Path:
    """A corpus of every ``every``-th file of the texts and of the tables, by links."""
    chosen = sorted((corpus / "text").glob("*.pdf"))[::every]
    tables = sorted((corpus / "tables").glob("*.tables.json"))[::every]
    for path in chosen:
        link_all(corpus, target, path.parent.glob(f"{glob.escape(path.stem)}.*"))
    for path in tables:
        link_all(corpus, target, [path, corpus / json.loads(path.read_text("utf-8"))["pdf"]])
    link_all(corpus, target, [corpus / "MANIFEST.tsv"])
    return target


def link_all(corpus: Path, target: Path, paths: Iterable[Path]) -> None:
    for path in paths:
        link = target / path.relative_to(corpus)
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.symlink_to(path)


def tables_of(half: Path) -> list[Path]:
    return [half / json.loads(path.read_text("utf-8"))["pdf"] for path in half.glob("tables/*.tables.json")]


def write_all(half: Path, out: Path, read: Callable[[Path], Iterator[Shown]]) -> int:
    """Write what a tool makes of each file; returns how many it gave up."""
    failed = 0
    for path in sorted({*half.glob("text/*.pdf"), *tables_of(half)}):
        target = (out / path.relative_to(half)).with_suffix(".json")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                shown: Any = {"pages": list(read(path))}
        except Exception as error:
            shown, failed = {"error": str(error)}, failed + 1
        target.write_text(json.dumps(shown), encoding="utf-8")
    return failed


def print_scores(name: str, judge: list[str], half: Path, out: Path, cpu: float, failed: str) -> None:
    """One line: means over the files of each kind."""
    found = scores(judge, half, out)
    texts, tables = found["text"], found["tables"]
    print(
        f"{name:24}{mean(texts, 'headline'):9.4f}{mean(texts, 'n5'):8.4f}{mean(tables, 'cell'):9.4f}"
        f"{mean(tables, 'adj'):8.4f}{sum(each['extra'] or 0 for each in tables):7}{cpu:9.1f}{failed:>8}",
        flush=True,
    )


def scores(judge: list[str], half: Path, out: Path) -> dict[str, Any]:
    """What the judge says of a tool's output."""
    judged = out / "scores.json"
    command = [*judge, str(half), str(out), "--quiet", "--json", str(judged)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return dict(json.loads(judged.read_text("utf-8")))


def mean(rows: list[dict[str, Any]], key: str) -> float:
    found = [row[key] for row in rows if row.get(key) is not None]
    return sum(found) / len(found) if found else float("nan")


# -- design-heavy pages -------------------------------------------------------------------------------------


def show_design(corpus: Path) -> None:
    """Print F1 of the verdicts on labelled pages, and what a page costs altogether."""
    hits: dict[str, list[tuple[bool, bool]]] = {"clear": [], "all": []}
    spent, pages = 0.0, 0
    with (corpus / "design/labels.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for name in sorted({row["path"] for row in rows}):
        wanted = [row for row in rows if row["path"] == name]
        began = time.process_time()
        read = list(read_pages(corpus / name, [int(row["page"]) for row in wanted]))
        spent, pages = spent + time.process_time() - began, pages + len(read)
        for row, page in zip(wanted, read, strict=True):
            pair = row["label"] == "design-heavy", page.verdict.design_heavy
            hits["all"].append(pair)
            if row["confidence"] == "clear":
                hits["clear"].append(pair)
    print(f"\nDesign-heavy pages: {pages} labelled, {1000 * spent / pages:.1f} ms CPU for the whole of each")
    for kind, pairs in hits.items():
        both = sum(truth and said for truth, said in pairs)
        either = sum(truth + said for truth, said in pairs)
        print(f"{kind}: F1 {2 * both / max(1, either):.3f} on {len(pairs)} pages")
