"""The Lambda function's face: one event in, one answer or error object out, never a stack trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from imgproc.errors import Refused
from imgproc.limits import Limits, bound_memory
from imgproc.request import Request, parse
from imgproc.source import source

if TYPE_CHECKING:
    from imgproc.answer import Draw

LOG = logging.getLogger(__name__)


def handler(event: object, _context: object = None) -> dict[str, Any]:
    """What ``contract.json`` calls the response to an event."""
    bound_memory()
    return handle(event, Limits())


def handle(event: object, limits: Limits) -> dict[str, Any]:
    """The response to an event under these limits."""
    try:
        return _answered(parse(event), limits)
    except Refused as refused:
        return _error(refused.code, refused.message)
    except MemoryError:
        return _error("too_large", "The PDF takes too much memory.")
    except Exception:
        LOG.exception("an event could not be answered")
        return _error("internal", "The image processor failed.")


def _answered(request: Request, limits: Limits) -> dict[str, Any]:
    with source(request, limits) as place:
        from imgproc.answer import answer  # PyMuPDF takes most of a second to import: after the cheap checks
        from imgproc.document import opened

        with opened(place) as document:
            return answer(document, request, limits, _draw(request))


def _draw(request: Request) -> Draw:
    if request.operation == "render_pages":
        from imgproc.render import render

        return render
    from imgproc.figures import figures

    return figures


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
