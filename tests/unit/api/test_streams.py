"""Streams tell what went wrong after their status was sent, and stay well-formed."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from app.api.streams import After, begin, event, json_array, markdown
from app.core.errors import DamagedPdf


def failing(error: Exception) -> Iterator[dict[str, int]]:
    yield {"number": 1}
    yield {"number": 2}
    raise error


def parsed(parts: Iterator[bytes]) -> object:
    return json.loads(b"".join(parts))


def test_an_array_stands_in_its_object_with_what_comes_after() -> None:
    items: list[dict[str, Any] | After] = [{"number": 1}, {"number": 2}, After("totals", {"pages": 2})]
    whole = parsed(json_array({"id": "x"}, "pages", iter(items), "req_1"))
    assert whole == {"id": "x", "pages": [{"number": 1}, {"number": 2}], "totals": {"pages": 2}}
    assert parsed(json_array({}, "pages", iter([]), "req_1")) == {"pages": []}


def test_an_array_that_ends_in_an_error_says_so_and_is_still_json() -> None:
    whole = parsed(json_array({}, "pages", failing(DamagedPdf("Page 3 is broken.")), "req_1"))
    assert isinstance(whole, dict)
    assert whole["pages"] == [{"number": 1}, {"number": 2}]
    error = whole["error"]
    assert (error["status"], error["code"], error["request_id"]) == (422, "damaged_pdf", "req_1")


def test_an_unexpected_error_in_a_stream_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    text = b"".join(json_array({}, "pages", failing(RuntimeError("the secret is 4711")), "req_1")).decode()
    assert json.loads(text)["error"]["code"] == "internal"
    assert "4711" not in text
    assert ("req_1" in caplog.text, "4711" in caplog.text) == (True, True)
    assert caplog.records[0].levelno == logging.ERROR


def test_markdown_that_ends_in_an_error_says_so_in_its_last_line() -> None:
    def pages() -> Iterator[str]:
        yield "All is well.\n\n"
        raise DamagedPdf("Page 2 is broken.")

    assert b"".join(markdown(pages(), "req_1")).decode() == "All is well.\n\n> Error: Page 2 is broken.\n"


def test_what_fails_at_once_fails_before_the_stream_begins() -> None:
    def broken() -> Iterator[int]:
        raise DamagedPdf("No page can be read.")
        yield 1

    with pytest.raises(DamagedPdf):
        begin(broken())
    assert list(begin(iter([1, 2]))) == [1, 2]
    assert list(begin(iter(()))) == []


def test_an_event_is_one_line_of_json_whatever_it_says() -> None:
    text = event("text", {"text": "a\nb\r\n\n: c \ud800"}).decode()
    name, data, *rest = text.split("\n")
    assert (name, rest) == ("event: text", ["", ""])
    assert json.loads(data.removeprefix("data: "))["text"] == "a\nb\r\n\n: c ?"
