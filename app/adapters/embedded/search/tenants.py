"""Tenants as rows: each has a number, and a span of positions for its passages."""

from __future__ import annotations

import sqlite3

from app.adapters.embedded.search.schema import TENANT_SPAN, create_words, without_words


def find_number(connection: sqlite3.Connection, tenant: str) -> int | None:
    """Return a tenant's number, ``None`` if it has nothing here."""
    row = connection.execute("SELECT number FROM tenants WHERE name = ?", (tenant,)).fetchone()
    return row["number"] if row else None


def all_tenants(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """Return the name and number of every tenant."""
    return [(row["name"], row["number"]) for row in connection.execute("SELECT name, number FROM tenants")]


def number_tenant(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    """Return a tenant's number and its last used position, made if it is new."""
    is_new = connection.execute("INSERT OR IGNORE INTO tenants (name) VALUES (?)", (name,)).rowcount
    number, used = connection.execute("SELECT number, used FROM tenants WHERE name = ?", (name,)).fetchone()
    if is_new:
        create_words(connection, number)
    return number, used or number * TENANT_SPAN


def find_fault(connection: sqlite3.Connection, name: str, number: int) -> str:
    """Return what is wrong with a tenant's full-text table, "" for nothing."""
    try:
        without = without_words(connection, number)
    except sqlite3.DatabaseError:
        return f"The full-text table of tenant {name} is damaged or gone."
    return f"Words find all passages of tenant {name} but {without:,}." if without else ""
