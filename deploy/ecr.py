"""ECR's own interface: repositories, the rules they keep, and who is let in.

What a function runs, or could be taken back to, must never be deleted: Lambda needs the image again after
weeks without a call. So each image that is released has a tag of its own that begins with ``release-``, and
tags are immutable: none can be moved to another image. Of the lifecycle rules the first takes all images with
such a tag and is never met; an image that a rule has taken is out of the reach of those after it, whatever
other tags it has. They delete what was built and not released, and what has no tag at all.
"""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any

from deploy.terminal import Refused

BUILT, RELEASED = "build-", "release-"
"""The prefixes of tags."""

KEPT_BUILDS = 20
KEPT_DAYS_UNTAGGED = 14
MOST_IMAGES = 20_000
"""A limit that a repository never reaches, so that a lifecycle rule with it deletes nothing."""

RENEWED_BEFORE = 300.0
"""Seconds before its end that a token is not used any more."""


def _rule(priority: int, description: str, **selection: Any) -> dict[str, Any]:
    action = {"type": "expire"}
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": action,
    }


LIFECYCLE = {
    "rules": [
        _rule(
            1,
            "Released images are kept: the alias or a rollback may need them",
            tagStatus="tagged",
            tagPrefixList=[RELEASED],
            countType="imageCountMoreThan",
            countNumber=MOST_IMAGES,
        ),
        _rule(
            2,
            f"The last {KEPT_BUILDS} builds are kept",
            tagStatus="tagged",
            tagPrefixList=[BUILT],
            countType="imageCountMoreThan",
            countNumber=KEPT_BUILDS,
        ),
        _rule(
            3,
            f"Images without a tag are kept for {KEPT_DAYS_UNTAGGED} days",
            tagStatus="untagged",
            countType="sinceImagePushed",
            countUnit="days",
            countNumber=KEPT_DAYS_UNTAGGED,
        ),
    ]
}


@dataclass(frozen=True, slots=True)
class Login:
    """A user and a password for the registry, good until ``ends`` (seconds since 1970)."""

    user: str
    password: str = field(repr=False)
    ends: float


class Ecr:
    """The registry of the account that the usual AWS settings name. ``at`` is where it speaks the registries'
    protocol if not at ECR's address, as an emulator does."""

    def __init__(self, client: Any, at: str | None = None) -> None:
        self._client = client
        self._at = at
        self._login: Login | None = None

    def repository(self, name: str) -> str:
        """Return a repository's address, such as ``123456789012.dkr.ecr.eu-central-1.amazonaws.com/name``."""
        try:
            return self._address(self._describe_repository(name))
        except self._client.exceptions.RepositoryNotFoundException:
            raise Refused(f"There is no repository {name} in ECR: scripts/push_ecr makes it.") from None

    def prepare(self, name: str) -> str:
        """Have a repository with immutable tags, scans and lifecycle rules; its address."""
        try:
            found = self._describe_repository(name)
        except self._client.exceptions.RepositoryNotFoundException:
            found = self._create_repository(name)
        if found.get("imageTagMutability") != "IMMUTABLE":
            self._client.put_image_tag_mutability(repositoryName=name, imageTagMutability="IMMUTABLE")
        if not found.get("imageScanningConfiguration", {}).get("scanOnPush"):
            self._client.put_image_scanning_configuration(
                repositoryName=name, imageScanningConfiguration={"scanOnPush": True}
            )
        # Only where they differ: whoever may push need not have the right to change rules.
        if self._rules(name) != LIFECYCLE:
            self._client.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=json.dumps(LIFECYCLE))
        return self._address(found)

    def login(self, *, renewed: bool = False) -> Login:
        """Return the right to push and pull, asked for once and again before it ends or when it is to be
        renewed."""
        if renewed or self._login is None or self._login.ends - RENEWED_BEFORE < time.time():
            (given,) = self._client.get_authorization_token()["authorizationData"]
            user, _, password = base64.b64decode(given["authorizationToken"]).decode().partition(":")
            self._login = Login(user, password, given["expiresAt"].timestamp())
        return self._login

    def holds(self, name: str, digest: str) -> bool:
        """Return whether an image is there."""
        missing = (
            self._client.exceptions.ImageNotFoundException,
            self._client.exceptions.RepositoryNotFoundException,
        )
        try:
            self._client.describe_images(repositoryName=name, imageIds=[{"imageDigest": digest}])
        except missing:
            return False
        return True

    def _describe_repository(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self._client.describe_repositories(repositoryNames=[name])["repositories"][0]
        return found

    def _create_repository(self, name: str) -> dict[str, Any]:
        try:
            made: dict[str, Any] = self._client.create_repository(
                repositoryName=name,
                imageTagMutability="IMMUTABLE",
                imageScanningConfiguration={"scanOnPush": True},
            )["repository"]
        except self._client.exceptions.RepositoryAlreadyExistsException:  # another process was first
            return self._describe_repository(name)
        return made

    def _rules(self, name: str) -> Any:
        try:
            return json.loads(self._client.get_lifecycle_policy(repositoryName=name)["lifecyclePolicyText"])
        except self._client.exceptions.LifecyclePolicyNotFoundException:
            return None

    def _address(self, found: dict[str, Any]) -> str:
        # An emulator names AWS's address, at which it is not.
        uri = str(found["repositoryUri"])
        return f"{self._at}/{uri.partition('/')[2]}" if self._at else uri
