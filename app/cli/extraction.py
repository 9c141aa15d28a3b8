"""``kb extract``: PDFs are read, and nothing is kept."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypedDict

from app.cli import OK, REFUSED
from app.cli.files import pdfs, tell_skipped
from app.cli.options import passwords
from app.compose import extraction
from app.core.errors import BadRequest
from app.core.file_names import ENDINGS, FileNames
from app.pages.forms import PageForm, write_document
from app.pages.table_csv import CSV, FILES, MARK, TableParts, table_csv, whole_tables

if TYPE_CHECKING:
    from app.settings import Settings
    from app.use_cases.extraction import Extractions


def extract(options: Namespace, settings: Settings) -> int:
    """Read PDFs; ``REFUSED`` if any could not be opened, the reason in its output."""
    password = passwords.choose_password(options, settings)
    found = pdfs(options.paths)
    tell_skipped(found)
    # Two files of one name in different folders must not be written over each other.
    names = FileNames()
    code = OK
    with extraction(settings) as extractions:
        one = _Extract(extractions, options, password)
        for path, name in found.files:
            target = options.out and options.out / names.give(name.as_posix(), ENDINGS[options.format])
            _tell_renamed(path, name, target)
            try:
                one.write(path, target)
            except BadRequest as error:
                print(f"kb: {name}: {error.message}", file=sys.stderr)
                if options.format == "json":
                    with output(target) as out:
                        json.dump({"error": error.message}, out)
                        out.write("\n")
                # The others are still read: one damaged file among thousands does not end the run.
                code = REFUSED
    return code


class _Extract:
    """Writes what is read of PDFs in the format that was asked for."""

    def __init__(self, extraction: Extractions, options: Namespace, password: str | None) -> None:
        self._extraction = extraction
        self._options = options
        self._given: _Given = {"password": password, "numbers": options.pages, "ocr": not options.no_ocr}
        self._tables = TableWriter()

    def write(self, path: Path, target: Path | None) -> None:
        """Write one PDF to a file, or a folder of tables, or to standard output."""
        if self._options.format == CSV:
            read = self._extraction.extract(path, **self._given)
            self._tables.write(whole_tables(read.pages), target)
            return
        form = PageForm(self._options.format)
        shown = self._extraction.extract_as(form, path, **self._given)
        with output(target) as out:
            out.writelines(write_document(shown.outline, shown.pages, form))


class _Given(TypedDict):
    """What is read of every PDF, and how."""

    password: str | None
    numbers: Sequence[int] | None
    ocr: bool


class TableWriter:
    """Writes tables as CSV: a file each to a folder, or all to standard output, an empty line between two."""

    def __init__(self) -> None:
        self._begun = False

    def write(self, tables: Iterable[TableParts], folder: Path | None) -> None:
        """Write the tables of one document. Those that stood in its folder before go."""
        if folder is None:
            for parts in tables:
                sys.stdout.write(("\r\n" if self._begun else MARK) + table_csv(parts))
                self._begun = True
            return
        folder.mkdir(parents=True, exist_ok=True)
        # A table that is not found any more must not stay behind as if it were.
        for before in folder.glob(FILES):
            before.unlink()
        for parts in tables:
            with output(folder / parts.file_name) as out:
                out.write(parts.as_file())


def _tell_renamed(path: Path, name: Path, target: Path | None) -> None:
    """Say where a file went whose name another had already, or that no file can have."""
    if target is not None and {target.stem, target.name}.isdisjoint((name.stem, name.name)):
        print(f"kb: {path} is written to {target}", file=sys.stderr)


@contextmanager
def output(target: Path | None) -> Iterator[TextIO]:
    """A text file, or standard output; of a file that cannot be written whole nothing is left."""
    if target is None:
        yield sys.stdout
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("w", encoding="utf-8") as file:
            yield file
    # Also when it is interrupted: half a file looks like a whole one to whatever reads it.
    except BaseException:
        target.unlink(missing_ok=True)
        raise
