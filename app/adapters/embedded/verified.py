"""Files of models from packages of small vendors: used only if they are what was looked at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.core.errors import Unavailable

PART = "embedding model"


def verify(path: Path, sha256: str) -> None:
    """Raise ``Unavailable`` unless the file has this content."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unavailable(f"{path.name} of the embedding model cannot be read.", PART) from error
    if found != sha256:
        raise Unavailable(f"{path.name} of the embedding model is not the expected file.", PART)
