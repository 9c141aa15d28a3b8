"""A PDF comes from the event, from one folder or from known hosts, and from nowhere else."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support.pictures import pdf, write

CONTENT = pdf(lambda canvas: canvas.line(0, 0, 100, 100))


def asked(url: str, limits: Limits | None = None) -> str:
    """ "drawn", or the code of the error."""
    event = {"operation": "render_pages", "file_url": url, "page_numbers": [0], "dpi": 36}
    answer: dict[str, Any] = handle(event, limits or Limits())
    return str(answer["error"]["code"]) if "error" in answer else "drawn"


# -- a folder -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that is allowed; beside it stands ``secret.pdf``."""
    write(tmp_path / "secret.pdf", CONTENT)
    allowed = tmp_path / "allowed"
    (allowed / "below it").mkdir(parents=True)
    monkeypatch.setenv("IMAGE_SOURCE_FOLDER", str(allowed))
    return allowed


def test_a_file_below_the_folder_is_read(folder: Path) -> None:
    assert asked(write(folder / "below it" / "ä ö.pdf", CONTENT).as_uri()) == "drawn"


def test_a_file_outside_the_folder_is_refused_whatever_the_way_to_it(folder: Path) -> None:
    outside = folder.parent / "secret.pdf"
    (folder / "link.pdf").symlink_to(outside)
    (folder / "linked").symlink_to(folder.parent)
    for url in (
        outside.as_uri(),
        f"{folder.as_uri()}/../secret.pdf",
        f"{folder.as_uri()}/%2e%2e/secret.pdf",
        f"{folder.as_uri()}/link.pdf",
        f"{folder.as_uri()}/linked/secret.pdf",
        f"{folder.as_uri()}ed/secret.pdf",
        f"file://localhost{outside}",
        f"file:{outside}",
        f"{folder.as_uri()}/x%00.pdf",
    ):
        assert asked(url) == "source_not_allowed", url


def test_a_link_that_stays_inside_the_folder_is_followed(folder: Path) -> None:
    write(folder / "a.pdf", CONTENT)
    (folder / "b.pdf").symlink_to(folder / "a.pdf")
    assert asked((folder / "b.pdf").as_uri()) == "drawn"


def test_a_file_that_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    assert asked((folder / "none.pdf").as_uri()) == "source_unavailable"
    assert asked(folder.as_uri()) == "source_unavailable"


def test_no_file_of_the_machine_is_read_where_no_folder_is_set(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = write(folder / "a.pdf", CONTENT).as_uri()
    monkeypatch.delenv("IMAGE_SOURCE_FOLDER")
    assert asked(url) == "source_not_allowed"


# -- hosts --------------------------------------------------------------------------------------------------


OTHER = pdf(lambda canvas: canvas.line(0, 0, 50, 50))


class Files(BaseHTTPRequestHandler):
    """A host with one PDF, and with what may go wrong; ``/kept…`` says which content it has."""

    content = CONTENT
    sent: ClassVar[list[int]] = []

    def _kept(self) -> None:
        etag = f'"{hashlib.sha256(self.content).hexdigest()}"'
        known = self.headers["If-None-Match"] == etag
        denied = "signature=1" not in self.path
        status = 403 if denied else 304 if known else 200
        self.sent.append(status)
        self.send_response(status)
        self.send_header("ETag", etag)
        if status == 200:
            self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        if status == 200:
            self.wfile.write(self.content)

    def do_GET(self) -> None:
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/a.pdf")
            self.end_headers()
        elif self.path.startswith("/kept"):
            self._kept()
        elif self.path.startswith("/a.pdf"):
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT) + 99 * ("cut" in self.path)))
            self.end_headers()
            self.wfile.write(CONTENT)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with TLS on this machine, whose certificate and name are known."""
    certificate = self_signed(tmp_path / "certificate.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    name = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("IMAGE_SOURCE_HOSTS", f"files.example.com, {name}")
    yield name
    server.shutdown()
    server.server_close()
    thread.join()


def self_signed(path: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    unencrypted = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    return write(path, key.private_bytes(pem, pkcs8, unencrypted) + certificate.public_bytes(pem))


def test_a_file_at_a_known_host_is_fetched(host: str) -> None:
    assert asked(f"https://{host}/a.pdf?signature=1") == "drawn"


@pytest.mark.parametrize(
    "url",
    [
        "http://{host}/a.pdf",
        "https://localhost:1/a.pdf",
        "https://{host}@169.254.169.254/a.pdf",
        "https://user@{host}/a.pdf",
        "https://169.254.169.254/latest/meta-data",
        "https:///a.pdf",
        "https://[/a.pdf",
        "ftp://{host}/a.pdf",
        "a.pdf",
        "",
    ],
)
def test_another_place_is_refused(host: str, url: str) -> None:
    assert asked(url.format(host=host)) == "source_not_allowed"


def test_no_host_is_known_unless_it_is_set(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAGE_SOURCE_HOSTS")
    assert asked(f"https://{host}/a.pdf") == "source_not_allowed"


def test_a_file_is_fetched_once_for_all_its_pages_and_anew_when_it_is_another(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Files, "sent", [])
    for number in range(3):
        assert asked(f"https://{host}/kept.pdf?signature=1&call={number}") == "drawn"
    assert Files.sent == [200, 304, 304]
    assert (
        asked(f"https://{host}/kept.pdf?signature=0") == "source_unavailable"
    )  # nobody gets in by what is kept
    assert asked(f"https://{host}/kept.pdf?signature=1") == "drawn"
    monkeypatch.setattr(Files, "content", OTHER)
    assert asked(f"https://{host}/kept.pdf?signature=1") == "drawn"
    assert asked(f"https://{host}/kept-too.pdf?signature=1") == "drawn"
    assert Files.sent[3:] == [403, 200, 200, 200]


def test_a_redirect_is_not_followed(host: str) -> None:
    assert asked(f"https://{host}/moved") == "source_unavailable"


def test_a_file_that_is_missing_or_cut_short_is_unavailable(host: str) -> None:
    assert asked(f"https://{host}/none.pdf") == "source_unavailable"
    assert asked(f"https://{host}/a.pdf?cut") == "source_unavailable"


def test_a_host_without_a_valid_certificate_is_unavailable(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert asked(f"https://{host}/a.pdf") == "source_unavailable"


def test_a_file_that_is_too_large_is_not_fetched_to_its_end(host: str) -> None:
    assert asked(f"https://{host}/a.pdf", Limits(source_bytes=100)) == "too_large"
