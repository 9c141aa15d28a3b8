"""The tables of a data folder as the first programs made them: test data, never to be edited.

``user_version`` of the documents' database was 1, and of the index 2.
"""

from __future__ import annotations

DOCUMENTS = (
    "CREATE TABLE tenants (tenant TEXT PRIMARY KEY) WITHOUT ROWID",
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
    """
    CREATE TABLE usage (
        tenant     TEXT PRIMARY KEY,
        questions  INTEGER NOT NULL DEFAULT 0,
        tokens_in  INTEGER NOT NULL DEFAULT 0,
        tokens_out INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID
    """,
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

INDEX = (
    """
    CREATE TABLE model (
        name       TEXT NOT NULL,
        dimensions INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE tenants (
        number  INTEGER PRIMARY KEY AUTOINCREMENT,
        name    TEXT NOT NULL UNIQUE,
        used    INTEGER NOT NULL DEFAULT 0,
        added   INTEGER NOT NULL DEFAULT 0,
        removed INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE chunks (
        position    INTEGER PRIMARY KEY,
        tenant      INTEGER NOT NULL REFERENCES tenants (number),
        id          TEXT NOT NULL,
        document_id TEXT NOT NULL,
        version     INTEGER NOT NULL,
        ordinal     INTEGER NOT NULL,
        kind        TEXT NOT NULL,
        tags        TEXT NOT NULL,              -- these three are JSON arrays
        headings    TEXT NOT NULL,
        spans       TEXT NOT NULL,
        context     TEXT NOT NULL,
        text        TEXT NOT NULL,
        UNIQUE (tenant, id)
    )
    """,
    "CREATE INDEX chunks_by_document ON chunks (tenant, document_id, version, ordinal)",
    """
    CREATE TABLE vectors (
        position INTEGER PRIMARY KEY REFERENCES chunks (position) ON DELETE CASCADE,
        tenant   INTEGER NOT NULL,
        batch    INTEGER NOT NULL,
        vector   BLOB NOT NULL                  -- float16, little-endian
    )
    """,
    "CREATE INDEX vectors_by_batch ON vectors (tenant, batch)",
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        context, text,
        content = 'chunks', content_rowid = 'position',
        tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER chunks_inserted AFTER INSERT ON chunks BEGIN
        INSERT INTO words (rowid, context, text) VALUES (new.position, new.context, new.text);
    END
    """,
    """
    CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks BEGIN
        INSERT INTO words (words, rowid, context, text)
            VALUES ('delete', old.position, old.context, old.text);
    END
    """,
    """
    CREATE TRIGGER chunks_updated AFTER UPDATE OF context, text ON chunks BEGIN
        INSERT INTO words (words, rowid, context, text)
            VALUES ('delete', old.position, old.context, old.text);
        INSERT INTO words (rowid, context, text) VALUES (new.position, new.context, new.text);
    END
    """,
    "DROP TRIGGER chunks_inserted",
    "DROP TRIGGER chunks_deleted",
    "DROP TRIGGER chunks_updated",
    "DROP TABLE words",
    """
    CREATE VIEW searched AS
        SELECT position, searchable(context) AS context, searchable(text) AS text FROM chunks
    """,
    """
    CREATE VIRTUAL TABLE words USING fts5 (
        context, text,
        content = 'searched', content_rowid = 'position',
        tokenize = 'porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER chunks_inserted AFTER INSERT ON chunks BEGIN
        INSERT INTO words (rowid, context, text)
            VALUES (new.position, searchable(new.context), searchable(new.text));
    END
    """,
    """
    CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks BEGIN
        INSERT INTO words (words, rowid, context, text)
            VALUES ('delete', old.position, searchable(old.context), searchable(old.text));
    END
    """,
    """
    CREATE TRIGGER chunks_updated AFTER UPDATE OF context, text ON chunks BEGIN
        INSERT INTO words (words, rowid, context, text)
            VALUES ('delete', old.position, searchable(old.context), searchable(old.text));
        INSERT INTO words (rowid, context, text)
            VALUES (new.position, searchable(new.context), searchable(new.text));
    END
    """,
    "INSERT INTO words (words) VALUES ('rebuild')",
)
