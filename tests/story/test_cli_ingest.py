"""``kb ingest``: how far it is, how each file ended, and what is left when it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from tests.support.cli import kb
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual, scan
from tests.support.readers import ROOT
from tests.support.terminal import on_a_terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """PDFs of every kind, and what is none."""
    folder = tmp_path / "pdfs"
    (folder / "deep").mkdir(parents=True)
    manual(folder / "a.pdf", 2)
    manual(folder / "deep" / "b.PDF", 3)
    manual(folder / "locked.pdf", password="lund")
    scan(folder / "scan.pdf", [["Invoice 4711"]])
    (folder / "page.pdf").write_bytes(b"<html></html>")
    (folder / "empty.pdf").touch()
    (folder / "notes.txt").write_text("not a PDF")
    (folder / "elsewhere").symlink_to(tmp_path)
    return folder


def statuses(home: Path) -> list[str]:
    return [item["status"] for item in json.loads(kb(home, "list", "--json")[0])["items"]]


def begun(home: Path, *paths: Path) -> subprocess.Popen[str]:
    """An ingest that has begun to read."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "--data", str(home / "data"), "ingest", *map(str, paths)],
        env={**os.environ, "KB_RANGE_PAGES": "1", "KB_WORKERS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + HANG_SECONDS
    while time.monotonic() < end:
        if (home / "data").exists() and "running" in statuses(home):
            return process
    raise AssertionError(process.communicate())


def test_every_file_ends_with_a_word_and_they_are_summed_up(folder: Path, tmp_path: Path) -> None:
    out, _ = kb(tmp_path, "ingest", str(folder), code=1, KB_OCR="off")
    lines = out.splitlines()
    assert lines[-1] == ("8 files: 2 ready, 1 needs OCR, 1 needs a password, 2 refused, 2 skipped")
    ended = {line[9:].partition(":")[0]: line[:9].strip() for line in lines[:-1]}
    assert {Path(name).name: word for name, word in ended.items()} == {
        "a.pdf": "ready",
        "b.PDF": "ready",
        "locked.pdf": "password",
        "scan.pdf": "needs",
        "page.pdf": "refused",
        "empty.pdf": "refused",
        "notes.txt": "skipped",
        "elsewhere": "skipped",
    }
    assert "its name does not end in .pdf" in out
    assert "--ask-password" in out


def test_the_same_is_told_as_json_with_each_document_as_the_api_shows_it(
    folder: Path, tmp_path: Path
) -> None:
    told = json.loads(kb(tmp_path, "ingest", str(folder), "--json", code=1, KB_OCR="off")[0])
    assert told["counts"] | {"ready": 2, "refused": 2, "skipped": 2} == told["counts"]
    shown = {item["id"]: item for item in json.loads(kb(tmp_path, "list", "--json")[0])["items"]}
    documents = [each["document"] for each in told["files"] if each["document"]]
    assert len(documents) == 4
    assert all(shown[document["id"]] == document for document in documents)


def test_a_terminal_shows_how_far_it_is_and_a_pipe_gets_whole_lines(tmp_path: Path) -> None:
    path = manual(tmp_path / "long.pdf", 40)
    code, shown = on_a_terminal(tmp_path, "ingest", str(path))
    assert code == 0
    assert "taking in: 1 of 1 file" in shown or "reading: " in shown
    assert "of 40 pages" in shown
    assert "1 file: 1 ready" in shown
    out, error = kb(tmp_path, "ingest", str(manual(tmp_path / "other.pdf", 5)))
    assert "\r" not in out + error


def test_ctrl_c_is_one_line_and_exit_code_130_and_the_next_start_goes_on(tmp_path: Path) -> None:
    path = manual(tmp_path / "long.pdf", 60)
    process = begun(tmp_path, path)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 130
    last = error.splitlines()[-1]
    assert last.startswith("kb: interrupted")
    assert sum(not line.startswith(("reading", "taking", "embedding")) for line in error.splitlines()) == 1
    assert statuses(tmp_path) == ["queued"]
    assert "1 file: 1 ready" in kb(tmp_path, "ingest", str(path))[0]


def test_what_was_killed_is_not_shown_as_running_and_is_taken_up_again(tmp_path: Path) -> None:
    path = manual(tmp_path / "long.pdf", 60)
    process = begun(tmp_path, path)
    process.kill()
    process.communicate()
    assert statuses(tmp_path) == ["queued"]
    out, error = kb(tmp_path, "list", "--status", "running")
    assert (out, error) == ("", "No document is running.\n")
    assert "long.pdf" in kb(tmp_path, "list", "--status", "queued")[0]
    kb(tmp_path, "retry", "long.pdf")
    assert statuses(tmp_path) == ["ready"]


def test_an_ingest_does_its_own_jobs_and_no_others(tmp_path: Path) -> None:
    long = manual(tmp_path / "long.pdf", 60)
    process = begun(tmp_path, long)
    process.kill()
    process.communicate()
    out, _ = kb(tmp_path, "ingest", str(manual(tmp_path / "short.pdf", 3)))
    assert "1 file: 1 ready" in out
    assert sorted(statuses(tmp_path)) == ["queued", "ready"]


def test_a_password_comes_by_prompt_file_pipe_or_environment(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("lund\n")
    by_file = str(manual(tmp_path / "file.pdf", 2, password="lund"))
    assert "1 ready" in kb(tmp_path, "ingest", by_file, "--password-file", str(secret))[0]
    by_variable = str(manual(tmp_path / "variable.pdf", 3, password="lund"))
    assert "1 ready" in kb(tmp_path, "ingest", by_variable, KB_PASSWORD="lund")[0]
    by_prompt = str(manual(tmp_path / "prompt.pdf", 4, password="lund"))
    code, shown = on_a_terminal(
        tmp_path, "ingest", by_prompt, "--ask-password", typed={"Password of the encrypted PDFs: ": "lund"}
    )
    assert code == 0
    assert "1 ready" in shown
    assert "lund" not in shown
    wrong = kb(tmp_path, "extract", by_file, KB_PASSWORD="wrong", code=3)[1]
    assert "password" in wrong
    assert "wrong:" not in wrong


def test_an_accent_typed_on_a_mac_finds_a_name_kept_whole_and_the_other_way(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Bericht für Zoë.pdf")
    whole = unicodedata.normalize("NFC", apart)
    assert apart != whole
    kb(tmp_path, "ingest", str(manual(tmp_path / apart, 2)), "--tag", unicodedata.normalize("NFD", "für"))
    for name in (apart, whole):
        assert whole in kb(tmp_path, "show", name)[0]
        assert whole in kb(tmp_path, "search", "twelve years", "--document", name)[0]
        tag = name.split()[1]
        assert whole in kb(tmp_path, "list", "--tag", tag)[0]


def test_a_compiled_reader_of_other_sources_ends_an_ingest_at_once_with_what_to_do(tmp_path: Path) -> None:
    program = tmp_path / "program"
    copytree(ROOT / "app", program / "app", ignore=ignore_patterns("__pycache__"))
    with (program / "app" / "pdf" / "native" / "source" / "words.c").open("a") as source:
        source.write("/* a later version */\n")
    data, path = str(tmp_path / "data"), str(manual(tmp_path / "m.pdf"))
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "--data", data, "ingest", path],
        cwd=program,
        env={**os.environ, "PYTHONPATH": str(program)},
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "install the program again" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    out, _ = kb(tmp_path, "ingest", path)  # by a program that is whole
    assert "1 file: 1 ready" in out
