"""Clients of boto3: created at first use, with timeouts of seconds and errors that name the part.

Region, credentials and endpoints (``AWS_ENDPOINT_URL_DYNAMODB`` and so on) are boto3's own settings.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.core.errors import KnowledgeBaseError, OutOfSpace, RateLimited, TooLarge, Unavailable

CONNECT_SECONDS = 2.0
READ_SECONDS = {"dynamodb": 4.0, "sqs": 4.0, "s3": 10.0, "secretsmanager": 2.0}
"""The read timeout. These services respond within milliseconds; only S3 may have large files to assemble."""
ATTEMPTS = {"dynamodb": 3, "sqs": 3, "s3": 2, "secretsmanager": 2}
"""Calls in all, with boto3's "standard" waits and jitter between them (under two seconds each). A request to
the API has 30 seconds: what does not answer is given up before."""

CONNECTIONS = 32

_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_NO_ROOM = {
    "InsufficientStorage",
    "NotEnoughSpace",
    "QuotaExceeded",  # Ceph's
    "StorageFull",
    "XMinioAdminBucketQuotaExceeded",
    "XMinioStorageFull",
}
"""Error codes of a full disk, of servers that speak S3's protocol; AWS itself does not run out of space."""
INSUFFICIENT_STORAGE = 507

_NOT_SET_UP = {
    "403",  # where an answer has no body to say more
    "AWS.SimpleQueueService.NonExistentQueue",
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "NoSuchBucket",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


class Clients:
    """One client for each service (and public address), shared by all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # sessions may not be used by two threads
        self._made: dict[tuple[str, str | None], Any] = {}
        self._session: Any = None

    def get(self, service: str, endpoint_url: str | None = None) -> Any:
        """Return the client of one of the services above, with boto3's endpoint or ``endpoint_url``."""
        # By address, too: a URL that is signed for clients names another host than the one that is called.
        which = service, endpoint_url
        if which not in self._made:
            with self._lock:
                if which not in self._made:
                    self._made[which] = self._make(service, endpoint_url)
        return self._made[which]

    def _make(self, service: str, endpoint_url: str | None) -> Any:
        import boto3
        from botocore.config import Config

        self._session = self._session or boto3.session.Session()
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS[service],
            max_pool_connections=CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS[service]},
            # What S3-compatible servers understand as well; TLS guards the bytes on their way.
            signature_version="s3v4" if service == "s3" else None,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return self._session.client(service, endpoint_url=endpoint_url, config=config)


@contextmanager
def translate_errors(part: str) -> Iterator[None]:
    """Translate errors of a call to AWS: ``Unavailable`` or ``RateLimited``, with ``part`` as the failing
    part.

    A response that only the caller can judge (a failed condition, a missing key) is raised unchanged.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        known = _translation(part, code(error), error.response)
        if known is None:
            raise
        raise known from error
    except BotoCoreError as error:
        # botocore's own words name hosts and addresses, which are no business of whoever asks.
        raise Unavailable(f"The {part} could not be reached ({type(error).__name__}).", part) from error


def code(error: Any) -> str:
    """Return the error code of a response of AWS: a name, or the HTTP status if the response had no body."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _translation(part: str, code: str, response: Any) -> KnowledgeBaseError | None:
    error = response.get("Error", {})
    if code in _THROTTLED:
        return RateLimited(f"The {part} had too much to do at once: try again in a moment.")
    if code in _NOT_SET_UP:
        return Unavailable(f"The {part} could not be used as set up ({code}).", part)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NO_ROOM or status == INSUFFICIENT_STORAGE:
        return OutOfSpace(f"The {part} have no room left ({code}).", part)
    # After the codes: a full disk is answered with 507, which is no outage that passes.
    if status >= 500:
        return Unavailable(f"The {part} gave an error ({code}).", part)
    if code == "ValidationException" and "size" in error.get("Message", "").lower():
        return TooLarge("That is more than can be stored in one piece.")
    return None
