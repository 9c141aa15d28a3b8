"""``kb extract`` and ``kb export``."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.cli import OK, REFUSED, passwords
from app.cli.files import pdfs, tell_skipped
from app.cli.shown import TENANT, all_documents, find_document, opened
from app.core.errors import BadRequest
from app.core.model import Outline
from app.ingest.export import PageForm, outline_json, rendered

if TYPE_CHECKING:
    from app.settings import Settings

ENDINGS = {"json": ".json", "markdown": ".md", "pdf": ".pdf"}


def extract(options: Namespace, settings: Settings) -> int:
    """Read PDFs; ``REFUSED`` if any could not be opened, the reason in its output."""
    form, password = PageForm(options.format), passwords.chosen(options, settings)
    found = pdfs(options.paths)
    tell_skipped(found)
    code = OK
    with opened(settings) as program:
        for path, name in found.files:
            with _output(options.out, name, options.format) as out:
                try:
                    read = program.knowledge_base.extract_as(
                        form, path, password=password, numbers=options.pages, ocr=not options.no_ocr
                    )
                    write_pages(read.outline, read.pages, form, out)
                except BadRequest as error:
                    print(f"kb: {name}: {error.message}", file=sys.stderr)
                    if options.format == "json":
                        json.dump({"error": error.message}, out)
                        out.write("\n")
                    code = REFUSED
    return code


def export(options: Namespace, settings: Settings) -> int:
    """Write stored documents out."""
    with opened(settings) as program:
        knowledge_base = program.knowledge_base
        chosen = [find_document(knowledge_base, name) for name in options.documents]
        for document in chosen or all_documents(knowledge_base):
            name = Path(document.name).with_suffix("") / f"v{document.latest.number}"
            if options.format == "pdf":
                if options.out is None:
                    raise BadRequest("PDFs are written to files: give --out FOLDER.")
                target = _target(options.out, name, "pdf")
                _, key = knowledge_base.content(TENANT, document.id)
                with knowledge_base.files.local(key) as source:
                    shutil.copyfile(source, target)
            else:
                with _output(options.out, name, options.format) as out:
                    kept, form = (TENANT, document.id), PageForm(options.format)
                    outline, pages = knowledge_base.outline(*kept), knowledge_base.pages(*kept)
                    write_pages(outline, (rendered(page, form).decode() for page in pages), form, out)
    return OK


def write_pages(outline: Outline, pages: Iterable[str], form: PageForm, out: TextIO) -> None:
    """Write pages that are rendered in a form one by one: memory does not grow with their number."""
    if form is PageForm.MARKDOWN:
        out.writelines(pages)
        return
    opening = json.dumps(outline_json(outline), ensure_ascii=False)[:-1] + ',"pages":['
    for page in pages:
        out.write(f"{opening}\n{page}")
        opening = ","
    out.write("\n]}\n" if opening == "," else f"{opening}]}}\n")


@contextmanager
def _output(folder: Path | None, name: Path, form: str) -> Iterator[TextIO]:
    """A text file under a folder, or standard output."""
    if folder is None:
        yield sys.stdout
        return
    with _target(folder, name, form).open("w", encoding="utf-8") as file:
        yield file


def _target(folder: Path, name: Path, form: str) -> Path:
    target = folder / name.with_suffix(ENDINGS[form])
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
