"""The tables of ``index.sqlite3``, one tuple of steps for each version of the schema.

A passage's ``position`` is its tenant's number times 2^40 plus a count, and never used again. Each tenant has
a full-text table of its own: BM25 weighs a word by how many passages have it, and in a table of all tenants
those numbers would tell one of them what stands in another's documents.
"""

from __future__ import annotations

import sqlite3

from app.adapters.embedded.sqlite.schema import Step

TENANT_SPAN = 1 << 40
"""Positions of one tenant."""


# `searchable` is a function of this program: the terms of a text that is a part of another.
_TERMS = "searchable(context, context || ' ' || text), searchable(text, context || ' ' || text)"


def words_table(tenant: int) -> str:
    """Return the name of a tenant's full-text table."""
    return f"words_{tenant}"


def create_words(connection: sqlite3.Connection, tenant: int) -> None:
    """Make a tenant's full-text table. It keeps no text: that stands in ``chunks``.

    What it is given are terms with spaces between them, which are folded already (``app/ask/words``)."""
    connection.execute(
        f"CREATE VIRTUAL TABLE {words_table(tenant)} USING fts5 "
        "(context, text, content = '', tokenize = 'ascii')"
    )


def add_words(connection: sqlite3.Connection, tenant: int, where: str, *values: object) -> None:
    """Make the tenant's chunks that fit ``where`` findable by their words."""
    connection.execute(
        f"INSERT INTO {words_table(tenant)} (rowid, context, text) "  # noqa: S608 - a number
        f"SELECT position, {_TERMS} FROM chunks "
        f"WHERE tenant = {tenant} AND {where}",
        values,
    )


def remove_words(connection: sqlite3.Connection, tenant: int, where: str, *values: object) -> None:
    """Take the words of the tenant's chunks that fit ``where`` out, while those are still as they were."""
    table = words_table(tenant)
    connection.execute(
        f"INSERT INTO {table} ({table}, rowid, context, text) "  # noqa: S608 - a number
        f"SELECT 'delete', position, {_TERMS} FROM chunks "
        f"WHERE tenant = {tenant} AND {where}",
        values,
    )


def without_words(connection: sqlite3.Connection, tenant: int) -> int:
    """Return how many of the tenant's chunks are not found by their words. Raises ``sqlite3.Error`` where
    its table is damaged or gone."""
    table = words_table(tenant)
    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")  # noqa: S608 - a number
    row = connection.execute(
        f"SELECT COUNT(*) FROM chunks WHERE tenant = ? AND NOT staged "  # noqa: S608 - a number
        f"AND position NOT IN (SELECT id FROM {table}_docsize)",
        (tenant,),
    ).fetchone()
    return int(row[0])


def renew_words(connection: sqlite3.Connection, tenant: int) -> None:
    """Rebuild a tenant's full-text table from its chunks."""
    connection.execute(f"DROP TABLE IF EXISTS {words_table(tenant)}")
    create_words(connection, tenant)
    add_words(connection, tenant, "NOT staged")


def merge_words(connection: sqlite3.Connection, tenant: int, pages: int) -> bool:
    """Merge this many pages of the tenant's full-text table, from its beginning if ``pages`` is below 0.
    Return whether there are more (https://sqlite.org/fts5.html#the_merge_command)."""
    table, before = words_table(tenant), connection.total_changes
    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608
    return connection.total_changes - before >= 2


_FIRST = (
    """
    CREATE TABLE model (
        name       TEXT NOT NULL,
        dimensions INTEGER NOT NULL
    )
    """,
    # `used` is the tenant's last position; `added` counts the batches of vectors and `removed` the deletions:
    # a process that keeps vectors in memory sees by them what it has missed.
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
)

_UNSPACED = (
    "DROP TRIGGER chunks_inserted",
    "DROP TRIGGER chunks_deleted",
    "DROP TRIGGER chunks_updated",
    "DROP TABLE words",
    # `searchable` is a function of this program.
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
"""Scripts without word spaces are found by character bigrams."""


def _make_words_of_each(connection: sqlite3.Connection) -> None:
    for (tenant,) in connection.execute("SELECT number FROM tenants").fetchall():
        create_words(connection, tenant)
        add_words(connection, tenant, "1")


_BY_TENANT = (
    "DROP TRIGGER chunks_inserted",
    "DROP TRIGGER chunks_deleted",
    "DROP TRIGGER chunks_updated",
    "DROP TABLE words",
    "DROP VIEW searched",
    _make_words_of_each,
)

# What is staged waits to be published: its words are in no full-text table, its vector in batch 0, which is
# before any that a process reads.
_STAGED = ("ALTER TABLE chunks ADD COLUMN staged INTEGER NOT NULL DEFAULT 0",)


def _renew_words_of_each(connection: sqlite3.Connection) -> None:
    for (tenant,) in connection.execute("SELECT number FROM tenants").fetchall():
        renew_words(connection, tenant)


# Words were stemmed by SQLite, as English ones, and split at marks.
_EVERY_LANGUAGE = (_renew_words_of_each,)

# Of a number with parts (5.1.1) there were its parts alone.
_NUMBERED = (_renew_words_of_each,)

INDEX_SCHEMA: tuple[tuple[Step, ...], ...] = (
    _FIRST, _UNSPACED, _BY_TENANT, _STAGED, _EVERY_LANGUAGE, _NUMBERED,
)  # fmt: skip
