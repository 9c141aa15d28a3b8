"""Command line tools in environments of their own: what they pin is not what the program uses.

Each has a project with a lock in ``tests/deploy/tools``; it is made by the first test that needs it.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from images.build import uv
from tests.support import services
from tests.support.machine import HANG_SECONDS

ROOT = Path(__file__).parents[2]
PROJECTS = ROOT / "tests" / "deploy" / "tools"

SAM = "sam"
MINISTACK = "ministack"


@cache
def commands(name: str) -> Path:
    """The folder of a tool's commands, ``python`` among them."""
    place = ROOT / ".venv" / "tools" / name
    sync = [uv(), "sync", "--quiet", "--frozen"]
    services.FOLDER.mkdir(exist_ok=True)
    with services.locked(services.FOLDER / f"{name}.lock"):
        subprocess.run(
            [*sync, "--project", PROJECTS / name],
            env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(place)},
            check=True,
            timeout=2 * HANG_SECONDS,
        )
    return place / "bin"
