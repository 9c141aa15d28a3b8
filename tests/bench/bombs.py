"""What hostile files cost a server, and whoever shares it: python -m tests.bench.bombs [NAME…].

Each file is uploaded to one server (embedded mode, default settings) by one tenant, while another looks at
pictures of pages and uploads documents. For each: how it ended, the computing of all processes less what the
neighbour's rounds take when nobody attacks, the most memory that the server itself has held so far, and the
neighbour's longest waits.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.support.besieged import Besieged, besieged, peak_bytes, tree_cpu_seconds
from tests.support.bombs import BOMBS
from tests.support.hostile_pages import HOSTILE, many_slow

PEACE_SECONDS = 10.0
"""How long the neighbour is alone, to know what a round of its work takes."""


def round_cpu_seconds(siege: Besieged) -> float:
    """The computing of a round of the neighbour's work when nobody attacks."""
    before = tree_cpu_seconds(siege.process)
    with siege.watched() as neighbour:
        time.sleep(PEACE_SECONDS)
    return (tree_cpu_seconds(siege.process) - before) / neighbour.rounds


def measure(siege: Besieged, name: str, path: Path, round_cpu: float) -> None:
    before, began = tree_cpu_seconds(siege.process), time.monotonic()
    with siege.watched() as neighbour:
        document = siege.attacker.upload(path)
        found = siege.attacker.ended(document)
    spent, seconds = tree_cpu_seconds(siege.process) - before, time.monotonic() - began
    spent -= round_cpu * neighbour.rounds
    reason = (found.get("reason") or {}).get("message", "")
    print(
        f"{name}: {path.stat().st_size / 1000:.0f} kB, {found['status']}, {spent:.0f} s of CPU, "
        f"{seconds:.0f} s; "
        f"server {peak_bytes(siege.process) / 1e6:.0f} MB; picture {neighbour.picture_seconds:.1f} s, "
        f"upload {neighbour.upload_seconds:.1f} s ({neighbour.rounds}) {' '.join(neighbour.faults)} {reason}",
        flush=True,
    )


def main(names: Sequence[str]) -> None:
    bombs = {**HOSTILE, "sixty slow pages": many_slow, **BOMBS}
    with tempfile.TemporaryDirectory() as scratch, besieged(Path(scratch), {}) as siege:
        round_cpu = round_cpu_seconds(siege)
        for name in names or bombs:
            measure(siege, name, bombs[name](Path(scratch) / f"{name}.pdf"), round_cpu)


if __name__ == "__main__":
    main(sys.argv[1:])
