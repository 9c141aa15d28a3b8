"""What a server holds at a moment: processes, descriptors and temporary folders."""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.adapters.embedded.sqlite.database import MOST_IDLE
from app.api.admission.turns import THREADS
from tests.support.machine import HANG_SECONDS
from tests.support.server import Server

KEPT = {".sqlite3": THREADS, ".sqlite3-wal": MOST_IDLE, ".sqlite3-shm": 1}
"""Descriptors that the store may keep for its next transactions, by the ends of its files' names: SQLite
closes none of the file itself while another is open, and uses it again."""


@dataclass(frozen=True, slots=True)
class Held:
    """The server's own child processes by their command, its descriptors by what they are, and names in its
    temporary folders."""

    processes: Counter[str]
    descriptors: Counter[str]
    folders: frozenset[str]

    def more_than(self, other: Held) -> list[str]:
        """What is here that the other has not, beside what the store keeps for its next transactions."""
        descriptors = Counter(
            {name: count for name, count in self.descriptors.items() if count > _kept(name)}
        )
        return sorted(
            [
                *(self.processes - other.processes).elements(),
                *(descriptors - other.descriptors).elements(),
                *(self.folders - other.folders),
            ]
        )


def held(server: Server, temporary: Path, data: Path) -> Held:
    """What it holds now; ``temporary`` is its ``TMPDIR``."""
    process = server.process.pid
    found = subprocess.run(
        ["ps", "--ppid", str(process), "-o", "args="], capture_output=True, text=True, check=False
    )
    folders = [*temporary.iterdir(), *(data / "files" / ".tmp").iterdir()]
    return Held(
        Counter(found.stdout.splitlines()),
        descriptors(process),
        frozenset(path.name for path in folders),
    )


def descriptors(process: int) -> Counter[str]:
    """How many it has open of each: files by their paths, sockets, pipes and the rest by their kind."""
    found: Counter[str] = Counter()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # it is closed by now
            found[re.sub(r"^(socket|pipe):\[\d+\]$", r"\1", str(descriptor.readlink()))] += 1
    return found


def _kept(name: str) -> int:
    return next((count for ending, count in KEPT.items() if name.endswith(ending)), 0)


def resting(server: Server, temporary: Path, data: Path) -> Held:
    """What it holds once that does not change for a second."""
    before = held(server, temporary, data)
    while True:
        time.sleep(1)
        now = held(server, temporary, data)
        if now == before:
            return now
        before = now


def settled(server: Server, temporary: Path, data: Path, before: Held) -> list[str]:
    """What it holds more than ``before`` once that is nothing, or after a long time."""
    end = time.monotonic() + HANG_SECONDS
    while (more := held(server, temporary, data).more_than(before)) and time.monotonic() < end:
        time.sleep(0.1)
    return more
