"""``samconfig.toml``: the environments that the stack is deployed to."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.terminal import Refused
from images.build import ROOT

FILE = ROOT / "samconfig.toml"


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: its stack, where that is, and the values of its parameters."""

    name: str
    stack: str
    region: str | None
    profile: str | None
    parameters: Mapping[str, str]

    def session(self) -> Any:
        """Return the session of boto3 for the environment's region."""
        import boto3

        return boto3.Session(region_name=self.region, profile_name=self.profile)


def environment(name: str, file: Path = FILE) -> Environment:
    """Return an environment by its name. Raises ``Refused`` if the file has none of this name, or no stack
    in it."""
    content = _content(file)
    known = [each for each, value in content.items() if isinstance(value, dict)]
    if name not in known:
        raise Refused(f"{file.name} has no environment {name}; it has {', '.join(known) or 'none'}.")
    values = {
        # As sam does: what stands under a command overrides what stands for all of them.
        **content[name].get("global", {}).get("parameters", {}),
        **content[name].get("deploy", {}).get("parameters", {}),
    }
    if "stack_name" not in values:
        raise Refused(f"{file.name} names no stack_name for {name}.")
    return Environment(
        name,
        values["stack_name"],
        values.get("region"),
        values.get("profile"),
        _overrides(values.get("parameter_overrides", "")),
    )


def environments(file: Path = FILE) -> list[Environment]:
    """Return all environments of a file that have a stack."""
    content = _content(file)
    deployed = [
        name
        for name, each in content.items()
        if isinstance(each, dict)
        and any("stack_name" in each.get(part, {}).get("parameters", {}) for part in ("global", "deploy"))
    ]
    return [environment(name, file) for name in deployed]


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{file} is not TOML: {error}") from None


def _overrides(given: str | list[str]) -> dict[str, str]:
    """Return values by their parameters' names, of ``A=1 B="two words"`` or a list of pairs."""
    pairs = shlex.split(given) if isinstance(given, str) else given
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
