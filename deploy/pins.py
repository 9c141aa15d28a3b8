"""Names the images of others by digest: ``scripts/pin_images``.

``NAME:TAG`` becomes ``NAME:TAG@sha256:…`` where a Dockerfile or Docker Compose names it. The tag remains for
people; Docker takes the digest, which nobody can give to another image. The digest is that of the index of
all architectures, so that one name is good for each.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.registry import INDEXES, SECONDS, is_local, scheme
from deploy.terminal import FAILED, OK, Refused, run_command

if TYPE_CHECKING:
    import httpx

ROOT = Path(__file__).resolve().parents[1]

FILES = (
    "images/main-api/Dockerfile",
    "images/image-processor/Dockerfile",
    "local/Dockerfile",
    "docker-compose.yml",
)

PLATFORMS = {"linux/amd64", "linux/arm64"}
"""What each image must be there for."""

DOCKER_HUB = "registry-1.docker.io"

NAMED = re.compile(
    r"^(?P<before>ARG BASE=|FROM |\s*image: )(?P<name>[\w./-]+(?::\d+/[\w./-]+)?):(?P<tag>[\w.-]+)"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?(?P<after>\s.*)?$",
    re.MULTILINE,
)
"""An image of others: ours are named with a variable in place of the tag."""

CHALLENGE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Reference:
    """An image as a file names it; ``digest`` is empty where there is none."""

    name: str
    tag: str
    digest: str = ""

    def __str__(self) -> str:
        return f"{self.name}:{self.tag}" + (f"@{self.digest}" if self.digest else "")


Choose = Callable[[Reference], Reference]
"""Returns the image as it is to be named."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Write, check or remove the digests; print each image once."""
    options = _options(arguments)
    newest = partial(_pin, registry=options.registry, known={})
    changed = rewrite(root, _unpin if options.unpin else newest, write=not options.check)
    if options.check and changed:
        print("not pinned, or not to what the registry has now: run scripts/pin_images", file=sys.stderr)
        return FAILED
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/pin_images", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--registry", help="HOST[:PORT] of a mirror, asked in place of each image's own")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--check", action="store_true", help="write nothing; exit code 1 if something would change"
    )
    how.add_argument("--unpin", action="store_true", help="remove the digests: the tags alone remain")
    return parser.parse_args(arguments)


def rewrite(root: Path, choose: Choose, *, write: bool = True) -> list[str]:
    """Name the images of all files as ``choose`` says; return the files that change, or would. Nothing is
    written if any image is refused."""
    texts = {name: (root / name).read_text() for name in FILES}
    # All before the first is written: a refusal must not leave half of the files pinned.
    after = {name: NAMED.sub(partial(_rename_image, choose), text) for name, text in texts.items()}
    changed = [name for name in FILES if after[name] != texts[name]]
    for name in changed if write else ():
        (root / name).write_text(after[name])
    return changed


def _rename_image(choose: Choose, found: re.Match[str]) -> str:
    chosen = choose(Reference(found["name"], found["tag"], found["digest"] or ""))
    return f"{found['before']}{chosen}{found['after'] or ''}"


def _unpin(image: Reference) -> Reference:
    return Reference(image.name, image.tag)


def _pin(image: Reference, *, registry: str | None, known: dict[str, Reference]) -> Reference:
    tagged = _unpin(image)
    # Once for each image, so that all files get the same digest of one that is just being published.
    if str(tagged) not in known:
        known[str(tagged)] = Reference(image.name, image.tag, digest_of(tagged, registry))
        print(known[str(tagged)])
    return known[str(tagged)]


def digest_of(image: Reference, registry: str | None = None) -> str:
    """Return the digest of an image's index, as its registry has it, or a mirror. Raises ``Refused`` if it is
    not there, or not for all platforms."""
    own, path = _place(image.name)
    host = registry or own
    answer = _ask_registry(f"{scheme(host)}://{host}/v2/{path}/manifests/{image.tag}")
    if answer.status_code != 200:
        raise Refused(f"{host} answers {answer.status_code} to a look at {path}:{image.tag}.")
    if answer.headers["Content-Type"].partition(";")[0] not in INDEXES:
        raise Refused(f"{image} is of one architecture only.")
    places = [entry.get("platform", {}) for entry in answer.json()["manifests"]]
    there = {f"{place.get('os')}/{place.get('architecture')}" for place in places}
    if missing := PLATFORMS - there:
        raise Refused(f"{image} is not there for {' and '.join(sorted(missing))}.")
    return f"sha256:{hashlib.sha256(answer.content).hexdigest()}"  # what Docker will compare


def _place(name: str) -> tuple[str, str]:
    """Return the host of the registry that a name means, and the repository's path there."""
    first, _, rest = name.partition("/")
    if rest and ("." in first or ":" in first or first == "localhost"):
        return first, rest
    return DOCKER_HUB, name if rest else f"library/{name}"


def _ask_registry(url: str) -> httpx.Response:
    """Return the registry's answer, with the token that it gives to everybody if it wants one."""
    import httpx

    headers = {"Accept": ", ".join(INDEXES)}
    answer = httpx.get(url, headers=headers, timeout=SECONDS)
    kind, _, rest = answer.headers.get("WWW-Authenticate", "").partition(" ")
    if answer.status_code != 401 or kind.lower() != "bearer":
        return answer
    challenge = dict(CHALLENGE.findall(rest))
    realm = httpx.URL(challenge.pop("realm", ""))
    # The answer of a registry names where to ask: it must not send us anywhere in the clear.
    if realm.scheme != "https" and not is_local(realm.host):
        raise Refused(f"{realm.host or 'The registry'} gives tokens without encryption.")
    given = httpx.get(realm, params=challenge, timeout=SECONDS).raise_for_status().json()
    token = given.get("token") or given.get("access_token")
    return httpx.get(url, headers={**headers, "Authorization": f"Bearer {token}"}, timeout=SECONDS)


if __name__ == "__main__":
    sys.exit(run_command(main, "scripts/pin_images"))
