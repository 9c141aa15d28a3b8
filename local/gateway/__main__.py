"""``python -m local.gateway FILE``: both faces and the queue, until it is stopped."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, request_response

from app import settings as program
from app.api.admission.connections import Patience, Server
from app.api.auth import mint
from local.gateway.callers import Callers
from local.gateway.containers import Containers
from local.gateway.function import Function
from local.gateway.http_api import HttpApi
from local.gateway.lambda_api import LambdaApi
from local.gateway.local_user import LocalUser
from local.gateway.queue_source import QueueSource
from local.gateway.settings import FunctionSettings, Settings, read


def main() -> None:
    """Serve what the file named on the command line says."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    patience = Patience.of(program.from_environment(os.environ))
    asyncio.run(serve(read(Path(sys.argv[1])), local_user(os.environ), patience))


async def serve(settings: Settings, user: LocalUser | None, patience: Patience) -> None:
    """The HTTP API, and at another port the Invoke API: whoever reaches that needs no token, so it is for the
    functions alone."""
    functions = {name: _function(name, each) for name, each in settings.functions.items()}
    http = HttpApi(functions[settings.http_function], user)
    invoke = LambdaApi(functions)
    public = every_path(http.answer, _polling(settings))
    path = "/2015-03-31/functions/{name:path}/invocations"
    inside = Starlette(routes=[Route(path, invoke.answer, methods=["POST"])])
    barred = [name for each in settings.functions.values() if not each.may_call for name in each.containers]
    servers = [
        Server(Callers(app, barred), patience, host=settings.host, port=port, timeout_graceful_shutdown=5)
        for app, port in ((public, settings.http_port), (inside, settings.lambda_port))
    ]
    serving = [asyncio.create_task(server.serve()) for server in servers]
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    for server in servers:  # a signal ends only one of them
        server.should_exit = True
    await asyncio.gather(*serving)


def every_path(
    answer: Callable[[Request], Awaitable[Response]],
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """Return an application that answers every path and method alike: no pattern takes one with a line
    break."""
    app = Starlette(lifespan=lifespan)
    app.router.default = request_response(answer)
    return app


def local_user(environment: Mapping[str, str]) -> LocalUser | None:
    """Return the user of this machine: where the port is published on a loopback address
    (``PUBLISHED_ON``) only, with the functions' own secret, and not where ``KB_LOCAL_USER`` is ``off``."""
    on = ipaddress.ip_address(environment.get("PUBLISHED_ON") or "0.0.0.0")  # noqa: S104
    settings = program.from_environment(environment)
    if environment.get("KB_LOCAL_USER") == "off" or not on.is_loopback or settings.jwt_secret_key is None:
        return None
    return LocalUser(lambda seconds: mint(settings, "local", "local", ["admin"], seconds))


def _function(name: str, settings: FunctionSettings) -> Function:
    return Function(name, Containers(settings.containers), seconds=settings.seconds)


def _polling(settings: Settings) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """Read the queue for as long as the server runs."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_source(settings).run()) if settings.queue else None
        yield
        if task:
            task.cancel()

    return lifespan


def _source(settings: Settings) -> QueueSource:
    import boto3
    from botocore.config import Config

    assert settings.queue
    config = Config(connect_timeout=2, read_timeout=30, retries={"total_max_attempts": 1})
    client = boto3.client("sqs", config=config)
    queue, region = settings.queue, client.meta.region_name
    return QueueSource(client, queue.url, _function("queue", queue.function), queue.batch_size, region)


if __name__ == "__main__":
    main()
