"""A part of an archive: a separate ZIP file, filled until it is large enough or has taken long enough."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path
from types import TracebackType

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
        return self.content_bytes >= self._most_bytes or time.monotonic() > self._ends_at

    def add(self, name: str, path: Path) -> None:
        """Put a file in under a name."""
        self._zip.write(path, name, _method(name))
        self.content_bytes += path.stat().st_size

    def add_bytes(self, name: str, content: bytes) -> None:
        """Put bytes in under a name."""
        self._zip.writestr(name, content, _method(name))
        self.content_bytes += len(content)


def _method(name: str) -> int:
    return zipfile.ZIP_DEFLATED if name.endswith(TEXTS) else zipfile.ZIP_STORED
