"""Where the PDF of a request comes from: its own bytes, a file in one folder, or a known host."""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from imgproc import address
from imgproc.errors import Refused

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from imgproc.limits import Limits
    from imgproc.request import Request

PIECE = 1 << 20


@contextmanager
def source(request: Request, limits: Limits) -> Iterator[bytes | Path]:
    """The PDF's bytes or a file with them, for as long as the context lasts. Raises ``Refused``."""
    if request.file_url is None:
        yield _decoded(request.file_bytes_base64 or "")
        return
    place = address.split(request.file_url)
    if place.scheme == "file":
        yield _inside_folder(place)
        return
    address.check(place)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.pdf"
        _fetch(request.file_url, path, limits)
        yield path


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("bad_base64", "The field file_bytes_base64 is not base64.") from None


def _inside_folder(place: SplitResult) -> Path:
    folder = os.environ.get("IMAGE_SOURCE_FOLDER")
    if not folder or place.netloc or "%00" in place.path:
        raise Refused("source_not_allowed", "Files of this machine are not allowed as a source.")
    path = Path(unquote(place.path)).resolve()  # follows links, so none leads out
    if not path.is_relative_to(Path(folder).resolve()):
        raise Refused("source_not_allowed", "The file is outside the folder that is allowed.")
    if not path.is_file():
        raise Refused("source_unavailable", "There is no such file.")
    return path


def _fetch(url: str, path: Path, limits: Limits) -> None:
    """Write what an address gives to ``path``."""
    from http.client import HTTPException

    opened = address.opener().open
    try:
        with opened(url, timeout=address.SOCKET_SECONDS) as response, path.open("wb") as file:
            _copy(response, file, limits)
    except (OSError, HTTPException) as error:  # urllib's URLError and HTTPError are OSErrors
        raise Refused("source_unavailable", f"The file could not be fetched: {address.why(error)}.") from None


def _copy(response: Any, file: Any, limits: Limits) -> None:
    deadline = time.monotonic() + limits.seconds
    announced = response.length
    size = 0
    while piece := response.read(PIECE):
        size += len(piece)
        if size > limits.source_bytes:
            raise Refused("too_large", f"The file is larger than {limits.source_bytes // 1_000_000} MB.")
        if time.monotonic() > deadline:
            raise Refused("source_unavailable", "The file takes too long to fetch.")
        file.write(piece)
    if announced not in (None, size):
        raise Refused("source_unavailable", "The file could not be fetched to its end.")
