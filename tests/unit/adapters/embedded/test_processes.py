from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from app.adapters.embedded.processes import is_gone, this_process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart by /proc")

SAY_WHO = """
import sys
from app.adapters.embedded.processes import this_process
print(this_process(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that runs, and its name."""
    command = [sys.executable, "-c", SAY_WHO]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process, process.stdout.readline().strip()
        process.kill()


def test_this_process_is_not_gone_and_keeps_its_name() -> None:
    assert this_process() == this_process() != ""
    assert not is_gone(this_process())


def test_another_process_is_gone_when_it_is_killed_even_before_it_is_reaped(
    other: tuple[subprocess.Popen[str], str],
) -> None:
    process, name = other
    assert name != this_process()
    assert not is_gone(name)
    process.kill()
    assert process.stdout
    process.stdout.read()
    while not is_gone(name):  # its files are closed an instant before it is dead
        pass
    process.wait()
    assert is_gone(name)


def test_a_process_whose_id_is_used_by_a_later_one_is_gone() -> None:
    earlier, _, started = this_process().rpartition(" ")
    assert is_gone(f"{earlier} {int(started) - 1}")


@pytest.mark.parametrize("part", [0, 1])
def test_a_process_of_another_boot_or_container_cannot_be_judged(part: int) -> None:
    parts = this_process().split(" ")
    parts[part] = "another"
    parts[2] = "999999999"
    assert not is_gone(" ".join(parts))


def test_a_process_without_a_name_is_never_gone() -> None:
    assert not is_gone("")
