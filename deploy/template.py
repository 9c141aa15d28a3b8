"""``template.yaml`` as a release needs it: which parameters the stack has, and what each takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from images.build import ROOT

FILE = ROOT / "template.yaml"

SHOWN_CHARACTERS = 80
"""How many characters of a refused value are shown."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the stack; ``default`` is ``None`` where a value must be given."""

    name: str
    default: str | None
    description: str
    rules: Mapping[str, Any]

    def refuses(self, value: str) -> str | None:
        """Return why CloudFormation would refuse a value, ``None`` if it would not."""
        rules, told = self.rules, value[:SHOWN_CHARACTERS]
        if "AllowedValues" in rules:
            known = [_text(each) for each in rules["AllowedValues"]]
            if value not in known:
                return f"{self.name} is {told!r} and must be one of {', '.join(known)}"
        if rules["Type"] == "Number":
            return self._refuses_number(value)
        # As CloudFormation does: a pattern must fit the whole value.
        if "AllowedPattern" in rules and not re.fullmatch(rules["AllowedPattern"], value):
            wanted = rules.get("ConstraintDescription") or f"must match {rules['AllowedPattern']}"
            return f"{self.name} is {told!r} and {wanted}"
        return None

    def _refuses_number(self, value: str) -> str | None:
        least, most = self.rules.get("MinValue"), self.rules.get("MaxValue")
        try:
            number = int(value)
        except ValueError:
            return f"{self.name} is {value[:SHOWN_CHARACTERS]!r} and must be a whole number"
        if (least is not None and number < least) or (most is not None and number > most):
            wanted = f"at least {least:,}" if most is None else f"from {least or 0:,} to {most:,}"
            return f"{self.name} is {number:,} and must be {wanted}"
        return None


@cache
def parameters(file: Path = FILE) -> Mapping[str, Parameter]:
    """Return all parameters by name."""
    found = content(file)["Parameters"]
    return {name: _parameter(name, rules) for name, rules in found.items()}


def values(given: Mapping[str, str]) -> dict[str, str]:
    """Return what every parameter is that has a value: the given ones, and the defaults of the others."""
    known = {name: each.default for name, each in parameters().items() if each.default is not None}
    return {**known, **given}


def refusals(given: Mapping[str, str], released: frozenset[str]) -> Iterator[str]:
    """Yield why CloudFormation would refuse these values, a clause each. The parameters in ``released``
    are filled in by the release itself."""
    for name in given:
        if name not in parameters():
            yield f"the template has no parameter {name}"
    for name, each in parameters().items():
        if name in given:
            if why := each.refuses(given[name]):
                yield why
        elif each.default is None and name not in released:
            yield f"{name} is missing ({each.description})" if each.description else f"{name} is missing"


def _parameter(name: str, rules: Mapping[str, Any]) -> Parameter:
    default = _text(rules["Default"]) if "Default" in rules else None
    return Parameter(name, default, str(rules.get("Description", "")), rules)


def _text(value: object) -> str:
    # YAML reads true and 30 as such; CloudFormation gets every parameter as text.
    return str(value)


def content(file: Path = FILE) -> Any:
    """Return the file's content, with CloudFormation's short functions (``!Ref``) in their long form."""
    import yaml

    # A loader of its own: tags that are added to SafeLoader would hold for every user of it in the process.
    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        pass

    def function(loader: Any, tag: str, node: Any) -> dict[str, Any]:
        one = isinstance(node, yaml.ScalarNode)
        value = loader.construct_scalar(node) if one else loader.construct_sequence(node, deep=True)
        if tag == "GetAtt" and one:
            # Once only: an attribute's name may have dots of its own, such as Outputs.Name.
            value = value.split(".", 1)
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}

    Loader.add_multi_constructor("!", function)
    return yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506 - it is a SafeLoader
