"""The API's description (OpenAPI): what the framework cannot know by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from app.api import schemas
from app.api.dependencies import needed

DESCRIPTION = """
Ask your PDFs, and check the answer.

Every answer quotes its source, and every quote was looked up again in the stored words of the page: citations
carry the document, version, page and boxes, and say `exact`, `fuzzy` or `missing`.

Errors are problem details (RFC 9457) with a stable `code`. Lists go on with their `cursor`. Pages and
versions count from 1; boxes are `[x0, top, x1, bottom]` in points from the top left corner of the page as it
is shown.
""".strip()

TAGS = [
    {"name": "documents", "description": "PDFs in, seen, changed and deleted."},
    {"name": "pages", "description": "What was read of a page, and how it looks."},
    {"name": "questions", "description": "Find passages."},
    {"name": "conversations", "description": "Ask, and check the answer."},
    {"name": "extraction", "description": "Read a PDF and keep nothing."},
    {"name": "server", "description": "Is it there, does it work, what does it hold."},
]

PROBLEMS = {
    "400": "The request makes no sense.",
    "401": "There is no token, or it does not hold.",
    "403": "The caller may not do this.",
    "404": "There is no such thing for this tenant.",
    "409": "It is not in the state that this needs.",
    "413": "Over a limit; `detail` says which.",
    "415": "The file is not a PDF.",
    "416": "The file has no such range.",
    "422": "The request or file is not as it should be; where it is the request, `errors` names the fields.",
    "429": "Too many requests for a model server: wait for `Retry-After` seconds.",
    "500": "Something went wrong inside; `request_id` finds it in the server's log.",
    "503": "A part of the server, or one it depends on, cannot be used, or has lost what it kept.",
    "507": "There is no room left; nothing of the request is kept.",
}

_EVERYWHERE = ("400", "403", "413", "500")
_COMMON = (*_EVERYWHERE, "401", "503", "507")
_FRAMEWORKS = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI, routers: Sequence[APIRouter], *, upload_bytes: int) -> None:
    """Have the application, which is made of ``routers`` and takes files of so many bytes, describe itself at
    the first call."""
    framework = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(framework())
            announced = app.openapi_schema["components"]["schemas"]["Announcement"]["properties"]
            announced["size"]["maximum"] = upload_bytes
            _add_roles(app.openapi_schema, (route for router in routers for route in router.routes))
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(description: dict[str, Any]) -> dict[str, Any]:
    components = description["components"]["schemas"]
    for name in _FRAMEWORKS:
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
    """The role that each operation needs, as ``x-role``."""
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema and (access := needed(route)):
            for method in route.methods or ():
                description["paths"][route.path_format][method.lower()]["x-role"] = access.name.lower()


def _examples(name: str) -> list[Any]:
    extra = getattr(getattr(schemas, name, None), "model_config", {}).get("json_schema_extra", {})
    examples: list[Any] = extra.get("examples", [])
    return examples


def _say(operation: dict[str, Any]) -> None:
    """The first sentence of a handler's docstring is its summary, the rest its description."""
    first, _, rest = operation.pop("description", "").partition("\n\n")
    operation["summary"] = " ".join(first.split()).removesuffix(".")
    if rest:
        operation["description"] = rest


def _add_problems(path: str, operation: dict[str, Any]) -> None:
    """Every error that an operation may answer with, as problem details."""
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
    """What a form's fields cannot hold, and that its file is a PDF."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        fields = components[name]["properties"] if name.startswith("Body_") else {}
        for schema in fields.values():
            _without_null(schema)
        if "file" in fields:
            content["encoding"] = {"file": {"contentType": "application/pdf"}}


def _without_null(schema: dict[str, Any]) -> None:
    """Neither an address nor a form can say ``null``: what is optional there is left out."""
    others = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(others) == 1:
        del schema["anyOf"]
        schema |= {**others[0], **schema}
