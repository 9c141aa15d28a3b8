"""What the images install is what the lock says, and there are wheels of it for Amazon Linux 2."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

from images.build import ARM64, RECIPES, Recipe, context, requirements

ROOT = Path(__file__).parents[2]
LOCK = tomllib.loads((ROOT / "uv.lock").read_text())
FILES = {package["name"]: package.get("wheels", []) for package in LOCK["package"]}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

GLIBC = 26
"""Amazon Linux 2 has glibc 2.26."""

recipes = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


def pinned(recipe: Recipe) -> Iterator[tuple[Requirement, list[str]]]:
    """The requirements that hold in the images, with their hashes."""
    environment = {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "python_version": "3.11",
        "python_full_version": "3.11.2",
    }
    for entry in requirements(recipe).replace("\\\n", " ").splitlines():
        line, *hashes = entry.split("--hash=")
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement, [each.strip() for each in hashes]


def fits(tag: Tag, machine: str) -> bool:
    """Whether CPython 3.11 on Amazon Linux 2 takes wheels with this tag."""
    interpreter = tag.interpreter in ("py3", "py2.py3", "cp311") or (
        tag.abi == "abi3" and tag.interpreter.startswith("cp3") and int(tag.interpreter[3:]) <= 11
    )
    return interpreter and (tag.platform == "any" or tag.platform in platforms(machine))


def platforms(machine: str) -> set[str]:
    named = {f"{name}_{machine}" for name in ("manylinux1", "manylinux2010", "manylinux2014", "linux")}
    return named | {f"manylinux_2_{minor}_{machine}" for minor in range(5, GLIBC + 1)}


def wheels_for(name: str, machine: str) -> list[dict[str, Any]]:
    found = []
    for wheel in FILES[name]:
        tags = parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
        if any(fits(tag, machine) for tag in tags):
            found.append(wheel)
    return found


@recipes
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_requirement_has_a_wheel_that_amazon_linux_2_takes_and_the_list_has_its_hash(
    recipe: Recipe, machine: str
) -> None:
    for requirement, hashes in pinned(recipe):
        usable = {wheel["hash"] for wheel in wheels_for(requirement.name, machine)}
        assert usable & set(hashes), f"{requirement.name} has no wheel for {machine} with glibc 2.{GLIBC}"


@recipes
def test_every_requirement_is_pinned_to_one_version(recipe: Recipe) -> None:
    for requirement, _ in pinned(recipe):
        assert [clause.operator for clause in requirement.specifier] == ["=="]


def test_each_image_has_what_it_needs_and_nothing_of_the_other() -> None:
    main, processor = ({requirement.name for requirement, _ in pinned(recipe)} for recipe in RECIPES)
    assert {"fastapi", "mangum", "boto3", "weaviate-client", "openai", "pypdfium2", "python-jose"} <= main
    assert not main & {"pymupdf", "numpy", "onnxruntime", "uvicorn", "pytest", "docker"}
    assert processor == {"pymupdf", "pillow", "fastjsonschema"}


def test_the_group_and_the_extra_for_the_image_processor_are_the_same() -> None:
    extra = PROJECT["project"]["optional-dependencies"]["imgproc"]
    assert PROJECT["dependency-groups"]["imgproc"] == extra


@recipes
def test_the_same_tree_gives_the_same_context(recipe: Recipe) -> None:
    assert context(recipe, ARM64) == context(recipe, ARM64)


@recipes
def test_dockerfiles_have_no_syntax_of_buildkit_and_no_package_manager_of_one_base(recipe: Recipe) -> None:
    text = (ROOT / "images" / recipe.name / "Dockerfile").read_text()
    assert re.search(r"\nARG BASE=public\.ecr\.aws/lambda/python:3\.11(@sha256:[0-9a-f]{64})?\n", text)
    for foreign in ("# syntax", "--mount", "<<", "--link", "--chmod", "$BUILDPLATFORM", "yum", "dnf", "apt"):
        assert foreign not in text
