"""The keyword leg of the index: which words of a question to look for, and the passages that have them."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence

from app.adapters.embedded.search.schema import TENANT_SPAN, words_table
from app.ask.words.terms import asked_terms

COMMON = 0.08
"""A word that stands in more than this share of the passages tells little and costs most of the time."""

FEW = 2000
"""With fewer passages than this, no word is too common."""

REMEMBERED = 50_000
"""Words whose commonness is remembered."""

# `+` keeps SQLite from asking the full-text index once for each allowed position.
_BEST = """
    SELECT rowid, -bm25({words}) AS score FROM {words}
    WHERE {words} MATCH :terms
      AND (:allowed IS NULL OR +rowid IN (SELECT value FROM json_each(:allowed)))
    ORDER BY score DESC LIMIT :depth
"""


class Keywords:
    """Passages by BM25. Remembers which words are common."""

    def __init__(self) -> None:
        self._common: dict[tuple[int, str], bool] = {}
        self._passages: dict[int, int] = {}
        self._lock = threading.Lock()

    def best(
        self,
        connection: sqlite3.Connection,
        tenant: int,
        text: str,
        allowed: Sequence[int] | None,
        depth: int,
    ) -> dict[int, float]:
        """Return the BM25 score (higher is better) of the best ``depth`` passages, by position."""
        terms = asked_terms(text)
        telling = self._telling(connection, tenant, terms)
        best = _rank_passages(connection, tenant, telling, allowed, depth)
        # No passage may have what is left: another spelling of a common word, or what other documents say.
        if not best and len(telling) < len(terms):
            best = _rank_passages(connection, tenant, terms, allowed, depth)
        return best

    def _telling(self, connection: sqlite3.Connection, tenant: int, terms: Sequence[str]) -> list[str]:
        """Return the terms without common ones, or all where all are common."""
        passages = self._count(connection, tenant)
        if passages < FEW:
            return list(terms)
        limit = int(passages * COMMON)
        return [term for term in terms if not self._is_common(connection, tenant, term, limit)] or list(terms)

    def _is_common(self, connection: sqlite3.Connection, tenant: int, term: str, limit: int) -> bool:
        key = tenant, term
        common = self._common.get(key)
        if common is None:
            words = words_table(tenant)
            found: int = connection.execute(
                f"SELECT COUNT(*) FROM (SELECT 1 FROM {words} WHERE {words} MATCH ? LIMIT ?)",  # noqa: S608
                (f'"{term}"', limit + 1),
            ).fetchone()[0]
            common = found > limit
            with self._lock:
                if len(self._common) >= REMEMBERED:
                    self._common.clear()
                self._common[key] = common
        return common

    def _count(self, connection: sqlite3.Connection, tenant: int) -> int:
        """Return the tenant's passages, near enough: what is remembered of words is forgotten as they
        double."""
        used: int = connection.execute("SELECT used FROM tenants WHERE number = ?", (tenant,)).fetchone()[0]
        passages = max(0, used - tenant * TENANT_SPAN)
        with self._lock:
            if passages >= 2 * self._passages.get(tenant, 0):
                self._passages[tenant] = passages
                self._common = {key: common for key, common in self._common.items() if key[0] != tenant}
        return passages


def _rank_passages(
    connection: sqlite3.Connection,
    tenant: int,
    terms: Sequence[str],
    allowed: Sequence[int] | None,
    depth: int,
) -> dict[int, float]:
    if not terms:
        return {}
    rows = connection.execute(
        _BEST.format(words=words_table(tenant)),
        {
            "terms": " OR ".join(f'"{term}"' for term in terms),
            "allowed": None if allowed is None else json.dumps(allowed),
            "depth": depth,
        },
    )
    return {row[0]: row[1] for row in rows}
