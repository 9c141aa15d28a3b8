"""Who holds a lease: naming this process so that another can see that it is gone.

Linux only: elsewhere a process has no name, is never seen to be gone, and its leases run out by time.
"""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START_TIME = 0, 19  # fields 3 and 22 of /proc/PID/stat (proc(5)), counted after the command


def this_process() -> str:
    """Return the process by kernel boot, process-id namespace, id and start time, "" where that cannot be
    told."""
    surroundings = _surroundings()
    started = _start_of(os.getpid())
    return f"{surroundings} {os.getpid()} {started}" if surroundings and started else ""


def is_gone(process: str) -> bool:
    """Return whether the process of this name has certainly ended.

    Another boot or namespace (a container that shares the folder) cannot be judged from here. An id that
    is in use again belongs to a process that started at another time.
    """
    surroundings, _, rest = process.rpartition(" ")
    surroundings, _, pid = surroundings.rpartition(" ")
    if not surroundings or surroundings != _surroundings():
        return False
    return _start_of(int(pid)) != rest


def _surroundings() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _start_of(pid: int) -> str:
    """When the process started, in clock ticks since boot; "" if it is gone or only waits to be reaped."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # the command may itself hold spaces and brackets
    return "" if fields[_STATE] in "ZX" else fields[_START_TIME]
