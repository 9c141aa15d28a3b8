"""A function that does as it is told: the gateway is tested with it."""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

CONTAINER = uuid.uuid4().hex
"""Another one in every container: tells which of them answered."""

NOTES = Path(os.environ.get("NOTES", "/tmp/notes"))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if "Records" in event:
        return batch(event)
    if "requestContext" in event:
        return http(event)
    return act(event)


def batch(event: dict[str, Any]) -> dict[str, Any]:
    failed = []
    for record in event["Records"]:
        order = json.loads(record["body"])
        note(f"{CONTAINER} {order['id']} {record['attributes']['ApproximateReceiveCount']}")
        time.sleep(order.get("sleep", 0))
        if order.get("raise"):
            raise ValueError(order["raise"])
        if order.get("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            note(f"{CONTAINER} {order['id']} done")
    return {"batchItemFailures": failed}


def http(event: dict[str, Any]) -> dict[str, Any]:
    query = event.get("queryStringParameters") or {}
    path = event["rawPath"]
    if path == "/notes":
        return {"statusCode": 200, "body": NOTES.read_text() if NOTES.exists() else ""}
    if path == "/binary":
        return {
            "statusCode": 200,
            "headers": {"content-type": "application/octet-stream"},
            "body": event["body"] or "",
            "isBase64Encoded": event["isBase64Encoded"],
        }
    if path == "/event":
        return {
            "statusCode": 201,
            "headers": {"content-type": "application/json", "x-container": CONTAINER},
            "cookies": ["a=1; Path=/", "b=2"],
            "body": json.dumps(event),
        }
    return act({name: json.loads(value) for name, value in query.items()})


def act(order: dict[str, Any]) -> dict[str, Any]:
    time.sleep(order.get("sleep", 0))
    if "note" in order:
        note(str(order["note"]))
    if order.get("raise"):
        raise ValueError("as told")
    if order.get("exit"):
        os._exit(1)
    return {
        "container": CONTAINER,
        "text": "x" * order.get("bytes", 0),
        "order": order if len(order) < 9 else {},
    }


def note(text: str) -> None:
    with NOTES.open("a") as file:
        file.write(text + "\n")
