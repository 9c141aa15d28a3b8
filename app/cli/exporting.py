"""``kb export`` and ``kb import``: documents written out, and brought in again as they were."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli import ERROR, OK
from app.cli.extraction import TableWriter, output
from app.cli.ingest import End, Item, code_of, print_ends, take_in
from app.cli.shown import all_documents, find_document, front_door, open_program, tenant_of
from app.core.counting import format_count
from app.core.document import Document, Source
from app.core.errors import BadRequest, KnowledgeBaseError
from app.core.file_names import ENDINGS, FileNames
from app.core.names import source_of_stored
from app.core.process.storage import is_no_room
from app.core.rules.card_checks import read_corrections
from app.pages.forms import PageForm
from app.pages.table_csv import CSV
from app.use_cases.export import MANIFEST, PDF, exported_version, manifest

if TYPE_CHECKING:
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings


def export(options: Namespace, settings: Settings) -> int:
    """Write stored documents out; ``ERROR`` if one could not be, after the others were."""
    if options.format == PDF and options.out is None:
        raise BadRequest("PDFs are written to files: give --out FOLDER.")
    with front_door(settings) as knowledge_base:
        tenant = tenant_of(knowledge_base, options.tenant, settings)
        # The oldest first: the number behind a name does not change when documents are added.
        documents = [
            find_document(knowledge_base, name, tenant=tenant) for name in options.documents
        ] or list(reversed(list(all_documents(knowledge_base, tenant=tenant))))
        failed = _Export(knowledge_base, tenant, options.format, options.out).write(documents)
    return ERROR if failed else OK


class _Export:
    """Writes documents in a form, to a folder with a manifest or to standard output."""

    def __init__(self, knowledge_base: KnowledgeBase, tenant: str, form: str, folder: Path | None) -> None:
        self._knowledge_base = knowledge_base
        self._tenant = tenant
        self._form = form
        self._folder = folder
        self._names = FileNames(MANIFEST)
        self._tables = TableWriter()
        self._ours = {entry["file"] for entry in _entries(folder)} if _was_exported(folder) else set()

    def write(self, documents: Sequence[Document]) -> int:
        """Write them all; how many could not be."""
        written: list[dict[str, Any]] = []
        # Once each: a document may be named twice, by its id and its name.
        for document in {each.id: each for each in documents}.values():
            name = self._names.give(document.name, ENDINGS[self._form])
            try:
                self._write_one(document, self._folder and self._folder / name)
            # Nobody reads the output any more: the other documents would fail the same way.
            except BrokenPipeError:
                raise
            except (KnowledgeBaseError, OSError) as error:
                # A full disk would fail for every document that follows.
                if is_no_room(error):
                    raise
                said = error.message if isinstance(error, KnowledgeBaseError) else error.strerror
                print(f"kb: {document.name} was not exported: {said}", file=sys.stderr)
            else:
                written.append(self._knowledge_base.exporter.entry(document, str(name)))
        if self._folder:
            self._note(written)
            print(f"{format_count(len(documents), 'document')}: {len(written):,} exported")
        return len(documents) - len(written)

    def _write_one(self, document: Document, target: Path | None) -> None:
        if target and self._folder and target.exists():
            self._check_ours(target.relative_to(self._folder))
        if self._form == PDF:
            assert target
            self._copy(document, target)
            return
        exporter = self._knowledge_base.exporter
        if self._form == CSV:
            self._tables.write(exporter.tables(document), target)
            return
        with output(target) as out:
            out.writelines(exporter.pages(document, PageForm(self._form)))

    def _check_ours(self, place: Path) -> None:
        """Raise an error unless an earlier export wrote what is in the folder: nothing else is
        overwritten."""
        if place.as_posix() not in self._ours:
            raise BadRequest(f"{place} exists already and is not from an earlier export.")

    def _copy(self, document: Document, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        version = exported_version(document)
        _, key = self._knowledge_base.library.content(self._tenant, document.id, version)
        with self._knowledge_base.library.local(key) as source:
            try:
                shutil.copyfile(source, target)
            # Also where it is interrupted: half a PDF under its name would be taken for the whole one.
            except BaseException:
                target.unlink(missing_ok=True)
                raise

    def _note(self, written: Sequence[dict[str, Any]]) -> None:
        assert self._folder
        with output(self._folder / MANIFEST) as out:
            out.write(manifest(self._form, written))


def bring_in(options: Namespace, settings: Settings) -> int:
    """Ingest what ``kb export --format pdf`` wrote, from the places, under the names and with the tags of
    then."""
    items, ends = list[Item](), list[End]()
    for entry in _entries(options.folder):
        path, document = options.folder / entry["file"], entry["document"]
        if not path.is_file():
            ends.append(End(entry["file"], "refused", "the manifest lists it, but the file does not exist"))
            continue
        try:
            said = read_corrections(entry.get("corrections"))
        except BadRequest as error:
            ends.append(End(entry["file"], "refused", error.message))
            continue
        items.append(Item(path, document["name"], tuple(document["tags"]), source_of(entry), said))
    with open_program(settings) as program:
        program.knowledge_base.upkeep.check_stores()
        ends = take_in(program, items, ends, as_json=options.json)
        if options.json:
            print_ends(program.knowledge_base, ends)
    return code_of(ends)


def source_of(entry: dict[str, Any]) -> Source:
    """Return where a document of a manifest came from: its shown name alone may be the end of another's,
    too."""
    document = entry["document"]
    return source_of_stored(document["source"], entry["path"])


def _was_exported(folder: Path | None) -> bool:
    return folder is not None and (folder / MANIFEST).exists()


def _entries(folder: Path | None) -> Iterator[dict[str, Any]]:
    """Yield what the manifest of an exported folder names. Raises ``BadRequest`` if no export wrote it."""
    assert folder
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        for entry in content["documents"]:
            name, document = entry["file"], entry["document"]
            texts = [document["name"], document["source"], entry["path"], *document["tags"]]
            sound = all(isinstance(text, str) for text in texts)
            # A manifest may be anybody's: it must not have files outside of its folder ingested.
            if not sound or not (folder / name).resolve().is_relative_to(folder.resolve()):
                raise ValueError(name)
            yield entry
    except FileNotFoundError:
        raise BadRequest(
            f"{folder} has no {MANIFEST}: kb export --format pdf --out {folder} writes one."
        ) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BadRequest(f"{folder / MANIFEST} is not a manifest of kb export.") from None
