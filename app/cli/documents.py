"""``kb list``, ``show`` and ``delete``."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import ERROR, OK
from app.cli.cards import card_filter, card_lines
from app.cli.progress import Progress
from app.cli.report import print_report
from app.cli.shown import TENANT, all_documents, find_document, open_program, print_json, print_model
from app.cli.waiting import Wanted, wait_for_ends
from app.core.counting import format_count
from app.core.document import Document, Stage, Status, Version
from app.core.errors import BadRequest, NotFound
from app.core.names import searchable_name
from app.core.page import Outline
from app.core.page_numbers import show_labels
from app.ingest.card.titles import tidy_name

if TYPE_CHECKING:
    from app.compose import Embedded
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

MOST_NAMED = 10
"""Documents, where it is asked whether to delete them."""

MOST_SHOWN = 60
"""Lines of an outline: two screens."""


def list_all(options: Namespace, settings: Settings) -> int:
    """Print one line for each document."""
    wanted = Status(options.status) if options.status else None
    with open_program(settings) as program:
        rested = not program.jobs.worked_on()
        # What nobody works on is kept as running, and waits: it is asked for as both, and shown as queued.
        kept_as = None if rested and wanted in (Status.RUNNING, Status.QUEUED) else wanted
        where = replace(card_filter(options), status=kept_as, tag=options.tag)
        found = (
            at_rest(document) if rested else document
            for document in all_documents(program.knowledge_base, where)
        )
        documents = [document for document in found if wanted in (None, document.latest.status)]
        lost = program.knowledge_base.library.find_lost(TENANT, documents)
    if options.json:
        from app.api import schemas

        print_model(schemas.Documents.of(documents, lost=lost))
        return OK
    for document in documents:
        print(_line(document))
    if not documents:
        print(_none(options), file=sys.stderr)
    waiting = sum(document.latest.status is Status.QUEUED for document in documents)
    if rested and waiting:
        # The list first, where both go to one place.
        sys.stdout.flush()
        print(
            f"{waiting:,} wait, but no worker is running: start kb serve, or run kb retry NAME.",
            file=sys.stderr,
        )
    return OK


def _none(options: Namespace) -> str:
    """Return what is said in place of an empty list."""
    told = {
        "is": options.status,
        "has the tag": options.tag,
        "is of the kind": options.kind,
        "is of": options.who,
        "is dated since": options.since,
        "is dated until": options.until,
    }
    parts = [f"{what} {value}" for what, value in told.items() if value]
    if not parts:
        return "There are no documents. kb ingest PATH adds some."
    return f"No document {' and '.join(parts)}."


def at_rest(document: Document) -> Document:
    """Return a document as it is where no process works: what was being done to it waits."""
    return replace(document, latest=_waiting(document.latest))


def _waiting(version: Version) -> Version:
    resting = version.status is Status.RUNNING
    return replace(version, status=Status.QUEUED, stage=Stage.WAITING) if resting else version


def _line(document: Document) -> str:
    latest = document.latest
    pages = f"{latest.pages_done}/{latest.pages}" if not latest.status.ended else f"{latest.pages}"
    tags = f"  [{', '.join(document.tags)}]" if document.tags else ""
    return (
        f"{document.id}  {latest.status.value:8} v{latest.number:<3} {pages:>9} "
        f"{'page ' if latest.pages == 1 else 'pages'}  "
        f"{document.name}{_describe_title(document)}{tags}"
        f"{_describe_scans(latest)}{_describe_announced(document)}"
    )


def _describe_title(document: Document) -> str:
    """Return the title behind the name of its file, unless it says no more than that."""
    return f"  {document.title}" if document.title not in ("", tidy_name(document.name)) else ""


def _describe_scans(version: Version) -> str:
    """That scans are being read, how many are, and that questions are answered from the rest meanwhile."""
    if version.stage is not Stage.OCR:
        return ""
    return f"  (reading scans: {version.scans.pages_done:,} of {version.scans.pages:,})"


def _describe_announced(document: Document) -> str:
    """That a newer version is announced, which answers for nothing before its file is here."""
    announced = document.announced
    return f"  (waiting for the file of v{announced.number})" if announced else ""


def show(options: Namespace, settings: Settings) -> int:
    """Print a document, its versions and what could not be read; with ``--pages`` how each page was read."""
    with open_program(settings) as program:
        knowledge_base = program.knowledge_base
        document = find_document(knowledge_base, options.document)
        if options.pages:
            _show_pages(knowledge_base, document, as_json=options.json)
            return OK
        versions = knowledge_base.library.versions(TENANT, document.id)
        if not program.jobs.worked_on():
            document, versions = at_rest(document), [_waiting(version) for version in versions]
        outline = knowledge_base.library.outline(TENANT, document.id)
        lost = knowledge_base.library.find_lost(TENANT, [document])
    if options.json:
        _print_json(document, versions, outline, lost)
        return OK
    print(f"{document.name}\n  id     {document.id}")
    for line in card_lines(document):
        print(line)
    for version in versions:
        print(
            f"  v{version.number}     {_state(document, version)}: {format_count(version.pages, 'page')}, "
            f"{format_count(version.chunks, 'passage')}, {format_count(version.size, 'byte')}, "
            f"sha256 {version.sha256[:12]}…"
        )
        if version.scans.pages:
            scans = format_count(version.scans.pages, "scanned page")
            print(f"         {scans}, {version.scans.pages_done:,} read")
        if version.reason:
            print(f"         {version.reason.message}")
    if outline.labels:
        print(f"  pages  {show_labels(outline.labels)}")
    _print_outline(outline)
    return OK


def _print_json(
    document: Document, versions: Sequence[Version], outline: Outline, lost: Collection[str]
) -> None:
    """Print the responses of the API at three routes."""
    from app.api import schemas

    shown = {
        "document": schemas.Document.of(document, index_missing=document.id in lost),
        "versions": schemas.Versions.of(versions),
        "outline": schemas.Outline.of(outline, document.id, document.latest.number),
    }
    print_json({name: model.model_dump(mode="json") for name, model in shown.items()})


def _show_pages(knowledge_base: KnowledgeBase, document: Document, *, as_json: bool) -> None:
    version = document.latest
    report = knowledge_base.library.report(TENANT, document.id, version.number)
    if as_json:
        from app.api import schemas

        print_model(schemas.Report.of(document.id, version, report))
    else:
        print(f"{document.name}\n")
        print_report(report)


def _print_outline(outline: Outline) -> None:
    """Print the bookmarks as a table of contents; those after ``MOST_SHOWN`` are only counted."""
    if outline.bookmarks:
        print("  outline")
    for bookmark in outline.bookmarks[:MOST_SHOWN]:
        page = f"  {bookmark.page}" if bookmark.page else ""
        print(f"    {'  ' * (bookmark.level - 1)}{bookmark.title}{page}")
    left = len(outline.bookmarks) - MOST_SHOWN
    if left > 0:
        print(f"    and {left:,} more: kb show --json lists all")


def delete(options: Namespace, settings: Settings) -> int:
    """Delete documents and say what was removed; on a terminal it asks first."""
    with open_program(settings) as program:
        knowledge_base = program.knowledge_base
        # All are looked for before one is deleted; one that is named twice is deleted once.
        found = {
            each.id: each for each in (find_document(knowledge_base, name) for name in options.documents)
        }
        if options.version:
            for document in found.values():
                knowledge_base.library.version(TENANT, document.id, options.version)
        of = f"version {options.version} of " if options.version else ""
        # A script has nobody to ask: what it names is deleted.
        if not options.yes and sys.stdin.isatty() and not _confirm_delete(list(found.values()), of):
            print("kb: nothing was deleted", file=sys.stderr)
            return ERROR
        receipts = []
        for document in found.values():
            receipt = (
                knowledge_base.uploads.delete_version(TENANT, document.id, options.version)
                if options.version
                else knowledge_base.uploads.delete(TENANT, document.id)
            )
            receipts.append(receipt)
            if not options.json:
                print(
                    f"deleted  {of}{document.name}: {format_count(receipt.versions, 'version')}, "
                    f"{format_count(receipt.files, 'file')} ({format_count(receipt.bytes, 'byte')}), "
                    f"{format_count(receipt.chunks, 'passage')}{_kept_in(receipt.archives)}"
                )
        if options.version:
            _see_through(program, found.values(), as_json=options.json)
    if options.json:
        from app.api import schemas

        print_json({"items": [schemas.Receipt.of(each).model_dump(mode="json") for each in receipts]})
    return OK


def _kept_in(archives: int) -> str:
    """Return what is said of exports and backups that outlast a delete, "" where there are none."""
    return f"; {format_count(archives, 'archive')} (exports, backups) may still hold it" if archives else ""


def _see_through(program: Embedded, documents: Iterable[Document], *, as_json: bool) -> None:
    """Wait until the version that takes the place of a deleted one answers."""
    wanted = {}
    for document in documents:
        with suppress(NotFound):  # it went with its last version
            latest = program.knowledge_base.library.document(TENANT, document.id).latest
            if latest.status in (Status.QUEUED, Status.RUNNING):
                wanted[Wanted(document.id, latest.number)] = document.name
    progress = Progress(as_json=as_json)
    for _ in wait_for_ends(program, wanted, progress):
        progress.clear()


def versions(options: Namespace, settings: Settings) -> int:
    """Print the versions of a document, newest first, and which is current."""
    with open_program(settings) as program:
        document = find_document(program.knowledge_base, options.document)
        found = program.knowledge_base.library.versions(TENANT, document.id)
    if options.json:
        from app.api import schemas

        print_model(schemas.Versions.of(found))
        return OK
    for version in found:
        print(_version_line(document, version))
    return OK


def _version_line(document: Document, version: Version) -> str:
    state = _state(document, version)
    pages, size = format_count(version.pages, "page"), format_count(version.size, "byte")
    return f"v{version.number:<4} {state:24} {pages}, {size}"


def _state(document: Document, version: Version) -> str:
    """``ready, current, answers``."""
    announced = document.announced
    notes = {
        "current": version.number == document.latest.number,
        "answers": version.number == document.searchable,
        "waiting for its file": announced is not None and version.number == announced.number,
    }
    return ", ".join([version.status.value, *(note for note, holds in notes.items() if holds)])


def current(options: Namespace, settings: Settings) -> int:
    """Have a version of a document answer, and wait until it does."""
    with open_program(settings) as program:
        document = find_document(program.knowledge_base, options.document)
        program.knowledge_base.uploads.make_current(TENANT, document.id, options.number)
        progress = Progress(as_json=False)
        wanted = {Wanted(document.id, options.number): document.name}
        for _, version in wait_for_ends(program, wanted, progress):
            progress.clear()
            # The version that answered goes on to: nothing is lost, and the command has not done what it
            # says.
            if version is None or version.status is Status.FAILED:
                why = (
                    version.reason.message if version and version.reason else "it was deleted in the meantime"
                )
                raise BadRequest(f"Version {options.number} of {document.name} does not answer: {why}")
    print(f"current  {document.name}: version {options.number}")
    return OK


def searchable(options: Namespace, settings: Settings) -> int:
    """Save a copy of a document in which the words that OCR read are found; no file is overwritten."""
    with open_program(settings) as program:
        library = program.knowledge_base.library
        document = find_document(program.knowledge_base, options.document)
        _, key = library.searchable(TENANT, document.id)
        out = options.out or Path(searchable_name(document.name))
        try:
            with library.local(key) as path, out.open("xb") as file:
                shutil.copyfileobj(path.open("rb"), file)
        except FileExistsError:
            raise BadRequest(f"{out} exists already: name another file with --out.") from None
    print(f"saved    {out}")
    return OK


def _confirm_delete(documents: Sequence[Document], of: str) -> bool:
    names = ", ".join(document.name for document in documents[:MOST_NAMED])
    more = f" and {len(documents) - MOST_NAMED:,} more" if len(documents) > MOST_NAMED else ""
    print(f"Delete {of}{names}{more} for good? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
