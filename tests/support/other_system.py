"""Runs a Python module as on a system that lacks what Linux has: ``python other_system.py -P -m MODULE …``.

It stands in for the interpreter, so that the processes that the program starts are run in the same way.
"""

from __future__ import annotations

import os
import runpy
import select
import signal
import sys
from pathlib import Path
from typing import Any

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog")
SIGNALS = ("setitimer", "getitimer", "alarm", "SIGALRM", "SIGPROF", "SIGVTALRM", "SIGPIPE", "SIGHUP")
TIMERS = ("ITIMER_REAL", "ITIMER_PROF", "ITIMER_VIRTUAL")
SYSTEM = (
    "sched_getaffinity",
    "sysconf",
    "getuid",
    "fork",
    "O_DIRECTORY",
    "mkfifo",
    "fchmod",
    "posix_fallocate",
)


class _Hidden:
    def find_spec(self, name: str, *_: Any) -> None:
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def hide() -> None:
    """Take away the modules, signals and calls that Windows does not have."""
    import subprocess  # noqa: F401 - it looks for some of them when it is loaded

    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Hidden())
    for module, names in ((signal, (*SIGNALS, *TIMERS)), (os, SYSTEM), (select, ("poll", "epoll"))):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)


def main() -> None:
    """Run the module that the arguments name."""
    arguments = [each for each in sys.argv[1:] if each != "-P"]
    assert arguments.pop(0) == "-m", sys.argv
    sys.path[:] = [each for each in sys.path if Path(each or ".") != Path(__file__).parent]
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.executable = str(Path(__file__).with_suffix(".sh"))
    sys.argv = arguments
    hide()
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
