"""Requests of every shape, made from the API's own description: nothing breaks, and every answer is as
described."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from app.compose import embedded
from app.settings import Settings
from tests.support.api import WITH_TOKENS, client_of, token, upload
from tests.support.pdfs import manual

HEADERS = {"Authorization": f"Bearer {token('us', 'admin', seconds=3600)}"}
BOUNDED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
load_all_checks()
JUDGED_ELSEWHERE = CHECKS.get_by_names(
    ["positive_data_acceptance", "negative_data_rejection", "ignored_auth"]
)
"""No file that is made up is a PDF, every request has a token, and half of the made-up ids are replaced."""

KEPT = ("DELETE",)
"""Methods that are not tried on the document and conversation that the others need."""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The API's description, and the names of things that there are."""
    folder = tmp_path_factory.mktemp("fuzz")
    program = embedded(Settings(data_folder=folder / "data"))
    client = client_of(program, WITH_TOKENS, **HEADERS)
    document = upload(program, client, manual(folder / "m.pdf"))
    session = client.post("/v1/chat/sessions", json={}).json()
    messages = f"/v1/chat/sessions/{session['id']}/messages"
    message = client.post(messages, json={"question": "What is the warranty period?"}).json()
    names = {"document_id": document["id"], "session_id": session["id"], "message_id": message["id"]}
    yield schemathesis.openapi.from_asgi("/openapi.json", client.app), names
    program.close()


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_request_breaks_the_server_or_its_description(
    held: tuple[Any, dict[str, Any]], mode: GenerationMode
) -> None:
    schema, names = held
    tried = 0
    for operation in schema.get_all_operations():
        strategy = operation.ok().as_strategy(generation_mode=mode)
        with suppress(Unsatisfiable):  # nothing that is wrong can be sent where nothing is asked for
            _attempt(strategy, names)
            tried += 1
    assert tried >= 20


def _attempt(strategy: Any, names: dict[str, Any]) -> None:
    @settings(BOUNDED)
    @given(strategy)
    def attempt(case: schemathesis.Case) -> None:
        # Every other request is about what there is: a made-up id says little.
        given_ids = case.path_parameters or {}
        if case.method not in KEPT and sum(map(len, map(str, given_ids.values()))) % 2:
            given_ids.update({name: known for name, known in names.items() if name in given_ids})
        case.call_and_validate(headers=HEADERS, excluded_checks=JUDGED_ELSEWHERE)

    attempt()
