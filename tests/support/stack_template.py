"""The template as CloudFormation gets it, with its functions in the place of their values."""

from __future__ import annotations

import atexit
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from deploy.template import content
from tests.support import tools

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"

PARAMETERS = {
    "MainImageUri": f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/main-api@sha256:{'a' * 64}",
    "ImageProcessorImageUri": f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/images@sha256:{'b' * 64}",
    "Revision": "0123456789ab",
    "Release": "c" * 64,
    "SecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:knowledge-base-AbCdEf",
    "WeaviateUrl": "https://weaviate.example",
}
PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::URLSuffix": "amazonaws.com",
}


@dataclass(frozen=True, slots=True)
class Transformed:
    """The transformed template, and the parameters that it was transformed with."""

    content: dict[str, Any]
    parameters: Mapping[str, str]

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """By logical name."""
        found: dict[str, dict[str, Any]] = self.content["Resources"]
        return found

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resources of a type, by logical name."""
        return {name: each for name, each in self.resources.items() if each["Type"] == kind}

    def properties(self, name: str) -> Any:
        """A resource's properties, rendered."""
        return self.rendered(self.resources[name].get("Properties", {}))

    def output(self, name: str) -> Any:
        """An output's value, rendered."""
        return self.rendered(self.content["Outputs"][name]["Value"])

    def rendered(self, value: Any) -> Any:
        """The value with parameters filled in. Another resource is ``<Name>`` or ``<Name.Attribute>``."""
        if isinstance(value, list):
            return [self.rendered(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), *_ = value.items()
            if function == "Ref":
                return self._named(argument)
            if function == "Condition" and isinstance(argument, str):
                return self.holds(argument)
            if function.startswith("Fn::"):
                return getattr(self, "_" + function[4:].lower())(argument)
        found = {name: self.rendered(each) for name, each in value.items()}
        return {name: each for name, each in found.items() if each is not None}

    def _named(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return None
        known = {**PSEUDO, **self.parameters}
        if name in known:
            return known[name]
        parameter = self.content["Parameters"].get(name)
        return parameter["Default"] if parameter else f"<{name}>"

    def _getatt(self, place: str | list[str]) -> str:
        return f"<{place if isinstance(place, str) else '.'.join(place)}>"

    def _sub(self, argument: str | list[Any]) -> str:
        text, more = (argument, {}) if isinstance(argument, str) else argument
        values = self.rendered(more)
        return re.sub(r"\$\{([^}]+)\}", lambda found: str(self._value(found[1], values)), text)

    def _value(self, name: str, values: Mapping[str, Any]) -> Any:
        if name in values:
            return values[name]
        return self._getatt(name) if "." in name else self._named(name)

    def _split(self, argument: list[Any]) -> list[str]:
        separator, text = argument
        return str(self.rendered(text)).split(separator)

    def _join(self, argument: list[Any]) -> str:
        separator, parts = argument
        return str(separator).join(map(str, self.rendered(parts)))

    def _if(self, argument: list[Any]) -> Any:
        condition, then, otherwise = argument
        return self.rendered(then if self.holds(condition) else otherwise)

    def holds(self, condition: str) -> bool:
        """Whether a condition holds with these parameters."""
        return bool(self.rendered(self.content["Conditions"][condition]))

    def _and(self, argument: list[Any]) -> bool:
        return all(self.rendered(each) for each in argument)

    def _not(self, argument: list[Any]) -> bool:
        return not self.rendered(argument[0])

    def _equals(self, argument: list[Any]) -> bool:
        first, second = self.rendered(argument)
        return str(first) == str(second)


def loaded(path: Path, parameters: Mapping[str, str]) -> Transformed:
    """A template without a transform, with these parameters; what a condition leaves out is not there."""
    found = Transformed(content(path), parameters)
    made = {
        name: each
        for name, each in found.resources.items()
        if "Condition" not in each or found.holds(each["Condition"])
    }
    return Transformed({**found.content, "Resources": made}, parameters)


@cache
def _translator() -> subprocess.Popen[str]:
    """SAM, which takes a second to start: once for all tests of a process."""
    process = subprocess.Popen(
        [tools.commands(tools.SAM) / "python", "-W", "ignore", ROOT / "tests" / "deploy" / "transform.py"],
        env={"AWS_DEFAULT_REGION": PSEUDO["AWS::Region"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(process.communicate)
    return process


@cache
def transformed(**parameters: str) -> Transformed:
    """What SAM makes of the template with these parameters beside those it needs."""
    given = {**PARAMETERS, **parameters}
    sam = _translator()
    assert sam.stdin
    assert sam.stdout
    print(
        json.dumps({"template": TEMPLATE.read_text(encoding="utf-8"), "parameters": given}),
        file=sam.stdin,
        flush=True,
    )
    return Transformed(json.loads(sam.stdout.readline()), given)
