"""``kb ingest``, ``list``, ``show``, ``delete`` and ``retry``."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import ERROR, OK
from app.cli.report import print_report
from app.cli.shown import TENANT, all_documents, find_document, opened, pdfs, print_json
from app.core.errors import BadRequest, NotFound
from app.core.model import Document, DocumentFilter, Outline, Stage, Status, Version

if TYPE_CHECKING:
    from app.compose import Embedded
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

POLL_SECONDS = 0.1

MOST_SHOWN = 60
"""Lines of an outline: two screens."""


def ingest(options: Namespace, settings: Settings) -> int:
    """Read PDFs and wait until each is ready, partial or failed."""
    with opened(settings) as program:
        program.knowledge_base.index.check()
        return ingest_paths(program, options.paths, password=options.password, tags=options.tags)


def ingest_paths(
    program: Embedded, paths: Sequence[Path], *, password: str | None = None, tags: Sequence[str] = ()
) -> int:
    """Upload files and see them through with a progress bar; ``ERROR`` if any failed or was refused."""
    uploaded: dict[tuple[str, int], str] = {}
    refused = 0
    for path, name in pdfs(paths):
        try:
            with path.open("rb") as file:
                put = program.knowledge_base.upload(TENANT, str(name), file, password=password, tags=tags)
        except (BadRequest, OSError) as error:
            print(f"refused  {name}: {error}", file=sys.stderr)
            refused += 1
            continue
        if put.existed and put.version.status in (Status.READY, Status.PARTIAL):
            print(f"known    {name}: the same content is here as {put.document.name}")
        else:
            uploaded[put.document.id, put.version.number] = str(name)
    failed = wait(program, uploaded)
    return ERROR if refused or failed else OK


def wait(program: Embedded, wanted: dict[tuple[str, int], str], *, tenant: str = TENANT) -> int:
    """Work until these versions have ended, showing pages and pages a second; the number that failed."""
    from tqdm import tqdm

    if not wanted:
        return 0
    left, seen, failed = dict(wanted), {}, 0
    program.worker.start()
    with tqdm(total=0, unit=" pages", disable=None, dynamic_ncols=True) as bar:
        while left:
            for key in list(left):
                version = _version(program, tenant, key)
                seen[key] = version
                if version is None or version.status.ended:
                    failed += version is None or version.status is Status.FAILED
                    bar.write(_ended(left.pop(key), version))
            _show_progress(bar, [version for version in seen.values() if version])
            time.sleep(POLL_SECONDS if left else 0)
    return failed


def _version(program: Embedded, tenant: str, key: tuple[str, int]) -> Version | None:
    try:
        return program.knowledge_base.documents.version(tenant, *key)
    except NotFound:
        return None


def _show_progress(bar: object, versions: Sequence[Version]) -> None:
    from tqdm import tqdm

    assert isinstance(bar, tqdm)
    bar.total = sum(version.pages for version in versions) or None
    bar.set_description_str(_stage(versions), refresh=False)
    bar.update(sum(version.pages_done for version in versions) - bar.n)
    bar.refresh()


def _stage(versions: Sequence[Version]) -> str:
    embedding = [version for version in versions if version.stage is Stage.EMBED]
    if embedding and not any(version.stage is Stage.EXTRACT for version in versions):
        done, all_chunks = (sum(v.chunks_done for v in embedding), sum(v.chunks for v in embedding))
        return f"embed {done:,}/{all_chunks:,} passages"
    return "read"


def _ended(name: str, version: Version | None) -> str:
    if version is None:
        return f"deleted  {name}"
    text = f"{version.status.value:8} {name}: {version.pages:,} pages, {version.chunks:,} passages"
    if version.reason is None:
        return text
    hint = " (give it with --password)" if version.reason.code == "password_required" else ""
    return f"{version.status.value:8} {name}: {version.reason.message}{hint}"


def list_all(options: Namespace, settings: Settings) -> int:
    """One line for each document."""
    where = DocumentFilter(status=Status(options.status) if options.status else None, tag=options.tag)
    with opened(settings) as program:
        documents = list(all_documents(program.knowledge_base, where))
    if options.json:
        print_json(documents)
    else:
        for document in documents:
            print(_line(document))
        if not documents:
            print("There are no documents. kb ingest PATH adds some.", file=sys.stderr)
    return OK


def _line(document: Document) -> str:
    latest = document.latest
    pages = f"{latest.pages_done}/{latest.pages}" if not latest.status.ended else f"{latest.pages}"
    tags = f"  [{', '.join(document.tags)}]" if document.tags else ""
    return (
        f"{document.id}  {latest.status.value:8} v{latest.number:<3} {pages:>9} pages  {document.name}{tags}"
    )


def show(options: Namespace, settings: Settings) -> int:
    """A document, its versions and what could not be read; with ``--pages`` how each page was read."""
    with opened(settings) as program:
        document = find_document(program.knowledge_base, options.document)
        if options.pages:
            _show_pages(program.knowledge_base, document, as_json=options.json)
            return OK
        versions = program.knowledge_base.versions(TENANT, document.id)
        outline = program.knowledge_base.outline(TENANT, document.id)
    if options.json:
        print_json({"document": document, "versions": versions, "outline": outline.bookmarks})
        return OK
    print(f"{document.name}\n  id     {document.id}\n  title  {document.title or '–'}")
    for version in versions:
        answers = ", answers" if version.number == document.searchable else ""
        print(
            f"  v{version.number}     {version.status.value}{answers}: {version.pages:,} pages, "
            f"{version.chunks:,} passages, {version.size:,} bytes, sha256 {version.sha256[:12]}…"
        )
        if version.reason:
            print(f"         {version.reason.message}")
    _print_outline(outline)
    return OK


def _show_pages(knowledge_base: KnowledgeBase, document: Document, *, as_json: bool) -> None:
    report = knowledge_base.report(TENANT, document.id)
    if as_json:
        *pages, totals = report
        print_json({"document": document, "pages": pages, "totals": totals})
    else:
        print(f"{document.name}\n")
        print_report(report)


def _print_outline(outline: Outline) -> None:
    """The bookmarks as a table of contents; what follows ``MOST_SHOWN`` is counted."""
    if outline.bookmarks:
        print("  outline")
    for bookmark in outline.bookmarks[:MOST_SHOWN]:
        page = f"  {bookmark.page}" if bookmark.page else ""
        print(f"    {'  ' * (bookmark.level - 1)}{bookmark.title}{page}")
    left = len(outline.bookmarks) - MOST_SHOWN
    if left > 0:
        print(f"    and {left:,} more: kb show --json lists all")


def delete(options: Namespace, settings: Settings) -> int:
    """Delete documents and say what was removed."""
    with opened(settings) as program:
        for name in options.documents:
            document = find_document(program.knowledge_base, name)
            receipt = program.knowledge_base.delete(TENANT, document.id)
            print(
                f"deleted  {document.name}: {receipt.versions} versions, {receipt.files} files "
                f"({receipt.bytes:,} bytes), {receipt.chunks:,} passages"
            )
    return OK


def retry(options: Namespace, settings: Settings) -> int:
    """Ingest documents again and wait for them."""
    with opened(settings) as program:
        program.knowledge_base.index.check()
        wanted = {}
        for name in options.documents:
            found = find_document(program.knowledge_base, name)
            document = program.knowledge_base.ingest(TENANT, found.id, password=options.password)
            wanted[document.id, document.latest.number] = document.name
        return ERROR if wait(program, wanted) else OK
