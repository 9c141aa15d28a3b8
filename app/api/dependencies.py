"""The dependencies of handlers, each named once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.convertors import StringConvertor, register_url_convertor

from app.api.auth import Access, Caller
from app.core.errors import TokenMissing
from app.knowledge_base import KnowledgeBase

LARGEST = 1_000_000

DESCRIBED = Depends(
    HTTPBearer(
        auto_error=False,
        scheme_name="token",
        bearerFormat="JWT",
        description="Not needed where the server has no `JWT_SECRET_KEY` and no `JWT_JWKS_URL`.",
    )
)
"""A dependency for the OpenAPI document only: the guard has read the token before a handler is called."""


def _knowledge_base(request: Request) -> KnowledgeBase:
    door: KnowledgeBase = request.app.state.knowledge_base
    return door


def access_needed_by(route: APIRoute) -> Access | None:
    """Return the role that a route's handler requires."""
    # What the OpenAPI document says of a route is read from what checks it: the two cannot differ.
    return next((found for each in route.dependant.dependencies if (found := _NEEDED.get(each.call))), None)


_NEEDED: dict[object, Access] = {}


def _with(access: Access) -> Callable[[Request], Caller]:
    def caller(request: Request) -> Caller:
        # A route that the guard let pass by mistake answers 401 here, and not as if nobody had to be known.
        known: Caller | None = getattr(request.state, "caller", None)
        if known is None:
            raise TokenMissing("Who asks is not known.")
        known.needs(access)
        return known

    _NEEDED[caller] = access
    return caller


Door = Annotated[KnowledgeBase, Depends(_knowledge_base)]
Reader = Annotated[Caller, Depends(_with(Access.READER))]
Editor = Annotated[Caller, Depends(_with(Access.EDITOR))]
Admin = Annotated[Caller, Depends(_with(Access.ADMIN))]

Cursor = Annotated[
    str | None, Query(max_length=500, description="The `cursor` of the previous page of the list.")
]
VersionNumber = Annotated[
    int | None,
    Query(ge=1, le=LARGEST, description="The version's number; the newest version if it is left out."),
]
VersionPlace = Annotated[int, Path(ge=1, le=LARGEST, description="A version's number.", examples=[1])]


class _DocumentPlace(StringConvertor):
    """Matches a document's id. ``uploads`` stands at the same position of a route and is no id: a method that
    it does not accept is a 405, not a missing document."""

    # Starlette takes the first route that matches a path, whatever its methods are.
    regex = "(?!uploads(?:/|$))[^/]+"


register_url_convertor("document", _DocumentPlace())

DOCUMENT = "/v1/documents/{document_id:document}"

DocumentId = Annotated[
    str, Path(max_length=64, description="A document's id.", examples=["doc_7h3k9m2p4r6t8w1y"])
]
SessionId = Annotated[
    str, Path(max_length=64, description="A conversation's id.", examples=["ses_3vq8m1kz5w9x2c7b"])
]
TableIndex = Annotated[
    int,
    Path(ge=0, le=LARGEST, description="A table's index among the page's tables, from 0.", examples=[0]),
]
PageNumber = Annotated[int, Path(ge=1, le=LARGEST, description="A page, from 1.", examples=[1])]
