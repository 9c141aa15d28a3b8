"""The folder of a backup. The last file that is written completes it, and names the kind of backup."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from app.core.errors import BadRequest

MANIFEST = "backup.json"

FORMAT = 1

FOLDER, AWS = "a data folder", "AWS's stores"
"""The kinds of backups."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy has: files and their bytes, including the databases; ``at`` is its time in UTC seconds,
    and ``of`` the kind of what was copied."""

    files: int
    bytes: int
    at: float
    of: str = FOLDER
    format: int = FORMAT


def check_target(target: Path, of: str) -> None:
    """Raise ``BadRequest`` for a folder with anything but an earlier copy of the same kind."""
    # A backup over a folder of something else would mix the two, and a restore would bring both back.
    if target.exists() and any(target.iterdir()):
        if not (target / MANIFEST).exists():
            raise BadRequest(
                f"{target} holds something else: give a new folder, or the folder of an earlier backup."
            )
        check_backup(target, of)


def check_backup(backup: Path, of: str) -> None:
    """Raise ``BadRequest`` for a folder that is not a complete backup, or one of another kind."""
    if not (backup / MANIFEST).exists():
        raise BadRequest(f"{backup} is not a backup, or its backup did not finish: it has no {MANIFEST}.")
    found = json.loads((backup / MANIFEST).read_text(encoding="utf-8")).get("of", FOLDER)
    if found != of:
        raise BadRequest(f"{backup} is a backup of {found}, not of {of}.")


def manifest(of: str, files: int, size: int) -> tuple[str, bytes]:
    """Name and content of the file that makes a folder a whole backup."""
    return MANIFEST, _encode_copied(Copied(files, size, time.time(), of))


def _encode_copied(copied: Copied) -> bytes:
    return json.dumps(asdict(copied)).encode()


def finish(target: Path, paths: Iterable[Path], of: str) -> Copied:
    """Complete the backup in a folder with these files."""
    sizes = [path.stat().st_size for path in paths if path.name != MANIFEST]
    copied = Copied(len(sizes), sum(sizes), time.time(), of)
    # Last of all: a folder without it is a backup that did not end.
    write_whole(target / MANIFEST, lambda part: part.write_bytes(_encode_copied(copied)))
    return copied


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` write a file, which appears under its name when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder: a rename is atomic only within one file system.
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
