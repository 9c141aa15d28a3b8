"""The API's description (OpenAPI): what the framework cannot derive by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api import schemas
from app.api.dependencies import access_needed_by

DESCRIPTION = """
Ask your PDFs, and check the answer.

Every answer quotes its source, and every quote was looked up again in the stored text of the page: citations
have the document, version, page and boxes, and say `exact`, `fuzzy` or `missing`.

Errors are problem details (RFC 9457) with a stable `code`. Lists are paged by `cursor`. Pages and
versions count from 1; boxes are `[x0, top, x1, bottom]` in points from the top left corner of the page as it
is displayed.
""".strip()

TAGS = [
    {"name": "documents", "description": "Upload, list, change and delete PDFs."},
    {"name": "pages", "description": "The content and the picture of a page."},
    {"name": "questions", "description": "Find passages."},
    {"name": "conversations", "description": "Ask, and check the answer."},
    {"name": "extraction", "description": "Read a PDF without storing it."},
    {"name": "server", "description": "Health, readiness, usage and maintenance."},
]

PROBLEMS = {
    "400": "The request is invalid.",
    "401": "The token is missing, invalid or expired.",
    "403": "The caller may not do this.",
    "404": "The resource does not exist in this tenant.",
    "409": "The state of the resource does not allow this.",
    "413": "A limit is exceeded; `detail` says which.",
    "415": "The file is not a PDF.",
    "416": "The range is beyond the end of the file.",
    "422": "The request or the file is invalid; for a request, `errors` names the fields.",
    "429": "Too many requests: retry after `Retry-After` seconds.",
    "500": "An internal error; `request_id` finds it in the server's log.",
    "503": "A part of the server, or a service that it depends on, is unavailable or has lost data.",
    "507": "The disk is full; nothing of the request is stored.",
}

_EVERYWHERE = ("400", "403", "413", "500")
_COMMON = (*_EVERYWHERE, "401", "503", "507")
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, routers: Sequence[APIRouter], *, upload_bytes: int) -> None:
    """Make the application describe itself at the first call. It consists of ``routers``, and a file may have
    ``upload_bytes`` bytes."""
    framework = app.openapi

    def openapi() -> dict[str, Any]:
        # At the first call: a function that starts to answer a question does not need it.
        if app.openapi_schema is None:
            app.openapi_schema = _complete_description(framework())
            announced = app.openapi_schema["components"]["schemas"]["Announcement"]["properties"]
            announced["size"]["maximum"] = upload_bytes
            _add_roles(app.openapi_schema, (route for router in routers for route in router.routes))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _complete_description(description: dict[str, Any]) -> dict[str, Any]:
    components = description["components"]["schemas"]
    for name in _FRAMEWORKS:
        # The program's own errors are problem details: these shapes are never sent.
        components.pop(name, None)
    for name, schema in components.items():
        if examples := _examples(name):  # the framework drops what is null in them
            schema["examples"] = examples
    for path, operations in description["paths"].items():
        for operation in operations.values():
            _say(operation)
            _add_problems(path, operation)
            for parameter in operation.get("parameters", ()):
                _without_null(parameter["schema"])
            _describe_form(operation, components)
    return description


def _add_roles(description: dict[str, Any], routes: Iterable[BaseRoute]) -> None:
    """Add the role that each operation requires, as ``x-role``."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema and (access := access_needed_by(route)):
            for method in route.methods or ():
                description["paths"][route.path_format][method.lower()]["x-role"] = access.name.lower()


def _examples(name: str) -> list[Any]:
    extra = getattr(getattr(schemas, name, None), "model_config", {}).get("json_schema_extra", {})
    examples: list[Any] = extra.get("examples", [])
    return examples


def _say(operation: dict[str, Any]) -> None:
    """Use the first sentence of a handler's docstring as the summary, and the rest as the description."""
    first, _, rest = operation.pop("description", "").partition("\n\n")
    operation["summary"] = " ".join(first.split()).removesuffix(".")
    if rest:
        operation["description"] = rest


def _add_problems(path: str, operation: dict[str, Any]) -> None:
    """Add every error that an operation may answer with, as problem details."""
    responses = operation["responses"]
    codes = {code for code in responses if code in PROBLEMS and "content" not in responses[code]}
    codes |= ({"422"} & responses.keys()) | set(_EVERYWHERE)
    if path.startswith("/v1/"):
        codes |= set(_COMMON) | ({"404"} if "{" in path else set())
    for code in codes:
        schema = {"$ref": "#/components/schemas/Problem"}
        responses[code] = {
            "description": PROBLEMS[code],
            "content": {"application/problem+json": {"schema": schema}},
        }
    operation["responses"] = dict(sorted(responses.items()))


def _describe_form(operation: dict[str, Any], components: dict[str, Any]) -> None:
    """Remove ``null`` from a form's fields, and say that its file is a PDF."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        fields = components[name]["properties"] if name.startswith("Body_") else {}
        for schema in fields.values():
            _without_null(schema)
        if "file" in fields:
            content["encoding"] = {"file": {"contentType": "application/pdf"}}


def _without_null(schema: dict[str, Any]) -> None:
    """Remove ``null`` from a schema: neither a query nor a form can express it, so that an optional value is
    absent there."""
    others = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(others) == 1:
        del schema["anyOf"]
        # What the field says itself, such as its description, stays.
        schema |= {**others[0], **schema}
