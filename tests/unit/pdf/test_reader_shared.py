"""A long PDF is read by several processes, and it does not show but in the time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import WrongPassword
from app.pages.forms import PageForm
from app.pdf.budget import Budget
from app.pdf.reader import PAGES_EACH, STRETCH, Reader
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.readers import MEMORY, ROOT, bomb_among, children, dense, drawn, texts

LONG = 2 * PAGES_EACH
DEATHS = Budget().of(LONG).deaths


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(memory_bytes=MEMORY, page_seconds=1, processes=2)
    yield reader
    reader.close()


def words(count: int) -> list[str]:
    return [f"word{number}" for number in range(1, count + 1)]


def test_the_pages_of_a_long_file_come_in_order_from_two_processes(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *words(LONG + 5))
    pages = reader.pages(path, range(1, LONG + 6))
    first = next(pages)
    assert len(children()) == 2
    rest = list(pages)
    assert [first.text, *(page.text for page in rest)] == words(LONG + 5)
    assert [page.number for page in rest] == list(range(2, LONG + 6))


def test_a_short_file_is_read_by_one(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *words(LONG - 1))
    assert texts(reader.pages(path, range(1, LONG))) == words(LONG - 1)
    assert len(children()) == 1


def test_chosen_pages_keep_the_order_that_was_asked_for(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *words(LONG))
    assert texts(reader.pages(path, range(LONG, 0, -1))) == words(LONG)[::-1]


def test_no_more_processes_are_shared_out_than_may_work(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *words(LONG))
    first, second = (reader.pages(path, range(1, LONG + 1)) for _ in range(2))
    next(first)
    next(second)
    assert len(children()) == 3  # two for the first call, and the one that each call has
    assert len(list(first)) == len(list(second)) == LONG - 1


@pytest.mark.parametrize("form", [PageForm.JSON, PageForm.MARKDOWN])
def test_what_is_passed_on_is_the_same_from_one_process_and_from_two(
    reader: Reader, tmp_path: Path, form: PageForm
) -> None:
    path = manual(tmp_path / "a.pdf", LONG)
    together = list(reader.export_pages(path, range(1, LONG + 1), form))
    apart = [part for start in (1, LONG // 2 + 1) for part in exported_alone(path, start, form)]
    assert together == apart


def exported_alone(path: Path, start: int, form: PageForm) -> list[str]:
    alone = Reader(memory_bytes=MEMORY, page_seconds=10)
    try:
        return list(alone.export_pages(path, range(start, start + LONG // 2), form))
    finally:
        alone.close()


def test_a_table_over_all_pages_is_linked_through_both_processes(reader: Reader, tmp_path: Path) -> None:
    path = price_list(tmp_path / "a.pdf", LONG)
    pages = [json.loads(page) for page in reader.export_pages(path, range(1, LONG + 1), PageForm.JSON)]
    tables = [block for page in pages for block in page["blocks"] if block["kind"] == "table"]
    assert [table.get("continues", {}).get("page") for table in tables] == [None, *range(1, LONG)]


def price_list(path: Path, pages: int) -> Path:
    """A ruled table that goes on from page to page."""
    canvas = Canvas(str(path), invariant=1)
    for number in range(pages):
        canvas.grid([72, 200, 300, 400], range(60, 781, 40))
        for row, bottom in enumerate(range(66, 747, 40)):
            for left, text in ((80, f"Part {number}-{row}"), (210, f"{row} kg"), (310, f"{number}.50")):
                canvas.drawString(left, bottom, text)
        canvas.showPage()
    canvas.save()
    return path


def test_a_locked_file_says_so_and_leaves_no_process(reader: Reader, tmp_path: Path) -> None:
    path = manual(tmp_path / "a.pdf", LONG, password="s3cret")
    with pytest.raises(WrongPassword):
        next(reader.pages(path, range(1, LONG + 1)))
    assert len(list(reader.pages(path, range(1, LONG + 1), "s3cret"))) == LONG


# -- what goes wrong ----------------------------------------------------------------------------------------


def test_each_process_that_is_killed_costs_a_page(reader: Reader, tmp_path: Path) -> None:
    path = dense(tmp_path / "a.pdf", LONG)
    pages = reader.pages(path, range(1, LONG + 1))
    next(pages)
    for child in children():
        child.kill()
    rest = texts(pages)
    lost = [text for text in rest if not text.startswith("word")]
    assert len(rest) == LONG - 1
    assert len(lost) == 2
    assert all("the system ended the process" in text for text in lost)


def test_pages_that_hang_or_need_too_much_memory_cost_only_themselves(tmp_path: Path) -> None:
    content = words(LONG)
    content[3] = content[STRETCH] = "hang"
    path = bomb_among(drawn(tmp_path / "a.pdf", *content), 5)
    # To fill MEMORY takes the bomb a second of computing, two and more on a machine that is busy.
    with closing(Reader(memory_bytes=MEMORY, page_seconds=4, processes=2)) as reader:
        read = texts(reader.pages(path, range(1, LONG + 1)))
    assert {number for number, text in enumerate(read, 1) if text != f"word{number}"} == {4, 5, STRETCH + 1}
    # What hangs fills memory as well, a little: which comes first is the machine's speed.
    assert all("takes too long" in read[at] or "memory" in read[at] for at in (3, STRETCH))
    assert "memory" in read[4]


@pytest.mark.slow
def test_pages_that_hang_one_after_the_other_end_the_reading_for_all(reader: Reader, tmp_path: Path) -> None:
    content = words(LONG)
    before = STRETCH - 1  # the pages that hang belong to both processes
    content[before : before + DEATHS] = ["hang"] * DEATHS
    path = drawn(tmp_path / "a.pdf", *content)
    read = texts(reader.pages(path, range(1, LONG + 1)))
    assert read[:before] == content[:before]
    assert all("takes too long" in text for text in read[before : before + DEATHS])
    assert {text.partition(":")[0] for text in read[before + DEATHS :]} == {"The page was not read"}
    assert children() == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs signals that stop a process")
def test_a_process_that_is_silent_is_given_up(tmp_path: Path) -> None:
    reader = Reader(memory_bytes=MEMORY, page_seconds=0.5, processes=2)
    path = dense(tmp_path / "a.pdf", LONG)
    pages = reader.pages(path, range(1, LONG + 1))
    next(pages)
    children()[0].suspend()
    rest = texts(pages)
    reader.close()
    assert ["takes too long" in text for text in rest if not text.startswith("word")] == [True]


def test_reading_that_is_given_up_leaves_no_process(reader: Reader, tmp_path: Path) -> None:
    pages = reader.pages(dense(tmp_path / "a.pdf", LONG), range(1, LONG + 1))
    next(pages)
    assert len(children()) == 2
    pages.close()  # type: ignore[attr-defined]
    assert children() == []


def test_processes_wait_for_whoever_reads_their_pages(reader: Reader, tmp_path: Path) -> None:
    path = dense(tmp_path / "a.pdf", LONG)
    pages = reader.pages(path, range(1, LONG + 1))
    next(pages)
    waited_for = spent()
    while waited_for < (waited_for := settled()):
        pass
    time.sleep(1.2)  # the pipes are full, and the limit of a second over
    assert [page.error for page in pages] == [None] * (LONG - 1)
    # Without the wait nothing would be left to do. A start of processes that took long counts in both.
    assert spent() > 1.2 * waited_for


def settled() -> float:
    time.sleep(0.5)
    return spent()


def spent() -> float:
    """CPU seconds of the processes so far."""
    return float(sum(sum(child.cpu_times()[:2]) for child in children()))


def test_the_memory_of_the_reader_does_not_grow_with_the_pages(reader: Reader, tmp_path: Path) -> None:
    path = dense(tmp_path / "a.pdf", LONG)
    tracemalloc.start()
    try:
        for number, _ in enumerate(reader.export_pages(path, range(1, LONG + 1), PageForm.JSON)):
            if number == LONG // 3:
                tracemalloc.reset_peak()
                early = tracemalloc.get_traced_memory()[0]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - early < 2_000_000


# -- the program --------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_busy_processes_end_with_their_parent(tmp_path: Path) -> None:
    with extracting(tmp_path) as (parent, started):
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        psutil.wait_procs(started, timeout=HANG_SECONDS)
        assert [child for child in started if child.is_running()] == []


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_an_interrupted_command_ends_its_processes_and_says_so(tmp_path: Path) -> None:
    with extracting(tmp_path) as (parent, started):
        parent.send_signal(signal.SIGINT)
        _, said = parent.communicate(timeout=HANG_SECONDS)
        assert (parent.returncode, said) == (
            130,
            "kb: interrupted; what is done is kept, and the next start goes on\n",
        )
        assert [child for child in started if child.is_running()] == []


@contextmanager
def extracting(folder: Path) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """``kb extract`` that has come to a page that hangs in the middle of a file, and its two processes."""
    path = drawn(folder / "a.pdf", *words(LONG), "hang", *words(LONG))
    command = [sys.executable, "-m", "app.cli", "extract", str(path), "--out", str(folder / "out")]
    environment = os.environ | {"KB_READER_PROCESSES": "2", "KB_DATA_FOLDER": str(folder / "data")}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as parent:
        written, deadline = folder / "out" / "a.json", time.monotonic() + HANG_SECONDS
        while not (written.exists() and written.stat().st_size) and time.monotonic() < deadline:
            time.sleep(0.05)
        started = psutil.Process(parent.pid).children()
        try:
            assert len(started) == 2
            yield parent, started
        finally:
            parent.kill()


def test_what_libraries_print_is_not_among_the_answers() -> None:
    program = (
        "import os; from app.pdf.child import private_stdout\n"
        "out = private_stdout(); print('noise', flush=True); os.write(1, b'more'); out.write(b'answer')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"answer"
    assert done.stderr == b"noise\nmore"
