"""AWS's services as containers of the test run, with tables, buckets and queues of one test."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.tables import TABLES
from tests.support import services

REGION = services.S3.environment["VGW_REGION"]


@cache
def clients() -> Clients:
    """Clients of the containers. The environment says where they are, as it does for the program."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": services.S3.environment["ROOT_ACCESS_KEY"],
        "AWS_SECRET_ACCESS_KEY": services.S3.environment["ROOT_SECRET_KEY"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
    return Clients()


def client(service: str) -> Any:
    """The client of ``dynamodb``, ``s3`` or ``sqs``, whose container is started at the first call."""
    _connect(service)
    return clients().get(service)


@cache
def _connect(service: str) -> None:
    containers = {"dynamodb": services.DYNAMODB, "s3": services.S3, "sqs": services.SQS}
    os.environ[f"AWS_ENDPOINT_URL_{service.upper()}"] = services.address(containers[service])


@contextmanager
def tables(*settings: str) -> Iterator[list[str]]:
    """The names of new tables, one for each of these settings."""
    dynamodb = client("dynamodb")
    names = [f"{setting}-{secrets.token_hex(8)}" for setting in settings]
    for setting, name in zip(settings, names, strict=True):
        dynamodb.create_table(TableName=name, **TABLES[setting])
    yield names
    for name in names:
        dynamodb.delete_table(TableName=name)


@contextmanager
def bucket() -> Iterator[str]:
    """The name of a new bucket."""
    name = f"test-{secrets.token_hex(8)}"
    client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield name


@contextmanager
def queue() -> Iterator[str]:
    """The address of a new queue."""
    sqs = client("sqs")
    url: str = sqs.create_queue(QueueName=f"test-{secrets.token_hex(8)}")["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@contextmanager
def image_processor(url: str) -> Iterator[None]:
    """Functions are at ``url``, and may fetch from the container of S3 and put to it."""
    store = client("s3").meta.endpoint_url
    known = {"AWS_ENDPOINT_URL_LAMBDA": url, "IMAGE_SOURCE_HOSTS": store}
    os.environ |= known
    yield
    for name in known:
        del os.environ[name]
