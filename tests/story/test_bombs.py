"""Files that ask for much end within their budget, with a reason, and cost the program little memory."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.compose import embedded
from app.core.model import Status
from app.settings import Settings
from tests.support.bombs import BOMBS

TENANT = "local"

CPU_SECONDS = 120.0
SERVER_BYTES = 600_000_000


def cpu_seconds() -> float:
    """Of this process and its children, ended ones included."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    own = psutil.Process().cpu_times()
    of_children = sum(each.user + each.system for each in running)
    return float(own.user + own.system + ended.ru_utime + ended.ru_stime + of_children)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_ends_within_two_minutes_of_computing_with_a_reason(
    tmp_path: Path, bomb: Callable[[Path], Path]
) -> None:
    path = bomb(tmp_path / "bomb.pdf")
    assert path.stat().st_size < 12_000_000
    program = embedded(Settings(data_folder=tmp_path / "data", ocr="off"))
    peak, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.05):
            peak[0] = max(peak[0], psutil.Process().memory_info().rss)

    before, held = cpu_seconds(), psutil.Process().memory_info().rss
    watching = threading.Thread(target=watch)
    watching.start()
    try:
        with path.open("rb") as file:
            document = program.knowledge_base.upload(TENANT, "bomb.pdf", file).document
        program.worker.drain()
        version = program.knowledge_base.document(TENANT, document.id).latest
    finally:
        stop.set()
        watching.join()
        program.close()
    spent = cpu_seconds() - before
    print(f"{version.status}, {version.chunks} passages, {spent:.0f} s, {peak[0] >> 20} MB, {version.reason}")
    assert version.status.ended
    assert version.status is Status.READY or version.reason
    assert spent < CPU_SECONDS
    assert peak[0] < max(SERVER_BYTES, held + SERVER_BYTES // 2)
