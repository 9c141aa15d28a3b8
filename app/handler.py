"""The Lambda function's face: an HTTP event goes to the API, a batch of the queue to the ingest jobs, and
the clock's to a sweep of what was lost on its way to the queue.

All that is done before the first event is to import this module: nothing connects, but to fetch the secrets
where ``SECRETS_ARN`` is set, and what is heavy is imported where it is first used. ``tests/images`` keeps
watch over both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mangum import Mangum

from app import compose, settings
from app.adapters.aws import logs, secrets
from app.adapters.aws.invocations import Invocations
from app.api.app import create_app
from app.api.auth import authenticator
from app.api.errors import problem
from app.core.errors import NotAllowed

UI = Path(__file__).parent / "ui"

ANSWER_BYTES = 5_900_000
"""The limit of a response body. Lambda rejects a response of more than 6 MB (6,291,556 bytes)."""

ESCAPED = 12
"""Bytes that a character becomes at most when the runtime makes JSON of it."""

TOO_LARGE = (
    "The answer is larger than can be sent at once: ask for fewer pages, or for one page after the other."
)

UNKNOWN = "This function takes events of API Gateway (payload format 2.0), SQS and EventBridge's schedule."


def _no_uploads(_: str) -> tuple[str, int]:
    raise NotAllowed("Files are posted to the file store, with the form that announcing one gives.")


_settings = settings.from_environment(read_secret=secrets.read)
logs.install(_settings.function_name)
_program = compose.aws(_settings)
_api = Mangum(
    create_app(
        _program.knowledge_base,
        auth=authenticator(_settings),
        receive_upload=_no_uploads,
        ui=UI,
        file_origins=_settings.file_origins,
    ),
    lifespan="off",
    text_mime_types=["text/", "application/json", "application/problem+json", "application/javascript"],
)


_invocations = Invocations()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the response to an event of API Gateway (payload format 2.0), to a batch of SQS, or to the
    clock."""
    trace = settings.trace_header()
    if _is_http(event):
        # The emulator sets no trace; API Gateway names it in the event, too.
        trace = trace or event.get("headers", {}).get("x-amzn-trace-id", "")
        with _invocations.log_invocation("http", context, trace) as line:
            response = _fitting(_api(event, context))
            line["status"] = response["statusCode"]
            return response
    if _is_batch(event):
        with _invocations.log_invocation("queue", context, trace) as line:
            answer = _program.batches(event["Records"], context.get_remaining_time_in_millis() / 1000)
            line |= {"messages": len(event["Records"]), "again": len(answer["batchItemFailures"])}
            return answer
    if _is_scheduled(event):
        with _invocations.log_invocation("schedule", context, trace) as line:
            line["queued"] = _program.knowledge_base.upkeep.sweep()
            return {"queued": line["queued"]}
    with _invocations.log_invocation("unknown", context, trace):
        # Answered, not raised: Lambda tries an event that failed again.
        return {"error": {"code": "unknown_event", "message": UNKNOWN}}


def _is_http(event: object) -> bool:
    return (
        isinstance(event, dict)
        and event.get("version") == "2.0"
        and "http" in event.get("requestContext", {})
    )


def _is_batch(event: object) -> bool:
    records = event.get("Records", ()) if isinstance(event, dict) else ()
    return bool(records) and all(record.get("eventSource") == "aws:sqs" for record in records)


def _is_scheduled(event: object) -> bool:
    return (
        isinstance(event, dict)
        and event.get("source") == "aws.events"
        and event.get("detail-type") == "Scheduled Event"
    )


def _fitting(response: dict[str, Any]) -> dict[str, Any]:
    """Return the response, or a problem in its place where it is too large to be sent."""
    # Nearly all responses are small: these are not made into JSON a second time to be measured.
    if len(response["body"]) * ESCAPED < ANSWER_BYTES or _sent_bytes(response["body"]) <= ANSWER_BYTES:
        return response
    request_id = response["headers"].get("x-request-id", "")
    headers = {"content-type": "application/problem+json", "x-request-id": request_id}
    body = json.dumps(problem(413, "answer_too_large", TOO_LARGE, request_id))
    return {**response, "statusCode": 413, "headers": headers, "body": body, "isBase64Encoded": False}


def _sent_bytes(body: str) -> int:
    """Return the size of a body inside the JSON that the runtime makes of a response, in ASCII."""
    return len(json.dumps(body))
