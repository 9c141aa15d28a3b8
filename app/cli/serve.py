"""``kb serve``: the web page, the API and the worker in one process."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from argparse import Namespace
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import OK
from app.cli.ingest import ingest_paths
from app.cli.shown import open_program
from app.core.errors import BadRequest, KnowledgeBaseError
from app.core.job import JobKind
from app.core.process import temporary

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from app.compose import Embedded
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

EXPIRE_SECONDS = 60.0

UI = Path(__file__).parent.parent / "ui"


def serve(options: Namespace, settings: Settings) -> int:
    """Serve until interrupted; files are ingested first."""
    from app.api.admission.connections import Patience, Server

    host, port = options.host or settings.host, options.port or settings.port
    if not settings.has_tokens and not _is_loopback(host):
        raise BadRequest(f"Without JWT_SECRET_KEY the server listens on this machine only, not on {host}.")
    # Before the first request: what a killed server left may fill the disk.
    temporary.sweep()
    # Bound before anything is read: a port that is taken should not cost an hour of ingesting.
    with open_program(settings) as program, _bind_socket(host, port) as listener:
        program.knowledge_base.upkeep.check_stores()
        _tell_writer(program, settings)
        if options.paths:
            ingest_paths(program, options.paths)
        app = application(program, settings, listener)
        server = Server(app, Patience.of(settings))
        with suppress(KeyboardInterrupt):  # how it is stopped
            server.run(sockets=[listener])
    return OK


def application(program: Embedded, settings: Settings, listener: socket.socket) -> FastAPI:
    """Return the API over a program, whose worker runs while it serves on ``listener``, and which says
    where."""
    from anyio import to_thread

    from app.api.admission.turns import THREADS
    from app.api.app import create_app
    from app.api.auth import authenticator

    app = create_app(
        program.knowledge_base,
        auth=authenticator(settings),
        receive_upload=program.files.accept,
        ui=UI,
    )
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        async with inner(served):
            program.knowledge_base.uploads.expire()
            program.knowledge_base.upkeep.resume()
            _embed_anew(program)
            program.worker.start()
            to_thread.current_default_thread_limiter().total_tokens = THREADS
            listener.listen()  # whoever reads the line below may call at once
            print(
                f"Knowledge Base is at {_address(listener)} (data in {settings.data_folder}; "
                "Ctrl-C stops it)",
                flush=True,
            )
            expiring = asyncio.create_task(_expire(program.knowledge_base))
            yield
            expiring.cancel()

    app.router.lifespan_context = lifespan
    return app


def _tell_writer(program: Embedded, settings: Settings) -> None:
    """Say which model writes answers, where it runs on this machine or was looked for there. Raises
    ``NotSetUp`` if the file of ``KB_CHAT_FILE`` cannot be used."""
    if settings.chat == "off" or (settings.chat_file is None and settings.chat != "auto"):
        return
    chat = program.chats.find_chosen()
    if settings.chat_file and chat:
        chat.check()
    offered = program.chats.list_offered()
    writing = next((each for each in offered if each.chosen), None)
    if writing:
        others = f"; {len(offered) - 1} more: kb models" if len(offered) > 1 else ""
        said = f"Answers are written by {writing.name} ({writing.server}{others})."
    elif offered:
        said = (
            "No model writes, as was chosen, or the chosen one is not there (kb models): answers are quoted "
            "from the documents."
        )
    else:
        said = (
            "No model server was found on this machine (Ollama, llama.cpp and LM Studio were looked for at "
            "their ports): answers are quoted from the documents."
        )
    print(said, flush=True)


def _embed_anew(program: Embedded) -> None:
    """Begin to embed what has vectors of a model that the program no longer has; words find it meanwhile."""
    if not program.index.has_former_vectors:
        return
    for tenant in program.knowledge_base.upkeep.tenants():
        program.knowledge_base.maintenance.begin(JobKind.REINDEX, tenant)
    print(
        "Search is becoming better: a new model, which knows a hundred languages, embeds your documents "
        "while they are served. Until then words find passages (`kb reindex` embeds all at once).",
        flush=True,
    )


async def _expire(knowledge_base: KnowledgeBase) -> None:
    """Now and then, end uploads that were announced and never came."""
    while True:
        await asyncio.sleep(EXPIRE_SECONDS)
        with suppress(KnowledgeBaseError):  # the next time, then
            await asyncio.to_thread(knowledge_base.uploads.expire)


def _bind_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        message = f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port."
        raise BadRequest(message) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
