"""What a registry holds, asked in the protocol that all of them speak (OCI distribution)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.terminal import Refused

if TYPE_CHECKING:
    import httpx

    from deploy.ecr import Login

DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEXES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image as a registry has it: its digest, its kind, and the digest of what describes it (which is the
    image's id in Docker's classic store)."""

    digest: str
    media_type: str
    config: str

    @property
    def fits_lambda(self) -> bool:
        """Whether it is a single-architecture manifest: Lambda accepts no index."""
        return self.media_type in (DOCKER, OCI)

    def is_of(self, image_id: str) -> bool:
        """Return whether it is the image that Docker has under this id."""
        return image_id in (self.config, self.digest)


def manifest(address: str, reference: str, login: Callable[..., Login]) -> Manifest | None:
    """Return what a tag or digest of the repository at ``address`` stands for, ``None`` if it stands for
    nothing.

    ``login`` gives the right to look, or with ``renewed`` a new one. Raises ``Refused`` if none is
    accepted.
    """
    host, _, name = address.partition("/")
    url = f"{scheme(host)}://{host}/v2/{name}/manifests/{reference}"
    answer = _ask_registry(url, login())
    if answer.status_code in (401, 403):  # ECR says 403 of a token that has expired
        answer = _ask_registry(url, login(renewed=True))
    if answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise Refused(f"{host} answers {answer.status_code} to a look at {name}:{reference}.")
    value = answer.json()
    kind = answer.headers["Content-Type"].partition(";")[0]
    return Manifest(answer.headers["Docker-Content-Digest"], kind, value.get("config", {}).get("digest", ""))


def _ask_registry(url: str, login: Login) -> httpx.Response:
    import httpx

    kinds = {"Accept": ", ".join((DOCKER, OCI, *INDEXES))}
    return httpx.get(url, auth=(login.user, login.password), headers=kinds, timeout=SECONDS)


def scheme(host: str) -> str:
    """Return the scheme that Docker uses for a host with or without a port: http on this machine only."""
    return "http" if is_local(host.rpartition(":")[0] or host) else "https"


def is_local(name: str) -> bool:
    """Return whether a host without a port is this machine."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost"
