"""The functions under the Runtime Interface Emulator: read-only, unprivileged, with their memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from reportlab.pdfgen.canvas import Canvas

import imgproc
from app.api.auth import mint
from app.settings import Settings
from tests.support.functions import ENVIRONMENT, IMAGE_PROCESSOR, MAIN_API, Function, http_event, running
from tests.support.pdfs import FACTS, manual
from tests.support.pictures import decoded, jpeg, pdf, picture, quarters

CONTRACT = json.loads((Path(imgproc.__file__).parent / "contract.json").read_bytes())


HANDLER = {MAIN_API: "app.handler", IMAGE_PROCESSOR: "imgproc.handler"}

NOT_AT_INIT = {
    MAIN_API: {
        *("weaviate", "grpc", "google.protobuf", "openai", "httpx", "httpx2", "boto3", "botocore", "numpy"),
        *("pypdfium2", "pypdfium2_raw", "pdfplumber", "pdfminer", "PIL", "cryptography", "jose"),
        *("sqlite3", "multiprocessing", "app.adapters.embedded", "app.cli"),
    },
    IMAGE_PROCESSOR: {"pymupdf", "fitz", "PIL", "fastjsonschema", "urllib.request", "ssl", "boto3"},
}
"""What takes long to import, or belongs to another way to run: imported where it is first used, or never."""


@pytest.fixture(scope="module")
def main_api() -> Iterator[Function]:
    with running(MAIN_API) as function:
        yield function


@pytest.fixture(scope="module")
def image_processor() -> Iterator[Function]:
    with running(IMAGE_PROCESSOR) as function:
        yield function


@pytest.fixture(params=[MAIN_API, IMAGE_PROCESSOR])
def either(request: pytest.FixtureRequest) -> tuple[str, Function]:
    return request.param, request.getfixturevalue(request.param.replace("-", "_"))


def seed(content: bytes) -> dict[str, Any]:
    return {
        "operation": "extract_images",
        "file_bytes_base64": base64.b64encode(content).decode(),
        "page_numbers": [0],
    }


# -- the main function --------------------------------------------------------------------------------------


def test_health_answers_an_event_of_api_gateway(main_api: Function) -> None:
    answer = main_api.invoke(http_event("/health"))
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"status": "ok"}
    assert answer["isBase64Encoded"] is False


def test_the_web_page_and_its_parts_are_served(main_api: Function) -> None:
    answer = main_api.invoke(http_event("/"))
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/html")
    assert "<title>" in answer["body"]


def test_nobody_is_let_in_without_a_token(main_api: Function) -> None:
    answer = main_api.invoke(http_event("/v1/documents"))
    assert answer["statusCode"] == 401
    assert json.loads(answer["body"])["code"] == "token_missing"
    assert answer["headers"]["content-type"] == "application/problem+json"
    assert answer["isBase64Encoded"] is False


def test_a_message_that_is_no_job_is_to_be_delivered_again(main_api: Function) -> None:
    record = {
        "messageId": "m-1",
        "receiptHandle": "r-1",
        "body": "no job",
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:jobs",
    }
    assert main_api.invoke({"Records": [record]}) == {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def test_the_clocks_event_is_taken_for_a_sweep(main_api: Function) -> None:
    event = {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-01-01T00:00:00Z",
        "region": "eu-central-1",
        "resources": ["arn:aws:events:eu-central-1:123456789012:rule/sweep"],
        "detail": {},
    }
    answer = main_api.invoke(event)  # there is no store: Lambda hears of it, and calls again
    assert (answer["errorType"], "database" in answer["errorMessage"]) == ("Unavailable", True)


@pytest.mark.parametrize("event", [{}, [], {"Records": []}, {"Records": [{"eventSource": "aws:s3"}]}, "x"])
def test_another_event_gets_an_error_object(main_api: Function, event: object) -> None:
    assert main_api.invoke(event)["error"]["code"] == "unknown_event"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"JWT_SECRET_KEY": ""}, "JWT_SECRET_KEY"),
        ({"JWT_SECRET_KEY": "short"}, "JWT_SECRET_KEY must be at least 32 bytes long"),
        ({"DOCUMENTS_TABLE": ""}, "DOCUMENTS_TABLE"),
    ],
)
def test_the_function_does_not_start_half_set_up(change: dict[str, str], said: str) -> None:
    with running(MAIN_API, change) as function:
        answer = function.invoke(http_event("/health"))
        assert answer["errorType"] in ("ValueError", "SettingError")
        assert said in answer["errorMessage"]


def token() -> dict[str, str]:
    settings = Settings(jwt_secret_key=ENVIRONMENT[MAIN_API]["JWT_SECRET_KEY"])
    return {"authorization": "Bearer " + mint(settings, "ann", "us", ["editor"], 600)}


def extracted(function: Function, content: bytes) -> dict[str, Any]:
    """The response to a PDF posted to be read."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--x--\r\n"
    )
    headers = {
        **token(),
        "content-type": "multipart/form-data; boundary=x",
        "content-length": str(len(body)),
    }
    event = http_event("/v1/extract", "POST", headers=headers)
    event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return dict(function.invoke(event))


