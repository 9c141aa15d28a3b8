"""CPU seconds of ``kb --help`` and of a start until ``/health`` answers: python -m tests.bench.startup."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

from tests.support.server import Server


def help_seconds() -> float:
    process = psutil.Popen([sys.executable, "-m", "app.cli", "--help"], stdout=subprocess.DEVNULL)
    cpu = 0.0
    while process.poll() is None:
        try:
            times = process.cpu_times()
            cpu = times.user + times.system
        except psutil.NoSuchProcess:
            break
    return cpu


def health_seconds() -> float:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        server.wait()
        times = psutil.Process(server.process.pid).cpu_times()
        server.kill()
    return float(times.user + times.system)


RUNS = 5


def main() -> None:
    for name, measure in (("kb --help", help_seconds), ("served /health", health_seconds)):
        seconds = sorted(measure() for _ in range(RUNS))
        print(
            f"{name}: median {statistics.median(seconds):.2f} s of CPU, {seconds[0]:.2f} to {seconds[-1]:.2f}"
        )


if __name__ == "__main__":
    main()
