"""The fuzzer of OpenAPI against a server over HTTP, such as the Compose stack with KB_LOCAL_USER=off:

    python -m tests.bench.fuzz URL TOKEN [--seed N]

``TOKEN`` is that of an admin of a tenant without documents (``kb token``). It prints each failure with a curl
command, then the numbers of requests, operations, failures and answers by status. A form's text "null" for a
list of tags is told as a failure: in a form it is a text like any other, and makes a tag.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import schemathesis
from hypothesis import strategies
from schemathesis.checks import load_all_checks
from schemathesis.engine import events, from_schema

from tests.story.test_api_fuzz import (
    filter_failure,
    fuzzing_config,
    list_answers,
    list_failures,
    make_things,
    name_things,
)
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.uploads import ENDS


def upload(client: httpx.Client, folder: Path, first_fact: int) -> str:
    """Return the id of a document that is new, once it has been read."""
    pdf = manual(folder / f"{first_fact}.pdf", 2, first_fact=first_fact)
    sent = client.post("/v1/documents", files={"file": (pdf.name, pdf.read_bytes(), "application/pdf")})
    document: str = sent.raise_for_status().json()["id"]
    while client.get(f"/v1/documents/{document}").json()["status"] not in ENDS:
        time.sleep(0.5)
    return document


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url")
    options.add_argument("token")
    options.add_argument("--seed", type=int, default=20)
    chosen = options.parse_args()
    headers = {"Authorization": f"Bearer {chosen.token}"}
    with (
        tempfile.TemporaryDirectory() as scratch,
        httpx.Client(base_url=chosen.url, headers=headers, timeout=HANG_SECONDS) as client,
    ):
        folder = Path(scratch)
        description = client.get("/openapi.json").json()
        kept = make_things(client, upload(client, folder, 0))
        for number, operations in enumerate(description["paths"].values(), 1):
            for method, operation in operations.items():
                # What is deleted is nothing that the other operations need.
                own = method == "delete"
                things = make_things(client, upload(client, folder, number)) if own else kept
                name_things(operation, things)
        pdf = manual(folder / "sent.pdf", 2).read_bytes()
        schemathesis.openapi.media_type("application/pdf", strategies.just(pdf))
        schema = schemathesis.openapi.from_dict(description, config=fuzzing_config(headers, chosen.seed))
        schema.config.update(base_url=chosen.url)
        schema.hook(filter_failure)
        run(schema)


def run(schema: Any) -> None:
    """Send the requests and print what comes of them."""
    load_all_checks()
    tried, statuses, wrong = Counter[str](), Counter[int](), 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            print(f"{getattr(event, 'label', '')}: {getattr(event, 'value', event)!r}", flush=True)
            wrong += 1
        if isinstance(event, events.ScenarioFinished):
            tried[event.recorder.label] += len(event.recorder.interactions)
            statuses.update(answer.status_code for answer in list_answers(event))
            for failure in list_failures(event):
                print(failure, flush=True)
                wrong += 1
    print(f"{sum(tried.values())} requests of {len(tried)} operations, {wrong} failures, {dict(statuses)}")


if __name__ == "__main__":
    main()
