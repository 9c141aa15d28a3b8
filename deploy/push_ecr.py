"""``scripts/push_ecr``: the functions' images as they were built here, into ECR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from deploy.ecr import BUILT, RELEASED, Ecr
from deploy.push import push
from deploy.terminal import OK, Refused, ended
from images.build import RECIPES, Recipe, revision

ABOUT = """
Push the images that scripts/build_images made to ECR, and print their digests.

Makes the repositories (immutable tags, scan on push, lifecycle rules). Layers that are there are left out: a
push that was interrupted goes on, and a second one does nothing. The account and the region are those of the
usual AWS settings (AWS_PROFILE, AWS_REGION, …).
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Push what the command line asks for, and print a line for each: its name and address by digest."""
    options = _options(arguments)
    import boto3
    import docker

    engine = docker.from_env(timeout=1800)
    for recipe in RECIPES:
        if options.image in (None, recipe.name):
            image = built(engine, recipe)
            tag = options.tag or tag_of(image.id, released=options.release)
            if options.dry_run:
                print(f"{recipe.name} would be pushed as {recipe.repository}:{tag}")
            else:
                ecr = Ecr(boto3.client("ecr"), options.registry)
                print(f"{recipe.name} {bring(engine, image, recipe, tag, ecr)}", flush=True)
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/push_ecr", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("image", nargs="?", choices=[recipe.name for recipe in RECIPES], help="only this one")
    parser.add_argument(
        "--release", action="store_true", help=f"tag it as released ({RELEASED}…): never deleted by a rule"
    )
    parser.add_argument("--tag", help=f"another tag than {BUILT}COMMIT")
    parser.add_argument(
        "--registry", metavar="HOST[:PORT]", help="where images go if not to ECR's address (an emulator)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be pushed")
    return parser.parse_args(arguments)


def built(engine: Any, recipe: Recipe) -> Any:
    """The image of this commit as Docker has it."""
    from docker.errors import ImageNotFound

    name = f"{recipe.repository}:{revision()}"
    try:
        return engine.images.get(name)
    except ImageNotFound:
        raise Refused(f"There is no image {name}: run scripts/build_images first.") from None


def tag_of(image_id: str, *, released: bool) -> str:
    """The tag of an image of this commit; where sources were changed since, there may be several: its id is
    in it."""
    commit = revision()
    mark = f"-{image_id.removeprefix('sha256:')[:12]}" if commit.endswith("-dirty") else ""
    return f"{RELEASED if released else BUILT}{commit}{mark}"


def bring(engine: Any, image: Any, recipe: Recipe, tag: str, ecr: Ecr) -> str:
    """Push an image, if it is not there; its address by digest."""
    address = ecr.prepare(recipe.repository)
    found, pushed = push(engine, image, address, tag, ecr)
    print(f"{recipe.name}: {'pushed' if pushed else 'there already'} as {address}:{tag}", file=sys.stderr)
    return f"{address}@{found.digest}"


if __name__ == "__main__":
    sys.exit(ended(main, "push_ecr"))
