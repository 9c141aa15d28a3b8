"""Calls to a Knowledge Base over HTTP, as a client makes them: one that is told "later" comes back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from deploy.terminal import Refused

if TYPE_CHECKING:
    import httpx

CALL_SECONDS = 35.0
"""The timeout of one call; that of API Gateway is 30."""
ENDS = ("ready", "partial", "needs_ocr", "failed")
"""The states in which an ingest has ended."""
LATER = (429, 502, 503, 504)
MOST_WAIT = 10.0


class Api:
    """A server at ``url``. ``deadline`` (of ``time.monotonic``) is when it is no longer waited for; it may be
    moved. Everything raises ``Refused`` where nobody answers."""

    def __init__(self, url: str, token: str, deadline: float) -> None:
        import httpx

        self.url = url.rstrip("/") + "/"
        self.deadline = deadline
        # Large files come by a redirect to the file store.
        self._client = httpx.Client(timeout=CALL_SECONDS, follow_redirects=True)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def json(self, method: str, path: str, body: object = None) -> Any:
        """Return the value of an answer. Raises ``Refused`` with what an error says."""
        answer = self.call(method, path, body)
        if not answer.is_success:
            raise Refused(f"{method} /{path} answers {describe_error(answer)}")
        return value(answer)

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Return the answer, whatever its status."""
        return self._send_patiently(
            lambda: self._client.request(method, self.url + path, json=body, headers=self._headers)
        )

    def post_file(self, form: dict[str, Any], content: bytes) -> None:
        """Post a PDF with the form of its announcement: without the token, the address is the permission."""
        url = urljoin(self.url, form["url"])
        file = {"file": ("document.pdf", content, "application/pdf")}
        # S3 answers 204, an emulator 201 or 200.
        answer = self._send_patiently(lambda: self._client.post(url, data=form["fields"], files=file))
        if answer.status_code not in (200, 201, 204):
            raise Refused(f"the file store answers {describe_error(answer)}")

    def _send_patiently(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """Return the answer to a call; one that says "later" is asked again, until it says so twice in the
        time."""
        import httpx

        for last in (False, False, True):
            try:
                answer = call()
            except httpx.TransportError as error:
                raise Refused(f"nobody answers at {self.url}: {error}") from None
            # A date is allowed there, too (RFC 9110, 10.2.3); it counts as a second.
            wait = min(_seconds(answer.headers.get("Retry-After", "1")), MOST_WAIT)
            if last or answer.status_code not in LATER or time.monotonic() + wait > self.deadline:
                break
            time.sleep(wait)
        return answer


def value(answer: httpx.Response) -> Any:
    """Return the JSON of an answer. Raises ``Refused`` if it is none."""
    try:
        return answer.json()
    except ValueError:
        raise Refused(f"the answer is not JSON ({answer.status_code}): is the address right?") from None


def describe_error(answer: httpx.Response) -> str:
    """Return what an error says, in a line."""
    try:
        detail = answer.json()
        said = f"{detail.get('code', '')} {detail.get('detail', '')}".strip() or answer.text
    except (ValueError, AttributeError):
        said = answer.text
    return f"{answer.status_code}: {' '.join(said.split())[:300]}"


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 1.0
