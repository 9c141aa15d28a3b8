"""What the index in Weaviate does beyond what every ``Index`` does: many objects, errors of single ones, a
change of model, and a server that is not there."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

import pytest
import weaviate as sdk
from weaviate.connect import ConnectionParams

from app.adapters.weaviate.index import WeaviateIndex
from app.core.document import VersionId
from app.core.errors import ModelChanged, Unavailable
from app.core.passage import Chunk, IndexQuery
from tests.support import services, weaviate
from tests.support.chunks import chunk, unit
from tests.support.machine import HANG_SECONDS
from tests.support.threads import at_once
from tests.support.weaviate_relay import Faults, relay

OpenIndex = Callable[..., WeaviateIndex]

EAST, NORTH = unit(1, 0, 0, 0), unit(0, 1, 0, 0)
PUMPS = [chunk(f"Pump {n}.", ordinal=n) for n in range(20)]


def uuid(its: Chunk) -> str:
    return "-".join((its.id[:8], its.id[8:12], its.id[12:16], its.id[16:20], its.id[20:]))


@pytest.fixture
def open_index() -> Iterator[OpenIndex]:
    with weaviate.indexes() as opener:
        yield opener


@pytest.fixture
def index(open_index: OpenIndex) -> WeaviateIndex:
    return open_index("model", 4)


# -- many -------------------------------------------------------------------------------------------------

MANY = [chunk(f"Pump {n} of the long manual.", ordinal=n) for n in range(12_000)]
"""More than Weaviate gives or deletes at a time."""


@pytest.mark.slow
def test_a_document_of_more_chunks_than_one_query_gives_is_published_tagged_and_deleted(
    index: WeaviateIndex,
) -> None:
    index.put("us", [*MANY, chunk("Another pump.", document_id="doc_2", ordinal=3)])
    assert (index.count("us"), index.count("us", "doc_1")) == (12_001, 12_000)
    assert index.document_ids("us") == {"doc_1", "doc_2"}
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 3) == MANY[:3]
    kept = [each.id for each in MANY[500:]]
    assert index.publish(VersionId("us", "doc_1", 1), kept) == 500
    assert index.publish(VersionId("us", "doc_1", 1), kept) == 0
    index.put("us", [replace(each, tags=("old",)) for each in MANY[-2:]])
    index.retag("us", "doc_1", ())
    assert index.search(IndexQuery("us", "pump", tags=("old",))) == []
    assert index.publish(VersionId("us", "doc_1", 1), kept[:100]) == 11_400
    assert index.count("us") == 101
    index.put("us", MANY)
    assert index.delete("us", "doc_1") == 12_000
    assert index.document_ids("us") == {"doc_2"}


# -- errors of single objects -------------------------------------------------------------------------------


@contextmanager
def faulty(faults: Faults) -> Iterator[WeaviateIndex]:
    with weaviate.indexes(partial(relay, faults=faults)) as open_index:
        yield open_index("model", 4)


def test_chunks_that_are_refused_in_a_batch_are_tried_again() -> None:
    faults = Faults(inserts={uuid(PUMPS[1]): 1, uuid(PUMPS[5]): 3})
    with faulty(faults) as index:
        index.put("us", PUMPS)
        assert index.list_unembedded(VersionId("us", "doc_1", 1), 100) == PUMPS
    tries = [faults.tried[uuid(each)] for each in PUMPS[:6]]
    assert tries == [1, 2, 1, 1, 1, 4]


@pytest.mark.parametrize("count", [1, len(PUMPS)], ids=["one", "all"])
def test_chunks_that_are_refused_again_and_again_are_an_error_and_the_others_are_kept(count: int) -> None:
    faults = Faults(inserts={uuid(each): 100 for each in PUMPS[:count]})
    with faulty(faults) as index:
        with pytest.raises(Unavailable, match=f"does not take {count} of 20 passages"):
            index.put("us", PUMPS)
        assert index.count("us") == len(PUMPS) - count
        faults.inserts.clear()
        index.put("us", PUMPS)
        assert index.count("us") == len(PUMPS)


def test_a_vector_that_is_refused_is_tried_again_and_then_an_error() -> None:
    faults = Faults(changes={uuid(PUMPS[1]): 2, uuid(PUMPS[2]): 100})
    with faulty(faults) as index:
        index.put("us", PUMPS)
        with pytest.raises(Unavailable, match=r"an error \(500\)"):
            index.set_vectors("us", {each.id: EAST for each in PUMPS})
        assert index.list_unembedded(VersionId("us", "doc_1", 1), 100) == [PUMPS[2]]
        faults.changes.clear()
        index.set_vectors("us", {PUMPS[2].id: EAST})
        assert index.list_unembedded(VersionId("us", "doc_1", 1), 100) == []
    assert faults.tried[uuid(PUMPS[1])] == 1 + 3  # in the batch, and with its vector


def test_a_delete_that_fails_is_tried_again_and_then_an_error() -> None:
    faults = Faults(deletes=2)
    with faulty(faults) as index:
        index.put("us", PUMPS)
        assert index.delete("us", "doc_1") == len(PUMPS)
        faults.deletes = 100
        with pytest.raises(Unavailable, match="keeps 1 passage that"):
            index.delete("us", "doc_1")


def test_a_vector_does_not_bring_back_a_chunk_that_is_deleted_meanwhile(index: WeaviateIndex) -> None:
    many = [chunk(f"Pump {n}.", ordinal=n) for n in range(200)]
    index.put("us", many)

    def embed() -> int:
        index.set_vectors("us", {each.id: EAST for each in many})
        return 0

    def delete() -> int:
        time.sleep(0.1)
        return index.delete("us", "doc_1")

    at_once([embed, delete])
    assert index.count("us") == 0


# -- tenants and models -------------------------------------------------------------------------------------


def test_each_tenant_is_one_in_weaviate_too_under_a_name_that_tells_nothing(open_index: OpenIndex) -> None:
    index = open_index("model", 4)
    index.put("Müller & Söhne / 1", PUMPS[:2])
    index.put("them", PUMPS[:1])
    with sdk.WeaviateClient(_params(weaviate.addresses()), skip_init_checks=True) as client:
        chunks = next(
            client.collections.get(name)
            for name in client.collections.list_all()
            if name.endswith("Chunk") and set(client.collections.get(name).tenants.get()) & _names()
        )
        held = {
            name: chunks.with_tenant(name).aggregate.over_all(total_count=True).total_count
            for name in chunks.tenants.get()
        }
    assert set(held) == _names()
    assert sorted(str(each) for each in held.values()) == ["1", "2"]
    assert index.count("Müller & Söhne / 1") == 2


def test_after_a_reset_chunks_are_found_by_keyword_and_wait_for_the_new_model_s_vectors(
    open_index: OpenIndex,
) -> None:
    former, wider = open_index("model", 4), open_index("wider", 6)
    former.put("us", PUMPS[:3])
    former.set_vectors("us", {each.id: EAST for each in PUMPS[:3]})
    wider.reset("wider", 6)
    wider.check()
    assert wider.list_unembedded(VersionId("us", "doc_1", 1), 10) == PUMPS[:3]
    (first, *others) = wider.search(IndexQuery("us", "pump 0", unit(1, 0, 0, 0, 0, 0)))
    assert (first.chunk, first.similarity, len(others)) == (PUMPS[0], None, 2)
    wider.set_vectors("us", {PUMPS[1].id: unit(1, 0, 0, 0, 0, 0)})
    assert wider.list_unembedded(VersionId("us", "doc_1", 1), 10) == [PUMPS[0], PUMPS[2]]
    (nearest,) = wider.search(IndexQuery("us", "", unit(1, 0, 0, 0, 0, 0), alpha=1.0))
    assert nearest.chunk == PUMPS[1]
    assert nearest.similarity == pytest.approx(1.0)
    with pytest.raises(ModelChanged):
        former.set_vectors("us", {PUMPS[0].id: NORTH})
    with pytest.raises(ModelChanged):
        former.search(IndexQuery("us", "pump", EAST))


def test_a_reset_is_taken_back_without_embedding_what_still_has_its_vector(open_index: OpenIndex) -> None:
    former, wider = open_index("model", 4), open_index("wider", 6)
    former.put("us", PUMPS[:3])
    former.set_vectors("us", {each.id: EAST for each in PUMPS[:3]})
    wider.reset("wider", 6)
    wider.set_vectors("us", {PUMPS[1].id: unit(1, 0, 0, 0, 0, 0)})
    former.reset("model", 4)
    assert former.list_unembedded(VersionId("us", "doc_1", 1), 10) == [PUMPS[1]]
    found = {hit.chunk.id for hit in former.search(IndexQuery("us", "", EAST, alpha=1.0))}
    assert found == {PUMPS[0].id, PUMPS[2].id}


# -- a server that lost what it had -------------------------------------------------------------------------


def lose_collections(tenant: str) -> None:
    """Delete the collections of the one test that has this tenant, as if their disk was another."""
    from app.core.ids import derived_id

    with sdk.WeaviateClient(_params(weaviate.addresses()), skip_init_checks=True) as client:
        (chunks,) = (
            name
            for name in client.collections.list_all()
            if name.endswith("Chunk")
            and derived_id("tenant", tenant) in client.collections.get(name).tenants.get()
        )
        client.collections.delete([chunks, f"{chunks.removesuffix('Chunk')}Model"])


def test_where_the_collections_are_lost_nothing_is_counted_and_passages_come_back_in(
    open_index: OpenIndex,
) -> None:
    index, other = open_index("model", 4), open_index("model", 4)
    other.put("losers", PUMPS[:3])
    index.set_vectors("losers", {PUMPS[0].id: EAST})
    assert other.unembedded_count(VersionId("losers", "doc_1", 1)) == 2
    lose_collections("losers")
    for each in (index, other):
        with suppress(Unavailable):  # to whom it is new
            each.count("losers")
        assert (each.count("losers"), each.document_ids("losers")) == (0, set())
        assert each.search(IndexQuery("losers", "pump", EAST)) == []
        each.check()
    other.put("losers", PUMPS[:3])
    assert index.unembedded_count(VersionId("losers", "doc_1", 1)) == 3
    other.set_vectors("losers", {PUMPS[0].id: EAST})
    (found,) = index.search(IndexQuery("losers", "", EAST, alpha=1.0))
    assert replace(found.chunk, tenant="us") == PUMPS[0]


def _names() -> set[str]:
    from app.core.ids import derived_id

    return {derived_id("tenant", name) for name in ("Müller & Söhne / 1", "them")}


def _params(addresses: tuple[str, str]) -> ConnectionParams:
    url, grpc_url = addresses
    return ConnectionParams.from_url(url, int(grpc_url.rpartition(":")[2]))


# -- a server that is not there -----------------------------------------------------------------------------

KEY = "a-key-of-this-test"


@dataclass(frozen=True, slots=True)
class Container:
    """A Weaviate that asks for a key and stays at its addresses when it is stopped and started."""

    name: str
    url: str
    grpc_url: str

    def do(self, command: str) -> None:
        subprocess.run(["docker", command, self.name], check=True, capture_output=True, timeout=HANG_SECONDS)

    def index(self, key: str | None = KEY) -> WeaviateIndex:
        return WeaviateIndex(self.url, key, grpc_url=self.grpc_url, model="model", dimensions=4)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def container() -> Iterator[Container]:
    services.address(services.WEAVIATE)  # where there is no Docker, this says so
    name = f"{services.LABEL}-{secrets.token_hex(4)}"
    ports = _free_port(), _free_port()
    environment = dict(services.WEAVIATE.environment) | {
        "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
        "AUTHENTICATION_APIKEY_ENABLED": "true",
        "AUTHENTICATION_APIKEY_ALLOWED_KEYS": KEY,
        "AUTHENTICATION_APIKEY_USERS": "test",
    }
    inside = (services.WEAVIATE.port, *services.WEAVIATE.more)
    published = [f"--publish=127.0.0.1:{out}:{port}" for out, port in zip(ports, inside, strict=True)]
    variables = [f"--env={key}={value}" for key, value in environment.items()]
    options = [f"--name={name}", f"--label={services.LABEL}={services.RUN}", *published, *variables]
    subprocess.run(
        ["docker", "run", "--detach", *options, services.WEAVIATE.image],
        check=True,
        capture_output=True,
        timeout=HANG_SECONDS,
    )
    url, grpc_url = (f"http://127.0.0.1:{port}" for port in ports)
    weaviate.wait_until_ready(url)
    yield Container(name, url, grpc_url)
    subprocess.run(["docker", "rm", "--force", name], check=True, capture_output=True, timeout=HANG_SECONDS)


def assert_unavailable(call: Callable[[], object]) -> None:
    with pytest.raises(Unavailable) as error:
        call()
    assert error.value.part == "index"


def calls(index: WeaviateIndex) -> list[Callable[[], object]]:
    return [
        index.check,
        lambda: index.search(IndexQuery("us", "pump", EAST)),
        lambda: index.put("us", PUMPS),
        lambda: index.set_vectors("us", {PUMPS[0].id: EAST}),
        lambda: index.count("us"),
        lambda: index.delete("us", "doc_1"),
    ]


@pytest.mark.slow
def test_a_server_that_stops_is_named_and_found_again_when_it_is_back(
    container: Container,
) -> None:
    index, late = container.index(), container.index()
    index.put("us", PUMPS)
    index.set_vectors("us", {PUMPS[0].id: EAST})
    for away, back in (("stop", "start"), ("pause", "unpause")):
        container.do(away)
        at_once([partial(assert_unavailable, call) for call in calls(index)])
        assert_unavailable(late.check)
        container.do(back)
        weaviate.wait_until_ready(container.url)
        assert index.search(IndexQuery("us", "pump", EAST))[0].chunk == PUMPS[0]
        late.check()
    index.close()
    late.close()


@pytest.mark.slow
def test_a_key_that_is_refused_is_named_as_the_setting_it_is(container: Container) -> None:
    for key in ("another", None):
        index = container.index(key)
        for call in calls(index):
            with pytest.raises(Unavailable, match="WEAVIATE_API_KEY"):
                call()
        index.close()
    right = container.index()
    right.check()
    right.close()


def test_where_nothing_listens_is_unavailable_and_nothing_is_asked_before_it_is_used() -> None:
    nowhere = WeaviateIndex(
        f"http://127.0.0.1:{_free_port()}",
        None,
        model="model",
        dimensions=4,
        grpc_url=f"http://127.0.0.1:{_free_port()}",
    )
    assert_unavailable(nowhere.check)
    nowhere.close()
