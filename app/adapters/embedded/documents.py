"""Documents and their versions in SQLite."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

from app.adapters.cursors import LARGEST, Cursors
from app.adapters.embedded import document_names
from app.adapters.embedded.document_rows import (
    documents_of,
    select_document,
    select_version,
    unreadable_rows,
    version_of,
)
from app.adapters.embedded.sqlite.database import Database
from app.adapters.reading_json import encode_reading, encode_scans, encode_spent
from app.core.card import NO_CORRECTIONS, Card, CardField, Corrections
from app.core.document import (
    NOTHING_SPENT,
    Document,
    DocumentFilter,
    IfExists,
    Listing,
    Outcome,
    ReadPages,
    Reason,
    Registered,
    Scans,
    Source,
    Spent,
    Stage,
    Status,
    Usage,
    Version,
    VersionId,
)
from app.core.errors import Conflict, NotFound
from app.core.job import Run
from app.core.names import base, rename_source, spellings
from app.core.rules import identity
from app.core.rules.card_rows import AFTER_ALL, CardRow, fold, make_row
from app.core.rules.identity import Held
from app.core.rules.runs import begin_run, begin_scans


class SqliteDocuments:
    """A ``DocumentStore``: every change is one transaction that looks, decides and writes alone."""

    def __init__(self, database: Database, cursors: Cursors | None = None) -> None:
        self._database = database
        self._cursors = cursors or Cursors()

    # -- documents ----------------------------------------------------------------------------------------

    def register(
        self,
        tenant: str,
        source: Source,
        sha256: str,
        size: int,
        *,
        if_exists: IfExists = IfExists.NEW,
        tags: Sequence[str] = (),
    ) -> Registered:
        """Return the document and version for a file; ``tags`` are added to its document's."""
        with self._database.write() as connection:
            own = document_names.find(connection, tenant, source.key)
            held = _find_content(connection, tenant, sha256)
            name = select_document(connection, tenant, own).name if own else ""
            step = identity.step(own, name, held, if_exists)
            if step.given:
                document = _return_known(
                    connection, tenant, None if own else source, step.given.document_id, tags
                )
                replaced = document.searchable if step.outcome is not Outcome.KNOWN else 0
                return Registered(document, step.given.version, step.outcome, replaced)
            document_id = step.grown or document_names.begin(connection, tenant, source, tags)
            _add_version(connection, document_id, sha256, size)
            if step.grown:
                _add_tags(connection, tenant, document_id, tags)
            document = select_document(connection, tenant, document_id)
            made = document.announced or document.latest
            return Registered(document, made, step.outcome, document.searchable)

    def get(self, tenant: str, document_id: str) -> Document:
        """Return a document."""
        with self._database.read() as connection:
            return select_document(connection, tenant, document_id)

    def many(self, tenant: str, document_ids: Iterable[str]) -> dict[str, Document]:
        """Return the existing documents of these, by id."""
        wanted = json.dumps(list(document_ids))
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT * FROM document_versions
                WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)) AND live AND chosen
                """,
                (tenant, wanted),
            ).fetchall()
            return {document.id: document for document in documents_of(connection, rows)}

    def listing(
        self, tenant: str, *, where: DocumentFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Listing[Document]:
        """Return documents, newest first."""
        wanted = where or DocumentFilter()
        tag, apart = spellings(wanted.tag or "")
        which = "documents", tenant
        before = self._cursors.decode(cursor, which, int)[0] if cursor else LARGEST
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT * FROM document_versions
                WHERE tenant = :tenant AND live AND chosen
                    AND seq < :before
                    AND (:status IS NULL OR status = :status)
                    AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (:tag, :apart)))
                    AND (:name IS NULL OR instr(casefold(name), casefold(:name)))
                    AND (:kind IS NULL OR kind = :kind)
                    AND (:who IS NULL OR instr(who, :who))
                    AND (:since IS NULL OR dated_end >= :since)
                    AND (:until IS NULL OR (dated <> '' AND dated <= :until))
                ORDER BY seq DESC LIMIT :most
                """,
                {
                    "tenant": tenant,
                    "before": before,
                    "status": wanted.status,
                    "tag": tag or None,
                    "apart": apart or None,
                    "name": wanted.name or None,
                    "kind": fold(wanted.kind or "") or None,
                    "who": fold(wanted.who or "") or None,
                    "since": wanted.since or None,
                    "until": wanted.until + AFTER_ALL if wanted.until else None,
                    "most": limit + 1,
                },
            ).fetchall()
            documents = documents_of(connection, rows[:limit])
        more = self._cursors.encode(which, rows[limit - 1]["seq"]) if len(rows) > limit else None
        return Listing(tuple(documents), more)

    def update(
        self,
        tenant: str,
        document_id: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        card: Card | None = None,
        card_of: int | None = None,
        said: Corrections = NO_CORRECTIONS,
        taken_back: Collection[CardField] = (),
        searchable: int | None = None,
        indexed_as: str | None = None,
    ) -> Document:
        """Change what is given."""
        with self._database.write() as connection:
            document = select_document(connection, tenant, document_id)
            by = searchable or card_of
            # What a version that may not answer brings is left: its card would be shown for what does.
            if by and not identity.may_answer(by, document):
                searchable = card = None
            connection.execute(
                """
                UPDATE documents SET
                    tags = COALESCE(?, tags), searchable = COALESCE(?, searchable),
                    indexed_as = COALESCE(?, indexed_as)
                WHERE id = ?
                """,
                (
                    None if tags is None else _json(tags),
                    searchable,
                    indexed_as if searchable else None,
                    document_id,
                ),
            )
            if card is not None or said.fields or taken_back:
                read = document.read if card is None else card
                row = make_row(read, document.corrections.change(said, taken_back))
                _keep_card(connection, document_id, row)
            if name is not None and name != document.name:
                source = rename_source(Source(document.source, document.path), name)
                document_names.move(connection, document, source)
            return select_document(connection, tenant, document_id)

    def find(self, tenant: str, name: str) -> str:
        """Return the id of the document with this source, path or name."""
        with self._database.read() as connection:
            return document_names.find(connection, tenant, name)

    def choose(self, version_id: VersionId) -> Document:
        """Have a version answer as soon as it can."""
        tenant, document_id, number = version_id
        with self._database.write() as connection:
            select_version(connection, version_id)
            connection.execute("UPDATE documents SET wanted = ? WHERE id = ?", (number, document_id))
            return select_document(connection, tenant, document_id)

    def remove(self, version_id: VersionId) -> Document:
        """Delete a version's rows."""
        tenant, document_id, number = version_id
        with self._database.write() as connection:
            document = select_document(connection, tenant, document_id)
            select_version(connection, version_id)
            left = [each for each in _versions(connection, tenant, document_id) if each.number != number]
            if not left:
                raise Conflict("It is the document's only version.")
            connection.execute(
                "UPDATE documents SET wanted = ?, searchable = ? WHERE id = ?",
                (
                    identity.chosen_without(number, document.latest.number, left).number,
                    0 if number == document.searchable else document.searchable,
                    document_id,
                ),
            )
            connection.execute(
                "DELETE FROM versions WHERE document_id = ? AND number = ?", (document_id, number)
            )
            return select_document(connection, tenant, document_id)

    def answer_from(self, version_id: VersionId) -> Document:
        """Make a version the one that answers."""
        tenant, document_id, number = version_id
        with self._database.write() as connection:
            select_version(connection, version_id)
            connection.execute("UPDATE documents SET searchable = ? WHERE id = ?", (number, document_id))
            return select_document(connection, tenant, document_id)

    # -- versions and their runs --------------------------------------------------------------------------

    def version(self, version_id: VersionId) -> Version:
        """Return one version."""
        with self._database.read() as connection:
            return select_version(connection, version_id)

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """Return all versions, newest first."""
        with self._database.read() as connection:
            found = _versions(connection, tenant, document_id)
        if not found:
            raise NotFound("The document does not exist.")
        return found

    def restart(self, version_id: VersionId, *, anew: bool = True, scans: bool | None = None) -> Run:
        """Begin a new run: the first for a file that has arrived, the next for one that had ended. A version
        that is ``queued`` or ``running`` goes on with the run it has."""
        _, document_id, number = version_id
        with self._database.write() as connection:
            version = select_version(connection, version_id)
            run = Run(version_id, version.run + version.status.ended)
            if version.status is Status.UPLOADING or version.status.ended:
                reading, earlier = begin_run(version, run.number, anew=anew)
                connection.execute(
                    """
                    UPDATE versions SET
                        run = ?, status = ?, stage = ?, folder = ?, earlier = ?, spent = '{}', scans = ?,
                        pages_done = ?, chunks = 0, chunks_done = 0,
                        reason_code = NULL, reason_message = NULL, updated_at = ?
                    WHERE document_id = ? AND number = ?
                    """,
                    (
                        run.number,
                        Status.QUEUED,
                        Stage.WAITING,
                        reading.folder,
                        earlier and encode_reading(earlier),
                        encode_scans(begin_scans(version, anew=anew, wanted=scans)),
                        reading.pages_done,
                        time.time(),
                        document_id,
                        number,
                    ),
                )
                if reading != version.current:
                    _keep_ranges(connection, run, reading)
            if identity.arrives(version):
                connection.execute(
                    "UPDATE documents SET wanted = MAX(wanted, ?) WHERE id = ?", (number, document_id)
                )
            return run

    def plan(self, run: Run, ranges: Sequence[tuple[int, int]]) -> Version:
        """Keep the page ranges of a run that is queued, unless it took over those of another."""
        with self._database.write() as connection:
            version = _of_run(connection, run)
            if version.run != run.number or version.status is not Status.QUEUED:
                return version
            ranges = version.ranges or ranges
            if not version.ranges:
                _keep_ranges(connection, run, ReadPages(version.folder, tuple(ranges)))
            connection.execute(
                """
                UPDATE versions SET status = ?, stage = ?, pages = ?, updated_at = ?
                WHERE document_id = ? AND number = ?
                """,
                (
                    Status.RUNNING,
                    Stage.EXTRACT,
                    sum(last - first + 1 for first, last in ranges),
                    time.time(),
                    run.document_id,
                    run.version.number,
                ),
            )
            return _of_run(connection, run)

    def finish_range(
        self, run: Run, index: int, failed_pages: Sequence[int] = (), spent: Spent = NOTHING_SPENT
    ) -> Version:
        """Count a checkpointed range once. Raises ``NotFound`` for a range that was not planned."""
        with self._database.write() as connection:
            version = _of_run(connection, run)
            if not _is_under_way(version, run) or index in version.ranges_done:
                return version
            if not 0 <= index < len(version.ranges):
                raise NotFound("The page range does not exist.")
            first, last = version.ranges[index]
            connection.execute(
                """
                UPDATE ranges SET done = 1, failed_pages = ?
                WHERE document_id = ? AND version = ? AND number = ?
                """,
                (_json(failed_pages), run.document_id, run.version.number, index),
            )
            connection.execute(
                """
                UPDATE versions SET pages_done = pages_done + ?, spent = ?, updated_at = ?
                WHERE document_id = ? AND number = ?
                """,
                (
                    last - first + 1,
                    encode_spent(version.spent + spent),
                    time.time(),
                    run.document_id,
                    run.version.number,
                ),
            )
            return _of_run(connection, run)

    def progress(
        self, run: Run, stage: Stage, *, chunks: int | None = None, chunks_done: int | None = None
    ) -> None:
        """Note the stage and counts of a running version: one small row is written."""
        with self._database.write() as connection:
            changed = connection.execute(
                """
                UPDATE versions SET
                    stage = ?, updated_at = ?,
                    chunks = COALESCE(?, chunks), chunks_done = COALESCE(?, chunks_done)
                WHERE document_id = ? AND number = ? AND run = ? AND status = ? AND EXISTS (
                    SELECT 1 FROM documents WHERE id = document_id AND tenant = ? AND tombstoned_at IS NULL
                )
                """,
                (
                    stage,
                    time.time(),
                    chunks,
                    chunks_done,
                    run.document_id,
                    run.version.number,
                    run.number,
                    Status.RUNNING,
                    run.tenant,
                ),
            ).rowcount
            if not changed:
                _of_run(connection, run)  # gone, or only over?

    def count_scans(self, run: Run, scans: Scans, stage: Stage | None = None) -> None:
        """Note which pages of a running version need OCR, and the stage that this begins."""
        with self._database.write() as connection:
            if _is_under_way(_of_run(connection, run), run):
                _keep_scans(connection, run, scans, stage)

    def note_scans(
        self, run: Run, index: int, left: int, failed_pages: Sequence[int] | None = None
    ) -> Version:
        """Note how many pages of a range wait for OCR."""
        with self._database.write() as connection:
            version = _of_run(connection, run)
            if not _is_under_way(version, run):
                return version
            _keep_scans(connection, run, version.scans.without(index, left))
            if failed_pages is not None:
                connection.execute(
                    "UPDATE ranges SET failed_pages = ? WHERE document_id = ? AND version = ? AND number = ?",
                    (_json(failed_pages), run.document_id, run.version.number, index),
                )
            return _of_run(connection, run)

    def finish(self, run: Run, status: Status, reason: Reason | None = None) -> Version:
        """End a run, once."""
        if not status.ended:
            raise ValueError(f"A run does not end as {status}.")
        with self._database.write() as connection:
            version = _of_run(connection, run)
            # A job that is delivered twice, or that belongs to an earlier run, must not end this one.
            if version.status.ended or version.run != run.number:
                return version
            connection.execute(
                """
                UPDATE versions SET
                    status = ?, stage = ?, reason_code = ?, reason_message = ?, updated_at = ?,
                    earlier = CASE WHEN ? THEN earlier END
                WHERE document_id = ? AND number = ?
                """,
                (
                    status,
                    Stage.DONE,
                    reason and reason.code,
                    reason and reason.message,
                    time.time(),
                    status is Status.FAILED,
                    run.document_id,
                    run.version.number,
                ),
            )
            return _of_run(connection, run)

    # -- the end of a document ----------------------------------------------------------------------------

    def tombstone(self, tenant: str, document_id: str) -> Document:
        """Hide a document."""
        with self._database.write() as connection:
            document = select_document(connection, tenant, document_id, tombstoned=True)
            connection.execute(
                "UPDATE documents SET tombstoned_at = ? WHERE id = ? AND tombstoned_at IS NULL",
                (time.time(), document_id),
            )
            # Names that it made longer may be short again.
            document_names.settle(connection, tenant, [base(document.path)])
            return document

    def list_tombstoned(self, tenant: str) -> list[str]:
        """Return the ids of hidden documents, in the order they came."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT id FROM documents WHERE tenant = ? AND tombstoned_at IS NOT NULL ORDER BY seq",
                (tenant,),
            )
            return [row["id"] for row in rows]

    def purge(self, tenant: str, document_id: str) -> int:
        """Delete a tombstoned document's rows."""
        with self._database.write() as connection:
            versions: int = connection.execute(
                "SELECT COUNT(*) FROM document_versions WHERE tenant = ? AND id = ? AND NOT live",
                (tenant, document_id),
            ).fetchone()[0]
            connection.execute(
                "DELETE FROM documents WHERE tenant = ? AND id = ? AND tombstoned_at IS NOT NULL",
                (tenant, document_id),
            )
        # Deleted rows leave their words in free pages and in the write-ahead log.
        self._database.scrub()
        return versions

    # -- all of them --------------------------------------------------------------------------------------

    def list_unfinished(self) -> list[Run]:
        """Return the latest run of every version under way, oldest document first."""
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT tenant, id, number, run FROM document_versions
                WHERE status IN ('queued', 'running') AND live ORDER BY seq, number
                """
            )
            return [Run(VersionId(*row[:3]), row[3]) for row in rows]

    def waiting(self, before: float) -> list[Run]:
        """Return the versions that were announced earlier than ``before`` and whose file has not arrived."""
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT tenant, id, number, run FROM document_versions
                WHERE status = 'uploading' AND updated_at < ? AND live ORDER BY seq, number
                """,
                (before,),
            )
            return [Run(VersionId(*row[:3]), row[3]) for row in rows]

    def tenants(self) -> list[str]:
        """Return every tenant that has or had a document."""
        with self._database.read() as connection:
            return [row["tenant"] for row in connection.execute("SELECT tenant FROM tenants ORDER BY tenant")]

    def usage(self, tenant: str) -> Usage:
        """Return documents, versions, pages and bytes held."""
        with self._database.read() as connection:
            row = connection.execute(
                """
                SELECT COUNT(DISTINCT id), COUNT(*), COALESCE(SUM(pages), 0), COALESCE(SUM(size), 0)
                FROM document_versions WHERE tenant = ? AND live
                """,
                (tenant,),
            ).fetchone()
        return Usage(*row)

    def faults(self) -> list[str]:
        """Return what SQLite finds wrong with the file, and what is wrong with the rows."""
        # Rows of a file that is damaged tell nothing of their own.
        if faults := self._database.faults():
            return faults
        with self._database.read() as connection:
            return unreadable_rows(connection)

    def passages(self, tenant: str) -> int:
        """Return the number of passages that documents answer from, if no run is under way."""
        with self._database.read() as connection:
            row = connection.execute(
                """
                SELECT COALESCE(SUM(chunks), 0)
                FROM documents JOIN versions ON document_id = id AND number = searchable
                WHERE tenant = ? AND tombstoned_at IS NULL AND status IN ('ready', 'partial', 'needs_ocr')
                """,
                (tenant,),
            ).fetchone()
        return int(row[0])

    def check(self) -> None:
        """Raise ``Unavailable`` if the database cannot be read."""
        self._database.check()


