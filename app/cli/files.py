"""The PDFs that a command line names: files, and what stands in folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.core.errors import BadRequest

NOT_NAMED_PDF = "its name does not end in .pdf"
LINKED_FOLDER = "a link to a folder, which is not followed"
TWICE = "it is named twice"


@dataclass(slots=True)
class Found:
    """``files`` to be read, each with its path below the folder or file that was named, and those that were
    ``skipped``, each with the reason."""

    files: list[tuple[Path, Path]] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)


def pdfs(paths: Sequence[Path]) -> Found:
    """Return every PDF in folders, by its name, and every file that is named itself.

    Raises ``BadRequest`` if a path leads nowhere, or there is nothing to read.
    """
    found, seen = Found(), set[Path]()
    for path in paths:
        if path.is_dir():
            _add_folder(found, path, seen)
        elif path.exists():
            _add(found, path, Path(path.name), seen)
        else:
            raise BadRequest(f"There is no file {path}.")
    if not found.files:
        raise BadRequest(f"There is no PDF in {', '.join(map(str, paths))}.")
    return found


def tell_skipped(found: Found) -> None:
    """Say on standard error what was skipped, where standard output is for something else."""
    for path, why in found.skipped:
        print(f"kb: skipped {path}: {why}", file=sys.stderr)


def _add_folder(found: Found, folder: Path, seen: set[Path]) -> None:
    def unreadable(error: OSError) -> None:
        found.skipped.append((Path(error.filename), error.strerror or "it cannot be read"))

    for inside, folders, names in os.walk(folder, onerror=unreadable):
        # In place: os.walk goes on with this list, and the order is the same on every machine.
        folders.sort()
        for name in _links(Path(inside), folders):
            found.skipped.append((Path(inside) / name, LINKED_FOLDER))
        for path in (Path(inside) / name for name in sorted(names)):
            if path.suffix.lower() != ".pdf":
                found.skipped.append((path, NOT_NAMED_PDF))
            elif not path.is_file():
                found.skipped.append((path, "it is no file"))
            else:
                _add(found, path, path.relative_to(folder), seen)


def _links(folder: Path, names: Iterable[str]) -> Iterator[str]:
    # os.walk does not follow these, and says nothing: whoever named the folder would miss their PDFs.
    return (name for name in names if (folder / name).is_symlink())


def _add(found: Found, path: Path, name: Path, seen: set[Path]) -> None:
    # By what it leads to: a file and a link to it are one.
    if path.resolve() in seen:
        found.skipped.append((path, TWICE))
    else:
        seen.add(path.resolve())
        found.files.append((path, name))
