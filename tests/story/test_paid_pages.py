"""Scanned pages that a model behind a server reads: each is paid for once, whatever ends the jobs."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.adapters.aws.batch import LAST_SECONDS, Batches
from app.adapters.embedded.jobs import SqliteJobs
from app.compose import OCR_AT_ONCE, Embedded, embedded
from app.core.document import Status, VersionId
from app.core.job import Job, JobKind, Lease, Run
from app.settings import Settings
from tests.support.openai_server import Messages, OpenAiServer
from tests.support.pdfs import FACTS, scan

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(method="thread"),  # the other method is of the signal that cuts a job
]

PAGES = 50
FEWER = 24
PAGE_SECONDS = 0.2
"""Of the slow server."""
CUT_AT = (7, 16)
"""Calls during which the invocation's time is up."""


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer() as made:
        made.reply = lambda _: page()
        yield made


def cutting() -> Callable[[Messages], str]:
    """A slow reply; at some calls the signal comes with which an invocation's end cuts its job."""

    numbers = count(1)  # of our own: of two calls at once both would find as many at the server

    def answer(messages: Messages) -> str:
        if next(numbers) in CUT_AT:
            os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(PAGE_SECONDS)
        return page()

    return answer


def page() -> str:
    """A text that no other page has: what recurs is taken for a header."""
    return f"The part called {secrets.token_hex(6)} lasts for {secrets.token_hex(3)} years in all weathers."


@pytest.fixture
def program(tmp_path: Path, server: OpenAiServer) -> Iterator[Embedded]:
    made = embedded(settings(tmp_path, server))
    yield made
    made.close()


def settings(folder: Path, server: OpenAiServer, **more: Any) -> Settings:
    return Settings(
        data_folder=folder / "data",
        openai_api_key="paid",
        openai_base_url=server.url,
        embedding_dimensions=server.dimensions,
        ocr="model",
        **more,
    )


def calls(server: OpenAiServer) -> int:
    return len(server.asked_of("/chat/completions"))


def invoked(program: Embedded, seconds: float = 600.0 + LAST_SECONDS) -> int:
    """Do all jobs that there are as Lambda does, in invocations of so many seconds; how many were cut."""
    jobs = program.steps.jobs
    assert isinstance(jobs, SqliteJobs)
    steps = program.steps
    batches = Batches(jobs, lease_of, steps.run, steps.give_up, kept=steps.count_kept)
    cut = 0
    while lease := jobs.receive(lease=60):
        answer = batches([{"messageId": "m", "lease": lease}], seconds)
        cut += len(answer["batchItemFailures"])
        if not answer["batchItemFailures"]:
            jobs.forget(lease)
    return cut


def lease_of(record: Mapping[str, Any]) -> Lease:
    held: Lease = record["lease"]
    return held


def uploaded(program: Embedded, path: Path) -> str:
    """The id of a document whose jobs wait: no worker was started."""
    with path.open("rb") as file:
        return program.knowledge_base.uploads.upload("local", path.name, file).document.id


def status(program: Embedded, document: str) -> Status:
    return program.knowledge_base.library.version("local", document).status


def test_scanned_pages_are_ready_after_a_call_for_each_though_invocations_are_cut(
    program: Embedded, server: OpenAiServer, tmp_path: Path
) -> None:
    document = uploaded(program, scan(tmp_path / "scan.pdf", [FACTS[:2]] * FEWER, dpi=40))
    server.reply = cutting()
    assert invoked(program) == len(CUT_AT)
    version = program.knowledge_base.library.version("local", document)
    assert (version.status, version.pages) == (Status.READY, FEWER)
    assert calls(server) == FEWER
    assert 1 < server.most_at_once <= OCR_AT_ONCE


def test_a_server_of_two_seconds_a_page_is_paid_for_each_page_once_in_invocations_of_75_seconds(
    program: Embedded, server: OpenAiServer, tmp_path: Path
) -> None:
    def slowly(_: Messages) -> str:
        time.sleep(2)
        return page()

    server.reply = slowly
    document = uploaded(program, scan(tmp_path / "scan.pdf", [FACTS[:2]] * PAGES, dpi=40))
    invoked(program, 75)
    version = program.knowledge_base.library.version("local", document)
    assert (version.status, version.pages_done) == (Status.READY, PAGES)
    assert calls(server) == PAGES


def test_pages_that_two_ranges_look_at_are_paid_for_once(
    program: Embedded, server: OpenAiServer, tmp_path: Path
) -> None:
    """A short range also looks at the pages before it, which are another's."""
    document = uploaded(program, scan(tmp_path / "scan.pdf", [FACTS[:2]] * 52, dpi=40))
    assert invoked(program) == 0
    version = program.knowledge_base.library.version("local", document)
    assert version.status is Status.READY
    assert calls(server) == 52
    run = Run(VersionId("local", document, version.number), version.run)
    jobs = [
        Job(JobKind.PLAN, run),
        *(Job(JobKind.SCANS, run, n) for n in range(3)),
        Job(JobKind.ASSEMBLE, run),
    ]
    assert [program.knowledge_base.upkeep.count_kept(job) for job in jobs] == [0, 50, 2, 0, version.chunks]


def test_another_try_pays_for_no_page_again_and_another_model_does(
    program: Embedded, server: OpenAiServer, tmp_path: Path
) -> None:
    document = uploaded(program, scan(tmp_path / "scan.pdf", [FACTS[:2]] * 3, dpi=40))
    invoked(program)
    assert (status(program, document), calls(server)) == (Status.READY, 3)
    program.knowledge_base.uploads.ingest("local", document)
    invoked(program)
    assert (status(program, document), calls(server)) == (Status.READY, 3)
    program.close()
    other = embedded(settings(tmp_path, server, vision_model="another-model"))
    other.knowledge_base.uploads.ingest("local", document)
    invoked(other)
    assert (status(other, document), calls(server)) == (Status.READY, 6)
    other.close()
