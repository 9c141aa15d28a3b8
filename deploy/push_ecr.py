"""``scripts/push_ecr``: the functions' images into ECR."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from deploy.ecr import BUILT, RELEASED, Ecr
from deploy.push import push
from deploy.registry import manifest
from deploy.terminal import OK, Refused, run_command
from images.build import ARM64, RECIPES, Recipe, add_platform, build, docker_engine, revision

ABOUT = """
Push the images that scripts/build_images made to ECR, and print their addresses by digest.

Makes the repositories (immutable tags, scan on push, lifecycle rules). Layers that are there are left out: a
push that was interrupted goes on, and a second one does nothing. The account and the region are those of the
usual AWS settings (AWS_PROFILE, AWS_REGION, ...).

With --release the tags begin with release-, so that no lifecycle rule deletes the images, and a commit's
images are built and pushed once: what is in ECR already is not built again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Push what the command line asks for, and print a line for each: its name and address by digest."""
    options = _options(arguments)
    recipes = [recipe for recipe in RECIPES if options.image in (None, recipe.name)]
    if options.dry_run:
        for recipe in recipes:
            print(f"{recipe.name} would be pushed as {recipe.repository}:{_tag(options)}")
        return OK
    import boto3

    ecr = Ecr(boto3.client("ecr"), options.registry)
    for recipe in recipes:
        if options.release:
            address = release_image(recipe, options.platform, ecr)
        else:
            engine = docker_engine()
            image = _build(engine, recipe)  # before a repository is made for it
            address = bring(engine, image, recipe, ecr.prepare(recipe.repository), _tag(options), ecr)
        print(recipe.name, address, flush=True)
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/push_ecr", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("image", nargs="?", choices=[recipe.name for recipe in RECIPES], help="only this one")
    parser.add_argument(
        "--release", action="store_true", help=f"as released: tags that begin with {RELEASED}"
    )
    parser.add_argument("--tag", help=f"another tag than {BUILT}COMMIT")
    add_platform(parser, "of the images that are released; this machine's by default")
    parser.add_argument(
        "--registry", metavar="HOST[:PORT]", help="where images go if not to ECR's address (an emulator)"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be pushed")
    options = parser.parse_args(arguments)
    if options.release and options.tag:
        parser.error("--release names the tag itself")
    return options


def _tag(options: argparse.Namespace) -> str:
    if options.release:
        return release_tag(revision(), options.platform)
    # Not ``latest``: tags are immutable, and a second push of it would be refused.
    return options.tag or f"{BUILT}{revision()}"


def _build(engine: Any, recipe: Recipe) -> Any:
    """Return the image of this commit as Docker has it."""
    from docker.errors import ImageNotFound

    name = f"{recipe.repository}:{revision()}"
    try:
        return engine.images.get(name)
    except ImageNotFound:
        raise Refused(f"There is no image {name}: run scripts/build_images first.") from None


def release_tag(commit: str, target: str) -> str:
    """Return the tag of a commit's released image for a platform."""
    return f"{RELEASED}{commit}" + ("-arm64" if target == ARM64 else "")


def release_image(recipe: Recipe, target: str, ecr: Ecr, base: str | None = None) -> str:
    """Return the address by digest of this commit's image, which is built and pushed if ECR does not have
    it.

    Where files differ from the commit there may be several: the tag then has the image's id in it.
    """
    commit = revision()
    tag = release_tag(commit, target)
    address = ecr.prepare(recipe.repository)
    dirty = commit.endswith("-dirty")
    # Before Docker is asked: a release of a commit that was built elsewhere needs no Docker here.
    if not dirty and (found := manifest(address, tag, ecr.login)):
        print(f"{recipe.name}: there already as {address}:{tag}", file=sys.stderr)
        return f"{address}@{found.digest}"
    engine = docker_engine()
    image = build(engine, recipe, target, base)
    if dirty:
        tag += f"-{image.id.removeprefix('sha256:')[:12]}"
    return bring(engine, image, recipe, address, tag, ecr)


def bring(engine: Any, image: Any, recipe: Recipe, address: str, tag: str, ecr: Ecr) -> str:
    """Push an image to its repository at ``address``, if it is not there; its address by digest."""
    found, pushed = push(engine, image, address, tag, ecr)
    print(f"{recipe.name}: {'pushed' if pushed else 'there already'} as {address}:{tag}", file=sys.stderr)
    return f"{address}@{found.digest}"


if __name__ == "__main__":
    sys.exit(run_command(main, "push_ecr"))
