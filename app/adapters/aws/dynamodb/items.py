"""DynamoDB's items as plain dictionaries. Numbers are whole: times are microseconds since 1970."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, TypeAlias

Value: TypeAlias = "str | int | bytes | list[Any] | set[int]"
"""A value of an item: text, a whole number, bytes, a list of these, or a set of whole numbers."""

Item: TypeAlias = dict[str, Any]


def encode_item(item: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """Return an item as DynamoDB writes it."""
    return {name: encode_value(value) for name, value in item.items()}


def encode_value(value: Value) -> dict[str, Any]:
    """Return a value as DynamoDB writes it. Raises ``TypeError`` for what it cannot hold exactly, such as
    floats."""
    match value:
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        # True is an int in Python, and would come back as the number 1.
        case int() if not isinstance(value, bool):
            return {"N": str(value)}
        case set():
            return {"NS": [str(number) for number in sorted(value)]}
        case list():
            return {"L": [encode_value(each) for each in value]}
    raise TypeError(f"A {type(value).__name__} cannot be part of an item.")


def decode_item(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """Return an item that DynamoDB gave."""
    return {name: _plain_value(value) for name, value in item.items()}


def _plain_value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return int(content)
        case "NS":
            return {int(number) for number in content}
        case "L":
            return [_plain_value(each) for each in content]
    return content


def now() -> int:
    """Return microseconds since 1970."""
    return time.time_ns() // 1000


def seconds(microseconds: int) -> float:
    """Return seconds since 1970."""
    return microseconds / 1e6
