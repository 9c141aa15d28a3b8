"""The image processor keeps its contract, whatever it is asked."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import imgproc
from app.adapters.aws.images import NOTHING
from imgproc.handler import handle, handler
from imgproc.limits import Limits
from tests.support.machine import HANG_SECONDS
from tests.support.pictures import decoded, jpeg, pdf, picture, quarters

FOLDER = Path(imgproc.__file__).parent
CONTRACT = json.loads((FOLDER / "contract.json").read_bytes())
EXAMPLES = sorted((FOLDER / "examples").glob("*.json"))
REFUSED_BY_SCHEMA = {"unknown_operation", "wrong_type", "no_source"}

ONE_PICTURE = base64.b64encode(pdf(lambda canvas: picture(canvas, jpeg(quarters())))).decode()


def contract(name: str) -> Draft7Validator:
    return Draft7Validator({**CONTRACT, "$ref": f"#/$defs/{name}"})


def without_pixels(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer but for the encoder's bytes."""
    images = [{**image, "image_base64": ""} for image in answer.get("images", [])]
    return {**answer, "images": images}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_what_the_handler_answers(path: Path) -> None:
    example = json.loads(path.read_bytes())
    answer = handle(example["event"], Limits(**example.get("limits", {})))
    assert without_pixels(answer) == without_pixels(example["answer"])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_keeps_to_the_contract(path: Path) -> None:
    example = json.loads(path.read_bytes())
    contract("response").validate(example["answer"])
    assert contract("request").is_valid(example["event"]) == (path.stem not in REFUSED_BY_SCHEMA)


def test_there_is_an_example_of_each_thing_that_can_be_asked_and_answered() -> None:
    answers = [json.loads(path.read_bytes())["answer"] for path in EXAMPLES]
    assert any(answer.get("next") for answer in answers)
    assert any(answer.get("skipped") for answer in answers)
    assert any("box" in image for answer in answers for image in answer.get("images", []))
    assert any("dpi" in image for answer in answers for image in answer.get("images", []))


def test_the_contract_is_a_sound_schema() -> None:
    Draft7Validator.check_schema(CONTRACT)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"operation": None}, "unknown_operation"),
        ({"operation": ["render_pages"]}, "unknown_operation"),
        ({"page_numbers": []}, "bad_request"),
        ({"page_numbers": [-1]}, "bad_request"),
        ({"page_numbers": [True]}, "bad_request"),
        ({"page_numbers": [0.5]}, "bad_request"),
        ({"page_numbers": list(range(1001))}, "bad_request"),
        ({"dpi": 35}, "bad_request"),
        ({"dpi": 401}, "bad_request"),
        ({"format": "webp"}, "bad_request"),
        ({"quality": 100}, "bad_request"),
        ({"file_bytes_base64": 5}, "bad_request"),
        ({"file_url": "file:///etc/passwd"}, "bad_request"),  # two sources
        ({"verbose": True}, "bad_request"),
        ({"file_bytes_base64": "é"}, "bad_base64"),
        ({"file_bytes_base64": "test"}, "not_a_pdf"),
    ],
)
def test_a_bad_event_gets_an_error_object(change: dict[str, object], code: str) -> None:
    event = {"operation": "render_pages", "file_bytes_base64": ONE_PICTURE, "page_numbers": [0], **change}
    answer = handler(event)
    contract("error").validate(answer)
    assert answer["error"]["code"] == code


@pytest.mark.parametrize("event", [None, [], "event", 7, {}])
def test_what_is_no_event_gets_an_error_object(event: object) -> None:
    contract("error").validate(handler(event))


def test_an_error_names_the_field_that_is_wrong() -> None:
    event = {"operation": "extract_images", "file_bytes_base64": ONE_PICTURE, "page_numbers": [0, "1"]}
    assert handler(event)["error"]["message"] == (
        "The event does not fit the contract: page_numbers[1] must be integer."
    )


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "operation": st.sampled_from(["extract_images", "render_pages"]) | JSON_VALUES,
        "file_bytes_base64": st.just(ONE_PICTURE) | JSON_VALUES,
        "file_url": st.text(max_size=30).map("file://".__add__) | st.text(max_size=30),
        "page_numbers": st.lists(st.integers(0, 3) | st.just(1.0), max_size=3) | JSON_VALUES,
        "first_index": st.integers(0, 2) | JSON_VALUES,
        "dpi": st.floats(allow_nan=True) | JSON_VALUES,
        "format": st.sampled_from(["jpeg", "png"]) | JSON_VALUES,
        "quality": st.integers(1, 95) | JSON_VALUES,
    },
)


@settings(max_examples=300, deadline=None)
@given(EVENTS)
def test_every_event_gets_an_answer_of_the_contract_and_never_an_inner_failure(event: dict[str, Any]) -> None:
    answer = handler(event)
    contract("response").validate(answer)
    assert answer.get("error", {}).get("code") != "internal"


def test_pages_are_drawn_in_the_order_they_are_asked_for() -> None:
    event = {"operation": "render_pages", "file_bytes_base64": two_pages(), "page_numbers": [1, 0]}
    answer = handler(event)
    assert [image["page_number"] for image in answer["images"]] == [1, 0]


def two_pages() -> str:
    return base64.b64encode(pdf(lambda canvas: canvas.line(0, 0, 9, 9), lambda canvas: None)).decode()


def test_to_load_the_handler_loads_neither_mupdf_nor_pillow() -> None:
    program = "import imgproc.handler, sys; sys.exit(bool({'pymupdf', 'PIL', 'ssl'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=HANG_SECONDS)


def test_a_refusal_of_a_request_costs_no_mupdf() -> None:
    program = (
        "import sys; from imgproc.handler import handler\n"
        "handler({'operation': 'extract_images', 'file_bytes_base64': '*', 'page_numbers': [0]})\n"
        "sys.exit('pymupdf' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=HANG_SECONDS)


def test_a_png_is_a_png() -> None:
    event = {
        "operation": "render_pages",
        "file_bytes_base64": ONE_PICTURE,
        "page_numbers": [0],
        "format": "png",
    }
    (image,) = handler(event)["images"]
    assert image["media_type"] == "image/png"
    assert decoded(base64.b64decode(image["image_base64"])).format == "PNG"


NOTED = """
import json, logging, sys
from imgproc import logs
from imgproc.handler import handler
logging.basicConfig(level=logging.INFO)
logging.getLogger().handlers[0].setFormatter(logs.JsonLines())
for event in json.load(sys.stdin):
    handler(event, None)
"""


def test_a_readiness_probe_is_no_failure_and_a_bad_event_is_one() -> None:
    bad = {"operation": "extract_images", "file_bytes_base64": "test", "page_numbers": [0]}
    done = subprocess.run(
        [sys.executable, "-c", NOTED],
        input=json.dumps([NOTHING, bad]),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=True,
    )
    lines = [json.loads(line) for line in (done.stdout + done.stderr).splitlines() if line.startswith("{")]
    noted = [line for line in lines if line["message"] == "invocation"]
    assert [line["failed"] for line in noted] == [0, 1]
    assert all(line["code"] not in ("ok", "internal") for line in noted)