def test_a_pdf_is_read_by_a_process_of_the_read_only_function(main_api: Function, tmp_path: Path) -> None:
    answer = extracted(main_api, manual(tmp_path / "a.pdf", 2).read_bytes())
    assert answer["statusCode"] == 200
    pages = json.loads(answer["body"])["pages"]
    assert [FACTS[0] in pages[0]["text"], FACTS[1] in pages[1]["text"]] == [True, True]


@pytest.mark.slow
def test_an_answer_that_lambda_would_not_send_becomes_a_problem_that_says_what_to_do(
    main_api: Function,
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 6)
        # Each of its letters takes six bytes in what the runtime sends. One word a line: words that stand in
        # columns would be tried as a table, which takes ten times as long.
        for line in range(95):
            canvas.drawString(20, 800 - 8 * line, f"{line} " + "é" * 145)

    answer = extracted(main_api, pdf(*[draw] * 45, size=(595, 842)))
    assert answer["statusCode"] == 413
    assert json.loads(answer["body"])["code"] == "answer_too_large"
    assert json.loads(answer["body"])["request_id"] == answer["headers"]["x-request-id"]


# -- the image processor ------------------------------------------------------------------------------------


def test_the_image_processor_gives_the_pictures_of_a_page(image_processor: Function) -> None:
    stored = jpeg(quarters())
    answer = image_processor.invoke(seed(pdf(lambda canvas: picture(canvas, stored))))
    Draft7Validator({**CONTRACT, "$ref": "#/$defs/figures"}).validate(answer)
    (image,) = answer["images"]
    assert (image["page_number"], image["media_type"]) == (0, "image/jpeg")
    assert base64.b64decode(image["image_base64"]) == stored


def test_the_image_processor_draws_a_page(image_processor: Function) -> None:
    content = pdf(lambda canvas: picture(canvas, jpeg(quarters())))
    answer = image_processor.invoke(
        {**seed(content), "operation": "render_pages", "dpi": 72, "format": "png"}
    )
    Draft7Validator({**CONTRACT, "$ref": "#/$defs/pages"}).validate(answer)
    (image,) = answer["images"]
    assert decoded(base64.b64decode(image["image_base64"])).size == (300, 400)


def test_bad_input_gets_an_error_object_and_no_stack_trace(image_processor: Function) -> None:
    answer = image_processor.invoke({**seed(b""), "file_bytes_base64": "test"})
    assert answer == {"error": {"code": "not_a_pdf", "message": "The file is no PDF."}}


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://169.254.169.254/latest/meta-data", "https://x/"]
)
def test_no_address_is_allowed_unless_it_is_set(image_processor: Function, url: str) -> None:
    event = {"operation": "render_pages", "file_url": url, "page_numbers": [0]}
    assert image_processor.invoke(event)["error"]["code"] == "source_not_allowed"


# -- their start --------------------------------------------------------------------------------------------


def test_what_is_heavy_is_not_imported_before_the_first_event(either: tuple[str, Function]) -> None:
    name, function = either
    loaded = function.python(
        f"import json, sys; import {HANDLER[name]}; print(json.dumps(list(sys.modules)))"
    )
    assert sorted(NOT_AT_INIT[name] & set(loaded)) == []


def test_they_write_nowhere_but_in_tmp(either: tuple[str, Function]) -> None:
    _, function = either
    program = """
import json, os, tempfile
def refused(folder):
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return True
    return False
print(json.dumps([os.getuid(), [refused(f) for f in ("/", "/var/task", "/home", "/tmp")]]))
"""
    assert function.python(program) == [993, [True, True, True, False]]
