"""Documents as a client sends and follows them over HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from tests.support.http import ask, post_form, send, until
from tests.support.machine import HANG_SECONDS

ENDS = ("ready", "partial", "needs_ocr", "failed")


def uploaded(url: str, path: Path) -> Any:
    """The document of a file that is posted with the form that announcing it gives, and queued."""
    content = path.read_bytes()
    announcement = {
        "name": path.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    announced = send(f"{url}/v1/documents/uploads", announcement)
    assert announced.status in (200, 201), announced.body
    document, form = announced.value["document"], announced.value["upload"]
    if form:  # else its content is here already
        assert post_form(urljoin(url, form["url"]), form["fields"], path).status in (200, 201, 204)
        started = send(f"{address_of(url, document)}/ingest", {})
        assert started.status == 202, started.body
    return document


def address_of(url: str, document: Any) -> str:
    return f"{url}/v1/documents/{document['id']}"


def ended(address: str, watch: Callable[[Any], None] = lambda _: None) -> Any:
    """The document when its ingest has ended; ``watch`` is shown it on the way."""

    def looked() -> Any:
        answer = ask(address)
        if answer.status != 200:
            return None
        watch(answer.value)
        return answer.value if answer.value["status"] in ENDS else None

    return until(looked, f"{address} has ended", 2 * HANG_SECONDS, pause=0.3)
