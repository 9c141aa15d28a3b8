"""One long PDF through ``kb extract``: memory of each process, and two processes against one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pypdfium2

SAMPLE_SECONDS = 0.02


@dataclass
class Run:
    """One extraction: wall seconds, and resident bytes and CPU seconds of its processes, the parent first."""

    wall: float
    bytes: dict[int, int] = field(default_factory=dict)
    cpu: dict[int, float] = field(default_factory=dict)


def combined(corpus: Path, pages: int, target: Path) -> Path:
    """The first pages of the corpus's texts as one PDF, again and again until it is long enough."""
    whole = pypdfium2.PdfDocument.new()
    while len(whole) < pages:
        for path in sorted((corpus / "text").glob("*.pdf")):
            source = pypdfium2.PdfDocument(path)
            whole.import_pages(source, list(range(min(len(source), 10, pages - len(whole)))))
            source.close()
            if len(whole) >= pages:
                break
    whole.save(target)
    whole.close()
    return target


def extracted(path: Path, processes: int, out: Path) -> Run:
    """Extract a file to a folder with so many processes."""
    environment = os.environ | {"KB_READER_PROCESSES": str(processes), "KB_DATA_FOLDER": str(out / "data")}
    command = [sys.executable, "-m", "app.cli", "extract", str(path), "--out", str(out)]
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment) as parent:
        found = Run(0.0)
        while parent.poll() is None:
            sample(parent.pid, found)
            time.sleep(SAMPLE_SECONDS)
    if parent.returncode:
        raise RuntimeError("kb extract failed.")
    found.wall = time.perf_counter() - began
    return found


def sample(pid: int, found: Run) -> None:
    try:
        for process in (psutil.Process(pid), *psutil.Process(pid).children()):
            used = process.memory_info().rss
            found.bytes[process.pid] = max(used, found.bytes.get(process.pid, 0))
            found.cpu[process.pid] = sum(process.cpu_times()[:2])
    except psutil.NoSuchProcess:
        return


def show_memory(corpus: Path, pages: int, scratch: Path) -> None:
    """Print the most that each process held."""
    path = combined(corpus, pages, scratch / "long.pdf")
    run = extracted(path, 2, scratch)
    parent, *children = (f"{held / 1e6:.0f}" for held in run.bytes.values())
    print(f"\nMemory: {pages} pages, {path.stat().st_size / 1e6:.0f} MB, in {run.wall:.1f} s")
    print(f"parent {parent} MB, processes that read {', '.join(children)} MB")


def show_processes(corpus: Path, pages: int, times: int, scratch: Path) -> None:
    """Print two processes against one: on the clock, and whether sharing costs CPU."""
    path = combined(corpus, pages, scratch / "shared.pdf")
    runs = {count: [extracted(path, count, scratch) for _ in range(times)] for count in (1, 2)}
    print(f"\nProcesses: {pages} pages, the best of {times}; load {os.getloadavg()[0]:.1f}")
    wall = {count: min(run.wall for run in found) for count, found in runs.items()}
    for count, found in runs.items():
        cpu = min(sum(run.cpu.values()) for run in found)
        print(f"{count}: {wall[count]:.2f} s wall ({pages / wall[count]:.0f} pages/s), {cpu:.2f} s CPU")
    print(f"two against one: {wall[1] / wall[2]:.2f} × as fast on the clock")
