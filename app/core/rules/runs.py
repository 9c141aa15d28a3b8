"""What a new run of a version begins with."""

from __future__ import annotations

from dataclasses import replace

from app.core import keys
from app.core.document import ReadPages, Scans, Version


def begin_run(version: Version, run: int, *, anew: bool) -> tuple[ReadPages, ReadPages | None]:
    """Return what the run with this number has read at its start, and what an earlier run read, which
    answers until this one has succeeded.

    A run that reads the file again starts with nothing and a new folder; any other takes over what is
    shown.
    """
    # Its checkpoints are good: only passages and vectors are made again.
    if not anew and version.shown.done:
        return version.shown, None
    # Of two runs that failed one after the other the last good one still answers.
    earlier = version.earlier or (version.current if version.ranges_done else None)
    return ReadPages(keys.run_folder(run)), earlier


def begin_scans(version: Version, *, anew: bool, wanted: bool | None) -> Scans:
    """Return what is known of pages that need OCR when a run begins: nothing where it reads the file again.
    ``wanted`` says whether the run has them read, ``None`` that it does so where it reads the file again."""
    if anew or not version.shown.done:
        return Scans(wanted=wanted is not False)
    return replace(version.scans, wanted=bool(wanted), counted=False, left=())
