"""The image processor as a Lambda function.

It has no permissions: it is given an address to fetch the PDF from, and addresses to put those pictures to
that do not fit into its answer. ``imgproc/contract.json`` is what both sides keep.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from typing import Any

from app.adapters.aws.clients import Clients, translate_errors
from app.core import keys, telemetry
from app.core.errors import KnowledgeBaseError, RateLimited, Unavailable, refusal
from app.core.geometry import Box
from app.core.ids import new_id
from app.core.page import Picture
from app.core.ports import Losses

log = logging.getLogger(__name__)

PART = "image processor"

BATCH_PAGES = 8
"""Pages of one call: some seconds of work."""
AT_ONCE = 5
"""Calls under way: the function's reserved concurrency."""
OUTPUTS = 8
"""Pictures of a call that may be put to the file store. For what does not fit there either a call follows."""

CONNECT_SECONDS = 2.0
CHECK_SECONDS = 8.0
"""The timeout of a health check, which includes a cold start of the function."""
ANSWER_SECONDS = 120.0
"""Longer than the function works on an event: 20 s, one picture more, and the way of the PDF."""
ADDRESS_SECONDS = 600
"""The validity of the presigned URLs that the function receives."""

THROTTLED_SECONDS = 45.0
"""The total time that a call retries while the function is throttled, unless told otherwise."""
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0

NOTHING: dict[str, Any] = {"operation": "none", "page_numbers": []}
"""An event that gets an error object at once."""

NEVER_STARTED = ("Runtime.ImportModuleError", "Runtime.HandlerNotFound", "Runtime.UserCodeSyntaxError")
"""Errors of the function itself. What else ends an invocation (memory, time, a crash) is a page's fault."""


class LambdaImager:
    """A ``PageImager`` that invokes the function ``arn`` for PDFs of a bucket. Thread-safe.

    ``patience_seconds`` is the total time that a call retries while the function is throttled.
    """

    def __init__(
        self, clients: Clients, arn: str, bucket: str, *, patience_seconds: float = THROTTLED_SECONDS
    ) -> None:
        self._clients = clients
        self._arn = arn
        self._bucket = bucket
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._made: dict[float, Any] = {}

    def render(
        self, key: str, pages: Sequence[int], *, dpi: int = 150, losses: Losses | None = None
    ) -> list[Picture]:
        """Return each page (1-based) of the stored PDF as a JPEG. A page that cannot be drawn is left out."""
        return self._pictures(key, pages, {"operation": "render_pages", "dpi": dpi}, losses)

    def figures(self, key: str, pages: Sequence[int], *, losses: Losses | None = None) -> list[Picture]:
        """Return the images that stand on these pages, without masks, slivers and repeats on a page."""
        return self._pictures(key, pages, {"operation": "extract_images"}, losses)

    def check(self) -> None:
        """Raise ``Unavailable`` unless the function answers; one that is busy is there."""
        try:
            answer = self._answer(NOTHING, seconds=CHECK_SECONDS, patience=0.0)
        except RateLimited:
            return
        if answer is None or "error" not in answer:
            raise Unavailable("The image processor does not answer as it should.", PART)

    # -- pages --------------------------------------------------------------------------------------------

    def _pictures(
        self, key: str, pages: Sequence[int], event: dict[str, Any], losses: Losses | None
    ) -> list[Picture]:
        numbers = [page - 1 for page in pages]
        batches = [numbers[start : start + BATCH_PAGES] for start in range(0, len(numbers), BATCH_PAGES)]
        # Most documents have few design-heavy pages: one call, in this thread, without a pool.
        if len(batches) < 2:
            return [picture for batch in batches for picture in self._batch(key, event, batch, losses)]
        with ThreadPoolExecutor(min(AT_ONCE, len(batches)), thread_name_prefix="image-batch") as pool:
            calls = [  # each with the ids and the trace that are bound here
                pool.submit(
                    copy_context().run, lambda batch=batch: list(self._batch(key, event, batch, losses))
                )
                for batch in batches
            ]
            return [picture for call in calls for picture in call.result()]

    def _batch(
        self, key: str, event: dict[str, Any], numbers: list[int], losses: Losses | None
    ) -> Iterator[Picture]:
        """Yield the pictures of pages (0-based). Pages that together end the function are asked for one by
        one, so that a bad one costs only itself."""
        rest: dict[str, Any] | None = {"page_numbers": numbers}
        while rest is not None and not (losses and losses.over_for_pictures):
            with _Outputs(self._store(), self._bucket, key) as outputs:
                answer = self._answer({**event, **rest, **self._source(key), "output_urls": outputs.urls})
                if losses:
                    losses.spend_pictures(deaths=int(answer is None), cpu_ms=(answer or {}).get("cpu_ms", 0))
                # The event ended the function: no answer says which page did it, so that each is asked for
                # alone.
                if answer is None:
                    numbers = rest["page_numbers"]
                    for number in numbers if len(numbers) > 1 else ():
                        yield from self._batch(key, event, [number], losses)
                    return
                if "error" in answer:
                    raise _error(**answer["error"])
                outputs.known = True
                yield from [_picture(image, outputs) for image in answer["images"]]
                # The function stops by itself before its answer or its time is full, and says where to go on.
                rest = answer["next"]

    def _source(self, key: str) -> dict[str, str]:
        where = {"Bucket": self._bucket, "Key": key}
        with translate_errors(PART):
            url = self._store().generate_presigned_url("get_object", where, ExpiresIn=ADDRESS_SECONDS)
        return {"file_url": url}

    def _store(self) -> Any:
        return self._clients.get("s3")

    # -- one call -----------------------------------------------------------------------------------------

    def _answer(
        self,
        event: dict[str, Any],
        *,
        seconds: float = ANSWER_SECONDS,
        patience: float | None = None,
    ) -> dict[str, Any] | None:
        """Return the function's answer, ``None`` where the event ended it."""
        # Counted here: a call that Lambda throttles has cost a request and a wait, one that waits here has
        # not.
        with self._room:
            traced = {"trace": header} if (header := telemetry.trace()) else {}
            response = self._invoke_function(
                json.dumps({**event, **traced}).encode(),
                seconds,
                self._patience_seconds if patience is None else patience,
            )
        with translate_errors(PART):
            payload = json.loads(response["Payload"].read())
        if "FunctionError" not in response:
            answer: dict[str, Any] = payload
            return answer
        kind = str(payload.get("errorType", ""))
        log.warning("The image processor failed: %s", kind)
        # Every page would end so: it is an outage, which is tried again, and no loss of this page.
        if kind in NEVER_STARTED:
            raise Unavailable("The image processor does not start.", PART)
        return None

    def _invoke_function(self, payload: bytes, seconds: float, patience: float) -> Any:
        """Return the response of Lambda. Waits while the function has no room, each time up to twice as
        long."""
        end = time.monotonic() + patience
        wait = FIRST_WAIT
        while True:
            try:
                with translate_errors(PART):
                    return self._functions(seconds).invoke(FunctionName=self._arn, Payload=payload)
            except RateLimited:
                pause = wait * random.uniform(0.5, 1.0)  # noqa: S311
                if time.monotonic() + pause > end:
                    raise
                time.sleep(pause)
                wait = min(LONGEST_WAIT, 2 * wait)

    def _functions(self, seconds: float) -> Any:
        """Return a client of its own: its calls take longer than others may, and are not repeated unasked."""
        with self._lock:
            if seconds not in self._made:
                import boto3
                from botocore.config import Config

                config = Config(
                    connect_timeout=CONNECT_SECONDS,
                    read_timeout=seconds,
                    max_pool_connections=AT_ONCE,
                    retries={"mode": "standard", "total_max_attempts": 1},
                )
                self._made[seconds] = boto3.session.Session().client("lambda", config=config)
            return self._made[seconds]


