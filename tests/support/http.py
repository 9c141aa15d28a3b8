"""Calls over HTTP as a client makes them."""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tests.support.machine import HANG_SECONDS, TRY_SECONDS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, whatever its status."""

    status: int
    headers: Any
    body: bytes

    @property
    def value(self) -> Any:
        """The JSON in its body."""
        return json.loads(self.body)


def ask(
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    method: str | None = None,
    seconds: float = HANG_SECONDS,
) -> Answer:
    """The answer to a request; redirects are followed."""
    request = urllib.request.Request(url, body, dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def send(url: str, value: object, method: str | None = None, seconds: float = HANG_SECONDS) -> Answer:
    """The answer to a request with JSON."""
    return ask(url, json.dumps(value).encode(), {"Content-Type": "application/json"}, method, seconds)


def post_form(
    url: str, fields: Mapping[str, str], file: Path, headers: Mapping[str, str] | None = None
) -> Answer:
    """The answer to a form with a file at its end."""
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    last = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
    head = "".join([*parts, last, "Content-Type: application/pdf\r\n\r\n"])
    body = head.encode() + file.read_bytes() + f"\r\n--{mark}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={mark}"}
    return ask(url, body, {**kind, **(headers or {})})


def status(url: str) -> int:
    """The status of an answer, 0 where nobody answers."""
    try:
        return ask(url, seconds=TRY_SECONDS).status
    except OSError:
        return 0


def until(true: Callable[[], T], what: str, seconds: float = HANG_SECONDS, pause: float = 0.05) -> T:
    """The first true value; an error that names ``what`` if there is none in time."""
    end = time.monotonic() + seconds
    while True:
        if value := true():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not in {seconds:g} seconds: {what}")
        time.sleep(pause)
