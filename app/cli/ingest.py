"""``kb ingest``, ``kb retry`` and ``kb scans``: files are read, and each ends with a word for it."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.cli import ERROR, OK
from app.cli.files import pdfs
from app.cli.options import passwords
from app.cli.progress import Progress
from app.cli.shown import TENANT, all_documents, find_document, open_program, print_json
from app.cli.waiting import Wanted, wait_for_ends
from app.core.card import NO_CORRECTIONS, Corrections
from app.core.counting import format_count
from app.core.document import (
    Document,
    DocumentFilter,
    IfExists,
    Outcome,
    Registered,
    Source,
    Status,
    Version,
)
from app.core.errors import BadRequest, NotFound
from app.core.names import shortest, source_of_path
from app.core.process.storage import is_no_room

if TYPE_CHECKING:
    from app.compose import Embedded
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings
    from app.use_cases.library import Library

NEEDS_OCR = "needs_ocr"
NEEDS_PASSWORD = "password_required"  # noqa: S105 - a reason's code

SUMMED = {
    "ready": "ready",
    "known": "known",
    "restored": "restored",
    "partial": "partial",
    NEEDS_OCR: "need OCR",
    NEEDS_PASSWORD: "need a password",
    "failed": "failed",
    "deleted": "deleted meanwhile",
    "refused": "refused",
    "skipped": "skipped",
}
"""The outcomes of files, with the word for several, in the order of the summary."""

BAD = ("failed", NEEDS_PASSWORD, "refused", "deleted")
"""The ends that make the command's an error."""


@dataclass(frozen=True, slots=True)
class End:
    """The outcome of one file, a sentence about it, and its document if it has one."""

    file: str
    outcome: str
    message: str = ""
    document_id: str | None = None

    @property
    def line(self) -> str:
        """The line that is printed."""
        return f"{self.outcome.split('_')[0]:8} {self.file}{': ' if self.message else ''}{self.message}"


class Item(NamedTuple):
    """A file to be taken in, the name of its document and its tags; its ``source``, where a file from there
    is the next version of what came from there before; and what people said of it."""

    path: Path
    name: str
    tags: tuple[str, ...] = ()
    source: Source | None = None
    said: Corrections = NO_CORRECTIONS


def ingest(options: Namespace, settings: Settings) -> int:
    """Read PDFs and wait until each is ready, partial or failed."""
    password = passwords.choose_password(options, settings)
    with open_program(settings) as program:
        program.knowledge_base.upkeep.check_stores()
        ends = ingest_paths(
            program, options.paths, password=password, tags=options.tags, as_json=options.json
        )
        if options.json:
            print_ends(program.knowledge_base, ends)
    return code_of(ends)


def ingest_paths(
    program: Embedded,
    paths: Sequence[Path],
    *,
    password: str | None = None,
    tags: Sequence[str] = (),
    as_json: bool = False,
) -> list[End]:
    """Upload files, see them through and say how each ended, and how many ended how."""
    found = pdfs(paths)
    sources = {str(path): source_of_path(path) for path, _ in found.files}
    # Over all files of the call: two of one name in different folders get names that differ.
    names = shortest({path: source.path for path, source in sources.items()})
    items = [Item(Path(path), names[path], tuple(tags), source) for path, source in sources.items()]
    skipped = [End(str(path), "skipped", why) for path, why in found.skipped]
    return take_in(program, items, skipped, password=password, as_json=as_json)


def take_in(
    program: Embedded,
    items: Sequence[Item],
    before: Sequence[End] = (),
    *,
    password: str | None = None,
    as_json: bool = False,
) -> list[End]:
    """See files through; how they ended, after those that ended ``before``."""
    progress = Progress(as_json=as_json)
    ends = [_print_end(progress, end) for end in before]
    # All are taken in before any is waited for: what stands in the way of one is said at once.
    given: dict[Wanted, tuple[str, str]] = {}
    for number, item in enumerate(items, 1):
        progress.show(f"taking in: {number:,} of {format_count(len(items), 'file')}")
        put = _put(program.knowledge_base, item, password)
        if isinstance(put, End):
            ends.append(_print_end(progress, put))
        # Read well already: nothing is left to wait for.
        elif put.existed and put.version.status.kept:
            ends.append(_print_end(progress, _end_of_known(item.name, put)))
        else:
            _queue_again(program.knowledge_base, put)
            given[Wanted(put.document.id, put.version.number)] = item.name, _became(put)
    for each, version in wait_for_ends(program, {key: name for key, (name, _) in given.items()}, progress):
        name, became = given[each]
        ends.append(_print_end(progress, _end(name, each.document_id, version, became)))
    ends += _see_attached_through(program, given, progress)
    progress.clear()
    progress.say(summary(ends))
    return ends


def _see_attached_through(program: Embedded, given: Collection[Wanted], progress: Progress) -> list[End]:
    """Return how the PDFs ended that are attached to documents, and to those in turn."""
    ends: list[End] = []
    library = program.knowledge_base.library
    holders = {each.document_id for each in given}
    while True:
        sources = tuple(
            f"{library.document(TENANT, each).source}/" for each in holders if _is_there(library, each)
        )
        queued = all_documents(program.knowledge_base, DocumentFilter(status=Status.QUEUED))
        found = [each for each in queued if sources and each.source.startswith(sources)]
        if not found:
            return ends
        names = {Wanted(each.id, each.latest.number): each.name for each in found}
        for key, version in wait_for_ends(program, names, progress):
            ends.append(_print_end(progress, _end(names[key], key.document_id, version, "attached")))
        holders = {each.id for each in found}