def _find_content(connection: sqlite3.Connection, tenant: str, sha256: str) -> list[Held]:
    """Return the versions that have a content, oldest document first."""
    rows = connection.execute(
        "SELECT * FROM document_versions WHERE tenant = ? AND sha256 = ? AND live ORDER BY seq, number",
        (tenant, sha256),
    )
    return [Held(row["id"], version_of(row), bool(row["chosen"])) for row in rows]


def _return_known(
    connection: sqlite3.Connection,
    tenant: str,
    source: Source | None,
    document_id: str,
    tags: Sequence[str],
) -> Document:
    """Return the document that has a file's content already. One that is known by a name alone is known by
    the file's ``source`` from now on, if that ends in the name and is no other's."""
    _add_tags(connection, tenant, document_id, tags)
    document = select_document(connection, tenant, document_id)
    if source and identity.is_found_again(document, source):
        document_names.move(connection, document, source)
    return select_document(connection, tenant, document_id)


def _add_tags(connection: sqlite3.Connection, tenant: str, document_id: str, tags: Sequence[str]) -> None:
    # Added, never replaced: a file that comes again must not take what a person gave its document.
    both = dict.fromkeys([*select_document(connection, tenant, document_id).tags, *tags])
    connection.execute("UPDATE documents SET tags = ? WHERE id = ?", (_json(both), document_id))


