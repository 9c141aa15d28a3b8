"""Errors as RFC 9457 problem details: each with its status, a stable ``code`` and a sentence for a person."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from app.core.errors import (
    BadRequest,
    Conflict,
    Damaged,
    DamagedPdf,
    EmptyFile,
    KnowledgeBaseError,
    NotAllowed,
    NotAPdf,
    NotAuthenticated,
    NotFound,
    OutOfSpace,
    RateLimited,
    ReadOnly,
    TokenMissing,
    TooLarge,
    Unavailable,
    WrongPassword,
)
from app.core.process.storage import is_no_room

STATUS: dict[type[KnowledgeBaseError], int] = {
    BadRequest: 400,
    NotAPdf: 415,
    EmptyFile: 422,
    DamagedPdf: 422,
    WrongPassword: 422,
    TooLarge: 413,
    NotAuthenticated: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    RateLimited: 429,
    Unavailable: 503,
    OutOfSpace: 507,
    KnowledgeBaseError: 500,
}
"""The status of an error is that of the nearest of its classes."""

CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    416: "range_not_satisfiable",
}
"""The codes of errors that the web framework itself raises."""

DETAILS = {
    400: "The request is malformed.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    416: "The range is beyond the end of the file.",
}

NO_ROOM = "The server has no room left for what was sent: free some space, then try again."

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_FIELDS = 20
RETRY_SECONDS = 5


class ProblemResponse(JSONResponse):
    """A problem as a response."""

    media_type = "application/problem+json"


def status_of(error: KnowledgeBaseError) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status: int, code: str, detail: str, request_id: str = "", **more: Any) -> dict[str, Any]:
    """Return problem details as JSON."""
    details = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
        **more,
    }
    return details


def problem_of(error: BaseException, request_id: str = "") -> dict[str, Any]:
    """Return the problem details of any error. An unexpected error reveals nothing about its cause."""
    if isinstance(error, KnowledgeBaseError):
        return problem(status_of(error), error.code, error.message, request_id)
    if is_no_room(error):  # such as of the web framework's own copy of an upload
        return problem_of(OutOfSpace(NO_ROOM, "files"), request_id)
    return problem(500, "internal", "Something went wrong inside. It has been noted.", request_id)


def response_of(error: BaseException, request_id: str = "") -> ProblemResponse:
    """Return an error as a response."""
    details = problem_of(error, request_id)
    return ProblemResponse(details, details["status"], headers=_headers(error))


def _headers(error: BaseException) -> dict[str, str]:
    # Without ``error=``: a request that had no token is not a wrong one (RFC 6750, 3.1).
    if isinstance(error, TokenMissing):
        return {"WWW-Authenticate": 'Bearer realm="knowledge-base"'}
    if isinstance(error, NotAuthenticated):
        invalid = f'error="invalid_token", error_description="{error.message}"'
        return {"WWW-Authenticate": f'Bearer realm="knowledge-base", {invalid}'}
    if isinstance(error, RateLimited):
        return {"Retry-After": str(max(1, round(error.retry_after)))}
    # Only what passes by itself: a client that comes back to damaged stores comes back for nothing.
    passing = isinstance(error, Unavailable) and not isinstance(error, Damaged | ReadOnly)
    return {"Retry-After": str(RETRY_SECONDS)} if passing else {}


def framework_problem(
    status: int, request_id: str, headers: Mapping[str, str], *, detail: str = ""
) -> ProblemResponse:
    """Return an error of the web framework as problem details, with its headers except those of the body."""
    said = detail if status not in DETAILS or (status == 400 and detail) else DETAILS[status]
    details = problem(status, CODES.get(status, "error"), said or HTTPStatus(status).phrase, request_id)
    kept = {
        name: value
        for name, value in headers.items()
        # The body is another one now; the range says how long the file is, which a 416 has to say.
        if not name.lower().startswith("content-") or name.lower() == "content-range"
    }
    return ProblemResponse(details, status, headers=kept)


def install(app: FastAPI) -> None:
    """Make an application answer errors with problem details."""

    @app.exception_handler(KnowledgeBaseError)
    async def answer_ours(request: Request, error: KnowledgeBaseError) -> ProblemResponse:
        return response_of(error, request.state.request_id)

    @app.exception_handler(HTTPException)
    async def answer_frameworks(request: Request, error: HTTPException) -> ProblemResponse:
        if error.__cause__ is not None and is_no_room(error.__cause__):  # while a form was received
            return response_of(error.__cause__, request.state.request_id)
        headers = dict(error.headers or {})
        if error.status_code == 405:  # the framework names the methods of one of the routes
            headers["Allow"] = ", ".join(_allowed_methods(request))
        return framework_problem(
            error.status_code, request.state.request_id, headers, detail=str(error.detail)
        )

    @app.exception_handler(RequestValidationError)
    async def answer_malformed(request: Request, error: RequestValidationError) -> ProblemResponse:
        details = _describe_malformed(error, request.state.request_id)
        return ProblemResponse(details, details["status"])


def _allowed_methods(request: Request) -> list[str]:
    """Return the methods that the path accepts."""
    routes = request.app.routes
    scopes = ({**request.scope, "method": method} for method in METHODS)
    found = [
        scope["method"] for scope in scopes if any(route.matches(scope)[0] is Match.FULL for route in routes)
    ]
    return [*found[:1], "HEAD", *found[1:]] if "GET" in found else found


def _describe_malformed(error: RequestValidationError, request_id: str) -> dict[str, Any]:
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return problem(400, "malformed_json", "The body is not JSON.", request_id)
    # What was sent is left out: it may be a password, and it may be megabytes.
    fields = [
        {"field": _plain(".".join(map(str, each["loc"]))), "message": _plain(each["msg"])}
        for each in found[:MOST_FIELDS]
    ]
    first = "; ".join(f"{field['field']}: {field['message']}" for field in fields[:3])
    return problem(
        422, "invalid_request", f"The request is not as it should be: {first}.", request_id, errors=fields
    )


def _plain(text: str) -> str:
    """Return at most 200 characters that can be encoded: a name may hold half a surrogate pair."""
    return text[:200].encode("utf-8", "replace").decode()