def _is_there(library: Library, document_id: str) -> bool:
    try:
        library.document(TENANT, document_id)
    except NotFound:
        return False
    return True


def _put(knowledge_base: KnowledgeBase, item: Item, password: str | None) -> Registered | End:
    """Return a file taken in, or how it was refused."""
    try:
        with item.path.open("rb") as file:
            put = knowledge_base.uploads.upload(
                TENANT,
                item.source or item.name,
                file,
                password=password,
                # The same file in the same place is its next version; one that only has the name is another
                # document.
                if_exists=IfExists.VERSION if item.source else IfExists.NEW,
                tags=item.tags,
            )
        if item.said.fields:
            knowledge_base.library.update(TENANT, put.document.id, said=item.said)
        return put
    except BadRequest as error:
        return End(item.name, "refused", error.message)
    except OSError as error:
        # Of a full disk the next file would say the same: the command ends.
        if is_no_room(error):
            raise
        return End(item.name, "refused", error.strerror or str(error))


def _queue_again(knowledge_base: KnowledgeBase, put: Registered) -> None:
    """One that another command began is queued once more: the job may have been lost with it."""
    if put.existed:
        knowledge_base.uploads.ingest(TENANT, put.document.id, version=put.version.number)


def _print_end(progress: Progress, end: End) -> End:
    progress.say(end.line)
    return end


def _became(put: Registered) -> str:
    """Return what a file is, where it is no new document."""
    number, name = put.version.number, put.document.name
    return {
        Outcome.NEW_VERSION: f"version {number} of {name}",
        Outcome.MADE_CURRENT: f"version {number} of {name} is current again",
        Outcome.RESTORED: "restored",
    }.get(put.outcome, "")


def _end_of_known(name: str, put: Registered) -> End:
    if became := _became(put):
        return End(name, "restored" if put.outcome is Outcome.RESTORED else "ready", became, put.document.id)
    return End(name, "known", f"the same content exists as {put.document.name}", put.document.id)


def _end(name: str, document_id: str, version: Version | None, became: str = "") -> End:
    if version is None:
        return End(name, "deleted", "it was deleted while it was read")
    code = version.reason.code if version.reason else ""
    outcome = code if code in (NEEDS_OCR, NEEDS_PASSWORD) else version.status.value
    # How to give a password differs here from the API, whose message the reason is.
    hint = f" ({passwords.HOW})" if outcome == NEEDS_PASSWORD else ""
    read = f"{format_count(version.pages, 'page')}, {format_count(version.chunks, 'passage')}"
    message = f"{version.reason.message}{hint}" if version.reason else read
    message = f"{became}, {message}" if became and not version.reason else message
    return End(name, outcome, message, document_id)


def summary(ends: Iterable[End]) -> str:
    """``41 files: 30 ready, 6 need OCR, 2 refused, 3 skipped``."""
    counts = Counter(end.outcome for end in ends)
    parts = ", ".join(
        f"{counts[name]:,} {_of_one(word) if counts[name] == 1 else word}"
        for name, word in SUMMED.items()
        if counts[name]
    )
    return f"{format_count(counts.total(), 'file')}: {parts}"


def _of_one(word: str) -> str:
    """Return the word for one file: it needs what several need."""
    return word.replace("need ", "needs ", 1)


def code_of(ends: Iterable[End]) -> int:
    """Return the exit code: an error if any file did not come in well."""
    return ERROR if any(end.outcome in BAD for end in ends) else OK


def print_ends(knowledge_base: KnowledgeBase, ends: Sequence[End]) -> None:
    """Print all outcomes as JSON, each with its document as the API shows it."""
    from app.api import schemas

    def document(end: End) -> object:
        try:
            found = knowledge_base.library.document(TENANT, end.document_id) if end.document_id else None
        except NotFound:
            found = None
        return schemas.Document.of(found).model_dump(mode="json") if found else None

    counts = Counter(end.outcome for end in ends)
    print_json(
        {
            "files": [
                {"file": end.file, "outcome": end.outcome, "message": end.message, "document": document(end)}
                for end in ends
            ],
            "counts": {name: counts[name] for name in SUMMED},
        }
    )


def retry(options: Namespace, settings: Settings) -> int:
    """Ingest documents again and wait for them."""
    password = passwords.choose_password(options, settings)

    def begin(knowledge_base: KnowledgeBase, document: Document) -> Document:
        return knowledge_base.uploads.ingest(
            TENANT, document.id, version=document.latest.number, password=password
        )

    return _begin_and_wait(options, settings, begin)


def read_scans(options: Namespace, settings: Settings) -> int:
    """Have OCR read the pages of documents that need it, and wait for them."""

    def begin(knowledge_base: KnowledgeBase, document: Document) -> Document:
        return knowledge_base.uploads.read_scans(TENANT, document.id, version=document.latest.number)

    return _begin_and_wait(options, settings, begin)


def _begin_and_wait(
    options: Namespace, settings: Settings, begin: Callable[[KnowledgeBase, Document], Document]
) -> int:
    with open_program(settings) as program:
        knowledge_base = program.knowledge_base
        knowledge_base.upkeep.check_stores()
        # All are looked for before one is begun.
        found = [find_document(knowledge_base, name) for name in options.documents]
        begun = [begin(knowledge_base, document) for document in found]
        wanted = {Wanted(document.id, document.latest.number): document.name for document in begun}
        progress, ends = Progress(as_json=options.json), []
        for key, version in wait_for_ends(program, wanted, progress):
            ends.append(_print_end(progress, _end(wanted[key], key.document_id, version)))
        progress.clear()
        if options.json:
            print_ends(knowledge_base, ends)
    return code_of(ends)
