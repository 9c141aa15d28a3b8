"""The keyword leg of the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.adapters.embedded.search import keywords
from app.adapters.embedded.search.index import SqliteIndex
from app.adapters.embedded.search.schema import INDEX_SCHEMA, TENANT_SPAN
from app.adapters.embedded.sqlite.database import Database
from app.core.passage import Chunk, IndexQuery
from tests.support.chunks import chunk

COUNT = keywords.FEW + 100


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteIndex]:
    """Many passages: "pump" stands in every second, "gasket" in one of fifty, "rare" in one."""
    index = SqliteIndex(tmp_path_factory.mktemp("index") / "index.sqlite3", model="m", dimensions=4)
    index.put(
        "us",
        [
            chunk(
                f"Part {n}"
                + (" pump pump" if n % 2 else "")
                + (" gasket" if n % 50 == 0 else "")
                + (" rare" if n == 77 else ""),
                ordinal=n,
                document_id=f"doc_{n % 3}",
            )
            for n in range(COUNT)
        ],
    )
    index.put("few", [chunk(f"Pump {n}", ordinal=n, tenant="few") for n in range(10)])
    yield index
    index.close()


def found(index: SqliteIndex, text: str, **narrowed: tuple[str, ...]) -> list[str]:
    hits = index.search(IndexQuery("us", text, limit=100, **narrowed))  # type: ignore[arg-type]
    return [hit.chunk.text for hit in hits]


def test_a_word_that_stands_in_too_many_passages_is_passed_over_beside_a_telling_one(
    index: SqliteIndex,
) -> None:
    assert len(found(index, "gasket")) == COUNT // 50
    assert found(index, "pump gasket") == found(index, "gasket")
    assert found(index, "rare pump part") == ["Part 77 pump pump rare"]


def test_common_words_are_looked_for_where_there_are_no_others(index: SqliteIndex) -> None:
    assert len(found(index, "pump")) == 100
    assert all("pump" in text for text in found(index, "the pump"))


def test_common_words_are_looked_for_where_no_passage_has_the_others(index: SqliteIndex) -> None:
    assert len(found(index, "pumping")) == 100  # whose stem is common, and which stands nowhere itself
    assert len(found(index, "pump of the emperor")) == 100
    assert all("pump" in text for text in found(index, "rare pump", document_ids=("doc_1",)))


def test_a_common_word_is_remembered_for_its_tenant_alone(index: SqliteIndex) -> None:
    found(index, "pump gasket")
    hits = index.search(IndexQuery("few", "pump gasket", limit=100))
    assert len(hits) == 10


def test_documents_are_narrowed_in_the_query(index: SqliteIndex) -> None:
    assert found(index, "rare", document_ids=("doc_2",)) == ["Part 77 pump pump rare"]
    assert found(index, "rare", document_ids=("doc_1",)) == []


def test_a_word_becomes_rare_again_as_passages_are_added(tmp_path: Path) -> None:
    index = SqliteIndex(tmp_path / "index.sqlite3", model="m", dimensions=4)
    index.put("us", [chunk("pump" if n % 10 == 0 else "part", ordinal=n) for n in range(COUNT)])
    index.put("us", [chunk("rare", ordinal=COUNT)])
    assert found(index, "pump rare") == ["rare"]
    index.put("us", [chunk("other", ordinal=n, document_id="b") for n in range(2 * COUNT)])
    assert len(found(index, "pump rare")) == 100
    index.close()


def test_an_index_from_before_scripts_without_spaces_were_parted_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite3"
    former = Database(path, INDEX_SCHEMA[:1])
    with former.write() as connection:
        connection.execute("INSERT INTO tenants (name, used) VALUES ('us', 2 * 1099511627776)")
        for position, text in ((1, "泵的净重为四十一公斤"), (2, "The pump weighs 41 kilograms")):
            connection.execute(
                "INSERT INTO chunks VALUES (?, 1, ?, 'd', 1, 0, 'text', '[]', '[]', '[]', '', ?)",
                (TENANT_SPAN + position, str(position), text),
            )
    former.close()
    index = SqliteIndex(path, model="m", dimensions=4)
    assert found(index, "净重") == ["泵的净重为四十一公斤"]
    assert found(index, "pumps") == ["The pump weighs 41 kilograms"]
    index.delete("us", "d")
    assert found(index, "净重 pump") == []
    index.close()


def test_an_index_of_several_tenants_in_one_table_becomes_one_table_for_each(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite3"
    former = Database(path, INDEX_SCHEMA[:2])
    with former.write() as connection:
        for number, tenant in ((1, "us"), (2, "them")):
            connection.execute("INSERT INTO tenants VALUES (?, ?, ?, 0, 0)", (number, tenant, number << 40))
            for place, text in enumerate(("The pump weighs 41 kg", "The valve of the pump", "A gasket")):
                connection.execute(
                    "INSERT INTO chunks VALUES (?, ?, ?, 'd', 1, 0, 'text', '[]', '[]', '[]', '', ?)",
                    (number * TENANT_SPAN + place, number, str(place), f"{text} of {tenant}"),
                )
    former.close()
    index = SqliteIndex(path, model="m", dimensions=4)
    assert sorted(found(index, "pump")) == ["The pump weighs 41 kg of us", "The valve of the pump of us"]
    assert found(index, "them") == []
    assert index.delete("us", "d") == 3
    assert found(index, "pump valve gasket") == []
    assert len(index.search(IndexQuery("them", "pump valve gasket"))) == 3
    index.close()


TEXTS = st.lists(
    st.lists(st.sampled_from(["pump", "valve", "gasket", "paint", "bar"]), min_size=1, max_size=12).map(
        " ".join
    ),
    max_size=8,
)


def made(tenant: str, texts: list[str]) -> list[Chunk]:
    return [chunk(text, ordinal=n, tenant=tenant, document_id=tenant) for n, text in enumerate(texts)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(ours=TEXTS, theirs=TEXTS)
def test_whatever_a_tenant_writes_or_deletes_no_bit_of_anothers_scores_changes(
    tmp_path_factory: pytest.TempPathFactory, ours: list[str], theirs: list[str]
) -> None:
    index = SqliteIndex(tmp_path_factory.mktemp("two") / "index.sqlite3", model="m", dimensions=4)
    query = IndexQuery("us", "pump valve gasket", limit=100)
    index.put("us", made("us", ours))
    before = index.search(query)
    index.put("them", made("them", theirs))
    assert index.search(query) == before
    index.delete("them", "them")
    assert index.search(query) == before
    index.close()
