"""Conversations in SQLite."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from app.adapters import answer_json, cursors
from app.adapters.embedded.database import Database
from app.core.errors import BadRequest, NotFound
from app.core.ids import new_id
from app.core.model import Feedback, Listing, Message, Role, Session, Usage


class SqliteConversations:
    """A ``ConversationStore``. What questions cost stays counted when their session is deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- sessions -----------------------------------------------------------------------------------------

    def create(self, tenant: str, title: str, document_ids: Sequence[str] = ()) -> Session:
        """A new session."""
        now = time.time()
        session = Session(new_id("ses"), tenant, title, tuple(document_ids), now, now)
        with self._database.write() as connection:
            connection.execute(
                """
                INSERT INTO sessions (id, tenant, title, document_ids, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                (session.id, tenant, title, json.dumps(session.document_ids), now, now),
            )
        return session

    def get(self, tenant: str, session_id: str) -> Session:
        """A session."""
        with self._database.read() as connection:
            return _session(connection, tenant, session_id)

    def listing(self, tenant: str, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Sessions, the one with the newest message first."""
        before = cursors.decode(cursor, "sessions", float, str) if cursor else [cursors.LARGEST, ""]
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT * FROM sessions WHERE tenant = ? AND (updated_at, id) < (?, ?)
                ORDER BY updated_at DESC, id DESC LIMIT ?
                """,
                (tenant, *before, limit + 1),
            ).fetchall()
        more = None
        if len(rows) > limit:
            more = cursors.encode("sessions", rows[limit - 1]["updated_at"], rows[limit - 1]["id"])
        return Listing(tuple(map(_session_of, rows[:limit])), more)

    def rename(self, tenant: str, session_id: str, title: str) -> Session:
        """The session under its new title; its place in the list stays."""
        with self._database.write() as connection:
            _session(connection, tenant, session_id)
            connection.execute("UPDATE sessions SET title = ? WHERE id = ?", (title, session_id))
            return _session(connection, tenant, session_id)

    def delete(self, tenant: str, session_id: str) -> int:
        """Delete a session and its messages; the number of messages."""
        with self._database.write() as connection:
            _session(connection, tenant, session_id)
            messages = connection.execute("DELETE FROM messages WHERE session_id = ?", (session_id,)).rowcount
            connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
            return messages

    # -- messages -----------------------------------------------------------------------------------------

    def append(self, tenant: str, message: Message) -> None:
        """Add a message at the end of its session; one that is there already changes nothing."""
        with self._database.write() as connection:
            _session(connection, tenant, message.session_id)
            added = connection.execute(
                """
                INSERT INTO messages (session_id, id, role, text, created_at, answer)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                (
                    message.session_id,
                    message.id,
                    message.role,
                    message.text,
                    message.created_at,
                    answer_json.dump(message.answer) if message.answer else None,
                ),
            )
            if added.rowcount:
                connection.execute(
                    "UPDATE sessions SET updated_at = ? WHERE id = ?", (time.time(), message.session_id)
                )
                _count(connection, tenant, message)

    def messages(
        self, tenant: str, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Messages, oldest first."""
        after = cursors.decode(cursor, "messages", int)[0] if cursor else 0
        with self._database.read() as connection:
            _session(connection, tenant, session_id)
            rows = connection.execute(
                "SELECT * FROM messages WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                (session_id, after, limit + 1),
            ).fetchall()
        more = cursors.encode("messages", rows[limit - 1]["seq"]) if len(rows) > limit else None
        return Listing(tuple(map(_message_of, rows[:limit])), more)

    def recent(self, tenant: str, session_id: str, limit: int) -> list[Message]:
        """The last ``limit`` messages, oldest first."""
        with self._database.read() as connection:
            _session(connection, tenant, session_id)
            rows = connection.execute(
                "SELECT * FROM messages WHERE session_id = ? ORDER BY seq DESC LIMIT ?", (session_id, limit)
            ).fetchall()
        return [_message_of(row) for row in reversed(rows)]

    def rate(self, tenant: str, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep feedback on an answer. Raises ``BadRequest`` for a person's message."""
        which = session_id, message_id
        with self._database.write() as connection:
            _session(connection, tenant, session_id)
            if _message(connection, *which).role is not Role.ASSISTANT:
                raise BadRequest("Only an answer can be rated.")
            connection.execute(
                "UPDATE messages SET helpful = ?, comment = ? WHERE session_id = ? AND id = ?",
                (feedback.helpful, feedback.comment, *which),
            )
            return _message(connection, *which)

    # -- all of them --------------------------------------------------------------------------------------

    def usage(self, tenant: str) -> Usage:
        """Questions and tokens, those of deleted sessions too."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM usage WHERE tenant = ?", (tenant,)).fetchone()
        if row is None:
            return Usage()
        return Usage(questions=row["questions"], tokens_in=row["tokens_in"], tokens_out=row["tokens_out"])

    def check(self) -> None:
        """Raise ``Unavailable`` if the database cannot be read."""
        self._database.check()


def _session(connection: sqlite3.Connection, tenant: str, session_id: str) -> Session:
    row = connection.execute(
        "SELECT * FROM sessions WHERE tenant = ? AND id = ?", (tenant, session_id)
    ).fetchone()
    if row is None:
        raise NotFound("There is no such conversation.")
    return _session_of(row)


def _session_of(row: sqlite3.Row) -> Session:
    return Session(
        id=row["id"],
        tenant=row["tenant"],
        title=row["title"],
        document_ids=tuple(json.loads(row["document_ids"])),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _message(connection: sqlite3.Connection, session_id: str, message_id: str) -> Message:
    row = connection.execute(
        "SELECT * FROM messages WHERE session_id = ? AND id = ?", (session_id, message_id)
    ).fetchone()
    if row is None:
        raise NotFound("There is no such message.")
    return _message_of(row)


def _message_of(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        session_id=row["session_id"],
        role=Role(row["role"]),
        text=row["text"],
        created_at=row["created_at"],
        answer=answer_json.load(row["answer"]) if row["answer"] else None,
        feedback=Feedback(bool(row["helpful"]), row["comment"]) if row["helpful"] is not None else None,
    )


def _count(connection: sqlite3.Connection, tenant: str, message: Message) -> None:
    answer = message.answer
    connection.execute(
        """
        INSERT INTO usage (tenant, questions, tokens_in, tokens_out) VALUES (?, ?, ?, ?)
        ON CONFLICT (tenant) DO UPDATE SET
            questions = questions + excluded.questions,
            tokens_in = tokens_in + excluded.tokens_in,
            tokens_out = tokens_out + excluded.tokens_out
        """,
        (
            tenant,
            message.role is Role.USER,
            answer.tokens_in if answer else 0,
            answer.tokens_out if answer else 0,
        ),
    )
