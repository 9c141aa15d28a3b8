"""Reserved disk space for deletes: a database that deletes rows writes a little first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RESERVE_BYTES = 8 << 20

SHARE = 8
"""The space is reserved only if this many times as much is free."""

BLOCK = b"\0" * (1 << 20)


class Reserve:
    """The file at ``path``, which is removed while a delete runs on a full disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keep()

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Free the reserved space inside the context, and reserve it again afterwards if there is space."""
        with suppress(OSError):
            self._path.unlink()
        try:
            yield
        finally:
            self._keep()

    def _keep(self) -> None:
        with suppress(OSError):
            if self._path.exists() or shutil.disk_usage(self._path.parent).free < SHARE * RESERVE_BYTES:
                return
            # Written, not only claimed: some file systems promise room that they do not have.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for _ in range(RESERVE_BYTES // len(BLOCK)):
                    file.write(BLOCK)
