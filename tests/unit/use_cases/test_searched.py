"""To which documents a search is narrowed, and at what cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.adapters.embedded.documents import SqliteDocuments
from app.compose import Embedded
from app.core.document import Document, DocumentFilter, Listing
from app.core.errors import BadRequest, NotFound
from app.use_cases import searched
from tests.support.cards import QUARTERLY, titled
from tests.support.registering import register

REPORTS = DocumentFilter(kind="report")


class Listed(SqliteDocuments):
    """Documents of a database, and how many pages of lists were read."""

    pages = 0

    def listing(self, tenant: str, **how: Any) -> Listing[Document]:
        self.pages += 1
        return super().listing(tenant, **how)


def kept(store: Listed, count: int) -> list[str]:
    ids = []
    for number in range(count):
        document = register(store, "us", f"{number}.pdf", f"{number:064}", 10).document
        store.update("us", document.id, card=titled("B") if number == 1 else QUARTERLY)
        ids.append(document.id)
    return ids


def test_documents_that_are_named_are_looked_at_without_the_list(program: Embedded) -> None:
    store = Listed(program.database)
    ids = kept(store, 3)
    narrow = replace(program.knowledge_base.questions.searched, documents=store).narrow
    assert narrow("us", ids[:2], REPORTS) == (ids[0],)
    with pytest.raises(NotFound):
        narrow("us", ids[1:2], REPORTS)
    with pytest.raises(NotFound):
        narrow("them", ids, REPORTS)
    assert store.pages == 0
    assert set(narrow("us", (), REPORTS)) == {ids[0], ids[2]}


def test_no_more_of_the_list_is_read_than_a_search_may_be_narrowed_to(
    program: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searched, "MOST_NARROWED", 50)
    store = Listed(program.database)
    kept(store, 205)
    with pytest.raises(BadRequest):
        replace(program.knowledge_base.questions.searched, documents=store).narrow("us", (), REPORTS)
    assert store.pages == 1
