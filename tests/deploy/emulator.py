"""ministack, nearer to AWS: SAM's transform gets the values of the stack's parameters, those that are numbers
arrive as such, ``/health`` is the stack's, and a stack takes no group of logs that is there already. Whoever
asks for something is noted, as IAM sees it.

Run by ministack's own Python, with its settings in the environment; ``EMULATOR_CALLS`` is the file of notes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.services.cloudformation import changesets, engine, handlers, provisioners
from samtranslator.translator import transform as sam

app._HEALTH_PATHS = ("/_ministack/health",)

enforce = iam_evaluator.enforce
notes = Path(os.environ["EMULATOR_CALLS"])


def noted(key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any) -> Any:
    """What IAM says to a call."""
    denied = enforce(key, action, service, region, resource_arn=resource_arn, **more)
    note = {"key": key, "action": action, "resource": resource_arn, "denied": denied is not None}
    with notes.open("a") as file:
        file.write(json.dumps(note) + "\n")
    return denied


iam_evaluator.enforce = noted

translate = sam.transform
apply = engine._apply_transforms


def with_parameters(template: Any, provided: Any = None, previous: Any = None) -> Any:
    """The template as ``apply`` transforms it, knowing its parameters."""
    values = engine._transform_parameters(template, provided, previous)
    kinds = {name: each.get("Type") for name, each in template.get("Parameters", {}).items()}
    numbers = {name: int(value) for name, value in values.items() if kinds.get(name) == "Number"}
    sam.transform = lambda fragment, _, policies: translate(fragment, values, policies)
    applied = apply(template, provided, previous)
    if isinstance(applied, dict) and "Resources" in applied:
        resources = filled(applied["Resources"], numbers)
        # It knows no alarms of metric math; those take a gradual shift back, which it does not know either.
        applied["Resources"] = {
            name: each for name, each in resources.items() if "Metrics" not in each.get("Properties", {})
        }
    return applied


def filled(value: Any, numbers: dict[str, int]) -> Any:
    """The value with these numbers in the place of references to them."""
    if isinstance(value, list):
        return [filled(each, numbers) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"} and value["Ref"] in numbers:
        return numbers[value["Ref"]]
    return {name: filled(each, numbers) for name, each in value.items()}


groups = provisioners._RESOURCE_HANDLERS["AWS::Logs::LogGroup"]
create = groups["create"]


def created(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
    """A new group of logs, made as ``create`` does. Raises ``ValueError`` where there is one of its name."""
    name = properties.get("LogGroupName")
    if name in provisioners._cw_logs._log_groups:
        raise ValueError(f"Resource of type 'AWS::Logs::LogGroup' with identifier '{name}' already exists.")
    return create(logical_id, properties, stack)


groups["create"] = created
changesets._apply_transforms = handlers._apply_transforms = with_parameters
app.main()
