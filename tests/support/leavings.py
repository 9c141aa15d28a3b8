"""What a server holds at a moment: processes, descriptors and temporary folders."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import Server


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers of the server's own child processes and descriptors, and names in its temporary folders."""

    processes: int
    descriptors: int
    folders: tuple[str, ...]

    def is_more_than(self, other: Held) -> bool:
        """Whether there is anything here that the other has not."""
        return (
            self.processes > other.processes
            or self.descriptors > other.descriptors
            or bool(set(self.folders) - set(other.folders))
        )


def held(server: Server, temporary: Path, data: Path) -> Held:
    """What it holds now; ``temporary`` is its ``TMPDIR``."""
    found = subprocess.run(
        ["ps", "--ppid", str(server.process.pid), "-o", "pid="], capture_output=True, text=True, check=False
    )
    folders = [*temporary.iterdir(), *(data / "files" / ".tmp").iterdir()]
    return Held(
        len(found.stdout.split()),
        len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())),
        tuple(sorted(path.name for path in folders)),
    )


def settled(server: Server, temporary: Path, data: Path, before: Held, seconds: float) -> Held:
    """What it holds once that is no more than ``before``, or after so many seconds."""
    end = time.monotonic() + seconds
    while (now := held(server, temporary, data)).is_more_than(before) and time.monotonic() < end:
        time.sleep(0.1)
    return now
