"""The rows of a tenant in a data folder: a copy of its database without those of the others."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.adapters.backup_folder import FOLDER, manifest
from app.adapters.embedded.backup import DATABASES, copy_database


@dataclass(frozen=True, slots=True)
class SqliteTenantRows:
    """A ``TenantRows`` over the databases of a data folder. The secret is everybody's, and no part of it."""

    data: Path

    def copy(self, tenant: str, folder: Path) -> None:
        """Write them into files in an empty folder."""
        name = DATABASES[0]
        copy_database(self.data / name, folder / name)
        with closing(sqlite3.connect(folder / name, isolation_level=None)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            for table in _tables(connection):
                if "tenant" in _columns(connection, table):
                    connection.execute(f"DELETE FROM {table} WHERE tenant <> ?", (tenant,))  # noqa: S608
            connection.execute("DELETE FROM jobs")  # this one is among them
            connection.execute("VACUUM")  # what was deleted stays in the file until then

    def manifest(self, files: int, size: int) -> tuple[str, bytes]:
        """Return what makes a folder a whole backup of a data folder."""
        return manifest(FOLDER, files, size)


def _tables(connection: sqlite3.Connection) -> list[str]:
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [name for (name,) in found.fetchall()]


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return {name for (name,) in found.fetchall()}
