"""Schemathesis, the fuzzer of OpenAPI, against the whole API: what the description allows is taken, what it
does not allow is refused, and every answer is as described."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import strategies
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import WITH_TOKENS, client_of, token, upload
from tests.support.pdfs import manual
from tests.unit.pages.test_continued import price_list

HEADERS = {"Authorization": f"Bearer {token('us', 'admin', seconds=3600)}"}
EXAMPLES = 6
SEED = 20

NOT_DESCRIBABLE = {
    "The cursor is not from this list": "A cursor is sealed: no schema tells one from another text.",
    "There is no page": "Which pages there are is known when the file is open.",
    "No document is of the kind": "Which kinds there are is known by the documents that there are.",
    "A range of pages goes upwards": "No schema compares two numbers in a text.",
}
"""What the description allows and the server refuses all the same, by how its problem begins, and why."""

REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"""Statuses of what is not as described: the tool's own, and 413, which is what a ``size`` over its maximum
gets."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The API's description, in which the places of ids are those of things that there are: others are a 404,
    which says little. What is deleted is nothing that the others need."""
    folder = tmp_path_factory.mktemp("fuzz")
    program = embedded(Settings(data_folder=folder / "data"))
    client = client_of(program, WITH_TOKENS, **HEADERS)
    pdf = price_list(folder / "m.pdf", 1)
    kept = _things(program, client, pdf)
    description = client.get("/openapi.json").json()
    for number, operations in enumerate(description["paths"].values()):
        for method, operation in operations.items():
            own = method == "delete"
            things = _things(program, client, manual(folder / f"{number}.pdf", 2 + number)) if own else kept
            name_things(operation, things)
    schemathesis.openapi.media_type("application/pdf", strategies.just(pdf.read_bytes()))
    found = schemathesis.openapi.from_dict(description, config=fuzzing_config(HEADERS))
    found.app = client.app
    found.hook(filter_failure)
    program.worker.start()  # one export or backup is made at a time: the next must find the last one done
    yield found
    program.close()


def _things(program: Embedded, client: Any, pdf: Path) -> dict[str, Any]:
    document = upload(program, client, pdf, pdf.name)
    things = make_things(client, document["id"])
    program.worker.drain()
    return things


def make_things(client: Any, document_id: str) -> dict[str, Any]:
    """Return what the description's paths name, of a document and of a conversation, an answer and an export
    that are made. ``client`` is a test client or one of httpx."""
    session = client.post("/v1/chat/sessions", json={}).json()
    messages = f"/v1/chat/sessions/{session['id']}/messages"
    message = client.post(messages, json={"question": "What is the warranty period?"}).json()
    archive = client.post("/v1/maintenance/exports").json()
    names = {"document_id": document_id, "session_id": session["id"], "message_id": message["id"]}
    return {**names, "archive_id": archive["id"], "number": 1, "version": 1, "part": 1, "table": 0}


def name_things(operation: dict[str, Any], things: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] in things:
            parameter.pop("example", None)
            parameter["schema"] = {**parameter["schema"], "enum": [things[parameter["name"]]]}
            parameter["schema"].pop("examples", None)


def fuzzing_config(headers: dict[str, str], seed: int = SEED) -> SchemathesisConfig:
    known = {"enabled": True, "extra-data-sources": {"responses": False}}
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": headers,
            "generation": {"max-examples": EXAMPLES, "no-shrink": True, "deterministic": True},
            "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}},
            "phases": {"coverage": known, "fuzzing": known},
        }
    )


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure counts: what is refused for a reason that no schema tells does not."""
    if response.status_code != 400:
        return True
    detail = response.json()["detail"]
    return not any(detail.startswith(known) for known in NOT_DESCRIBABLE)


NOT_THERE = ("{name}", "/scans", "/searchable", "/models/chosen")
"""Ends of paths that nothing here answers: the document has neither figures nor scans, and there is no model
server to choose a model of."""


@pytest.mark.slow
def test_the_api_takes_refuses_and_answers_as_it_says(schema: Any) -> None:
    load_all_checks()
    tried, succeeded, done, wrong = Counter[str](), set[str](), set[str](), list[str]()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            wrong.append(f"{getattr(event, 'label', '')}: {getattr(event, 'value', event)!r}")
        if isinstance(event, events.ScenarioFinished):
            tried[event.recorder.label] += len(event.recorder.interactions)
            succeeded |= {event.recorder.label for each in list_answers(event) if each.status_code < 300}
            wrong.extend(list_failures(event))
            done |= {check.name for checks in event.recorder.checks.values() for check in checks}
    assert not wrong, "\n\n".join(wrong)
    operations = {operation.ok().label for operation in schema.get_all_operations()}
    assert operations <= tried.keys()
    assert min(tried[label] for label in operations) >= 5, tried
    assert {label for label in operations - succeeded if not label.endswith(NOT_THERE)} == set()
    assert done == {check.__name__ for check in CHECKS.get_all()}


def list_answers(event: events.ScenarioFinished) -> Iterator[Any]:
    return (each.response for each in event.recorder.interactions.values() if each.response is not None)


def list_failures(event: events.ScenarioFinished) -> Iterator[str]:
    recorder = event.recorder
    for case, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info:
                sent = recorder.interactions.get(case)
                body = sent.response.content[:500] if sent and sent.response else b""
                said, sample = check.failure_info.failure.message, check.failure_info.code_sample[:2000]
                yield f"{recorder.label}: {check.name}: {said}\n{sample}\n{body!r}"
