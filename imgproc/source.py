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
from imgproc.errors import EventRefused

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from imgproc.limits import Limits
    from imgproc.request import Request

PIECE = 1 << 20
NOT_MODIFIED = 304


@contextmanager
def source(request: Request, limits: Limits) -> Iterator[bytes | Path]:
    """The PDF's bytes or a file with them, for as long as the context lasts. Raises ``EventRefused``."""
    if request.file_url is None:
        yield _decode_base64(request.file_bytes_base64 or "")
        return
    location = address.split(request.file_url)
    if location.scheme == "file":
        yield _inside_folder(location)
        return
    address.check(location)
    yield _KEPT.fetch(request.file_url, location, limits)


def _decode_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise EventRefused("bad_base64", "The field file_bytes_base64 is not base64.") from None


def _inside_folder(location: SplitResult) -> Path:
    folder = os.environ.get("IMAGE_SOURCE_FOLDER")
    if not folder or location.netloc or "%00" in location.path:
        raise EventRefused("source_not_allowed", "Files of this machine are not allowed as a source.")
    path = Path(unquote(location.path)).resolve()  # follows links, so none leads out
    if not path.is_relative_to(Path(folder).resolve()):
        raise EventRefused("source_not_allowed", "The file is outside the folder that is allowed.")
    if not path.is_file():
        raise EventRefused("source_unavailable", "The file does not exist.")
    return path


class _Kept:
    """The PDF that was fetched last: a document is asked for by a few pages at a time.

    The host is asked each time, with the permission that the address carries, and says whether the file is
    still the one that is here (RFC 9110, section 13.1.2).
    """

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._place: tuple[str, str] | None = None
        self._etag = ""

    def fetch(self, url: str, location: SplitResult, limits: Limits) -> Path:
        """Return the file that an address gives. Raises ``EventRefused``."""
        from http.client import HTTPException
        from urllib.request import Request as Asked

        self._folder = self._folder or tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "source.pdf"
        named = location.netloc, location.path
        same = named == self._place and path.exists() and path.stat().st_size <= limits.source_bytes
        headers = {"If-None-Match": self._etag} if same and self._etag else {}
        asked = Asked(url, headers=headers)  # noqa: S310 - its scheme and host were checked
        try:
            with address.opener().open(asked, timeout=address.SOCKET_SECONDS) as response:
                self._forget(path)
                with path.open("wb") as file:
                    _copy(response, file, limits)
                self._place, self._etag = named, response.headers.get("ETag") or ""
        except (OSError, HTTPException) as error:  # urllib's URLError and HTTPError are OSErrors
            if headers and getattr(error, "code", None) == NOT_MODIFIED:
                return path
            self._forget(path)
            told = f"The file could not be fetched: {address.why(error)}."
            raise EventRefused("source_unavailable", told) from None
        except EventRefused:
            self._forget(path)
            raise
        return path

    def _forget(self, path: Path) -> None:
        """Make room: there is never more than one file."""
        self._place, self._etag = None, ""
        path.unlink(missing_ok=True)


_KEPT = _Kept()


def _copy(response: Any, file: Any, limits: Limits) -> None:
    deadline = time.monotonic() + limits.seconds
    announced = response.length
    size = 0
    while piece := response.read(PIECE):
        size += len(piece)
        if size > limits.source_bytes:
            raise EventRefused("too_large", f"The file is larger than {limits.source_bytes // 1_000_000} MB.")
        if time.monotonic() > deadline:
            raise EventRefused("source_unavailable", "The file takes too long to fetch.")
        file.write(piece)
    if announced not in (None, size):
        raise EventRefused("source_unavailable", "The file could not be fetched to its end.")
