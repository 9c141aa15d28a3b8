"""Names of files in a folder: two keys are two paths, even where Alpha and alpha would be one name."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.core.process.patterns import defer_regex

_CAPITAL = defer_regex(r"[A-Z]")
_MARKED = defer_regex(r"%([a-z])")  # no key has a percent sign


def name_on_disk(part: str) -> str:
    """Return the name of a key, or of a part of it: each capital as a percent sign and the small letter."""
    return _CAPITAL.sub(lambda found: f"%{found[0].lower()}", part)


def part_of_key(name: str) -> str:
    """Return the part of a key that has this name on the disk."""
    return _MARKED.sub(lambda found: found[1].upper(), name)


def rename_former(folders: Iterable[Path]) -> None:
    """Rename what has capitals in these folders, from when names were parts of keys as they are."""
    for folder in folders:
        for path in folder.iterdir() if folder.is_dir() else ():
            if _CAPITAL.search(path.name):
                with suppress(FileNotFoundError):  # another process was quicker
                    path.rename(path.with_name(name_on_disk(path.name)))
