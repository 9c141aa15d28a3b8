"""Pictures that do not fit into the answer go to the addresses that come with the request."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support.pictures import decoded, jpeg, noise, pdf, picture

PICTURES = [jpeg(noise(200, 150)) for _ in range(4)]
FOUR_PAGES = pdf(*(lambda canvas, content=content: picture(canvas, content) for content in PICTURES))
ONE_FITS = Limits(answer_bytes=len(base64.b64encode(PICTURES[0])) + 100)


class Store(ThreadingHTTPServer):
    """Keeps what is put to it; refuses what is put below ``/full``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Requests)
        self.kept: dict[str, tuple[str, bytes]] = {}

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Requests(BaseHTTPRequestHandler):
    server: Store

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        status = 507 if self.path.startswith("/full") else 302 if self.path.startswith("/moved") else 200
        if status == 200:
            self.server.kept[self.path] = self.headers["Content-Type"], content
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with Store() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("IMAGE_SOURCE_HOSTS", f"http://{server.place}")
        yield server
        server.shutdown()
        thread.join()


def answer(*urls: str, pages: tuple[int, ...] = (0, 1, 2, 3)) -> dict[str, Any]:
    event = {
        "operation": "extract_images",
        "file_bytes_base64": base64.b64encode(FOUR_PAGES).decode(),
        "page_numbers": list(pages),
        "output_urls": list(urls),
    }
    return handle(event, ONE_FITS)


def test_what_does_not_fit_is_put_in_order_to_the_addresses(store: Store) -> None:
    given = answer(*(f"http://{store.place}/{number}?signature=1" for number in range(5)))
    assert given["next"] is None
    assert [image.get("output") for image in given["images"]] == [None, 0, 1, 2]
    assert base64.b64decode(given["images"][0]["image_base64"]) == PICTURES[0]
    assert [store.kept[f"/{n}?signature=1"] for n in range(3)] == [("image/jpeg", p) for p in PICTURES[1:]]


def test_where_the_addresses_end_the_rest_is_what_is_next(store: Store) -> None:
    given = answer(f"http://{store.place}/0")
    assert len(given["images"]) == 2
    assert given["next"] == {"page_numbers": [2, 3], "first_index": 0}


@pytest.mark.parametrize("place", ["full", "moved"])
def test_an_address_that_does_not_take_a_picture_costs_only_another_call(store: Store, place: str) -> None:
    given = answer(f"http://{store.place}/{place}")
    assert given["next"] == {"page_numbers": [1, 2, 3], "first_index": 0}
    assert decoded(base64.b64decode(given["images"][0]["image_base64"])).size == (200, 150)
    assert store.kept == {}


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest", "https://{place}/0", "http://x@{place}/0", "file:///tmp/x", "ftp://["],
)
def test_an_address_elsewhere_is_refused_before_anything_is_done(store: Store, url: str) -> None:
    assert answer(url.format(place=store.place))["error"]["code"] == "source_not_allowed"
