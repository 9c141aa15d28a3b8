"""What holds the thresholds of reading: each is moved by a fifth, down and up.

    python -m tests.bench.thresholds CORPUS [--modules FILE …] [--every N] [--no-tests]

For each constant it prints which unit test fails first, and how many of the sampled pages of the corpus come
out differently, in what they show or in their passages. A constant is a number in capitals at the head of a
module; limits of cost are told apart by a reader, not here. The rules of the compiled reader are moved
with what they are made of; a constant that another is worked out of is moved alone.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import importlib
import io
import multiprocessing
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from app.core.page import Page
from app.ingest.chunk import chunks
from app.pages import pages_file
from app.pages.forms import page_json
from app.pdf.page import open_pdf, read_page

ROOT = Path(__file__).parents[2]
FOLDERS = ("app/pdf", "app/pages", "app/ingest")
FIFTH = 0.2
PATIENCE = 300.0
TESTS_OF = {
    "app.pdf.tables.crossings": ("pdf/tables", "pdf/native"),
    "app.pdf.tables": ("pdf/tables",),
    "app.pdf.layout": ("pdf/layout", "pdf/test_page.py", "pdf/pdfium/test_bidi.py"),
    "app.pdf.pdfium": ("pdf/pdfium", "pdf/native"),
    "app.pdf.verdict": ("pdf/test_page.py",),
    "app.ask": ("ask",),
    "app.pages.captions": ("pages/test_captions.py", "ingest/test_chunk.py"),
    "app.pages.continued": ("pages/test_continued.py", "ingest/test_chunk.py"),
    "app.pages": ("pages",),
    "app.ingest.furniture": ("ingest/test_furniture.py",),
    "app.ingest": (
        "ingest/test_chunk.py",
        "ingest/test_title.py",
        "ingest/test_unread.py",
        "ingest/test_ocr.py",
    ),
}
"""The tests below ``tests/unit`` that read with what is below a package or module: the first that fits."""

SLOW = "not amazon and not missing and not any_lines and not rows_hold and not test_kinds"
"""Tests of the library itself, and those that try hundreds of examples or draw tables by chance."""


class Constant(NamedTuple):
    """A number of a module; ``among`` says which of several modules have taken it over by an import."""

    module: str
    name: str
    value: float


def constants(paths: list[str]) -> Iterator[Constant]:
    """The numbers in capitals of these modules, as they stand in the source."""
    for path in paths:
        name = path.removesuffix(".py").replace("/", ".")
        module = importlib.import_module(name)
        source = (ROOT / path).read_text("utf-8")
        for line in re.findall(r"^((?:[A-Z][A-Z_]+, )*[A-Z][A-Z_]+) = [-\d(]", source, re.MULTILINE):
            for each in line.split(", "):
                value = getattr(module, each)
                if isinstance(value, int | float) and value:
                    yield Constant(name, each, value)


def moved(value: float, up: bool) -> float:
    """A value a fifth higher or lower; a whole number by one at least."""
    step = FIFTH * abs(value)
    if isinstance(value, int):
        step = max(1, round(step))
    return value + step if up else value - step


def move(constant: Constant, to: float) -> None:
    """Put a value in the place of a constant, wherever it was imported, and into rules made of it."""
    for module in [module for name, module in sys.modules.items() if name.startswith("app.")]:
        if module.__name__ == constant.module or _took_over(module, constant):
            setattr(module, constant.name, to)
    own = importlib.import_module(constant.module)
    field = {"most_objects": "objects", "most_segments": "segments", "deepest_form": "depth"}
    name = field.get(constant.name.lower(), constant.name.lower())
    for rules in vars(own).values():
        if isinstance(rules, ctypes.Structure) and hasattr(rules, name):
            setattr(rules, name, to)


def _took_over(module: ModuleType, constant: Constant) -> bool:
    source = getattr(module, "__file__", None)
    if not source or not hasattr(module, constant.name):
        return False
    found = re.search(
        rf"from {re.escape(constant.module)} import \(?([^)]*?{constant.name}\b)",
        Path(source).read_text("utf-8"),
    )
    return found is not None


def sampled(corpus: Path, every: int) -> list[tuple[Path, int]]:
    """The middle page of every so many-th file, and the one after it."""
    found = []
    for folder in ("text", "tables", "design"):
        for path in sorted((corpus / folder).glob("*.pdf"))[::every]:
            with contextlib.suppress(Exception), open_pdf(path) as document:
                middle = (len(document) + 1) // 2
                found += [(path, number) for number in (middle, middle + 1) if number <= len(document)]
    return found


def sums(pages: list[tuple[Path, int]]) -> list[str]:
    """A sum for each page, of what it shows and of its passages."""
    found = []
    before: Page | None = None
    for path, number in pages:
        with open_pdf(path) as document:
            page = read_page(document, number)
        pair = [before, page] if before and before.number + 1 == number else [page]
        read = [pages_file.decode(pages_file.encode(each)) for each in pair if each]
        parts = chunks(read, tenant="t", document_id="d", version=1, title="", tags=())
        shown = repr(page_json(page)), repr([(part.text, part.context, part.spans) for part in parts])
        found.append(hashlib.sha256("".join(shown).encode()).hexdigest())
        before = page
    return found


def tests_of(module: str) -> tuple[str, ...]:
    """The files and folders of the tests that read with a module."""
    return next((paths for name, paths in TESTS_OF.items() if module.startswith(name)), ())


def first_failure(paths: tuple[str, ...]) -> str:
    """The first of these unit tests that fails as things are, "" where none does."""

    class Failed:
        name = ""

        def pytest_runtest_logreport(self, report: Any) -> None:
            if report.failed and not self.name:
                self.name = report.nodeid.removeprefix("tests/unit/").split("[")[0]

    seen = Failed()
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not slow", "-k", SLOW]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        pytest.main([*options, *(f"tests/unit/{path}" for path in paths)], plugins=[seen])
    return seen.name


def first_edge(constant: Constant) -> str:
    """The first edge of a threshold (``tests/support/edges.py``) of which one side is lost as things are, ""
    where none is. A package's edges stand in the folder of its tests."""
    unit = ROOT / "tests/unit"
    for path in sorted(unit.rglob("test_edges_of_*.py")):
        package = f"app.{'.'.join(path.parent.relative_to(unit).parts)}"
        if not constant.module.startswith(f"{package}."):
            continue
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for edge in module.EDGES:
            ours = f"{constant.module}.{constant.name}".endswith(f".{edge.threshold}")
            if ours and (edge.holds(edge.within), edge.holds(edge.beyond)) != (True, False):
                return f"{path.relative_to(unit)}::{edge.threshold}"
    return ""


