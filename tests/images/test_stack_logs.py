"""One trace from a request through the queue to the image processor, and figures on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from tests.support.functions import docker_log
from tests.support.http import ask, send
from tests.support.pictures import jpeg, noise, picture
from tests.support.stack import Stack
from tests.support.uploads import address_of, ended, uploaded

MARKED = "xylographica"
"""A word of the document, the question and the answer: in no log."""


def drawn(path: Path) -> Path:
    canvas = Canvas(str(path), invariant=1)
    picture(canvas, jpeg(noise(300, 300)), (0, 0, 595, 600))
    canvas.drawString(72, 750, f"The {MARKED} pump is guaranteed for five years.")
    canvas.save()
    return path


def lines_of(stack: Stack, service: str) -> list[dict[str, Any]]:
    found = [line for each in stack.containers(service) for line in docker_log(each).splitlines()]
    return [json.loads(line) for line in found if line.startswith("{")]


def test_a_trace_goes_through_the_queue_to_the_image_processor_and_no_log_quotes(
    stack: Stack, tmp_path: Path
) -> None:
    address = address_of(stack.url, uploaded(stack.url, drawn(tmp_path / "drawn.pdf")))
    document_id = address.rpartition("/")[2]
    assert ended(address)["status"] == "ready"
    session = send(f"{stack.url}/v1/chat/sessions", {"title": "logs"}).value["id"]
    asked = f"How long is the {MARKED} pump guaranteed?"
    send(f"{stack.url}/v1/chat/sessions/{session}/messages", {"question": asked})
    ask(f"{address}/pages/1/image")

    work = [line for line in lines_of(stack, "queue-worker") if line.get("document_id") == document_id]
    api = lines_of(stack, "main-api")
    images = lines_of(stack, "image-processor")
    traces = {line["trace_id"] for line in work}
    begun = {line["trace_id"] for line in api if line.get("message") == "invocation"}
    assert len(traces) == 1
    assert traces <= begun
    assert traces <= {line.get("trace_id") for line in images}

    stages = {line["stage"]: line for line in work if "figures" not in line and "_aws" in line}
    assert stages["extract"]["pages"] == 1
    assert stages["extract"]["design_heavy_pages"] == 1
    assert {"picture", "chunk", "embed"} <= stages.keys()
    assert all(line["tenant"] == "local" for line in work)
    answers = [line for line in api if line.get("stage") == "answer"]
    assert answers[-1]["citations_proven"] + answers[-1]["not_found"] > 0
    assert [line for line in api if line.get("stage") == "page image"][-1]["cache_hits"] == 1

    for service in ("main-api", "queue-worker", "image-processor", "gateway"):
        for container in stack.containers(service):
            assert MARKED not in docker_log(container)
            assert "X-Amz-Signature" not in docker_log(container)
