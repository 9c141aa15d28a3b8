"""Pushes an image with the Docker SDK: the engine leaves out the layers that are there, so that a push that
broke off goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from deploy.ecr import Ecr
from deploy.registry import Manifest, manifest
from deploy.terminal import Refused

ATTEMPTS = 5
FIRST_PAUSE = 1.0
"""Seconds before a push that broke off goes on; doubled each time."""

NOT_LET_IN = ("unauthorized", "denied", "no basic auth credentials", "authentication required", "expired")
FOR_GOOD = ("immutable", "tag invalid", "does not exist", "name unknown", "name invalid")


class _BrokenOff(Exception):
    """A push ended early, for a reason that the engine gives."""


def push(engine: Any, image: Any, repository: str, tag: str, ecr: Ecr) -> tuple[Manifest, bool]:
    """Push an image of Docker's to a repository's address under a tag, unless it is there.

    Its manifest, and whether anything had to be pushed. Raises ``Refused`` if the tag is another image's,
    or the registry takes nothing.
    """
    known = manifest(repository, tag, ecr.login)
    if known:
        if not known.is_of(image.id):
            raise Refused(
                f"{repository}:{tag} is another image already, and tags cannot be moved: name another --tag."
            )
        return _fitting(known, repository), False
    image.tag(repository, tag)
    _push(engine, repository, tag, ecr)
    pushed = manifest(repository, tag, ecr.login)
    if pushed is None:
        raise Refused(f"{repository}:{tag} was pushed, but is not there.")
    return _fitting(pushed, repository), True


def _fitting(found: Manifest, repository: str) -> Manifest:
    if not found.fits_lambda:
        raise Refused(
            f"{repository}@{found.digest} is an index ({found.media_type}); Lambda takes an image of one "
            "architecture only: build it with scripts/build_images."
        )
    return found


def _push(engine: Any, repository: str, tag: str, ecr: Ecr) -> None:
    renewed = False
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        login = ecr.login()
        try:
            _follow_push(
                engine.api.push(
                    repository,
                    tag,
                    stream=True,
                    decode=True,
                    auth_config={"username": login.user, "password": login.password},
                ),
                repository.rpartition("/")[2],
            )
        except _BrokenOff as error:
            reason = str(error)
            if any(word in reason for word in FOR_GOOD):
                raise Refused(f"{repository}:{tag} cannot be pushed: {reason}") from None
            if any(word in reason for word in NOT_LET_IN):
                if renewed:  # a new one is not accepted either
                    raise Refused(f"{repository} lets nobody in: {reason}") from None
                ecr.login(renewed=True)
                renewed = True
                continue
            if attempt == ATTEMPTS:
                raise Refused(f"{repository}:{tag} broke off {ATTEMPTS} times: {reason}") from None
            time.sleep(pause)
            pause *= 2
        else:
            return


def _follow_push(events: Iterable[dict[str, Any]], name: str) -> None:
    """Show a push's progress on a terminal, and raise what ends it early."""
    from tqdm import tqdm

    layers: dict[str, tuple[int, int]] = {}
    # Without a terminal there is no bar (`disable=None`).
    with tqdm(desc=name, unit="B", unit_scale=True, unit_divisor=1000, disable=None, leave=False) as bar:
        for event in events:
            if "error" in event:
                raise _BrokenOff(event["error"])
            _count(layers, event)
            bar.total = sum(total for _, total in layers.values())
            bar.n = sum(done for done, _ in layers.values())
            bar.refresh()


def _count(layers: dict[str, tuple[int, int]], event: dict[str, Any]) -> None:
    """Note how many bytes of a layer are sent, of how many."""
    layer, detail = event.get("id"), event.get("progressDetail") or {}
    if layer is None:
        return
    if "current" in detail:
        done = detail["current"]
        layers[layer] = done, max(done, detail.get("total") or 0)
    elif event.get("status") == "Pushed" and layer in layers:
        layers[layer] = layers[layer][1], layers[layer][1]
