from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core.process import temporary


def test_what_processes_left_that_died_is_swept_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = [f"kb-{ended.pid}-abc123", f"kb-{os.getpid()}-abc123", "kb-oldname"]
    kept = [f"kb-{os.getppid()}-abc123", "kb-newname", "kb-other folder", "other"]
    for name in (*left, *kept):
        (tmp_path / name / "inside").mkdir(parents=True)
    long_ago = time.time() - 2 * temporary.OLD_SECONDS
    os.utime(tmp_path / "kb-oldname", (long_ago, long_ago))
    (tmp_path / f"kb-{ended.pid}-link").symlink_to(tmp_path / "other")
    assert temporary.sweep() == len(left)
    assert {path.name for path in tmp_path.iterdir()} == {*kept, f"kb-{ended.pid}-link"}
    with temporary.folder() as folder:
        assert Path(folder).name.startswith(f"kb-{os.getpid()}-")
