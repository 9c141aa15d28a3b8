"""Jobs in SQS."""

from __future__ import annotations

import hashlib
import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.adapters.aws.clients import Clients, code, translate_errors
from app.core import telemetry
from app.core.document import VersionId
from app.core.job import Job, JobKind, Lease, Run

log = logging.getLogger(__name__)

PART = "queue"

LONGEST_DELAY = 900
LONGEST_LEASE = 43_200
"""Seconds, by SQS's rules."""

_LOST = {
    "InvalidParameterValue",
    "MessageNotInflight",
    "AWS.SimpleQueueService.MessageNotInflight",
    "ReceiptHandleIsInvalid",
}


def lease_of(message: Mapping[str, Any], *, until: float = 0.0) -> Lease:
    """Return the job that a message holds, received by us or delivered to the function (whose records
    differ in the case of their names). Raises ``ValueError`` for a message that is not a job."""
    # SQS's API says `Body`, the event of the function `body`.
    received = {name[:1].upper() + name[1:]: value for name, value in message.items()}
    try:
        attempt = int(received["Attributes"]["ApproximateReceiveCount"])
        job = replace(
            job_of(received["Body"]), unended=attempt - 1
        )  # SQS does not say which were handed back
        return Lease(job, received["ReceiptHandle"], attempt, until)
    except (KeyError, TypeError) as error:
        raise ValueError("The message is not a job.") from error


def trace_of(message: Mapping[str, Any]) -> str:
    """Return the trace header that a delivered message came with, "" if none."""
    return str(message.get("attributes", {}).get("AWSTraceHeader", ""))


def job_of(body: str) -> Job:
    """Return the job in a message's body. Raises ``ValueError`` if there is none."""
    content = json.loads(body)
    try:
        run = Run(
            VersionId(str(content["tenant"]), str(content["document_id"]), int(content["version"])),
            int(content["run"]),
        )
        return Job(JobKind(content["kind"]), run, int(content["range"]))
    except (KeyError, TypeError) as error:
        raise ValueError("The message is not a job.") from error


def body_of(job: Job) -> str:
    """Return a job as a message's body."""
    run = job.run
    return json.dumps(
        {
            "kind": job.kind,
            "tenant": run.tenant,
            "document_id": run.document_id,
            "version": run.version.number,
            "run": run.number,
            "range": job.range,
        }
    )


class SqsJobs:
    """A ``JobQueue``. A lease is the visibility timeout of a message; messages with the same id are not
    deduplicated, and the order is SQS's. Seconds are rounded up to whole ones.

    A message's group is its tenant: SQS hands out those of a tenant with few in progress first ("fair
    queues"). A server of the same protocol that refuses groups gets none.
    """

    def __init__(self, clients: Clients, queue_url: str) -> None:
        self._clients = clients
        self._queue_url = queue_url
        self._has_groups = True

    def send(self, job: Job, *, delay: float = 0.0) -> None:
        """Queue a job. Raises ``ValueError`` for a delay of more than 15 minutes."""
        if delay > LONGEST_DELAY:
            raise ValueError(f"SQS delays a message by {LONGEST_DELAY} seconds at most.")
        header = telemetry.trace()
        attributes = {"AWSTraceHeader": {"DataType": "String", "StringValue": header}} if header else {}
        message = {
            "MessageBody": body_of(job),
            # Up, not down: a retry that comes too early finds the same outage and counts as another attempt.
            "DelaySeconds": math.ceil(delay),
            "MessageSystemAttributes": attributes,
        }
        if not (self._has_groups and self._sent_in_group(job.run.tenant, message)):
            self._call("send_message", **message)

    def receive(self, *, lease: float) -> Lease | None:
        """Receive a job. A message that is not a job is delivered again, and finally moved to the
        dead-letter queue."""
        until = time.time() + lease
        answer = self._call(
            "receive_message",
            MaxNumberOfMessages=1,
            VisibilityTimeout=math.ceil(lease),
            # Only what is asked for is told: without it the number of the attempt is unknown.
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        for message in answer.get("Messages", ()):
            try:
                return lease_of(message, until=until)
            except ValueError:
                log.error("Message %s is not a job.", message["MessageId"])
        return None

    def extend(self, lease: Lease, seconds: float) -> bool:
        """Extend the visibility timeout to ``seconds`` from now; ``False`` if the lease was lost."""
        return self._hide(lease, seconds)

    def forget(self, lease: Lease) -> None:
        """Delete the job's message, unless the lease was lost."""
        self._call_for("delete_message", lease)

    def release(self, lease: Lease, *, delay: float = 0.0) -> None:
        """Make the job visible again, unless the lease was lost."""
        self._hide(lease, delay)

    def idle(self) -> bool:
        """Return whether there is no message, as far as SQS knows: it counts with a delay."""
        names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
        found = self._call("get_queue_attributes", AttributeNames=names)["Attributes"]
        return not any(int(found.get(name, 0)) for name in names)

    def check(self) -> None:
        """Raise ``Unavailable`` if the queue cannot be used."""
        self._call("get_queue_attributes", AttributeNames=["QueueArn"])

    def _sent_in_group(self, tenant: str, message: Mapping[str, Any]) -> bool:
        """Send a message with its tenant's group; ``False`` if the server takes none."""
        from botocore.exceptions import ClientError

        group = hashlib.sha256(tenant.encode()).hexdigest()  # its letters and length are limited
        try:
            self._call("send_message", **message, MessageGroupId=group)
        except ClientError as error:
            if code(error) != "InvalidParameterValue":
                raise
            # Remembered: otherwise each send would be refused once before it succeeds.
            self._has_groups = False
        return self._has_groups

    def _hide(self, lease: Lease, seconds: float) -> bool:
        # Up: a lease that is a moment too short is another worker's while the job is under way.
        whole = min(LONGEST_LEASE, math.ceil(seconds))
        return self._call_for("change_message_visibility", lease, VisibilityTimeout=whole)

    def _call_for(self, operation: str, lease: Lease, **parameters: Any) -> bool:
        """Call SQS for a message in flight; ``False`` if it is not in flight any more."""
        from botocore.exceptions import ClientError

        try:
            self._call(operation, ReceiptHandle=lease.token, **parameters)
        except ClientError as error:
            if code(error) in _LOST:
                return False
            raise
        return True

    def _call(self, operation: str, **parameters: Any) -> Any:
        with translate_errors(PART):
            return getattr(self._clients.get("sqs"), operation)(QueueUrl=self._queue_url, **parameters)
