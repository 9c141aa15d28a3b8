"""The three tables: their keys and indexes, in the words that CreateTable and CloudFormation share.

What must be read as it was just written (lists, conversations) is a local secondary index. Those can only be
made together with their table, and keep what one partition holds under 10 GB: some millions of documents of a
tenant.

DOCUMENTS_TABLE
    pk = tenant            sk = document/{id}     a document; listed = {created}/{id}, in the index `listed`
    pk = tenant            sk = name/{sha256}     which document has a source, path or name
    pk = tenant            sk = alike/{sha256}/{id}  a document whose path has this last part, and its name
    pk = tenant            sk = content/{sha256}  which document and version has a content
    pk = tenant/{id}       sk = version/{number}  a version with its page ranges; `open` till its first end
    pk = #tenants          sk = tenant            every tenant there was
CHAT_SESSIONS_TABLE
    pk = tenant            sk = session/{id}      a session; used = {owner}/{updated}/{id}, in index `used`
    pk = tenant            sk = usage/{shard}     what questions cost, counted in several places
CHAT_MESSAGES_TABLE
    pk = tenant/{session}  sk = {message id}      a message; its place in the session in the index `position`
    pk = tenant/cited/{document}  sk = {session}/{message}  an answer that cites a document
"""

from __future__ import annotations

from typing import Any

LISTED = "listed"
OPEN = "open"
USED = "used"
POSITION = "position"


def _attributes(**kinds: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _in_order_of(attribute: str) -> list[dict[str, Any]]:
    """Return a local index over the items of a partition that have ``attribute``, under its name."""
    return [
        {
            "IndexName": attribute,
            "KeySchema": _keys("pk", attribute),
            "Projection": {"ProjectionType": "ALL"},
        }
    ]


DOCUMENTS: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(pk="S", sk="S", listed="S", open="S"),
    "KeySchema": _keys("pk", "sk"),
    "LocalSecondaryIndexes": _in_order_of(LISTED),
    # Small: only the keys of the versions that are announced or under way.
    "GlobalSecondaryIndexes": [
        {
            "IndexName": OPEN,
            "KeySchema": _keys(OPEN, "pk"),
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["run"]},
        }
    ],
}

CHAT_SESSIONS: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(pk="S", sk="S", used="S"),
    "KeySchema": _keys("pk", "sk"),
    "LocalSecondaryIndexes": _in_order_of(USED),
}

CHAT_MESSAGES: dict[str, Any] = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": _attributes(pk="S", sk="S", position="N"),
    "KeySchema": _keys("pk", "sk"),
    "LocalSecondaryIndexes": _in_order_of(POSITION),
}

TABLES: dict[str, dict[str, Any]] = {
    "DOCUMENTS_TABLE": DOCUMENTS,
    "CHAT_SESSIONS_TABLE": CHAT_SESSIONS,
    "CHAT_MESSAGES_TABLE": CHAT_MESSAGES,
}
"""The definitions of the tables by the setting with the table's name; each fits
``create_table(TableName=…, **definition)``."""
