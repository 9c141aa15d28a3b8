"""The Lambda function's face: one event in, one answer or error object out, never a stack trace."""

from __future__ import annotations

import logging
import os
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgproc import logs
from imgproc.errors import EventRefused
from imgproc.limits import Limits, bound_memory
from imgproc.request import Request, parse
from imgproc.source import source

if TYPE_CHECKING:
    from imgproc.answer import Draw

log = logging.getLogger(__name__)

INIT_SECONDS = logs.process_seconds()

PROBE = "none"
"""The operation of an event that only asks whether somebody is there: its error is no failure."""


def handler(event: object, context: Any = None) -> dict[str, Any]:
    """Return what ``contract.json`` calls the response to an event."""
    cold = not _install_logs.cache_info().currsize
    _install_logs()
    started, computed = time.monotonic(), time.process_time()
    answer = handle(event, Limits())
    if "error" not in answer:
        # What the caller counts against the document's budget: seconds would charge it for a busy machine.
        answer["cpu_ms"] = round(1000 * (time.process_time() - computed))
    fields = {
        **({"init_ms": round(1000 * INIT_SECONDS)} if cold else {}),
        "invocation_id": getattr(context, "aws_request_id", ""),
        **_describe_event(event, answer),
    }
    _note(fields, cold, time.monotonic() - started, len(answer.get("images", ())))
    return answer


@lru_cache(maxsize=1)
def _install_logs() -> None:
    logs.install()


def _describe_event(event: object, answer: dict[str, Any]) -> dict[str, Any]:
    """Return what a log may tell of an event and its answer: neither addresses nor pictures."""
    asked = event if isinstance(event, dict) else {}
    numbers = asked.get("page_numbers")
    return {
        "trace_id": logs.root_of(asked.get("trace"))[:64],
        "operation": str(asked.get("operation"))[:32],
        "asked_pages": len(numbers) if isinstance(numbers, list) else 0,
        "skipped": len(answer.get("skipped", ())),
        "code": answer.get("error", {}).get("code", "ok"),
    }


def _note(fields: dict[str, Any], cold: bool, seconds: float, pictures: int) -> None:
    figures = logs.metrics(
        os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
        seconds=seconds,
        pictures=pictures,
        failed=fields["code"] != "ok" and fields["operation"] != PROBE,
    )
    line = {**fields, "cold": cold, "duration_ms": round(1000 * seconds), **figures}
    log.info("invocation", extra={"fields": line})


def handle(event: object, limits: Limits) -> dict[str, Any]:
    """Return the response to an event under these limits."""
    try:
        return _answer_request(parse(event), limits)
    except EventRefused as refused:
        return _error(refused.code, refused.message)
    except MemoryError:
        return _error("too_large", "The PDF takes too much memory.")
    except Exception:
        log.exception("an event could not be answered")
        return _error("internal", "The image processor failed.")


def _answer_request(request: Request, limits: Limits) -> dict[str, Any]:
    with source(request, limits) as place:
        from imgproc.answer import answer  # PyMuPDF takes most of a second to import: after the cheap checks
        from imgproc.document import open_document

        # Imported before memory is bound: a library that cannot be loaded would look like a hostile PDF.
        draw = _draw(request)
        bound_memory(place.stat().st_size if isinstance(place, Path) else len(place))
        with open_document(place) as document:
            return answer(document, request, limits, draw)


def _draw(request: Request) -> Draw:
    if request.operation == "render_pages":
        from imgproc.render import render

        return render
    from imgproc.figures import figures

    return figures


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
