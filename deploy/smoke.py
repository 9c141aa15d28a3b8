"""``scripts/smoke``: whether a deployed stack does what it is there for, and nothing is left of the check."""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from deploy.client import CALL_SECONDS, ENDS, Api, describe_error, value
from deploy.terminal import OK, Refused, run_command
from deploy.tiny_pdf import tiny_pdf

T = TypeVar("T")

LEFT_BEHIND = 3
"""Exit code: all works, but something of the check could not be deleted."""

ABOUT = """
Look whether a running Knowledge Base works: health, ready, a PDF of one page up as a client posts it,
ingested, asked with a citation that is proven, deleted. What it adds it deletes, also where a step fails.

exit codes: 0 all works, 1 a step failed, 2 wrong usage, 3 all works, but something could not be deleted
"""

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
        "--seconds", type=float, default=300, help="the whole check may take this long (default 300)"
    )
    return parser.parse_args(arguments)


def check(url: str, token: str, seconds: float) -> bool:
    """Return whether nothing is left of a check in which all went well. Raises ``Refused`` at the first
    step that did not."""
    return Smoke(url, token, seconds).run()


class Smoke:
    """One check of a server, with a timeout in seconds."""

    def __init__(self, url: str, token: str, seconds: float) -> None:
        self._api = Api(url, token, time.monotonic() + seconds)
        self._code = f"amber-{secrets.token_hex(4)}"
        self._added: list[str] = []

    def run(self) -> bool:
        """Run all steps, then delete what was added. Return whether the delete succeeded."""
        try:
            self._step("health", self._health)
            self._step("ready", self._ready)
            document, upload = self._step("announced", self._announce)
            self._step("posted", lambda: self._api.post_file(upload, self._pdf))
            self._step("ingested", lambda: self._ingest(document))
            self._step("asked", lambda: self._ask(document))
        except BaseException:
            self._clean()
            raise
        else:
            return self._clean()
        finally:
            self._api.close()

    def _step(self, name: str, step: Callable[[], T]) -> T:
        begun = time.monotonic()
        try:
            result = step()
        except Refused as error:
            raise Refused(f"{name}: {error}") from None
        print(f"{name:10} {time.monotonic() - begun:6.2f} s", flush=True)
        return result

    def _health(self) -> None:
        if self._api.json("GET", "health").get("status") != "ok":
            raise Refused("the answer is not that of a Knowledge Base.")

    def _ready(self) -> None:
        answer = self._api.call("GET", "ready")
        parts = value(answer).get("parts", {})
        broken = [f"{part}: {state}" for part, state in parts.items() if state != "ok"]
        if answer.status_code != 200 or broken:
            raise Refused("; ".join(broken) or describe_error(answer))

    def _announce(self) -> tuple[str, dict[str, Any]]:
        self._pdf = tiny_pdf(
            "Smoke test",
            [
                f"The code word of this check is {self._code}.",
                "It was made up for one check of this installation and is deleted after it.",
            ],
        )
        announced = self._api.json(
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

    def _ingest(self, document: str) -> None:
        self._api.json("POST", f"{document}/ingest", {})
        while (found := self._api.json("GET", document))["status"] not in ENDS:
            if time.monotonic() > self._api.deadline:
                raise Refused(f"it is still {found['status']} when the time is over.")
            time.sleep(POLL_SECONDS)
        if found["status"] != "ready":
            raise Refused(f"it ends {found['status']}: {(found['reason'] or {}).get('message', 'no reason')}")

    def _ask(self, document: str) -> None:
        document_id = document.rpartition("/")[2]
        session = self._api.json("POST", "v1/chat/sessions", {"document_ids": [document_id]})["id"]
        self._added.append(f"v1/chat/sessions/{session}")
        message = self._api.json("POST", f"v1/chat/sessions/{session}/messages", {"question": QUESTION})
        answer = message["answer"]
        # A code that is made for this check: no other document and no model knows it.
        if self._code not in answer["text"]:
            raise Refused(f"the answer is not the document's: {answer['text'][:200]!r}")
        proofs = [each["proof"] for each in answer["citations"] if each["document_id"] == document_id]
        if not any(proof in ("exact", "fuzzy") for proof in proofs):
            raise Refused(f"no citation of the answer is proven ({', '.join(proofs) or 'there is none'}).")

    def _clean(self) -> bool:
        begun = time.monotonic()
        self._api.deadline = max(self._api.deadline, begun + CALL_SECONDS)  # what was added goes in any case
        # The conversation before the document that it quotes.
        left = [address for address in reversed(self._added) if not self._delete_and_look(address)]
        for address in left:
            print(f"smoke: {address} could not be deleted", file=sys.stderr)
        if self._added and not left:
            print(f"{'deleted':10} {time.monotonic() - begun:6.2f} s", flush=True)
        return not left

    def _delete_and_look(self, address: str) -> bool:
        try:
            self._api.call("DELETE", address)
            return self._api.call("GET", address).status_code == 404
        except Refused:
            return False


if __name__ == "__main__":
    sys.exit(run_command(main, "smoke"))