def _versions(connection: sqlite3.Connection, tenant: str, document_id: str) -> list[Version]:
    rows = connection.execute(
        "SELECT * FROM document_versions WHERE tenant = ? AND id = ? AND live ORDER BY number DESC",
        (tenant, document_id),
    )
    return list(map(version_of, rows))


def _add_version(connection: sqlite3.Connection, document_id: str, sha256: str, size: int) -> None:
    now = time.time()
    connection.execute(
        """
        INSERT INTO versions (document_id, number, sha256, size, status, stage, created_at, updated_at)
        SELECT id, numbered + 1, :sha256, :size, :status, :stage, :now, :now FROM documents WHERE id = :id
        """,
        {
            "id": document_id,
            "sha256": sha256,
            "size": size,
            "status": Status.UPLOADING,
            "stage": Stage.WAITING,
            "now": now,
        },
    )
    connection.execute("UPDATE documents SET numbered = numbered + 1 WHERE id = ?", (document_id,))


def _keep_ranges(connection: sqlite3.Connection, run: Run, reading: ReadPages) -> None:
    """These page ranges in place of those that the version has."""
    place = run.document_id, run.version.number
    connection.execute("DELETE FROM ranges WHERE document_id = ? AND version = ?", place)
    connection.executemany(
        "INSERT INTO ranges (document_id, version, number, first, last, done) VALUES (?, ?, ?, ?, ?, ?)",
        [(*place, i, *pages, i in reading.done) for i, pages in enumerate(reading.ranges)],
    )


def _keep_scans(connection: sqlite3.Connection, run: Run, scans: Scans, stage: Stage | None = None) -> None:
    connection.execute(
        """
        UPDATE versions SET scans = ?, stage = COALESCE(?, stage), updated_at = ?
        WHERE document_id = ? AND number = ?
        """,
        (encode_scans(scans), stage, time.time(), run.document_id, run.version.number),
    )


def _of_run(connection: sqlite3.Connection, run: Run) -> Version:
    return select_version(connection, run.version)


def _is_under_way(version: Version, run: Run) -> bool:
    return version.run == run.number and version.status in (Status.QUEUED, Status.RUNNING)


def _keep_card(connection: sqlite3.Connection, document_id: str, row: CardRow) -> None:
    connection.execute(
        """
        UPDATE documents SET
            title = :title, card = :card, corrections = :corrections,
            kind = :kind, who = :who, dated = :dated, dated_end = :dated_end
        WHERE id = :id
        """,
        {**asdict(row), "id": document_id},
    )


def _json(items: Iterable[object]) -> str:
    return json.dumps(list(items), ensure_ascii=False)
