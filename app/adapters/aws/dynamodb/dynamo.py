"""DynamoDB in a few verbs. Every read is consistent, but for those of a global index.

Expressions write attributes as ``#name`` and values as ``:name``; what they stand for is filled in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from app.adapters.aws.backoff import Backoff
from app.adapters.aws.clients import Clients, code, translate_errors
from app.adapters.aws.dynamodb.items import Item, Value, decode_item, encode_item, encode_value
from app.core.errors import TooLarge

GET_TOGETHER = 100
WRITE_TOGETHER = 25
"""Items in one request, by DynamoDB's rules."""


# What an answer says of a write, and a transaction's of each of its writes.
_REFUSED = {"ConditionalCheckFailed", "ConditionalCheckFailedException"}
_PASSING = {
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}


PARTITION_KEY_BYTES, SORT_KEY_BYTES = 2048, 1024
"""By DynamoDB's rules."""


class Key(NamedTuple):
    """The key of an item."""

    pk: str
    sk: str

    @property
    def fits(self) -> bool:
        """Whether DynamoDB accepts the key: its length in bytes is limited."""
        return len(self.pk.encode()) <= PARTITION_KEY_BYTES and len(self.sk.encode()) <= SORT_KEY_BYTES


class ConditionFailed(Exception):
    """A condition failed. ``which`` are the indexes of the refused writes."""

    def __init__(self, *which: int) -> None:
        super().__init__(f"refused: {which}")
        self.which = which


@dataclass(frozen=True, slots=True)
class Write:
    """A change of one item (``Put``, ``Update`` or ``Delete``) and what it asks of it."""

    verb: str
    parameters: dict[str, Any]


def put(table: str, item: Item, *, when: str = "", **values: Value) -> Write:
    """Write a whole item, its key included."""
    expressions = _expressions(values, ConditionExpression=when)
    return Write("Put", {"TableName": table, "Item": encode_item(item), **expressions})


def update(table: str, key: Key, change: str, *, when: str = "", **values: Value) -> Write:
    """Change attributes of an item."""
    expressions = _expressions(values, UpdateExpression=change, ConditionExpression=when)
    return Write("Update", {"TableName": table, "Key": encode_item(key._asdict()), **expressions})


def delete(table: str, key: Key, *, when: str = "", **values: Value) -> Write:
    """Remove an item."""
    expressions = _expressions(values, ConditionExpression=when)
    return Write("Delete", {"TableName": table, "Key": encode_item(key._asdict()), **expressions})


