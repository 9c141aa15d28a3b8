"""Tables, bucket and queues, as the settings of the functions name them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.documents import DynamoDocuments
from app.adapters.aws.dynamodb.tables import TABLES
from app.adapters.aws.jobs import SqsJobs
from app.core.errors import Unavailable
from app.core.job import Job, JobKind

START_SECONDS = 120.0

VISIBILITY_SECONDS = 120
"""The visibility timeout of a message that no function has begun; a function that has begun it extends the
timeout."""

MOST_RECEIVED = 60
"""The receives after which a message is moved to the dead-letter queue. The functions fail a job earlier."""

KEPT_SECONDS = 14 * 24 * 3600

CREATED_ALREADY = ("ResourceInUseException", "BucketAlreadyOwnedByYou", "BucketAlreadyExists")


def set_up(environment: Mapping[str, str]) -> None:
    """Make what is missing, when the services answer. Raises ``Unavailable`` if one does not in time."""
    clients = Clients()
    for setting in TABLES:
        _patiently("DynamoDB", lambda name=setting: _table(clients, environment[name], TABLES[name]))  # type: ignore[misc]
    origins = environment["KB_ORIGINS"].split()
    _patiently("S3", lambda: _bucket(clients, environment["PDF_STORAGE_BUCKET"], origins))
    _patiently("SQS", lambda: _queues(clients, environment["INGEST_QUEUE_URL"]))
    _resume(clients, environment["DOCUMENTS_TABLE"], environment["INGEST_QUEUE_URL"])


def _patiently(service: str, step: Callable[[], None]) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    end = time.monotonic() + START_SECONDS
    while True:
        try:
            step()
            return
        except (BotoCoreError, ClientError) as error:
            if time.monotonic() > end:
                raise Unavailable(f"{service} cannot be set up: {error}", service) from error
            time.sleep(0.5)


def _unless_created(call: Callable[..., Any], **parameters: Any) -> None:
    from botocore.exceptions import ClientError

    try:
        call(**parameters)
    except ClientError as error:
        # A second start finds everything there; what it was made with is not compared.
        if error.response["Error"]["Code"] not in CREATED_ALREADY:
            raise


def _table(clients: Clients, name: str, definition: Mapping[str, Any]) -> None:
    dynamodb = clients.get("dynamodb")
    _unless_created(dynamodb.create_table, TableName=name, **definition)
    dynamodb.get_waiter("table_exists").wait(TableName=name)


def _bucket(clients: Clients, name: str, origins: list[str]) -> None:
    """Create the bucket, and allow pages at these origins to post files to it and get them."""
    s3 = clients.get("s3")
    _unless_created(s3.create_bucket, Bucket=name)
    rule = {
        "AllowedOrigins": origins,
        "AllowedMethods": ["GET", "HEAD", "POST"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})


def _queues(clients: Clients, url: str) -> None:
    """Create the queue and its dead-letter queue."""
    sqs = clients.get("sqs")
    name = url.rpartition("/")[2]
    kept = {"MessageRetentionPeriod": str(KEPT_SECONDS)}
    dead = sqs.create_queue(QueueName=f"{name}-dead-letters", Attributes=kept)["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])
    redrive = {
        "deadLetterTargetArn": found["Attributes"]["QueueArn"],
        "maxReceiveCount": str(MOST_RECEIVED),
    }
    attributes = {
        **kept,
        "VisibilityTimeout": str(VISIBILITY_SECONDS),
        "RedrivePolicy": json.dumps(redrive),
    }
    made = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    # A queue of an earlier version keeps the attributes that it was made with: they are set again.
    sqs.set_queue_attributes(QueueUrl=made, Attributes=attributes)


def _resume(clients: Clients, table: str, url: str) -> None:
    """Queue what was under way where the queue has lost it: a queue that is not empty has it still."""
    jobs = SqsJobs(clients, url)
    # ElasticMQ keeps its messages in memory: after a restart the tables still say what was under way.
    if not jobs.idle():
        return
    for run in DynamoDocuments(clients, table).list_unfinished():
        jobs.send(Job(JobKind.PLAN, run))
