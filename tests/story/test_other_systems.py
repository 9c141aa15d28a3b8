"""Without what Linux alone has, the program reads, keeps and answers: as far as that can be told here."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual

INTERPRETER = Path(__file__).parents[1] / "support" / "other_system.sh"

pytestmark = pytest.mark.slow


def kb(home: Path, *arguments: str) -> str:
    command = [str(INTERPRETER), "-m", "app.cli", "--data", str(home / "data"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def test_a_pdf_is_ingested_found_and_extracted_without_fcntl_resource_poll_and_timers(tmp_path: Path) -> None:
    path = str(manual(tmp_path / "a.pdf", 3))
    assert "1 file: 1 ready" in kb(tmp_path, "ingest", path)
    assert "a.pdf, page 1" in kb(tmp_path, "search", "warranty period")
    assert len(json.loads(kb(tmp_path, "extract", path))["pages"]) == 3