def look(constant: Constant, to: float, pages: list[tuple[Path, int]], base: list[str], tests: bool) -> str:
    """What differs where a constant has this value, in words; to be called in a process of its own."""
    move(constant, to)
    differing = sum(one != other for one, other in zip(base, sums(pages), strict=True)) if pages else 0
    # Edges first: they are asked without pytest, whose start takes many times as long as they do.
    failed = first_edge(constant) or (first_failure(tests_of(constant.module)) if tests else "-")
    return f"{to:g}\t{differing}/{len(pages)}\t{failed or 'no test'}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--modules", nargs="*")
    parser.add_argument("--every", type=int, default=4, help="files of the corpus: every Nth (0: none)")
    parser.add_argument("--no-tests", action="store_true", help="only the edges of thresholds")
    options = parser.parse_args()
    modules = options.modules or sorted(
        str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")
    )
    found = list(constants(modules))
    pages = sampled(options.corpus, options.every) if options.every else []
    # Twice: where a PDF lacks a font, pdfium sets some letters wider from the second time on that a process
    # reads with the substitute.
    sums(pages)
    base = sums(pages)
    fork = multiprocessing.get_context("fork")
    for paths in {tests_of(each.module) for each in found} if not options.no_tests else ():
        # Also loads what the tests need: a process of its own for each constant then only runs them.
        if failed := first_failure(paths):
            raise SystemExit(f"{failed} fails as things are")
    for constant in found:
        for up in (False, True):
            to = moved(constant.value, up)
            with fork.Pool(1) as pool:
                asked = pool.apply_async(look, (constant, to, pages, base, not options.no_tests))
                try:
                    said = asked.get(PATIENCE)
                except Exception as error:
                    said = f"{to:g}\t?\t{type(error).__name__}"
            print(f"{constant.module}\t{constant.name}\t{constant.value:g}\t{said}", flush=True)


if __name__ == "__main__":
    main()