class Dynamo:
    """The tables of one part of the program, which errors name."""

    def __init__(self, clients: Clients, part: str) -> None:
        self._clients = clients
        self.part = part

    def get(self, table: str, key: Key) -> Item | None:
        """Return an item."""
        # DynamoDB refuses keys beyond 2,048 and 1,024 bytes with a validation error: no such item can exist.
        if not key.fits:
            return None
        found = self._call("get_item", TableName=table, Key=encode_item(key._asdict()), ConsistentRead=True)
        return decode_item(found["Item"]) if "Item" in found else None

    def many(self, table: str, keys: Iterable[Key]) -> dict[Key, Item]:
        """Return the existing items with these keys, each read at its own instant."""
        # BatchGetItem refuses a request that names a key twice.
        wanted = list(dict.fromkeys(key for key in keys if key.fits))
        found: dict[Key, Item] = {}
        for start in range(0, len(wanted), GET_TOGETHER):
            asked = {
                table: {
                    "Keys": [encode_item(key._asdict()) for key in wanted[start : start + GET_TOGETHER]],
                    "ConsistentRead": True,
                }
            }
            backoff = Backoff(self.part)
            while asked:
                answer = self._call("batch_get_item", RequestItems=asked)
                for item in map(decode_item, answer["Responses"].get(table, [])):
                    found[Key(item["pk"], item["sk"])] = item
                # Throttled keys come back with a success: without asking again they would look as if they did
                # not exist.
                asked = answer.get("UnprocessedKeys")
                if asked:
                    backoff.wait()
        return found

    def query(
        self,
        table: str,
        where: str,
        *,
        only: str = "",
        index: str | None = None,
        everywhere: bool = False,
        newest_first: bool = False,
        limit: int | None = None,
        **values: Value,
    ) -> Iterator[Item]:
        """Return the items of a partition in the order of their sort key, or of an index's; read as they
        are taken.

        ``only`` leaves out what does not fit; ``limit`` is how many to read at a time; an index with
        ``everywhere`` is a global one.
        """
        parameters = {
            "TableName": table,
            "ScanIndexForward": not newest_first,
            "ConsistentRead": not everywhere,
            **({"IndexName": index} if index else {}),
            **({"Limit": limit} if limit else {}),
            **_expressions(values, KeyConditionExpression=where, FilterExpression=only),
        }
        return self._read_pages("query", parameters)

    def every(self, table: str) -> Iterator[Item]:
        """Return all items of a table, in no order; for copies of it. Needs the right to scan it."""
        return self._read_pages("scan", {"TableName": table, "ConsistentRead": True})

    def _read_pages(self, operation: str, parameters: dict[str, Any]) -> Iterator[Item]:
        """Yield the items of an answer, and of those that go on where it ends."""
        while True:
            answer = self._call(operation, **parameters)
            yield from map(decode_item, answer["Items"])
            # An answer ends at 1 MB, read before the filter: even one without items may have more behind it.
            if "LastEvaluatedKey" not in answer:
                return
            parameters["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def fill(self, table: str, items: Iterable[Item]) -> None:
        """Put items, in place of those with their keys."""
        self._together(table, ({"PutRequest": {"Item": encode_item(item)}} for item in items))

    def write(self, change: Write) -> Item | None:
        """Make one change: the item after an update, or before a delete. Raises ``ConditionFailed``."""
        operation, returned = {
            "Put": ("put_item", "NONE"),
            "Update": ("update_item", "ALL_NEW"),
            "Delete": ("delete_item", "ALL_OLD"),
        }[change.verb]
        answer = self._write_when(operation, ReturnValues=returned, **change.parameters)
        return decode_item(answer["Attributes"]) if "Attributes" in answer else None

    def transact(self, changes: Sequence[Write]) -> None:
        """Make all changes or none. Raises ``ConditionFailed``."""
        # A transaction costs twice the units of a plain conditional write.
        if len(changes) == 1:
            self.write(changes[0])
            return
        items = [{change.verb: change.parameters} for change in changes]
        self._write_when("transact_write_items", TransactItems=items)

    def remove(self, table: str, keys: Iterable[Key]) -> None:
        """Delete items, whatever they hold; ones that are not there are no error."""
        self._together(table, ({"DeleteRequest": {"Key": encode_item(key._asdict())}} for key in keys))

    def _together(self, table: str, requests: Iterable[dict[str, Any]]) -> None:
        left = iter(requests)
        while batch := list(islice(left, WRITE_TOGETHER)):
            asked: Any = {table: batch}
            backoff = Backoff(self.part)
            while asked:
                # Throttled items come back with a success, too.
                asked = self._call("batch_write_item", RequestItems=asked).get("UnprocessedItems")
                if asked:
                    backoff.wait()

    def _call(self, operation: str, **parameters: Any) -> Any:
        with translate_errors(self.part):
            return getattr(self._clients.get("dynamodb"), operation)(**parameters)

    def _write_when(self, operation: str, **parameters: Any) -> Any:
        """Return a conditional write's answer: another transaction in its way is waited for."""
        from botocore.exceptions import ClientError

        backoff = Backoff(self.part)
        while True:
            try:
                return self._call(operation, **parameters)
            except ClientError as error:
                _raise_unless_passing(error)
            backoff.wait()


def _raise_unless_passing(error: Any) -> None:
    """Raise what a write's answer means, but for what passes: another transaction in its way, or too many."""
    # A transaction names a reason for each of its writes, a single write only itself.
    reasons = error.response.get("CancellationReasons", ())
    codes = [reason.get("Code") for reason in reasons] or [code(error)]
    refused = [place for place, each in enumerate(codes) if each in _REFUSED]
    if refused:
        raise ConditionFailed(*refused) from error
    if "ItemCollectionSizeLimitExceeded" in codes or any(map(_says_size, reasons)):
        raise TooLarge("That is more than can be stored in one piece.") from error
    if not _PASSING.intersection(codes):
        raise error


def _says_size(reason: Any) -> bool:
    return reason.get("Code") == "ValidationError" and "size" in reason.get("Message", "").lower()


def _expressions(values: dict[str, Value], **expressions: str) -> dict[str, Any]:
    """Return the expressions that are not "", with the names and values that they mention."""
    given = {kind: text for kind, text in expressions.items() if text}
    mentioned = " ".join(given.values())
    names = {f"#{name}": name for name in re.findall(r"#(\w+)", mentioned)}
    used = {f":{name}": encode_value(values[name]) for name in re.findall(r":(\w+)", mentioned)}
    return {
        **given,
        **({"ExpressionAttributeNames": names} if names else {}),
        **({"ExpressionAttributeValues": used} if used else {}),
    }
