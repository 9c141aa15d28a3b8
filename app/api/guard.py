"""The checks of every request before its body is read: the caller, the origin, and the size of the body."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.admission.turns import Turns
from app.api.auth import Authenticator
from app.api.errors import response_of
from app.core import telemetry
from app.core.errors import BadRequest, KnowledgeBaseError, NotAllowed, NotFound, TooLarge
from app.core.process.patterns import defer_regex

UPLOADS = "/v1/uploads/"
WITH_FILES = ("/v1/documents", "/v1/extract")

JSON_BYTES = 1 << 20
FORM_BYTES = 1 << 20
"""The bytes of a form besides its file."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

OWN_PAGE = ("same-origin", "none")
"""The values of a browser's ``Sec-Fetch-Site`` for the program's own page, and for a URL that a person
typed."""

_HOST = defer_regex(r"(?P<name>[a-zA-Z]+|[0-9.]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?")


class BodyTooLarge(HTTPException):
    """A body exceeds its limit. It is an error class of the web framework, which passes on no others."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, _too_large(limit))


class Guard:
    """Admits a request, with its caller (``state.caller``) or the target of its upload (``state.upload``)."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        auth: Authenticator,
        receive_upload: Callable[[str], tuple[str, int]],
        upload_bytes: int,
    ) -> None:
        self._app = app
        self._auth = auth
        self._receive_upload = receive_upload
        self._upload_bytes = upload_bytes
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request with an error response, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            limit = await self._admit_request(scope, headers)
            # Refused by its header before anything is read; a body that lies about it, or names none, is
            # receive_within_limit.
            if _length(headers) > limit:
                raise TooLarge(_too_large(limit))
        except KnowledgeBaseError as error:
            await response_of(error, scope["state"]["request_id"])(scope, receive, send)
            return
        caller = scope["state"].get("caller")
        receive = _limit_body(receive, limit)
        if caller is None:
            await self._app(scope, receive, send)
            return
        with telemetry.about(tenant=caller.tenant):
            async with self._turns.turn_of(caller.tenant):
                await self._app(scope, receive, send)

    async def _admit_request(self, scope: Scope, headers: Headers) -> int:
        """Note the caller, and return the number of bytes that the body may have."""
        path = _path(scope)
        if not path.isprintable():  # else the framework takes a line's end for that of the address
            raise NotFound("There is nothing at this address.")
        # With tokens a foreign page has none to send; without them every page that a browser opens could ask.
        if self._auth.local:
            check_place(scope["method"], headers)
        # No token is asked for here: the address is signed, and is what the client was given to post to.
        if path.startswith(UPLOADS):
            upload = self._receive_upload(path.removeprefix(UPLOADS))
            scope["state"]["upload"] = upload
            return upload[1] + FORM_BYTES
        if path.startswith("/v1/"):
            # In a thread: verifying may wait for the issuer's keys, and would hold up every other request.
            caller = await run_in_threadpool(self._auth, headers.get("authorization"))
            scope["state"]["caller"] = caller
        if path in WITH_FILES and headers.get("content-type", "").lower().startswith("multipart/form-data"):
            return self._upload_bytes + FORM_BYTES
        return JSON_BYTES


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _length(headers: Headers) -> int:
    try:
        return int(headers.get("content-length") or 0)
    except ValueError:
        raise BadRequest("Content-Length is not a number.") from None


def check_place(method: str, headers: Headers) -> None:
    """Refuse requests from other web pages if everyone who can connect is let in.

    The host must be a name of this machine; otherwise another name was bound to its address (DNS rebinding).
    A changing request must come from our own page or from no page. A request of another page is refused,
    except a link to ours, whose response that page cannot see.
    """
    # All of each: two headers might be read differently by what stands in between.
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _is_loopback(hosts[0]):
        raise NotAllowed("Without JWT_SECRET_KEY the server answers to localhost only.")
    changes = method not in SAFE_METHODS
    is_link = not changes and headers.getlist("sec-fetch-mode") == ["navigate"]
    foreign = any(not _is_of_host(origin, hosts[0]) for origin in headers.getlist("origin"))
    elsewhere = any(site not in OWN_PAGE for site in headers.getlist("sec-fetch-site"))
    if (changes and foreign) or (elsewhere and not is_link):
        raise NotAllowed("A web page from elsewhere may not do this.")


def _is_of_host(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:  # no address at all, such as http://[
        return False


def _is_loopback(host: str) -> bool:
    """Return whether the host is a plain name or address of this machine, with or without a port."""
    plain = _HOST.fullmatch(host)
    try:
        return plain is not None and (
            plain["name"].lower() == "localhost" or ip_address(plain["name"].strip("[]")).is_loopback
        )
    except ValueError:
        return False


def _limit_body(receive: Receive, limit: int) -> Receive:
    """Yield the same messages until the body is longer than ``limit``."""
    received = 0

    async def receive_within_limit() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge(limit)
        return message

    return receive_within_limit


def _too_large(limit: int) -> str:
    if limit == JSON_BYTES:
        return f"The request is larger than {limit:,} bytes."
    return (
        f"The file is larger than {limit - FORM_BYTES:,} bytes; "
        "files of any allowed size go up with a form of POST /v1/documents/uploads."
    )
