"""Processes that open hostile files can do no more than that, where the kernel keeps them to it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.core.process.confinement import confined_command, lacking
from app.pdf.reader import Reader
from tests.support.pdfs import manual
from tests.support.readers import MEMORY, children

ROOT = Path(__file__).parents[4]

TRIED = """
import ctypes, errno, json, os, socket, subprocess, sys
def take_descriptor():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall(438, -1, 0, 0)  # pidfd_getfd, of no process
    if ctypes.get_errno() == errno.EPERM:
        raise PermissionError
def tried(action):
    try:
        action()
        return "done"
    except OSError as error:
        return type(error).__name__
own, scratch, foreign = sys.argv[1:4]
print(json.dumps({
    "socket": tried(lambda: socket.socket()),
    "program": tried(lambda: subprocess.run(["/bin/sh", "-c", "true"], check=False)),
    "own file": tried(lambda: open(own).read()),
    "foreign file": tried(lambda: open(foreign).read()),
    "parent's environment": tried(lambda: open(f"/proc/{os.getppid()}/environ", "rb").read()),
    "write foreign": tried(lambda: open(foreign, "a")),
    "write own": tried(lambda: open(own, "a")),
    "write scratch": tried(lambda: open(os.path.join(scratch, "x"), "w").write("x")),
    "descriptor": tried(take_descriptor),
    "signal": tried(lambda: os.kill(os.getppid(), 0)),
}))
"""
KEPT = {
    "socket": "PermissionError",
    "program": "PermissionError",
    "own file": "done",
    "foreign file": "PermissionError",
    "parent's environment": "PermissionError",
    "write foreign": "PermissionError",
    "write own": "PermissionError",
}


@pytest.fixture(scope="module")
def landlock() -> int:
    """Which version of Landlock this kernel has; 0 for none."""
    code = "import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))"
    return max(0, int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout))


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A file of somebody else's, outside of the temporary folder."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        path = Path(folder) / "secret"
        path.write_text("secret")
        yield path


def attempted(command: list[str], *places: Path) -> dict[str, str]:
    done = subprocess.run(
        [*command, *map(str, places)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="no other kernel has it")
def test_a_confined_process_reads_what_it_is_given_and_does_nothing_else(
    landlock: int, foreign: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.write_text("own")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    confined = (
        f"from app.core.process.confinement import confine; confine([{str(own)!r}], [{str(scratch)!r}])\n"
    )
    found = attempted([sys.executable, "-c", confined + TRIED], own, scratch, foreign)
    becoming = attempted(confined_command(["-c", TRIED], [own]), own, scratch, foreign)
    assert lacking() == ([] if landlock else ["Landlock (files)"])
    assert found["socket"] == found["program"] == becoming["socket"] == "PermissionError"
    assert found["descriptor"] == becoming["descriptor"] == "PermissionError"
    if landlock:
        assert {name: found[name] for name in KEPT} == KEPT
        assert {name: becoming[name] for name in KEPT} == KEPT
        assert (found["write scratch"], becoming["write scratch"]) == ("done", "PermissionError")
    if landlock >= 6:
        assert found["signal"] == becoming["signal"] == "PermissionError"


@pytest.mark.skipif(sys.platform != "linux", reason="no other kernel has it")
def test_the_processes_that_read_and_draw_pdfs_are_confined(
    landlock: int, foreign: Path, tmp_path: Path
) -> None:
    from app.adapters.embedded.children.images import ImageProcess
    from app.adapters.embedded.files import FolderFiles

    files = FolderFiles(tmp_path / "files", b"s" * 32)
    with manual(tmp_path / "m.pdf").open("rb") as file:
        files.put("us/doc/1/original.pdf", file)
    imager = ImageProcess(files, tmp_path / "files", memory_bytes=2 * MEMORY, seconds=60)
    reader = Reader(memory_bytes=MEMORY, page_seconds=10)
    try:
        assert imager.render("us/doc/1/original.pdf", [1])
        assert reader.outline(tmp_path / "m.pdf").pages == 3
        started = psutil.Process().children()
        statuses = [Path(f"/proc/{child.pid}/status").read_text() for child in started]
        assert len(statuses) >= 2  # on a busy machine another may be starting
        assert all("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status for status in statuses)
        for name in ("elsewhere.pdf", "other.pdf"):  # each is read by a process of its own
            elsewhere = manual(foreign.parent / name)
            assert reader.outline(elsewhere).pages == 3
            there = children()
            assert len(list(reader.pages(elsewhere, [1, 2, 3]))) == 3
            assert children() == there
            assert len(there) == 2
    finally:
        imager.close()
        reader.close()


def test_where_the_kernel_has_neither_nothing_fails(tmp_path: Path) -> None:
    """As in Lambda, and in containers whose own filter refuses the calls."""
    refused = (
        "import ctypes, os, types\n"
        "os.uname = lambda: types.SimpleNamespace(machine='riscv64')\n"  # no filter is known for it
        "from app.core.process import confinement\n"
        "confinement._CREATE_RULESET = 9999\n"  # no such call
        "confinement.confine(['/nowhere'], [])\n"
        "assert len(confinement.lacking()) == 2\n"
    )
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "own").write_text("own")
    found = attempted([sys.executable, "-c", refused + TRIED], tmp_path / "own", scratch, tmp_path / "own")
    assert set(found.values()) == {"done"}


REACHING = """
import json, socket, sys
def attempt(action):
    try:
        action()
        return "done"
    except OSError as error:
        return type(error).__name__
port = int(sys.argv[1])
server = socket.create_server(("127.0.0.1", 0))
print(json.dumps({
    "connect": attempt(lambda: socket.socket().connect(("127.0.0.1", port))),
    "send": attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))),
    "send message": attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"])),
}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other kernel has it")
def test_a_process_that_may_listen_connects_and_sends_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = confined_command(["-c", REACHING, str(port)], [tmp_path], listening=True)
        done = subprocess.run(command, capture_output=True, check=True)
    assert set(json.loads(done.stdout).values()) == {"PermissionError"}
