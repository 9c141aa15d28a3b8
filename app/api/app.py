"""The HTTP face: the API over a knowledge base, and the web page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

from app.api import chat, documents, errors, extract, maintenance, pages, search, server, uploads
from app.api.auth import Authenticator
from app.api.description import DESCRIPTION, TAGS, describe
from app.api.envelope import Envelope
from app.api.guard import Guard
from app.knowledge_base import KnowledgeBase

VERSION = "1"

FRESH = {"Cache-Control": "no-cache"}
"""A browser asks whether the page has changed: a new release shows at once."""


def create_app(
    knowledge_base: KnowledgeBase,
    *,
    auth: Authenticator,
    receive_upload: Callable[[str], tuple[str, int]],
    ui: Path | None,
    file_origins: Sequence[str] = (),
) -> FastAPI:
    """Return the application.

    ``receive_upload`` returns the key and size that a URL of ``/v1/uploads`` allows, or raises
    ``NotAllowed``; ``ui`` is the folder of the web page, ``None`` for no page; ``file_origins`` are other
    origins that the page may post files to and get them from.
    """
    app = FastAPI(
        title="Knowledge Base",
        version=VERSION,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        # Names of operations are names of methods in clients that are generated: without paths in them.
        generate_unique_id_function=lambda route: route.name,
        # A redirect would lose the body of a POST in some clients, and hide a wrong address.
        redirect_slashes=False,
    )
    app.state.knowledge_base = knowledge_base
    app.add_middleware(
        Guard, auth=auth, receive_upload=receive_upload, upload_bytes=knowledge_base.uploads.most_bytes
    )
    app.add_middleware(Envelope, file_origins=file_origins)  # the last one added is the outermost
    errors.install(app)
    routers = [
        module.router for module in (server, maintenance, documents, uploads, pages, search, extract, chat)
    ]
    for router in routers:
        app.include_router(router)
    if ui is not None:
        _serve_page(app, ui)
    describe(app, routers, upload_bytes=knowledge_base.uploads.most_bytes)
    return app


def _serve_page(app: FastAPI, folder: Path) -> None:
    """Serve each file and folder of the page at its own route. A mount at ``/`` would hide errors of requests
    to the API."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            app.mount(f"/{path.name}", _Static(directory=path))
        else:
            _serve_file(app, f"/{path.name}", path)
    _serve_file(app, "/", folder / "index.html")
    _serve_file(app, "/docs", folder / "docs.html")


def _serve_file(app: FastAPI, address: str, path: Path) -> None:
    def file() -> FileResponse:
        return FileResponse(path, headers=FRESH)

    app.add_api_route(address, file, methods=["GET", "HEAD"], include_in_schema=False)


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FRESH)
        return response
