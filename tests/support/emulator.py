"""An account of AWS on this machine: ministack with IAM enforced, over TLS, its functions in containers.

Commands find it by their environment; the names of its APIs (``….amazonaws.com``) lead to it by a tunnel.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support import tools
from tests.support.functions import docker
from tests.support.http import until
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port
from tests.support.tunnel import plain, tunnel

REGION = "us-east-1"
IPV4 = 4
TRUSTED = "/etc/emulator.pem"
"""Where the functions' containers have the certificate."""

PROGRAM = Path(__file__).parents[1] / "deploy" / "emulator.py"


@dataclass(frozen=True, slots=True)
class Call:
    """What somebody asked for, as IAM sees it; ``key`` is the access key."""

    key: str
    action: str
    resource: str
    denied: bool


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running account. ``environment`` is for commands, ``registry`` where images are pushed to, ``proxy``
    the way to its APIs."""

    registry: str
    proxy: str
    certificate: Path
    notes: Path
    environment: Mapping[str, str]

    def client(self, service: str) -> Any:
        """boto3's client, with all rights."""
        import boto3

        return boto3.client(
            service,
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            verify=str(self.certificate),
        )

    def calls(self) -> list[Call]:
        """All that was asked for so far."""
        return [Call(**json.loads(line)) for line in self.notes.read_text().splitlines()]


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """An empty account, for as long as the context lasts; its files are in ``folder``."""
    gateway = bridge_gateway(json.loads(docker("network", "inspect", "bridge")))
    port = free_port()
    certificate, key = _certificate(folder, gateway)
    notes = folder / "calls.jsonl"
    notes.touch()
    account = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST", "TMPDIR") if name in os.environ
    }
    own = {
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "USE_SSL": "1",
        "MINISTACK_SSL_CERT": str(certificate),
        "MINISTACK_SSL_KEY": str(key),
        "MINISTACK_HOST": f"{REGION}.amazonaws.com",
        "AWS_ENDPOINT_URL": f"https://{gateway}:{port}",
        "LAMBDA_EXECUTOR": "docker",
        "LAMBDA_DOCKER_FLAGS": (
            f"-v {certificate}:{TRUSTED}:ro -e AWS_CA_BUNDLE={TRUSTED} -e SSL_CERT_FILE={TRUSTED} "
            f"-e IMAGE_SOURCE_HOSTS={gateway}:{port}"
        ),
        "IOT_MTLS_ENABLED": "0",
        "EMULATOR_CALLS": str(notes),
    }
    with (
        plain(port, certificate) as registry,
        _names_gone(f"127.0.0.1:{registry}"),
        _running({**kept, **account, **own}, folder / "emulator.log"),
        tunnel(port) as way,
    ):
        proxy = f"http://127.0.0.1:{way}"
        environment = {
            **kept,
            **account,
            "AWS_ENDPOINT_URL": f"https://127.0.0.1:{port}",
            "AWS_CA_BUNDLE": str(certificate),
            "SSL_CERT_FILE": str(certificate),
            "HTTPS_PROXY": proxy,
            "NO_PROXY": "127.0.0.1",
            "SAM_CLI_TELEMETRY": "0",
        }
        running = Emulator(f"127.0.0.1:{registry}", proxy, certificate, notes, environment)
        until(lambda: _answers(running), "the emulator answers", pause=0.5)
        yield running


def bridge_gateway(inspected: list[dict[str, Any]]) -> str:
    """This machine's address for containers, of what ``docker network inspect`` says of a bridge. A new
    Docker 20.10 names no gateway: it is the first address of the network."""
    for each in inspected[0]["IPAM"]["Config"]:
        network = ipaddress.ip_network(each["Subnet"])
        if network.version == IPV4:
            return str(each.get("Gateway") or next(network.hosts())).partition("/")[0]
    raise AssertionError("Docker's network bridge has no IPv4 address")


@contextmanager
def _names_gone(registry: str) -> Iterator[None]:
    """At the end images lose the names that they were pushed under."""
    try:
        yield
    finally:
        listed = ("images", "--format={{.Repository}}:{{.Tag}}", f"--filter=reference={registry}/*/*")
        if names := docker(*listed).split():
            docker("rmi", *names)


@contextmanager
def _running(environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """The program; the containers of its functions go with it."""
    command = [tools.commands(tools.MINISTACK) / "python", PROGRAM]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
            process.wait(HANG_SECONDS)


def _answers(running: Emulator) -> bool:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        running.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError):
        return False
    return True


def _certificate(folder: Path, gateway: str) -> tuple[Path, Path]:
    """A certificate for this machine as its containers see it and for the stack's API; its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "emulator")])
    now = datetime.datetime.now(datetime.UTC)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    names = [
        x509.DNSName(f"*.execute-api.{REGION}.amazonaws.com"),
        *(x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", gateway)),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "emulator.pem", folder / "emulator.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    certificate.chmod(0o644)
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, secret
