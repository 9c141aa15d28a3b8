"""Files that are sent, on their way to this machine's disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from app.core.errors import TooLarge
from app.pdf.header import check_header


def spool(content: BinaryIO, path: Path, most_bytes: int) -> tuple[str, int]:
    """Write a PDF that is sent to a file; return its sha256 and its size in bytes. Raises ``TooLarge``,
    ``EmptyFile`` and ``NotAPdf``."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while block := content.read(1 << 20):
            size += len(block)
            if size > most_bytes:
                raise TooLarge(f"The file is larger than {most_bytes:,} bytes.")
            digest.update(block)
            file.write(block)
    check_header(path)
    return digest.hexdigest(), size
