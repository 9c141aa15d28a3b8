"""``kb extract``: PDFs are read, and nothing is kept."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.cli import OK, REFUSED, passwords
from app.cli.files import pdfs, tell_skipped
from app.cli.shown import open_program
from app.core.errors import BadRequest
from app.core.file_names import FileNames
from app.pages.forms import PageForm, written
from app.use_cases.export import ENDINGS

if TYPE_CHECKING:
    from app.settings import Settings


def extract(options: Namespace, settings: Settings) -> int:
    """Read PDFs; ``REFUSED`` if any could not be opened, the reason in its output."""
    form, password = PageForm(options.format), passwords.choose_password(options, settings)
    found = pdfs(options.paths)
    tell_skipped(found)
    names = FileNames()
    code = OK
    with open_program(settings) as program:
        for path, name in found.files:
            target = options.out and options.out / names.give(name.as_posix(), ENDINGS[options.format])
            _tell_renamed(path, name, target)
            with output(target) as out:
                try:
                    read = program.knowledge_base.extraction.extract_as(
                        form, path, password=password, numbers=options.pages, ocr=not options.no_ocr
                    )
                    out.writelines(written(read.outline, read.pages, form))
                except BadRequest as error:
                    print(f"kb: {name}: {error.message}", file=sys.stderr)
                    if options.format == "json":
                        json.dump({"error": error.message}, out)
                        out.write("\n")
                    code = REFUSED
    return code


def _tell_renamed(path: Path, name: Path, target: Path | None) -> None:
    """Say where a file went whose name another had already, or that no file can have."""
    if target is not None and target.stem not in (name.stem, name.name):
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
    except BaseException:
        target.unlink(missing_ok=True)
        raise
