"""``scripts/smoke``: whether a deployed stack does what it is there for, and nothing is left of the check."""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin

from deploy.terminal import OK, Refused, ended
from deploy.tiny_pdf import tiny_pdf

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

LEFT_BEHIND = 3
"""Exit code: all works, but something of the check could not be deleted."""

ABOUT = """
Look whether a running Knowledge Base works: health, ready, a PDF of one page up as a client posts it,
ingested, asked with a citation that is proven, deleted. What it adds it deletes, also where a step fails.

exit codes: 0 all works, 1 a step failed, 2 wrong usage, 3 all works, but something could not be deleted
"""

CALL_SECONDS = 35.0
"""For one call; API Gateway gives up after 30."""
WAITED_STATUSES = (429, 502, 503, 504)
MOST_WAIT = 10.0
POLL_SECONDS = 1.0

QUESTION = "What is the code word of this check?"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the stack that the command line names; an exit code."""
    options = _options(arguments)
    token = options.token or os.environ.get("KB_TOKEN", "")
    return OK if check(options.url, token, options.seconds) else LEFT_BEHIND


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/smoke", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", help="where it is: the stack's output KnowledgeBaseAPI")
    parser.add_argument(
        "--token", help="a bearer token of a user who may add documents (or KB_TOKEN; `kb token` mints one)"
    )
    parser.add_argument(
        "--seconds", type=float, default=300.0, help="the whole check may take this long (default 300)"
    )
    return parser.parse_args(arguments)


def check(url: str, token: str, seconds: float) -> bool:
    """Whether nothing is left of a check in which all went well. Raises ``Refused`` at the first step that
    did not."""
    return Smoke(url, token, seconds).run()


class Smoke:
    """One check of a server, within so many seconds."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        import httpx

        self._url = url.rstrip("/") + "/"
        self._deadline = time.monotonic() + seconds
        self._client = httpx.Client(timeout=CALL_SECONDS, follow_redirects=True)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._code = f"amber-{secrets.token_hex(4)}"
        self._added: list[str] = []

    def run(self) -> bool:
        """All steps, then what was added is deleted; whether that succeeded."""
        try:
            self._step("health", self._health)
            self._step("ready", self._ready)
            document, upload = self._step("announced", self._announce)
            self._step("posted", lambda: self._post(upload))
            self._step("ingested", lambda: self._ingest(document))
            self._step("asked", lambda: self._ask(document))
        except BaseException:
            self._clean()
            raise
        else:
            return self._clean()
        finally:
            self._client.close()

    def _step(self, name: str, step: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            result = step()
        except Refused as error:
            raise Refused(f"{name}: {error}") from None
        print(f"{name:10} {time.monotonic() - begun:6.2f} s", flush=True)
        return result

    def _health(self) -> None:
        if self._json("GET", "health").get("status") != "ok":
            raise Refused("the answer is not that of a Knowledge Base.")

    def _ready(self) -> None:
        answer = self._call("GET", "ready")
        parts = _value(answer).get("parts", {})
        broken = [f"{part}: {state}" for part, state in parts.items() if state != "ok"]
        if answer.status_code != 200 or broken:
            raise Refused("; ".join(broken) or _told(answer))

    def _announce(self) -> tuple[str, dict[str, Any]]:
        self._pdf = tiny_pdf(
            "Smoke test",
            [
                f"The code word of this check is {self._code}.",
                "It was made up for one check of this installation and is deleted after it.",
            ],
        )
        announced = self._json(
            "POST",
            "v1/documents/uploads",
            {
                "name": f"smoke-{self._code}.pdf",
                "size": len(self._pdf),
                "sha256": hashlib.sha256(self._pdf).hexdigest(),
            },
        )
        document = f"v1/documents/{announced['document']['id']}"
        self._added.append(document)
        return document, announced["upload"]

    def _post(self, upload: dict[str, Any]) -> None:
        """As a client does: no token, the address is the permission."""
        url = urljoin(self._url, upload["url"])
        file = {"file": ("smoke.pdf", self._pdf, "application/pdf")}
        answer = self._sent(lambda: self._client.post(url, data=upload["fields"], files=file))
        if answer.status_code not in (200, 201, 204):
            raise Refused(f"the file store answers {_told(answer)}")

    def _ingest(self, document: str) -> None:
        self._json("POST", f"{document}/ingest", {})
        while (found := self._json("GET", document))["status"] not in ("ready", "partial", "failed"):
            if time.monotonic() > self._deadline:
                raise Refused(f"it is still {found['status']} when the time is over.")
            time.sleep(POLL_SECONDS)
        if found["status"] != "ready":
            raise Refused(f"it ends {found['status']}: {(found['reason'] or {}).get('message', 'no reason')}")

    def _ask(self, document: str) -> None:
        document_id = document.rpartition("/")[2]
        session = self._json("POST", "v1/chat/sessions", {"document_ids": [document_id]})["id"]
        self._added.append(f"v1/chat/sessions/{session}")
        message = self._json("POST", f"v1/chat/sessions/{session}/messages", {"question": QUESTION})
        answer = message["answer"]
        if self._code not in answer["text"]:
            raise Refused(f"the answer is not the document's: {answer['text'][:200]!r}")
        proofs = [each["proof"] for each in answer["citations"] if each["document_id"] == document_id]
        if not any(proof in ("exact", "fuzzy") for proof in proofs):
            raise Refused(f"no citation of the answer is proven ({', '.join(proofs) or 'there is none'}).")

    def _clean(self) -> bool:
        begun = time.monotonic()
        self._deadline = max(self._deadline, begun + CALL_SECONDS)  # what was added goes in any case
        left = [address for address in reversed(self._added) if not self._deleted(address)]
        for address in left:
            print(f"smoke: {address} could not be deleted", file=sys.stderr)
        if self._added and not left:
            print(f"{'deleted':10} {time.monotonic() - begun:6.2f} s", flush=True)
        return not left

    def _deleted(self, address: str) -> bool:
        import httpx

        try:
            self._call("DELETE", address)
            return self._call("GET", address).status_code == 404
        except (Refused, httpx.HTTPError):
            return False

    # -- calls ---------------------------------------------------------------------------------------------

    def _json(self, method: str, path: str, body: object = None) -> Any:
        answer = self._call(method, path, body)
        if not answer.is_success:
            raise Refused(f"{method} /{path} answers {_told(answer)}")
        return _value(answer)

    def _call(self, method: str, path: str, body: object = None) -> httpx.Response:
        return self._sent(
            lambda: self._client.request(method, self._url + path, json=body, headers=self._headers)
        )

    def _sent(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The answer to a call; one that says "later" is asked again, until it says so twice in the time."""
        import httpx

        for last in (False, False, True):
            try:
                answer = call()
            except httpx.TransportError as error:
                raise Refused(f"nobody answers at {self._url}: {error}") from None
            wait = min(_seconds(answer.headers.get("Retry-After", "1")), MOST_WAIT)
            if last or answer.status_code not in WAITED_STATUSES or time.monotonic() + wait > self._deadline:
                break
            time.sleep(wait)
        return answer


def _value(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise Refused(f"the answer is not JSON ({answer.status_code}): is the address right?") from None


def _told(answer: httpx.Response) -> str:
    """What an error says, in a line."""
    try:
        detail = answer.json()
        said = f"{detail.get('code', '')} {detail.get('detail', '')}".strip() or answer.text
    except (ValueError, AttributeError):
        said = answer.text
    return f"{answer.status_code}: {' '.join(said.split())[:300]}"


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() else 1.0


if __name__ == "__main__":
    sys.exit(ended(main, "smoke"))
