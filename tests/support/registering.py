"""Files registered under a name, as a client that means a new version of what has that name."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.document import IfExists, Registered
from app.core.names import source_of_name
from app.core.ports import DocumentStore


def register(
    store: DocumentStore,
    tenant: str,
    name: str,
    sha256: str,
    size: int,
    *,
    if_exists: IfExists = IfExists.VERSION,
    tags: Sequence[str] = (),
) -> Registered:
    """What the store makes of a file of this name."""
    return store.register(tenant, source_of_name(name), sha256, size, if_exists=if_exists, tags=tags)
