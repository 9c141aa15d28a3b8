"""What the functions write to their logs, as their images run under the emulator."""

from __future__ import annotations

import json
from typing import Any

from tests.support import functions
from tests.support.functions import IMAGE_PROCESSOR, MAIN_API, Function, http_event, running

SECRET = "a-token-that-nobody-may-read"


def lines(function: Function, message: str) -> list[dict[str, Any]]:
    """The lines with a message; the emulator's own are no JSON."""
    found = functions.docker_log(function.name).splitlines()
    parsed = [json.loads(line) for line in found if line.startswith("{")]
    return [line for line in parsed if line.get("message") == message]


def test_an_invocation_has_one_line_that_says_whether_the_function_was_cold() -> None:
    with running(MAIN_API) as function:
        headers = {"authorization": f"Bearer {SECRET}", "x-request-id": "mine"}
        function.invoke(http_event("/health", headers=headers))
        function.invoke(http_event("/v1/documents", headers=headers))
        first, second = lines(function, "invocation")
        assert (first["cold"], second["cold"]) == (True, False)
        assert 0 < first["init_ms"] < 60_000
        assert "init_ms" not in second
        assert [first["status"], second["status"]] == [200, 401]
        assert first["kind"] == "http"
        assert first["duration_ms"] >= 0
        assert first["invocation_id"] != second["invocation_id"]
        health, listing = lines(function, "request")
        assert (health["route"], health["status"], health["request_id"]) == ("/health", 200, "mine")
        assert listing["invocation_id"] == second["invocation_id"]
        assert SECRET not in functions.docker_log(function.name)


def test_the_image_processor_logs_an_invocation_without_what_it_was_sent() -> None:
    with running(IMAGE_PROCESSOR) as function:
        for _ in range(2):
            function.invoke(
                {
                    "operation": "extract_images",
                    "file_bytes_base64": "test",
                    "page_numbers": [0, 1],
                    "trace": "Root=1-5759e988-bd862e3fe1be46a994272793",
                }
            )
        first, second = lines(function, "invocation")
        assert (first["cold"], second["cold"]) == (True, False)
        assert "init_ms" in first
        assert first["code"] not in ("ok", "internal")
        assert first["asked_pages"] == 2
        assert first["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
        assert first["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "KnowledgeBase"
        assert (first["failed"], first["pictures"]) == (1, 0)
