"""Messages as items of their table, and as values.

An answer with many citations is long: what a message says is kept compressed, far below DynamoDB's 400 KB.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from app.adapters import answer_json
from app.adapters.aws.dynamodb.dynamo import Key
from app.adapters.aws.dynamodb.items import Item
from app.core.answer import Feedback, Message, Role
from app.core.errors import TooLarge
from app.core.rules.forgetting import cited_documents

MOST_BYTES = 350_000
"""The largest compressed message. The rest of an item's 400 KB is for feedback and keys."""

MOST_COMMENT = 20_000
"""Characters of a comment, at up to 4 bytes each."""


def partition(tenant: str, session_id: str) -> str:
    """Return the partition key of a session's messages."""
    return f"{tenant}/{session_id}"


def message_key(tenant: str, session_id: str, message_id: str) -> Key:
    """Return the key of a message."""
    return Key(partition(tenant, session_id), f"message/{message_id}")


def cited_partition(tenant: str, document_id: str) -> str:
    """Return the partition key of the items that say which messages cite a document."""
    return f"{tenant}/cited/{document_id}"


def cited_key(tenant: str, document_id: str, session_id: str, message_id: str) -> Key:
    """Return the key of the item that says that a message cites a document."""
    return Key(cited_partition(tenant, document_id), f"{session_id}/{message_id}")


def item_of(tenant: str, message: Message, position: int) -> Item:
    """Return a message as the one at ``position`` of its session. Raises ``TooLarge``."""
    return {
        **message_key(tenant, message.session_id, message.id)._asdict(),
        "position": position,
        "id": message.id,
        "session": message.session_id,
        "role": message.role.value,
        "content": content_of(message),
        "cites": list(cited_documents(message.answer)) if message.answer else [],
    }


def content_of(message: Message) -> bytes:
    """Return what a message says, compressed. Raises ``TooLarge``."""
    said = {
        "text": message.text,
        "created_at": message.created_at,
        "answer": answer_json.dump(message.answer) if message.answer else None,
    }
    content = zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())
    if len(content) > MOST_BYTES:
        raise TooLarge("The message is too long to be kept.")
    return content


def message_of(item: Item) -> Message:
    """Return the message of an item."""
    said: dict[str, Any] = json.loads(zlib.decompress(item["content"]))
    return Message(
        id=item["id"],
        session_id=item["session"],
        role=Role(item["role"]),
        text=said["text"],
        created_at=said["created_at"],
        answer=answer_json.load(said["answer"]) if said["answer"] else None,
        feedback=Feedback(bool(item["helpful"]), item["comment"]) if "helpful" in item else None,
    )
