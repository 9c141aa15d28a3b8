"""The image processor keeps to its time and memory, however long the document is."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.support import aws, services
from tests.support.functions import IMAGE_PROCESSOR, Function, docker, running
from tests.support.pictures import decoded, jpeg, noise, picture, quarters

PAGES = 1000
ANSWER_BYTES = 6 * 1024 * 1024
FUNCTION_BYTES = 2048 << 20
ROOMY = FUNCTION_BYTES // 2
"""Memory that is far from the limit."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A function, and a bucket that it reaches."""

    function: Function
    bucket: str
    inside: str

    def put(self, key: str, content: bytes) -> None:
        aws.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        content: bytes = aws.client("s3").get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return content

    def url(self, operation: str, key: str) -> str:
        """An address as the function sees it."""
        place = {"Bucket": self.bucket, "Key": key}
        url: str = aws.clients().get("s3", self.inside).generate_presigned_url(operation, place)
        return url


@pytest.fixture(scope="module")
def stored() -> Iterator[Stored]:
    with aws.bucket() as bucket:
        inside = services.inside(services.S3)
        with running(IMAGE_PROCESSOR, {"IMAGE_SOURCE_HOSTS": inside}) as function:
            yield Stored(function, bucket, inside)


@cache
def long_document() -> bytes:
    """A thousand pages with text and a picture each, of 40 MB."""
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    pictures = [jpeg(noise(320, 240)) for _ in range(50)]
    for number in range(PAGES):
        for line in range(40):
            canvas.drawString(50, 800 - 12 * line, f"Line {line} of page {number} " + "word " * 12)
        picture(canvas, pictures[number % 50], (50, 50, 370, 290))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("operation", ["render_pages", "extract_images"])
def test_a_thousand_pages_come_in_parts_that_each_keep_the_limits(stored: Stored, operation: str) -> None:
    stored.put("long.pdf", long_document())
    event: dict[str, Any] = {"operation": operation, "file_url": stored.url("get_object", "long.pdf")}
    if operation == "render_pages":
        event["dpi"] = 60
    rest: dict[str, Any] | None = {"page_numbers": list(range(PAGES))}
    seen: list[int] = []
    calls = 0
    while rest is not None:
        answer = stored.function.invoke({**event, **rest})
        calls += 1
        assert len(json.dumps(answer)) < ANSWER_BYTES
        assert answer["skipped"] == []
        seen += [image["page_number"] for image in answer["images"]]
        rest = answer["next"]
    assert seen == list(range(PAGES))
    assert calls > 1
    assert stored.function.runs()
    assert stored.function.peak_bytes() < ROOMY


def test_what_does_not_fit_into_an_answer_arrives_in_the_bucket(stored: Stored) -> None:
    pictures = [jpeg(noise(1840, 1380)) for _ in range(3)]
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for content in pictures:
        picture(canvas, content)
        canvas.showPage()
    canvas.save()
    stored.put("large.pdf", buffer.getvalue())
    answer = stored.function.invoke(
        {
            "operation": "extract_images",
            "file_url": stored.url("get_object", "large.pdf"),
            "page_numbers": [0, 1, 2],
            "output_urls": [stored.url("put_object", f"out/{number}") for number in range(2)],
        }
    )
    assert answer["next"] is None
    outputs = [image.get("output") for image in answer["images"]]
    assert None in outputs
    assert 0 in outputs
    for image, content in zip(answer["images"], pictures, strict=True):
        put = image.get("output")
        found = base64.b64decode(image["image_base64"]) if put is None else stored.get(f"out/{put}")
        assert found == content


def test_a_picture_that_takes_too_much_memory_is_left_out_and_the_function_lives(stored: Stored) -> None:
    import pymupdf

    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_image(page.rect, stream=jpeg(quarters(8000, 6000)))
        other = document.new_page()
        other.insert_image(pymupdf.Rect(50, 50, 250, 200), stream=jpeg(quarters()))
        first = document[0].get_images()[0][0]
        document.xref_set_key(first, "Width", "60000")
        document.xref_set_key(first, "Height", "60000")
        content = bytes(document.tobytes())
    stored.put("huge.pdf", content)
    event = {
        "operation": "extract_images",
        "file_url": stored.url("get_object", "huge.pdf"),
        "page_numbers": [0, 1],
    }
    answer = stored.function.invoke(event)
    assert [each["page_number"] for each in answer["skipped"]] == [0]
    assert [image["page_number"] for image in answer["images"]] == [1]
    assert stored.function.runs()


def test_another_host_is_refused_though_one_is_allowed(stored: Stored) -> None:
    for url in ("http://169.254.169.254/latest/meta-data", stored.inside.replace("http", "https") + "/x"):
        event = {"operation": "render_pages", "file_url": url, "page_numbers": [0]}
        assert stored.function.invoke(event)["error"]["code"] == "source_not_allowed"


def test_an_address_that_has_run_out_says_so_without_repeating_it(stored: Stored) -> None:
    url = stored.url("get_object", "none.pdf")
    event = {"operation": "render_pages", "file_url": url, "page_numbers": [0]}
    error = stored.function.invoke(event)["error"]
    assert error["code"] == "source_unavailable"
    assert "Signature" not in error["message"]
    assert "Signature" not in docker("logs", stored.function.name)


def test_a_page_is_drawn_from_a_file_in_the_bucket(stored: Stored) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(300, 400))
    picture(canvas, jpeg(quarters()))
    canvas.save()
    stored.put("one.pdf", buffer.getvalue())
    event = {
        "operation": "render_pages",
        "file_url": stored.url("get_object", "one.pdf"),
        "page_numbers": [0],
        "dpi": 72,
    }
    (image,) = stored.function.invoke(event)["images"]
    assert decoded(base64.b64decode(image["image_base64"])).size == (300, 400)
