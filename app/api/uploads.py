"""``/v1/uploads``: where the form of an announced file posts to, if the server stores files itself.

The URL is the permission; a request needs no token.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, UploadFile

from app.api.dependencies import Door

router = APIRouter(prefix="/v1/uploads", include_in_schema=False)


@router.post("/{token}", status_code=204)
def receive(door: Door, request: Request, token: str, file: UploadFile) -> None:
    """Store the file that an upload form was issued for."""
    # The guard has checked the token before the body was read, and left here what the token allows.
    key, size = request.state.upload
    door.uploads.receive(key, size, file.file)
