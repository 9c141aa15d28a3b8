"""``/v1/uploads``: where a file is posted that was announced, where the server keeps files itself.

The address is the permission: there is no token.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, UploadFile

from app.api.dependencies import Door

router = APIRouter(prefix="/v1/uploads", include_in_schema=False)


@router.post("/{token}", status_code=204)
def receive(door: Door, request: Request, token: str, file: UploadFile) -> None:
    """Keep the file that an upload form was given for."""
    key, size = request.state.upload
    door.receive(key, size, file.file)
