"""What ECR's lifecycle rules do with images, as its documentation says ("Lifecycle policy evaluation rules"):
rules are tried in the order of their priorities, and an image that a rule selects is out of the reach of all
that come after, whether it expires by it or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Held:
    """An image in a repository: its tags, and how many days ago it was pushed."""

    name: str
    tags: tuple[str, ...]
    days: float


def expired(policy: dict[str, Any], images: Sequence[Held]) -> set[str]:
    """The names of the images that the rules delete."""
    gone: set[str] = set()
    left = list(images)
    for rule in sorted(policy["rules"], key=lambda rule: int(rule["rulePriority"])):
        selection = rule["selection"]
        selected = [image for image in left if _selects(selection, image)]
        left = [image for image in left if image not in selected]
        gone |= {image.name for image in _expiring(selection, selected)}
    return gone


def _selects(selection: dict[str, Any], image: Held) -> bool:
    if selection["tagStatus"] == "any":
        return True
    if selection["tagStatus"] == "untagged":
        return not image.tags
    # All of the prefixes must be met, each by some tag.
    return all(any(tag.startswith(prefix) for tag in image.tags) for prefix in selection["tagPrefixList"])


def _expiring(selection: dict[str, Any], selected: Sequence[Held]) -> Sequence[Held]:
    if selection["countType"] == "imageCountMoreThan":
        return sorted(selected, key=lambda image: image.days)[selection["countNumber"] :]
    assert selection["countType"] == "sinceImagePushed"
    return [image for image in selected if image.days > selection["countNumber"]]
