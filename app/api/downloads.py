"""Stored files on their way to a client: from a presigned URL of the store, or from this machine."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from starlette.responses import RedirectResponse

from app.api.streams import HeldFile
from app.knowledge_base import KnowledgeBase

DOWNLOAD_SECONDS = 300
"""The validity of a presigned URL."""


def redirect_to_stored(
    door: KnowledgeBase, key: str, *, media_type: str, filename: str
) -> RedirectResponse | None:
    """Return the response that sends a client to a presigned URL of a file, ``None`` if the store has none:
    then the file is on this machine."""
    # 307 keeps the method; the URL is a permission for minutes, and no cache may hand it to somebody else.
    url = door.library.download_url(key, name=filename, seconds=DOWNLOAD_SECONDS, media_type=media_type)
    return RedirectResponse(url, 307, {"Cache-Control": "no-store"}) if url else None


def send_stored(door: KnowledgeBase, key: str, *, media_type: str, filename: str, **more: Any) -> HeldFile:
    """Return the response that sends a stored file from this machine."""
    with ExitStack() as stack:
        # The file may be a copy that is deleted afterwards: the response closes it once it has been sent.
        path = stack.enter_context(door.library.local(key))
        return HeldFile(path, stack.pop_all(), media_type=media_type, filename=filename, **more)
