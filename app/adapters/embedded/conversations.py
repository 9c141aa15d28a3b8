"""Conversations in SQLite."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence

from app.adapters import answer_json
from app.adapters.cursors import LARGEST, Cursors
from app.adapters.embedded.sqlite.database import Database
from app.core.answer import Feedback, Message, Person, Role, Session
from app.core.document import Listing, Usage
from app.core.errors import BadRequest, NotAllowed, NotFound
from app.core.ids import new_id
from app.core.rules.forgetting import without_document


class SqliteConversations:
    """A ``ConversationStore``. What questions cost stays counted when their session is deleted."""

    def __init__(self, database: Database, cursors: Cursors | None = None) -> None:
        self._database = database
        self._cursors = cursors or Cursors()

    # -- sessions -----------------------------------------------------------------------------------------

    def create(self, who: Person, title: str, document_ids: Sequence[str] = ()) -> Session:
        """Create a session."""
        now = time.time()
        session = Session(new_id("ses"), *who, title, tuple(document_ids), created_at=now, updated_at=now)
        with self._database.write() as connection:
            connection.execute(
                """
                INSERT INTO sessions (id, tenant, owner, title, document_ids, created_at, updated_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                (session.id, *who, title, json.dumps(session.document_ids), now, now),
            )
        return session

    def get(self, who: Person, session_id: str) -> Session:
        """Return a session of this person, or a shared one."""
        with self._database.read() as connection:
            return _session(connection, who, session_id)

    def listing(self, who: Person, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Return the person's own sessions, the most recently used first."""
        which = "sessions", *who
        before = self._cursors.decode(cursor, which, float, str) if cursor else [LARGEST, ""]
        with self._database.read() as connection:
            rows = connection.execute(
                """
                SELECT * FROM sessions WHERE tenant = ? AND owner = ? AND (updated_at, id) < (?, ?)
                ORDER BY updated_at DESC, id DESC LIMIT ?
                """,
                (*who, *before, limit + 1),
            ).fetchall()
        more = None
        if len(rows) > limit:
            more = self._cursors.encode(which, rows[limit - 1]["updated_at"], rows[limit - 1]["id"])
        return Listing(tuple(map(_session_of, rows[:limit])), more)

    def change(
        self, who: Person, session_id: str, *, title: str | None = None, shared: bool | None = None
    ) -> Session:
        """Rename a session, or share it or no longer; its place in the list stays."""
        with self._database.write() as connection:
            _own_session(connection, who, session_id)
            connection.execute(
                "UPDATE sessions SET title = COALESCE(?, title), shared = COALESCE(?, shared) WHERE id = ?",
                (title, shared, session_id),
            )
            return _own_session(connection, who, session_id)

    def delete(self, who: Person, session_id: str) -> int:
        """Delete a session and its messages; the number of messages."""
        with self._database.write() as connection:
            _own_session(connection, who, session_id)
            messages = connection.execute("DELETE FROM messages WHERE session_id = ?", (session_id,)).rowcount
            connection.execute("DELETE FROM sessions WHERE id = ?", (session_id,))
        self._database.scrub()
        return messages

    # -- messages -----------------------------------------------------------------------------------------

    def append(self, who: Person, message: Message) -> None:
        """Add a message at the end of its session; one that is there already changes nothing."""
        with self._database.write() as connection:
            _own_session(connection, who, message.session_id)
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
            # Only once: a message that is stored again after a timeout must not be counted twice.
            if added.rowcount:
                connection.execute(
                    "UPDATE sessions SET updated_at = ? WHERE id = ?", (time.time(), message.session_id)
                )
                _count(connection, who.tenant, message)

    def messages(
        self, who: Person, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Return messages, oldest first."""
        which = "messages", who.tenant, session_id
        after = self._cursors.decode(cursor, which, int)[0] if cursor else 0
        with self._database.read() as connection:
            _session(connection, who, session_id)
            rows = connection.execute(
                "SELECT * FROM messages WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
                (session_id, after, limit + 1),
            ).fetchall()
        more = self._cursors.encode(which, rows[limit - 1]["seq"]) if len(rows) > limit else None
        return Listing(tuple(map(_message_of, rows[:limit])), more)

    def recent(self, who: Person, session_id: str, limit: int) -> list[Message]:
        """Return the last ``limit`` messages, oldest first."""
        with self._database.read() as connection:
            _session(connection, who, session_id)
            rows = connection.execute(
                "SELECT * FROM messages WHERE session_id = ? ORDER BY seq DESC LIMIT ?", (session_id, limit)
            ).fetchall()
        return [_message_of(row) for row in reversed(rows)]

    def rate(self, who: Person, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep feedback on an answer. Raises ``BadRequest`` for a person's message."""
        which = session_id, message_id
        with self._database.write() as connection:
            _own_session(connection, who, session_id)
            if _message(connection, *which).role is not Role.ASSISTANT:
                raise BadRequest("Only an answer can be rated.")
            connection.execute(
                "UPDATE messages SET helpful = ?, comment = ? WHERE session_id = ? AND id = ?",
                (feedback.helpful, feedback.comment, *which),
            )
            return _message(connection, *which)

    def forget(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Take the words of a deleted document or version out of the answers that cite it; the number of its
        citations."""
        forgotten = 0
        with self._database.write() as connection:
            rows = connection.execute(
                """
                SELECT seq, answer FROM messages JOIN sessions ON sessions.id = session_id
                WHERE tenant = ? AND instr(answer, ?)
                """,
                (tenant, json.dumps(document_id)),
            ).fetchall()
            for row in rows:
                answer, citations = without_document(answer_json.load(row["answer"]), document_id, version)
                if citations:
                    connection.execute(
                        "UPDATE messages SET text = ?, answer = ? WHERE seq = ?",
                        (answer.text, answer_json.dump(answer), row["seq"]),
                    )
                forgotten += citations
        self._database.scrub()
        return forgotten

    # -- all of them --------------------------------------------------------------------------------------

    def usage(self, tenant: str) -> Usage:
        """Return the number of conversations, and the questions and tokens, including those of deleted
        conversations."""
        with self._database.read() as connection:
            row = connection.execute("SELECT * FROM usage WHERE tenant = ?", (tenant,)).fetchone()
            held: int = connection.execute(
                "SELECT COUNT(*) FROM sessions WHERE tenant = ?", (tenant,)
            ).fetchone()[0]
        asked = {name: row[name] for name in ("questions", "tokens_in", "tokens_out")} if row else {}
        return Usage(conversations=held, **asked)

    def check(self) -> None:
        """Raise ``Unavailable`` if the database cannot be read."""
        self._database.check()


def _session(connection: sqlite3.Connection, who: Person, session_id: str) -> Session:
    row = connection.execute(
        "SELECT * FROM sessions WHERE tenant = ? AND id = ? AND (owner = ? OR shared)",
        (who.tenant, session_id, who.subject),
    ).fetchone()
    if row is None:
        # Also for one that is another's: an answer that differs would tell which ids there are.
        raise NotFound("The conversation does not exist.")
    return _session_of(row)


def _own_session(connection: sqlite3.Connection, who: Person, session_id: str) -> Session:
    session = _session(connection, who, session_id)
    if session.owner != who.subject:
        raise NotAllowed("This conversation is another person's: it can be read, not changed.")
    return session


def _session_of(row: sqlite3.Row) -> Session:
    return Session(
        id=row["id"],
        tenant=row["tenant"],
        owner=row["owner"],
        title=row["title"],
        document_ids=tuple(json.loads(row["document_ids"])),
        shared=bool(row["shared"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def _message(connection: sqlite3.Connection, session_id: str, message_id: str) -> Message:
    row = connection.execute(
        "SELECT * FROM messages WHERE session_id = ? AND id = ?", (session_id, message_id)
    ).fetchone()
    if row is None:
        raise NotFound("The message does not exist.")
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
