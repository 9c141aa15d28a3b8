"""Secrets of this installation, made once and kept in a volume: none is in the repository or in an image."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

NAMES = ("jwt_secret_key", "s3_secret_key")


def make(folder: Path) -> None:
    """Create a file for each secret that has none yet, readable by its owner only."""
    for name in NAMES:
        path = folder / name
        if not path.exists():
            fresh = folder / f".{name}-{secrets.token_hex(8)}"
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
                file.write(secrets.token_hex(32))
            fresh.rename(path)
