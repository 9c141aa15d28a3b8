"""A part of an archive: a separate ZIP file, filled until it is large enough or has taken long enough."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, cast

TEXTS = (".csv", ".json", ".jsonl", ".md", ".sqlite3")
"""Endings of what is worth to be compressed: PDFs, pictures and checkpoints are already."""


class Part:
    """A ZIP file that is written. ``content_bytes`` are those of the files in it."""

    def __init__(self, path: Path, most_bytes: float, most_seconds: float) -> None:
        self._zip = zipfile.ZipFile(path, "w")
        self._most_bytes = most_bytes
        self._ends_at = time.monotonic() + most_seconds
        self.content_bytes = 0

    def __enter__(self) -> Part:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def is_full(self) -> bool:
        """Whether the rest belongs into the next part."""
        # Also by time: a function has minutes, and a part that is not finished then is made again from its
        # start.
        return self.content_bytes >= self._most_bytes or time.monotonic() > self._ends_at

    def add(self, name: str, path: Path) -> None:
        """Put a file in under a name."""
        self._zip.write(path, name, _method(name))
        self.content_bytes += path.stat().st_size

    def add_bytes(self, name: str, content: bytes) -> None:
        """Put bytes in under a name."""
        self._zip.writestr(name, content, _method(name))
        self.content_bytes += len(content)


class _Sink:
    """What a ZIP file is written to piece by piece: it cannot go back in it, and holds what was not taken."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, content: bytes) -> int:
        self._held += content
        return len(content)

    def flush(self) -> None:
        """Do nothing: what is written is held until it is taken."""

    def take(self) -> bytes:
        """Return what was written since."""
        taken, self._held = bytes(self._held), bytearray()
        return taken


def zip_pieces(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield a ZIP file of these names and contents, a piece for each: none is held longer."""
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as whole:
        for name, content in files:
            whole.writestr(name, content, _method(name))
            yield sink.take()
    yield sink.take()


def _method(name: str) -> int:
    return zipfile.ZIP_DEFLATED if name.endswith(TEXTS) else zipfile.ZIP_STORED
