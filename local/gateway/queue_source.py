"""SQS as an event source: messages go to a function in batches, and those that it did are deleted.

What fails comes back by the queue's own visibility timeout and moves to the dead letters by its own redrive
policy, as in the cloud (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.gateway.containers import Container, NoContainer
from local.gateway.function import Function, Lost, Outcome
from local.gateway.running import start

log = logging.getLogger(__name__)

POLL_SECONDS = 3
"""Short enough to end with the gateway; a longer poll would only save requests."""
RETRY_SECONDS = 2.0
"""The delay before a retry after the queue did not respond."""

Message = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QueueSource:
    """``queue_url``'s messages for ``function``, up to ``batch_size`` in one event."""

    sqs: Any
    queue_url: str
    function: Function
    batch_size: int = 1
    region: str = "us-east-1"

    async def run(self) -> None:
        """Poll until this is cancelled; a message is taken only when a container is free for it."""
        while True:
            try:
                container = await self.function.containers.take(float("inf"))
            except NoContainer:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            messages = await self._receive_messages()
            if messages:
                start(self._deliver(messages, container))
            else:
                await self.function.containers.give_back(container, answered=True)

    async def _receive_messages(self) -> list[Message]:
        """Return the next messages, none after ``POLL_SECONDS`` without one."""
        try:
            answer = await asyncio.to_thread(
                self.sqs.receive_message,
                QueueUrl=self.queue_url,
                MaxNumberOfMessages=self.batch_size,
                WaitTimeSeconds=POLL_SECONDS,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            return list(answer.get("Messages", ()))
        except Exception as error:  # of boto3: whatever it is, the queue is asked again
            log.warning("The queue cannot be read (%s).", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            return []

    async def _deliver(self, messages: Sequence[Message], container: Container) -> None:
        event = json.dumps({"Records": [self._record(message) for message in messages]}).encode()
        try:
            outcome = await self.function.call(event, patience=float("inf"), container=container)
        except Lost:
            log.warning("%d message(s) were lost: they come back.", len(messages))
        except NoContainer:  # nobody has begun: they can be had again at once
            await self._each("change_message_visibility_batch", messages, VisibilityTimeout=0)
        else:
            await self._each("delete_message_batch", finished_messages(messages, outcome))

    async def _each(self, operation: str, messages: Sequence[Message], **more: Any) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], **more}
            for number, message in enumerate(messages)
        ]
        if not entries:
            return
        try:
            await asyncio.to_thread(getattr(self.sqs, operation), QueueUrl=self.queue_url, Entries=entries)
        except Exception as error:  # of boto3: they are delivered once more, which does no harm
            log.warning("%s of %d message(s) failed (%s).", operation, len(entries), type(error).__name__)

    def _record(self, message: Message) -> dict[str, Any]:
        queue = self.queue_url.rpartition("/")[2]
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(value) for name, value in message.get("MessageAttributes", {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{self.region}:000000000000:{queue}",
            "awsRegion": self.region,
        }


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "stringValue": value.get("StringValue"),
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }


def finished_messages(messages: Sequence[Message], outcome: Outcome) -> list[Message]:
    """Return the messages that are done with: all, but those that the batch response names. None of them
    where the function failed, or named what was not in the batch."""
    if outcome.failed:
        return []
    try:
        response = json.loads(outcome.payload) or {}
        named = [each["itemIdentifier"] for each in response.get("batchItemFailures") or ()]
    except (ValueError, TypeError, KeyError, AttributeError):
        return []
    if not {message["MessageId"] for message in messages}.issuperset(named):
        return []
    return [message for message in messages if message["MessageId"] not in named]
