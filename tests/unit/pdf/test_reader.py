"""Reading happens in processes of their own: what a file breaks there stays there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.core.errors import DamagedPdf, EmptyFile, NotAPdf, WrongPassword
from app.pages.forms import PageForm
from app.pdf.budget import Budget
from app.pdf.processes import ReaderProcesses
from app.pdf.reader import Reader
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import FACTS, manual
from tests.support.readers import MEMORY, ROOT, bomb, children, drawn, texts
from tests.support.threads import at_once

DEATHS = Budget().deaths
TOO_MANY_DEATHS = (
    "The page was not read: too many of the document's other pages took too long, too much memory or crashed."
)


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(memory_bytes=MEMORY, page_seconds=10)
    yield reader
    reader.close()


@pytest.fixture
def hasty() -> Iterator[Reader]:
    reader = Reader(memory_bytes=MEMORY, page_seconds=1)
    yield reader
    reader.close()


# -- what is read -------------------------------------------------------------------------------------------


def test_an_outline_has_page_count_and_title(reader: Reader, tmp_path: Path) -> None:
    outline = reader.outline(manual(tmp_path / "a.pdf", 4))
    assert (outline.pages, outline.title, outline.encrypted) == (4, "Meridian pump manual", False)


def test_pages_come_in_the_order_that_was_asked_for(reader: Reader, tmp_path: Path) -> None:
    pages = list(reader.pages(manual(tmp_path / "a.pdf", 4), [3, 1]))
    assert [page.number for page in pages] == [3, 1]
    assert FACTS[2] in pages[0].text
    assert FACTS[0] in pages[1].text


def test_no_pages_are_read_where_none_are_wanted(reader: Reader, tmp_path: Path) -> None:
    assert list(reader.pages(manual(tmp_path / "a.pdf"), [])) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", EmptyFile), (b"<html>", NotAPdf), (b"%PDF-1.7 and then nothing", DamagedPdf)],
)
def test_what_cannot_be_opened_says_why(
    reader: Reader, tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    with pytest.raises(error):
        reader.outline(path)
    with pytest.raises(error):
        next(reader.pages(path, [1]))


def test_a_page_that_is_not_there_comes_with_an_error(reader: Reader, tmp_path: Path) -> None:
    first, second = reader.pages(manual(tmp_path / "a.pdf", 1), [1, 2])
    assert first.error is None
    assert second.error


# -- passwords ----------------------------------------------------------------------------------------------


def test_an_encrypted_file_needs_its_password(reader: Reader, tmp_path: Path) -> None:
    path = manual(tmp_path / "a.pdf", 1, password="s3cret")
    with pytest.raises(WrongPassword, match="needs a password"):
        reader.outline(path)
    with pytest.raises(WrongPassword, match="wrong"):
        reader.outline(path, "guess")
    assert reader.outline(path, "s3cret").encrypted
    assert FACTS[0] in texts(reader.pages(path, [1], "s3cret"))[0]


def test_an_unlocked_copy_needs_no_password(reader: Reader, tmp_path: Path) -> None:
    path, copy = manual(tmp_path / "a.pdf", 2, password="s3cret"), tmp_path / "copy.pdf"
    reader.unlock(path, "s3cret", copy)
    assert not reader.outline(copy).encrypted
    assert FACTS[1] in texts(reader.pages(copy, [2]))[0]


def test_a_password_is_not_on_the_command_line(reader: Reader, tmp_path: Path) -> None:
    reader.outline(manual(tmp_path / "a.pdf", 1, password="s3cret"), "s3cret")
    (child,) = children()
    assert "s3cret" not in " ".join(child.cmdline())
    assert "s3cret" not in "".join(child.environ().values())


# -- limits -------------------------------------------------------------------------------------------------


def test_a_page_that_hangs_costs_only_itself(hasty: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", "before", "hang", "after")
    before, hung, after = texts(hasty.pages(path, [1, 2, 3]))
    assert (before, after) == ("before", "after")
    assert hung == "The page could not be read: it takes too long."


def test_pages_that_hang_one_after_the_other_end_the_reading(hasty: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *["hang"] * DEATHS, "after", "after")
    errors = [page.error for page in hasty.pages(path, range(1, DEATHS + 3))]
    assert len(errors) == DEATHS + 2
    assert errors[-2:] == [TOO_MANY_DEATHS] * 2


def test_pages_that_end_their_processes_are_counted_also_where_others_are_fine(
    hasty: Reader, tmp_path: Path
) -> None:
    path = drawn(tmp_path / "a.pdf", *["hang", "fine"] * DEATHS, "fine")
    read = texts(hasty.pages(path, range(1, 2 * DEATHS + 2)))
    assert read[1 : 2 * DEATHS - 1 : 2] == ["fine"] * (DEATHS - 1)
    assert read[2 * DEATHS - 1 :] == [TOO_MANY_DEATHS] * 2


def test_a_document_that_takes_too_much_computing_is_read_so_far(tmp_path: Path) -> None:
    budget = Budget(cpu_seconds=0.0, cpu_seconds_a_page=0.0001)
    reader = Reader(memory_bytes=MEMORY, page_seconds=10, budget=budget)
    read = texts(reader.pages(drawn(tmp_path / "a.pdf", "one", "two", "three"), [1, 2, 3]))
    reader.close()
    over = "the document takes more than the 0 s of computing that 3 pages may take"
    assert read == [f"The page was not read: {over}."] * 3  # to open it was too much


def test_a_document_with_too_much_text_is_read_so_far(tmp_path: Path) -> None:
    budget = Budget(characters=0, characters_a_page=3)
    reader = Reader(memory_bytes=MEMORY, page_seconds=10, budget=budget)
    path = drawn(tmp_path / "a.pdf", "eleven chars", "two", "three")
    read = texts(reader.pages(path, [1, 2, 3]))
    json_pages = [json.loads(page) for page in reader.export_pages(path, [1, 2, 3], PageForm.JSON)]
    reader.close()
    assert read[0] == "eleven chars"
    assert (
        read[1:]
        == ["The page was not read: the document has more than the 9 characters that 3 pages may have."] * 2
    )
    assert json_pages[-1]["error"] == read[-1]


def test_processes_are_counted_by_one_at_a_time(tmp_path: Path) -> None:
    children_of = ReaderProcesses(memory_bytes=MEMORY, seconds=10, most=3)
    taken = at_once([lambda: children_of.take_up_to(3, tmp_path)] * 6)
    everyone = [child for each in taken for child in each]
    for child in everyone:
        child.owes = 1
        children_of.give_back(child)
    assert all(taken)
    assert len(everyone) <= 8  # one for each call, three shared
    again = children_of.take_up_to(3, tmp_path)
    for child in again:
        children_of.give_back(child)
    children_of.close()
    assert len(again) == 3


def test_a_page_that_needs_too_much_memory_costs_only_itself(reader: Reader, tmp_path: Path) -> None:
    bombed, word = texts(reader.pages(bomb(tmp_path / "a.pdf"), [1, 2]))
    assert "memory" in bombed
    assert word == "survivor"


def test_a_process_may_take_twice_the_file_beside_its_share(reader: Reader, tmp_path: Path) -> None:
    small = drawn(tmp_path / "small.pdf", "one")
    large = tmp_path / "large.pdf"
    large.write_bytes(small.read_bytes() + b"%" * 5_000_000)
    limits = []
    for path in (small, large):
        assert texts(reader.pages(path, [1])) == ["one"]
        (child,) = children()
        limits.append(child.rlimit(psutil.RLIMIT_AS)[0])
    assert MEMORY < limits[0] < MEMORY + 300_000_000
    assert limits[1] - limits[0] == 10_000_000


def test_a_process_that_is_killed_costs_a_page(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *[f"word{n}" for n in range(2000)])
    pages = reader.pages(path, range(1, 2001))
    assert next(pages).text == "word0"
    children()[0].kill()
    rest = texts(pages)
    lost = [text for text in rest if not text.startswith("word")]
    assert len(rest) == 1999
    assert len(lost) == 1
    assert "the system ended the process" in lost[0]


def test_a_process_may_wait_for_whoever_reads_its_pages(hasty: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *["word " * 200] * 60)
    pages = hasty.pages(path, range(1, 61))
    first = next(pages)
    time.sleep(1.5)  # the pipe is full, and the limit of a second long over
    assert [first.error, *(page.error for page in pages)] == [None] * 60


# -- processes ----------------------------------------------------------------------------------------------


def test_a_document_is_read_by_one_process_that_serves_the_next(reader: Reader, tmp_path: Path) -> None:
    path = manual(tmp_path / "a.pdf", 5)
    pids = set()
    for _ in range(2):
        for _page in reader.pages(path, range(1, 6)):
            pids |= {child.pid for child in children()}
    assert len(pids) == 1


def test_an_idle_process_is_small(reader: Reader, tmp_path: Path) -> None:
    list(reader.pages(manual(tmp_path / "a.pdf", 5), range(1, 6)))
    (child,) = children()
    assert child.memory_info().rss < 120e6


def test_calls_at_the_same_time_have_a_process_each(reader: Reader, tmp_path: Path) -> None:
    paths = [manual(tmp_path / f"{n}.pdf", 3, first_fact=n) for n in range(4)]
    read = at_once([lambda path=path: texts(reader.pages(path, [1, 2, 3])) for path in paths])  # type: ignore[misc]
    for n, pages in enumerate(read):
        assert all(FACTS[(n + page) % len(FACTS)] in text for page, text in enumerate(pages))


def test_reading_that_is_given_up_leaves_no_process(reader: Reader, tmp_path: Path) -> None:
    pages = reader.pages(drawn(tmp_path / "a.pdf", *["word"] * 500), range(1, 501))
    next(pages)
    assert isinstance(pages, Iterator)
    pages.close()  # type: ignore[attr-defined]
    assert children() == []


def test_closing_ends_the_processes(reader: Reader, tmp_path: Path) -> None:
    reader.outline(manual(tmp_path / "a.pdf"))
    assert len(children()) == 1
    reader.close()
    assert children() == []


def test_the_memory_of_the_reader_does_not_grow_with_the_pages(reader: Reader, tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", *["many words on a page, again and again " * 3] * 600)
    tracemalloc.start()
    try:
        for page in reader.pages(path, range(1, 601)):
            if page.number == 200:
                tracemalloc.reset_peak()
                early = tracemalloc.get_traced_memory()[0]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - early < 1_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_busy_process_ends_with_its_parent(tmp_path: Path) -> None:
    path = drawn(tmp_path / "a.pdf", "word", "hang")
    program = (
        "import sys; from pathlib import Path; from app.pdf.reader import Reader\n"
        "pages = Reader(memory_bytes=10**9, page_seconds=60).pages(Path(sys.argv[1]), [1, 2])\n"
        "print(next(pages).text, flush=True); next(pages)"
    )
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "word\n"
        (child,) = psutil.Process(parent.pid).children()
        parent.send_signal(signal.SIGKILL)
    psutil.wait_procs([child], timeout=HANG_SECONDS)
    assert not child.is_running()
