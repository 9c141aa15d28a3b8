"""Every command that the README shows works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.server import free_port, serving

ROOT = Path(__file__).parents[2]
COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    for line in block.splitlines()
]
OTHERS = (".venv/bin/kb", "curl", "docker")
ELSEWHERE = {
    "scripts/check": "CI runs it before the tests",
    "scripts/test": "CI runs it: this is one of its tests",
    "scripts/build_images": "tests/images",
    "docker compose up": "tests/images/test_stack.py",
    ".venv/bin/kb eval retrieval FOLDER --json figures.json": "tests/story/test_evaluation.py",
    ".venv/bin/kb eval answers FOLDER --plot answers.svg": "tests/story/test_evaluation.py",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "Documents").mkdir()
    manual(tmp_path / "Documents" / "manual.pdf")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(home), "KB_DATA_FOLDER": str(home / "data")}


def run(command: str, home: Path, folder: Path = ROOT) -> str:
    # A command writes beside where it is called, so it is called from a folder of the test's own.
    command = command.replace(".venv/bin/kb", shlex.quote(str(ROOT / ".venv/bin/kb")))
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_readme_shows_every_kind_of_command() -> None:
    programs = {command.split()[0] for command in COMMANDS}
    assert programs == {*("scripts/start", "scripts/build_images", "scripts/check", "scripts/test"), *OTHERS}
    assert set(ELSEWHERE) <= set(COMMANDS)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("scripts/start")])
def test_the_start_script_serves_what_it_was_given(command: str, home: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        ["bash", "-c", f"exec {command}"],
        cwd=ROOT,
        env={**environment(home), "KB_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while f"http://127.0.0.1:{port}" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/documents", timeout=HANG_SECONDS) as answer:
            assert (b"manual.pdf" in answer.read()) == ("manual.pdf" in command)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=HANG_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
        process.communicate()


def test_the_terminal_commands_work_one_after_the_other(home: Path) -> None:
    said = {}
    for command in COMMANDS:
        if command.startswith(".venv/bin/kb") and command not in ELSEWHERE:
            said[command.split()[1]] = run(command, home, home)
    assert "ready" in said["ingest"]
    assert "manual.pdf, page 1" in said["search"]
    assert "thirty-six months" in said["ask"]
    assert "Meridian" in (home / "extracted" / "manual.md").read_text()
    assert (home / "exported" / "manual.json").exists()
    assert "deleted" in said["delete"]


def test_the_http_commands_work(home: Path) -> None:
    with serving(home / "data") as server:
        curls = [c.replace("http://127.0.0.1:8000", server.url) for c in COMMANDS if c.startswith("curl")]
        assert "manual.pdf" in run(curls[0], home)
        until = time.monotonic() + HANG_SECONDS
        while server.get("/v1/documents")["items"][0]["status"] != "ready" and time.monotonic() < until:
            time.sleep(0.1)
        assert "thirty-six months" in run(curls[1], home)
