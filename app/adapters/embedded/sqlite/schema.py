"""The tables of ``knowledge-base.sqlite3``, one tuple of steps for each version of the schema.

A database is at version *n* (``PRAGMA user_version``) when the first *n* tuples have run. A released tuple is
never edited: a change is a new tuple.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

Step: TypeAlias = "str | Callable[[sqlite3.Connection], None]"
"""A statement, or what a statement alone cannot say."""

_DOCUMENTS = (
    "CREATE TABLE tenants (tenant TEXT PRIMARY KEY) WITHOUT ROWID",
    # `seq` is the order of arrival, whatever the clock does; lists are cut at it.
    """
    CREATE TABLE documents (
        seq           INTEGER PRIMARY KEY AUTOINCREMENT,
        id            TEXT NOT NULL UNIQUE,
        tenant        TEXT NOT NULL,
        name          TEXT NOT NULL,
        title         TEXT NOT NULL DEFAULT '',
        tags          TEXT NOT NULL,              -- a JSON array
        searchable    INTEGER NOT NULL DEFAULT 0,
        created_at    REAL NOT NULL,
        tombstoned_at REAL
    )
    """,
    "CREATE INDEX documents_by_tenant ON documents (tenant, seq)",
    "CREATE UNIQUE INDEX documents_by_name ON documents (tenant, name) WHERE tombstoned_at IS NULL",
    """
    CREATE TABLE versions (
        document_id    TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
        number         INTEGER NOT NULL,
        sha256         TEXT NOT NULL,
        size           INTEGER NOT NULL,
        status         TEXT NOT NULL,
        stage          TEXT NOT NULL,
        pages          INTEGER NOT NULL DEFAULT 0,
        pages_done     INTEGER NOT NULL DEFAULT 0,
        chunks         INTEGER NOT NULL DEFAULT 0,
        chunks_done    INTEGER NOT NULL DEFAULT 0,
        reason_code    TEXT,
        reason_message TEXT,
        run            INTEGER NOT NULL DEFAULT 1,
        created_at     REAL NOT NULL,
        updated_at     REAL NOT NULL,
        PRIMARY KEY (document_id, number)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX versions_by_content ON versions (sha256)",
    "CREATE INDEX versions_unfinished ON versions (status) WHERE status IN ('queued', 'running')",
    # One small row for each page range: a checkpoint changes its own row and the version's counters.
    """
    CREATE TABLE ranges (
        document_id  TEXT NOT NULL,
        version      INTEGER NOT NULL,
        number       INTEGER NOT NULL,            -- the index into Version.ranges
        first        INTEGER NOT NULL,
        last         INTEGER NOT NULL,
        done         INTEGER NOT NULL DEFAULT 0,
        failed_pages TEXT NOT NULL DEFAULT '[]',  -- a JSON array
        PRIMARY KEY (document_id, version, number),
        FOREIGN KEY (document_id, version) REFERENCES versions (document_id, number) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    # Versions with their document and page ranges, one row each.
    """
    CREATE VIEW document_versions AS
    SELECT
        d.seq, d.id, d.tenant, d.name, d.title, d.tags, d.searchable, d.created_at AS document_created_at,
        d.tombstoned_at IS NULL AS live,
        v.number = (SELECT MAX(number) FROM versions WHERE document_id = d.id) AS latest,
        v.*,
        (
            SELECT json_group_array(json_array(r.number, r.first, r.last, r.done, json(r.failed_pages)))
            FROM ranges r WHERE r.document_id = v.document_id AND r.version = v.number
        ) AS ranges
    FROM documents d JOIN versions v ON v.document_id = d.id
    """,
)

_CONVERSATIONS = (
    """
    CREATE TABLE sessions (
        id           TEXT PRIMARY KEY,
        tenant       TEXT NOT NULL,
        title        TEXT NOT NULL,
        document_ids TEXT NOT NULL,               -- a JSON array
        created_at   REAL NOT NULL,
        updated_at   REAL NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE INDEX sessions_by_use ON sessions (tenant, updated_at, id)",
    """
    CREATE TABLE messages (
        seq        INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        id         TEXT NOT NULL,
        role       TEXT NOT NULL,
        text       TEXT NOT NULL,
        created_at REAL NOT NULL,
        answer     TEXT,                          -- an Answer as JSON
        helpful    INTEGER,
        comment    TEXT,
        UNIQUE (session_id, id)
    )
    """,
    "CREATE INDEX messages_in_order ON messages (session_id, seq)",
    # What questions cost stays known after their session is deleted.
    """
    CREATE TABLE usage (
        tenant     TEXT PRIMARY KEY,
        questions  INTEGER NOT NULL DEFAULT 0,
        tokens_in  INTEGER NOT NULL DEFAULT 0,
        tokens_out INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
)

_JOBS = (
    # `due_at` is when the job may next be handed out: for a leased one, when its lease runs out.
    """
    CREATE TABLE jobs (
        seq         INTEGER PRIMARY KEY AUTOINCREMENT,
        id          TEXT NOT NULL UNIQUE,
        kind        TEXT NOT NULL,
        tenant      TEXT NOT NULL,
        document_id TEXT NOT NULL,
        version     INTEGER NOT NULL,
        run         INTEGER NOT NULL,
        range       INTEGER NOT NULL,
        due_at      REAL NOT NULL,
        attempts    INTEGER NOT NULL DEFAULT 0,
        token       TEXT,                         -- of the lease; NULL while the job waits
        owner       TEXT                          -- the process that holds the lease
    )
    """,
    "CREATE INDEX jobs_by_time ON jobs (due_at, seq)",
    "CREATE INDEX jobs_leased ON jobs (owner) WHERE token IS NOT NULL",
)

_RUN_FOLDERS = (
    # Where a run's output stands; '' for what was read before each run had a folder.
    "ALTER TABLE versions ADD COLUMN folder TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE versions ADD COLUMN spent TEXT NOT NULL DEFAULT '{}'",  # a Spent as JSON
    "ALTER TABLE versions ADD COLUMN earlier TEXT",  # what another run read, while that answers: JSON
)

_PEOPLE = (
    "ALTER TABLE sessions ADD COLUMN owner TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN shared INTEGER NOT NULL DEFAULT 0",
    # A laptop has one user. Whose another tenant's conversations were nobody knows: they are nobody's.
    "UPDATE sessions SET owner = 'local' WHERE tenant = 'local'",
    "DROP INDEX sessions_by_use",
    "CREATE INDEX sessions_by_use ON sessions (tenant, owner, updated_at, id)",
)
"""Conversations belong to a person."""

# A document is known by where it comes from, and has a version that was chosen to answer (`wanted`): before,
# it was known by its name, and the newest version was to answer.
_SOURCES = (
    "ALTER TABLE documents ADD COLUMN source TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN path TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN base TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN wanted INTEGER NOT NULL DEFAULT 1",
    # How many versions there ever were: a number is not given twice.
    "ALTER TABLE documents ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0",
    "UPDATE documents SET source = name, path = name, base = base(name)",
    """
    UPDATE documents SET wanted = (
        SELECT COALESCE(MAX(CASE WHEN status <> 'uploading' THEN number END), MAX(number), 1)
        FROM versions WHERE document_id = documents.id
    ), numbered = (SELECT COALESCE(MAX(number), 0) FROM versions WHERE document_id = documents.id)
    """,
    "DROP INDEX documents_by_name",
    "CREATE INDEX documents_by_name ON documents (tenant, name) WHERE tombstoned_at IS NULL",
    "CREATE INDEX documents_by_base ON documents (tenant, base) WHERE tombstoned_at IS NULL",
    "CREATE UNIQUE INDEX documents_by_source ON documents (tenant, source) WHERE tombstoned_at IS NULL",
    "CREATE UNIQUE INDEX documents_by_path ON documents (tenant, path) WHERE tombstoned_at IS NULL",
    "DROP INDEX versions_unfinished",
    """
    CREATE INDEX versions_unfinished ON versions (status) WHERE status IN ('uploading', 'queued', 'running')
    """,
    "DROP VIEW document_versions",
    """
    CREATE VIEW document_versions AS
    SELECT
        d.seq, d.id, d.tenant, d.name, d.title, d.tags, d.searchable, d.created_at AS document_created_at,
        d.source, d.path, d.wanted,
        d.tombstoned_at IS NULL AS live,
        v.number = d.wanted AS chosen,
        (
            SELECT MAX(number) FROM versions
            WHERE document_id = d.id AND number > d.wanted AND status = 'uploading'
        ) AS announced,
        v.*,
        (
            SELECT json_group_array(json_array(r.number, r.first, r.last, r.done, json(r.failed_pages)))
            FROM ranges r WHERE r.document_id = v.document_id AND r.version = v.number
        ) AS ranges
    FROM documents d JOIN versions v ON v.document_id = d.id
    """,
)

_UNENDED = ("ALTER TABLE jobs ADD COLUMN unended INTEGER NOT NULL DEFAULT 0",)
"""Deliveries of a job whose worker vanished."""

_SCANS = ("ALTER TABLE versions ADD COLUMN scans TEXT NOT NULL DEFAULT '{}'",)
"""The pages that need OCR: a Scans as JSON."""

_CLOCK = (
    # When `due_at` was set: a clock that shows less than this was set back since.
    "ALTER TABLE jobs ADD COLUMN set_at REAL NOT NULL DEFAULT 0",
    "CREATE INDEX jobs_by_setting ON jobs (set_at)",
)

_CARDS = (
    "ALTER TABLE documents ADD COLUMN card TEXT NOT NULL DEFAULT ''",  # as it was read: a Card as JSON
    "ALTER TABLE documents ADD COLUMN corrections TEXT NOT NULL DEFAULT ''",  # Corrections as JSON
    # What lists are filtered by: see `CardRow`.
    "ALTER TABLE documents ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN who TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN dated TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN dated_end TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN indexed_as TEXT NOT NULL DEFAULT ''",  # what stands before its passages
    "DROP VIEW document_versions",
    """
    CREATE VIEW document_versions AS
    SELECT
        d.seq, d.id, d.tenant, d.name, d.title, d.tags, d.searchable, d.created_at AS document_created_at,
        d.source, d.path, d.wanted, d.card, d.corrections, d.kind, d.who, d.dated, d.dated_end,
        d.indexed_as,
        d.tombstoned_at IS NULL AS live,
        v.number = d.wanted AS chosen,
        (
            SELECT MAX(number) FROM versions
            WHERE document_id = d.id AND number > d.wanted AND status = 'uploading'
        ) AS announced,
        v.*,
        (
            SELECT json_group_array(json_array(r.number, r.first, r.last, r.done, json(r.failed_pages)))
            FROM ranges r WHERE r.document_id = v.document_id AND r.version = v.number
        ) AS ranges
    FROM documents d JOIN versions v ON v.document_id = d.id
    """,
)
"""What a document says of itself."""

SCHEMA: tuple[tuple[Step, ...], ...] = (
    (*_DOCUMENTS, *_CONVERSATIONS, *_JOBS),
    _RUN_FOLDERS,
    _PEOPLE,
    _SOURCES,
    _UNENDED,
    _SCANS,
    _CLOCK,
    _CARDS,
)