class _Outputs:
    """Places for the pictures of one call, empty again at the end.

    ``known`` once the answer has told which are used: until then all may be.
    """

    def __init__(self, store: Any, bucket: str, key: str) -> None:
        self._store = store
        self._bucket = bucket
        name = new_id("out")
        self._keys = [keys.output(key, name, number) for number in range(OUTPUTS)]
        self._used: list[str] = []
        self.known = False
        with translate_errors(PART):
            self.urls = [
                store.generate_presigned_url("put_object", self._place(key), ExpiresIn=ADDRESS_SECONDS)
                for key in self._keys
            ]

    def __enter__(self) -> _Outputs:
        return self

    def __exit__(self, *_: object) -> None:
        # An answer that never came may have put pictures to any of the places.
        used = self._used if self.known else self._keys
        if used:
            objects = {"Objects": [{"Key": key} for key in used], "Quiet": True}
            with (
                suppress(KnowledgeBaseError),
                translate_errors(PART),
            ):  # they go with their document at the latest
                self._store.delete_objects(Bucket=self._bucket, Delete=objects)

    def content(self, number: int) -> bytes:
        """Return what was put to a place."""
        key = self._keys[number]
        self._used.append(key)
        with translate_errors(PART):
            content: bytes = self._store.get_object(**self._place(key))["Body"].read()
        return content

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": key}


def _picture(image: dict[str, Any], outputs: _Outputs) -> Picture:
    put = image.get("output")
    return Picture(
        page=image["page_number"] + 1,
        content=base64.b64decode(image["image_base64"]) if put is None else outputs.content(put),
        media_type=image["media_type"],
        width=image["width"],
        height=image["height"],
        box=Box(*image["box"]) if "box" in image else None,
    )


def _error(code: str, message: str) -> KnowledgeBaseError:
    return refusal(code, message) or Unavailable(message, part=PART)
