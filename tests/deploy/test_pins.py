"""The images of others are named by the digests that a registry gives."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from deploy import pins
from deploy.registry import DOCKER, INDEXES
from deploy.terminal import Refused, run_command
from tests.support import services
from tests.support.account import REGISTRY

ROOT = Path(__file__).parents[2]

OTHERS = (
    "lambda/python:3.11",
    "library/python:3.11-slim",
    "semitechnologies/weaviate:1.35.2",
    "amazon/dynamodb-local:3.3.1",
    "versity/versitygw:v1.8.0",
    "softwaremill/elasticmq-native:1.6.11",
)
"""Path and tag of all images of others."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files that name images."""
    for name in pins.FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    pins.rewrite(tmp_path, lambda image: pins.Reference(image.name, image.tag))
    return tmp_path


def texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in pins.FILES}


def index(*entries: tuple[str, str, int]) -> bytes:
    """An index of (architecture, digest, size)."""
    manifests = [
        {
            "mediaType": DOCKER,
            "digest": digest,
            "size": size,
            "platform": {"os": "linux", "architecture": name},
        }
        for name, digest, size in entries
    ]
    return json.dumps({"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": manifests}).encode()


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def put(url: str, name: str, *architectures: str) -> str:
    """Push an image without a layer for these architectures; the digest of its index."""
    path, _, tag = name.partition(":")
    entries = []
    for architecture in architectures:
        config = json.dumps({"architecture": architecture, "os": "linux", "name": name}).encode()
        begun = httpx.post(f"{url}/v2/{path}/blobs/uploads/")
        place = httpx.URL(begun.headers["Location"])
        httpx.put(place.copy_merge_params({"digest": digest(config)}), content=config).raise_for_status()
        described = {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": len(config),
            "digest": digest(config),
        }
        manifest = json.dumps(
            {"schemaVersion": 2, "mediaType": DOCKER, "config": described, "layers": []}
        ).encode()
        _put(f"{url}/v2/{path}/manifests/{digest(manifest)}", manifest, DOCKER)
        entries.append((architecture, digest(manifest), len(manifest)))
    whole = index(*entries)
    _put(f"{url}/v2/{path}/manifests/{tag}", whole, INDEXES[0])
    return digest(whole)


def _put(url: str, content: bytes, kind: str) -> None:
    httpx.put(url, content=content, headers={"Content-Type": kind}).raise_for_status()


def test_all_images_of_others_get_the_digests_of_a_registry_and_lose_them_again(folder: Path) -> None:
    url, before = services.address(REGISTRY), texts(folder)
    digests = {name: put(url, name, "amd64", "arm64") for name in OTHERS}
    options = ["--registry", url.removeprefix("http://")]
    assert pins.main([*options, "--check"], folder) == 1
    assert texts(folder) == before
    assert pins.main(options, folder) == 0
    pinned = "\n".join(texts(folder).values())
    for name, expected in digests.items():
        assert f"{name.removeprefix('library/')}@{expected}" in pinned
    assert pinned.count("@sha256:") == len(OTHERS) + 1  # both functions have one base
    assert pins.main([*options, "--check"], folder) == 0
    put(url, OTHERS[2], "arm64", "amd64")  # the tag moves
    assert pins.main([*options, "--check"], folder) == 1
    assert pins.main(["--unpin"], folder) == 0
    assert texts(folder) == before


def test_an_image_that_is_not_there_for_both_architectures_changes_no_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, before = services.address(REGISTRY), texts(folder)
    for name in OTHERS:
        put(url, name, "amd64", "arm64")
    put(url, OTHERS[-1], "amd64")
    options = ["--registry", url.removeprefix("http://")]
    assert run_command(lambda arguments: pins.main(arguments, folder), "pin", options) == 1
    assert "elasticmq-native:1.6.11 is not there for linux/arm64" in capsys.readouterr().err
    assert texts(folder) == before


class _Guarded(BaseHTTPRequestHandler):
    """A registry that answers those with a token, which it gives to everybody."""

    answer = index(("amd64", digest(b"a"), 1), ("arm64", digest(b"b"), 1))

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        own = f"http://{self.headers['Host']}"
        if self.path.startswith("/token?"):
            assert "scope=repository%3Alibrary%2Fpython%3Apull" in self.path
            self._send(200, b'{"token": "good"}', "application/json", {})
        elif self.headers.get("Authorization") == "Bearer good":
            self._send(200, self.answer, INDEXES[0], {})
        else:
            scope = "repository:library/python:pull"
            realm = f'Bearer realm="{own}/token",service="here",scope="{scope}"'
            self._send(401, b"{}", "application/json", {"WWW-Authenticate": realm})

    def _send(self, status: int, content: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def guarded() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Guarded)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_registry_that_wants_a_token_gets_the_one_that_it_gives_to_everybody(guarded: str) -> None:
    assert pins.digest_of(pins.Reference("python", "3.11-slim"), guarded) == digest(_Guarded.answer)


def test_an_image_of_another_kind_is_refused(guarded: str) -> None:
    _Guarded.answer, kept = index(("amd64", digest(b"a"), 1)), _Guarded.answer
    try:
        with pytest.raises(Refused, match="linux/arm64"):
            pins.digest_of(pins.Reference("python", "3.11-slim"), guarded)
    finally:
        _Guarded.answer = kept


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("ARG BASE=public.ecr.aws/lambda/python:3.11\n", ["public.ecr.aws/lambda/python:3.11"]),
        ("FROM python:3.11-slim AS build\n", ["python:3.11-slim"]),
        ("    image: localhost:5000/a/b:1 # why\n", ["localhost:5000/a/b:1"]),
        (f"    image: a/b:1@{digest(b'x')}\n", [f"a/b:1@{digest(b'x')}"]),
        ("FROM ${BASE}\nFROM scratch\n  image: knowledge-base/local:${KB_TAG:-local}\n", []),
    ],
)
def test_images_of_others_are_told_from_ours(text: str, named: list[str]) -> None:
    found = pins.NAMED.finditer(text)
    assert [str(pins.Reference(each["name"], each["tag"], each["digest"] or "")) for each in found] == named
