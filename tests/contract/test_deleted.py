"""Deleted means gone in the stores of the cloud, too: no word of a document stays in a table, the bucket or
the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas
from weaviate import WeaviateClient
from weaviate.exceptions import WeaviateBaseError

from app.adapters.weaviate.server import WeaviateServer
from tests.support import aws
from tests.support.api import token
from tests.support.aws_program import Services, client_of, services, tenant, uploaded
from tests.support.openai_server import OpenAiServer
from tests.support.pdfs import manual, write_page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(method="thread")]

WORDS = ("Zyxomma", "quvvatlangan", "Brontide", "Farrago")


@pytest.fixture
def cloud() -> Iterator[Services]:
    with OpenAiServer() as server, services(server.url) as made:
        yield made


def held(cloud: Services) -> dict[str, bytes]:
    """All that the stores hold, in lower case, by where it is."""
    settings = cloud.settings
    found: dict[str, bytes] = {}
    for table in (settings.documents_table, settings.sessions_table, settings.messages_table):
        pages = aws.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        items = [item for page in pages for item in page["Items"]]
        found[f"table {table}"] = b"".join(_values(item) for item in items)
    for page in aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=settings.bucket):
        for each in page.get("Contents", ()):
            content = aws.client("s3").get_object(Bucket=settings.bucket, Key=each["Key"])["Body"].read()
            found[f"file {each['Key']}"] = each["Key"].encode() + content
    found["index"] = _index(settings.weaviate_url or "", settings.weaviate_grpc_url)
    return {place: content.lower() for place, content in found.items()}


def _values(item: object) -> bytes:
    """What an item holds, its binary values as they are."""
    if isinstance(item, dict):
        return b"".join(str(name).encode() + _values(each) for name, each in item.items())
    if isinstance(item, list):
        return b"".join(map(_values, item))
    return bytes(item) if isinstance(item, bytes | bytearray) else json.dumps(item, default=str).encode()


def _index(url: str, grpc_url: str | None) -> bytes:
    server = WeaviateServer(url, None, grpc_url=grpc_url, prepare=lambda _: None)
    found = []
    try:
        with server.client() as client:
            for name in client.collections.list_all():
                # Other tests' collections go while this one looks.
                with _unless_gone(client, name):
                    collection = client.collections.get(name)
                    parted = collection.config.get().multi_tenancy_config.enabled
                    parts = map(collection.with_tenant, collection.tenants.get()) if parted else [collection]
                    found += [each.properties for part in parts for each in part.iterator()]
    finally:
        server.close()
    return json.dumps(found, default=str, ensure_ascii=False).encode()


@contextmanager
def _unless_gone(client: WeaviateClient, name: str) -> Iterator[None]:
    try:
        yield
    except WeaviateBaseError:
        if client.collections.exists(name):
            raise


def test_no_word_of_a_deleted_document_is_left_in_the_stores_of_the_cloud(
    cloud: Services, tmp_path: Path
) -> None:
    path = tmp_path / "Farrago.pdf"
    canvas = Canvas(str(path), pageCompression=0)
    weights = [f"The {word} of the {WORDS[0]} weighs {n} kilograms." for n, word in enumerate(WORDS)]
    write_page(canvas, f"{WORDS[2]} of the {WORDS[3]}", weights)
    canvas.save()
    own = tenant()
    with cloud.program() as program:
        client = client_of(program, cloud.settings, token(own, "editor"))
        kept = uploaded(program, own, manual(tmp_path / "m.pdf"))
        document = uploaded(program, own, path)
        session = client.post("/v1/chat/sessions", json={"title": "Weights"}).json()
        address = f"/v1/chat/sessions/{session['id']}/messages"
        client.post(address, json={"question": "How many kilograms does it weigh?"})
        before = held(cloud)
        for word in WORDS:
            assert [place for place, content in before.items() if word.lower().encode()[:6] in content], word
        assert WORDS[0].lower().encode() in before["index"]
        receipt = client.delete(f"/v1/documents/{document}").json()
        assert (receipt["versions"], receipt["files"] > 0, receipt["chunks"] > 0) == (1, True, True)
        after = held(cloud)
        left = {
            word: [place for place in after if word.lower().encode()[:6] in after[place]] for word in WORDS
        }
        assert left == {word: [] for word in WORDS}
        assert not [place for place in after if document in place]
        assert client.get(f"/v1/documents/{kept}").json()["status"] == "ready"
