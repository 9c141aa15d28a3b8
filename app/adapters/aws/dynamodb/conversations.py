"""Conversations in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice, takewhile

from app.adapters.aws.backoff import Backoff
from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.dynamo import ConditionFailed, Dynamo, Key, Write, delete, put, update
from app.adapters.aws.dynamodb.items import Item, now, seconds
from app.adapters.aws.dynamodb.message_items import (
    MOST_COMMENT,
    cited_key,
    cited_partition,
    content_of,
    item_of,
    message_key,
    message_of,
    partition,
)
from app.adapters.aws.dynamodb.tables import POSITION, USED
from app.adapters.aws.dynamodb.time_order import ABOVE_ALL, time_key
from app.adapters.cursors import Cursors
from app.core.answer import Feedback, Message, Person, Role, Session
from app.core.document import Listing, Usage
from app.core.errors import BadRequest, NotAllowed, NotFound, TooLarge
from app.core.ids import derived_id, new_id
from app.core.rules.forgetting import cited_documents, without_document

PART = "database"


class DynamoConversations:
    """A ``ConversationStore``. What questions cost stays counted when their session is deleted.

    A session that is not in the list (has no ``used``) is being deleted, and hidden from all but ``delete``.
    """

    def __init__(
        self, clients: Clients, sessions_table: str, messages_table: str, cursors: Cursors | None = None
    ) -> None:
        self._cursors = cursors or Cursors()
        self._dynamo = Dynamo(clients, PART)
        self._sessions = sessions_table
        self._messages = messages_table

    # -- sessions -----------------------------------------------------------------------------------------

    def create(self, who: Person, title: str, document_ids: Sequence[str] = ()) -> Session:
        """Create a session."""
        created, session_id = now(), new_id("ses")
        row = {
            **_session_key(who.tenant, session_id)._asdict(),
            "id": session_id,
            "owner": who.subject,
            "shared": 0,
            "title": title,
            "documents": list(document_ids),
            "created": created,
            "updated": created,
            "used": _used_key(who.subject, created, session_id),
            "messages": 0,
        }
        self._dynamo.write(put(self._sessions, row))
        return _session_of(row)

    def get(self, who: Person, session_id: str) -> Session:
        """Return a session of this person, or a shared one."""
        return _session_of(self._session(who, session_id))

    def listing(self, who: Person, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Return the person's own sessions, the most recently used first."""
        which = "sessions", *who
        first = f"{_used_prefix(who.subject)}{ABOVE_ALL}"
        before = str(self._cursors.decode(cursor, which, str)[0]) if cursor else first
        rows = self._dynamo.query(
            self._sessions,
            "#pk = :tenant AND #used < :before",
            index=USED,
            newest_first=True,
            limit=limit + 1,
            tenant=who.tenant,
            before=before,
        )
        theirs = takewhile(lambda row: row["used"].startswith(_used_prefix(who.subject)), rows)
        found = list(islice(theirs, limit + 1))
        more = self._cursors.encode(which, found[limit - 1]["used"]) if len(found) > limit else None
        return Listing(tuple(map(_session_of, found[:limit])), more)

    def change(
        self, who: Person, session_id: str, *, title: str | None = None, shared: bool | None = None
    ) -> Session:
        """Rename a session, or share it or no longer; it stays where it is in the list."""
        row = self._own_session(who, session_id)
        new = {
            "title": row["title"] if title is None else title,
            "shared": row["shared"] if shared is None else int(shared),
        }
        changed = self._change_session(
            who.tenant, session_id, "SET #title = :title, #shared = :shared", **new
        )
        try:
            return _session_of(self._dynamo.write(changed) or {})
        except ConditionFailed as error:
            raise NotFound("The conversation does not exist.") from error

    def delete(self, who: Person, session_id: str) -> int:
        """Delete a session and its messages; the number of messages.

        It is hidden first: then nothing is added any more, and what is interrupted can be done again."""
        key = _session_key(who.tenant, session_id)
        row = self._dynamo.get(self._sessions, key)
        _check_own(row, who)
        if row is None:
            raise NotFound("The conversation does not exist.")
        with suppress(ConditionFailed):  # hidden already
            row = self._dynamo.write(self._change_session(who.tenant, session_id, "REMOVE #used")) or row
        rows = self._dynamo.query(self._messages, "#pk = :pk", pk=partition(who.tenant, session_id))
        self._dynamo.remove(self._messages, [key for each in rows for key in _keys_of(who.tenant, each)])
        self._dynamo.write(delete(self._sessions, key))
        return int(row["messages"])

    # -- messages -----------------------------------------------------------------------------------------

    def append(self, who: Person, message: Message) -> None:
        """Add a message at the end of its session; one that is there already changes nothing."""
        backoff = Backoff(PART)
        while True:
            session = self._own_session(who, message.session_id)
            added = put(
                self._messages,
                item_of(who.tenant, message, session["messages"] + 1),
                when="attribute_not_exists(#pk)",
            )
            try:
                counted = self._add_usage(who.tenant, message)
                self._dynamo.transact(
                    [added, self._add_message(session), counted, *self._list_citations(who, message)]
                )
                return
            except ConditionFailed as refused:
                if 0 in refused.which:  # the message is there
                    return
            backoff.wait()

    def messages(
        self, who: Person, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Return messages, oldest first."""
        which = "messages", who.tenant, session_id
        after = int(self._cursors.decode(cursor, which, int)[0]) if cursor else 0
        self._session(who, session_id)
        rows = self._in_order(who.tenant, session_id, after, limit + 1)
        found = list(islice(rows, limit + 1))
        more = self._cursors.encode(which, found[limit - 1]["position"]) if len(found) > limit else None
        return Listing(tuple(map(message_of, found[:limit])), more)

    def recent(self, who: Person, session_id: str, limit: int) -> list[Message]:
        """Return the last ``limit`` messages, oldest first."""
        last: int = self._session(who, session_id)["messages"]
        return [message_of(row) for row in self._in_order(who.tenant, session_id, last - limit, limit)]

    def rate(self, who: Person, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep feedback on an answer. Raises ``BadRequest`` for a person's message."""
        if len(feedback.comment) > MOST_COMMENT:
            raise TooLarge(f"A comment has at most {MOST_COMMENT:,} characters.")
        self._own_session(who, session_id)
        key = message_key(who.tenant, session_id, message_id)
        row = self._dynamo.get(self._messages, key)
        if row is None:
            raise NotFound("The message does not exist.")
        if row["role"] != Role.ASSISTANT:
            raise BadRequest("Only an answer can be rated.")
        rated = update(
            self._messages,
            key,
            "SET #helpful = :helpful, #comment = :comment",
            when="attribute_exists(#pk)",
            helpful=int(feedback.helpful),
            comment=feedback.comment,
        )
        try:
            return message_of(self._dynamo.write(rated) or {})
        except ConditionFailed as error:
            raise NotFound("The message does not exist.") from error

    def forget(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Take the words of a deleted document or version out of the answers that cite it; the number of its
        citations."""
        where, forgotten = "#pk = :cited", 0
        for row in self._dynamo.query(self._messages, where, cited=cited_partition(tenant, document_id)):
            forgotten += self._forget(message_key(tenant, *row["sk"].split("/")), document_id, version)
            if version is None:  # else the message may cite another version
                self._dynamo.write(delete(self._messages, Key(row["pk"], row["sk"])))
        return forgotten

    def _forget(self, key: Key, document_id: str, version: int | None) -> int:
        backoff = Backoff(PART)
        while row := self._dynamo.get(self._messages, key):
            message = message_of(row)
            if message.answer is None:
                return 0
            answer, citations = without_document(message.answer, document_id, version)
            content = content_of(replace(message, text=answer.text, answer=answer))
            change = update(
                self._messages,
                key,
                "SET #content = :new",
                when="#content = :old",
                new=content,
                old=row["content"],
            )
            try:
                self._dynamo.write(change)
                return citations
            except ConditionFailed:  # another document of it was deleted at the same time, or itself
                backoff.wait()
        return 0

    # -- all of them --------------------------------------------------------------------------------------

    def usage(self, tenant: str) -> Usage:
        """Return the number of conversations, and the questions and tokens, including those of deleted
        conversations."""
        where = "#pk = :tenant AND begins_with(#sk, :usage)"
        rows = list(self._dynamo.query(self._sessions, where, tenant=tenant, usage=_usage_key("", "").sk))
        return Usage(
            conversations=self._count(tenant),
            questions=sum(row["questions"] for row in rows),
            tokens_in=sum(row["tokens_in"] for row in rows),
            tokens_out=sum(row["tokens_out"] for row in rows),
        )

    def check(self) -> None:
        """Raise ``Unavailable`` if a table cannot be read."""
        for table in (self._sessions, self._messages):
            self._dynamo.get(table, Key("#check", "check"))

    # -- the rows -----------------------------------------------------------------------------------------

    def _session(self, who: Person, session_id: str) -> Item:
        row = self._dynamo.get(self._sessions, _session_key(who.tenant, session_id))
        if row is None or "used" not in row or not (row.get("shared") or _is_own(row, who)):
            raise NotFound("The conversation does not exist.")
        return row

    def _own_session(self, who: Person, session_id: str) -> Item:
        row = self._session(who, session_id)
        _check_own(row, who)
        return row

    def _count(self, tenant: str) -> int:
        where = "#pk = :tenant AND begins_with(#sk, :session)"
        rows = self._dynamo.query(self._sessions, where, tenant=tenant, session=_session_key("", "").sk)
        return sum("used" in row for row in rows)

    def _in_order(self, tenant: str, session_id: str, after: int, limit: int) -> Iterator[Item]:
        where = "#pk = :pk AND #position > :after"
        pk = partition(tenant, session_id)
        return self._dynamo.query(self._messages, where, index=POSITION, limit=limit, pk=pk, after=after)

    def _change_session(self, tenant: str, session_id: str, change: str, **values: str | int) -> Write:
        key = _session_key(tenant, session_id)
        return update(self._sessions, key, change, when="attribute_exists(#used)", **values)

    def _add_message(self, session: Item) -> Write:
        """Return a write that adds one message, if no other was added meanwhile and the session is not
        being deleted."""
        updated = now()
        return update(
            self._sessions,
            Key(session["pk"], session["sk"]),
            "SET #messages = :more, #updated = :updated, #used = :used",
            when="attribute_exists(#used) AND #messages = :messages",
            messages=session["messages"],
            more=session["messages"] + 1,
            updated=updated,
            used=_used_key(session["owner"], updated, session["id"]),
        )

    def _list_citations(self, who: Person, message: Message) -> list[Write]:
        """Return the items by which the message is found when a document that it cites is deleted."""
        cited = cited_documents(message.answer) if message.answer else ()
        return [
            put(self._messages, cited_key(who.tenant, each, message.session_id, message.id)._asdict())
            for each in cited
        ]

    def _add_usage(self, tenant: str, message: Message) -> Write:
        answer = message.answer
        return update(
            self._sessions,
            _usage_key(tenant, message.session_id),
            "ADD #questions :questions, #tokens_in :tokens_in, #tokens_out :tokens_out",
            questions=int(message.role is Role.USER),
            tokens_in=answer.tokens_in if answer else 0,
            tokens_out=answer.tokens_out if answer else 0,
        )


def _session_key(tenant: str, session_id: str) -> Key:
    return Key(tenant, f"session/{session_id}")


def _keys_of(tenant: str, message: Item) -> list[Key]:
    """Return the keys of a message, and of the items that say which documents it cites."""
    cited = (cited_key(tenant, each, message["session"], message["id"]) for each in message.get("cites", ()))
    return [Key(message["pk"], message["sk"]), *cited]


def _used_prefix(subject: str) -> str:
    """Return the prefix of a person's sessions in the list. A subject may contain any character."""
    return f"{derived_id('subject', subject)}/"


def _used_key(subject: str, microseconds: int, session_id: str) -> str:
    return f"{_used_prefix(subject)}{time_key(microseconds, session_id)}"


def _is_own(row: Item, who: Person) -> bool:
    return bool(row.get("owner") == who.subject)


def _check_own(row: Item | None, who: Person) -> None:
    """Raise ``NotFound`` for another's session, ``NotAllowed`` for one that they may read."""
    if row is not None and not _is_own(row, who):
        if row.get("shared"):
            raise NotAllowed("This conversation is another person's: it can be read, not changed.")
        raise NotFound("The conversation does not exist.")


def _usage_key(tenant: str, session_id: str) -> Key:
    """Return the key where a session's questions are counted: one of 32 items, chosen by the last letter
    of its id, so that not every question of a tenant waits for the same item."""
    return Key(tenant, f"usage/{session_id[-1:]}")


def _session_of(row: Item) -> Session:
    return Session(
        id=row["id"],
        tenant=row["pk"],
        owner=row.get("owner", ""),  # nobody's, if it is from before they had one
        title=row["title"],
        document_ids=tuple(row["documents"]),
        shared=bool(row.get("shared")),
        created_at=seconds(row["created"]),
        updated_at=seconds(row["updated"]),
    )
