"""Files that ask for much end within their budget, with a reason, and disturb neither the server nor whoever
shares it. ``tests/bench/bombs.py`` measures the same with the default settings, and how long a neighbour
waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.besieged import Besieged, besieged, peak_bytes
from tests.support.bombs import BOMBS
from tests.support.hostile_pages import HOSTILE, slow

SERVER_BYTES = 600_000_000

SMALLER = {
    "KB_DOCUMENT_CPU_SECONDS": "4",
    "KB_PAGE_CPU_MS": "50",
    "KB_PAGE_SECONDS": "2",
    "KB_PAGE_CHARACTERS": "1000",
    "KB_PAGE_PASSAGES": "1",
}
"""The same rules at a tenth of what is usual, so that a test of them takes a tenth of the time."""

FEWER_PAGES = {
    "words of one letter": 8,
    "words that nobody sees": 8,
    "slow pages": 8,
    "an image painted often": 4,
    "huge stencils": 4,
    "huge masks": 4,
    "huge images in the page's stream": 4,
    "tiles of a large image": 4,
}
"""Those whose pages are all alike have enough of them here to meet each limit; the bench has all."""

LONG = {"passages", "passages of rare words"}
"""That take their time whatever the settings."""

CALLS = 45

PICTURES, PATIENCE = 90, 12.0
"""Pictures that are asked for at once, more than the server has threads, by clients that leave after so many
seconds."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    with besieged(tmp_path_factory.mktemp("siege"), SMALLER) as found:
        yield found


def test_bombs_end_with_a_reason_and_disturb_nobody(siege: Besieged, tmp_path: Path) -> None:
    files = {
        name: make(tmp_path / f"{name}.pdf", **_fewer_pages(name))
        for name, make in {**HOSTILE, **BOMBS}.items()
        if name not in LONG
    }
    assert all(path.stat().st_size < 12_000_000 for path in files.values())
    with siege.watched() as neighbour:
        documents = {name: siege.attacker.upload(path) for name, path in files.items()}
        ends = {name: siege.attacker.ended(document) for name, document in documents.items()}
        meanwhile = neighbour.rounds
    for name, found in ends.items():
        print(f"{name}: {found['status']}: {found['reason'] and found['reason']['message']}")
    print(f"{peak_bytes(siege.process) / 1e6:.0f} MB, {neighbour}")
    unexplained = [name for name, found in ends.items() if found["status"] != "ready" and not found["reason"]]
    assert not unexplained
    assert peak_bytes(siege.process) < SERVER_BYTES
    assert meanwhile
    assert not neighbour.faults


def _fewer_pages(name: str) -> dict[str, int]:
    return {"pages": FEWER_PAGES[name]} if name in FEWER_PAGES else {}


def test_pictures_that_never_end_occupy_neither_the_threads_nor_the_processes_of_others(
    siege: Besieged, tmp_path: Path
) -> None:
    path = slow(tmp_path / "slow.pdf", pages=6)
    document = siege.attacker.upload(path)
    siege.attacker.ended(document)

    def look(number: int) -> None:
        with suppress(OSError):  # it leaves before the page is drawn
            siege.attacker.ask(
                f"/v1/documents/{document}/pages/{1 + 3 * (number % 2)}/image?dpi={60 + number}",
                seconds=PATIENCE,
            )

    with siege.watched() as neighbour, ThreadPoolExecutor(PICTURES) as threads:
        while not neighbour.rounds:  # it has its turn while they go on
            list(threads.map(look, range(PICTURES)))
    assert not neighbour.faults


def test_files_that_are_sent_at_once_are_read_a_few_at_a_time(siege: Besieged, tmp_path: Path) -> None:
    path = slow(tmp_path / "slow.pdf", pages=6)
    most = []
    with siege.watched() as neighbour, ThreadPoolExecutor(CALLS) as threads:
        calls = [threads.submit(siege.attacker.post, "/v1/extract", path) for _ in range(CALLS)]
        while not all(call.done() for call in calls):
            most.append(siege.readers())
            time.sleep(0.02)
    answers = [call.result() for call in calls]
    refused = [answer for answer in answers if answer.status == 429]
    assert {answer.status for answer in answers} == {200, 429}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)
    assert max(most) <= 8  # four that are sent, two of the neighbour's ingest, and what is being replaced
    assert peak_bytes(siege.process) < SERVER_BYTES
    assert not neighbour.faults
