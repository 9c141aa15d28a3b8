"""What commands share: opening the program, finding documents by name, and printing values as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.answer import Person
from app.core.document import Document, DocumentFilter, every
from app.core.errors import BadRequest, NotFound
from app.core.geometry import Box
from app.core.names import base, compose, source_of_path

if TYPE_CHECKING:
    from pydantic import BaseModel

    from app.compose import Aws, Embedded
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

MOST_CANDIDATES = 10
"""Documents that are named where a name may mean several."""

TENANT = "local"
"""The one user of a laptop."""

PERSON = Person(TENANT, TENANT)
"""Whose conversations the terminal asks in: those that the page shows without tokens, too."""


@contextmanager
def open_program(settings: Settings) -> Iterator[Embedded]:
    """The program over the settings' data folder, closed at the end."""
    from app.compose import embedded

    program = embedded(settings)
    try:
        yield program
    except KeyboardInterrupt:
        raise  # whoever interrupts does not wait for what is under way: it is done again at the next start
    except BaseException:
        program.close()
        raise
    else:
        program.close()


@contextmanager
def front_door(settings: Settings) -> Iterator[KnowledgeBase]:
    """The program over the stores of the settings: a data folder's, or AWS's where a function's are named."""
    if settings.is_lambda:
        with cloud(settings) as program:
            yield program.knowledge_base
        return
    with open_program(settings) as program:
        yield program.knowledge_base


@contextmanager
def cloud(settings: Settings) -> Iterator[Aws]:
    """The program over AWS's stores, as a function has it."""
    from app.compose import aws

    program = aws(settings)
    try:
        yield program
    finally:
        program.close()


def tenant_of(knowledge_base: KnowledgeBase, named: str | None, settings: Settings) -> str:
    """Return the tenant that a command is about: the one that is named, else a laptop's only one, or the
    only one of AWS's stores. Raises ``BadRequest`` if there are several."""
    if named or not settings.is_lambda:
        return named or TENANT
    known = knowledge_base.upkeep.tenants()
    if len(known) != 1:
        raise BadRequest(f"The stores have documents of {len(known):,} tenants: give --tenant NAME.")
    return known[0]


def all_documents(
    knowledge_base: KnowledgeBase, where: DocumentFilter | None = None, *, tenant: str = TENANT
) -> Iterator[Document]:
    """Return every document, newest first."""
    return every(partial(knowledge_base.library.list_documents, tenant, where=where, limit=100))


def find_document(knowledge_base: KnowledgeBase, id_or_name: str, *, tenant: str = TENANT) -> Document:
    """Return the document with this id or exact name, however its accents are typed. Raises ``NotFound``."""
    try:
        return knowledge_base.library.document(tenant, id_or_name)
    except NotFound:
        name = compose(id_or_name)
        # A path means the document that this file became, whatever other document ends with its name.
        place = source_of_path(Path(name)).key if Path(name).exists() else name
        found = knowledge_base.library.document_id(tenant, place) or knowledge_base.library.document_id(
            tenant, name
        )
        if found:
            return knowledge_base.library.document(tenant, found)
        alike = DocumentFilter(name=base(name))
        listed = all_documents(knowledge_base, alike, tenant=tenant)
        ends = [each for each in listed if f"/{each.path}".endswith(f"/{name}")]
        if len(ends) == 1:
            return ends[0]
        if ends:
            raise BadRequest(_several(id_or_name, ends)) from None
    raise NotFound(f"There is no document {id_or_name!r}; kb list shows those there are.")


def _several(name: str, documents: Sequence[Document]) -> str:
    names = [document.name for document in documents[:MOST_CANDIDATES]]
    more = f" and {len(documents) - len(names):,} more" if len(documents) > len(names) else ""
    return f"{name!r} may be {', '.join(names)}{more}: give one of these names."


def print_model(model: BaseModel) -> None:
    """Print an answer of the API as it would send it, on several lines."""
    print_json(model.model_dump(mode="json"))


def print_json(value: object) -> None:
    """Print values of the model as JSON."""
    print(json.dumps(_plain(value), ensure_ascii=False, indent=2))


def _plain(value: object) -> object:
    if isinstance(value, Box):
        return [round(number, 2) for number in value]
    # Before plain tuples, which it is as well: its fields have names.
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if is_dataclass(value):
        return _plain({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
