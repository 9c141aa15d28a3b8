"""The stack as it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.samconfig import Environment
from deploy.terminal import Refused

IMPORTED = "IMPORT_COMPLETE"
"""A stack of what was there already, and of nothing else yet."""

UNBEGUN = "REVIEW_IN_PROGRESS"
"""A stack that was announced and never created; the next deployment creates it."""

EMPTY = "ROLLBACK_COMPLETE"
"""Its creation failed, and all that was made for it is gone again. It can only be deleted."""

BROKEN = {
    "ROLLBACK_FAILED": "its creation failed and could not be undone; `sam delete` it, and look what is left",
    "DELETE_FAILED": "something of it could not be deleted; `sam delete` it again",
    "UPDATE_ROLLBACK_FAILED": "go on with `aws cloudformation continue-update-rollback --stack-name NAME`",
}
"""States in which CloudFormation takes no deployment, and what to do."""

DELETE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack's parameters and outputs."""

    name: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def url(self) -> str:
        """The URL of its API."""
        return self._output("KnowledgeBaseAPI")

    @property
    def main(self) -> str:
        """The main function's name."""
        return self._output("MainFunction")

    @property
    def image_processor(self) -> str:
        """The image processor's name."""
        return self._output("ImageProcessorFunction")

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise Refused(f"The stack {self.name} has no output {name}: was it made of template.yaml?")
        return self.outputs[name]


def find_stack(session: Any, environment: Environment) -> Stack | None:
    """Return an environment's stack, ``None`` if there is none that has ever been deployed."""
    found = _describe_stack(session, environment)
    if found is None:
        return None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    # A stack that was announced only, or whose creation failed, has no outputs.
    return Stack(environment.stack, parameters, outputs) if outputs else None


def status(session: Any, environment: Environment) -> str | None:
    """Return what CloudFormation says of an environment's stack, ``None`` if there is none."""
    found = _describe_stack(session, environment)
    return str(found["StackStatus"]) if found else None


def physical_names(session: Any, environment: Environment) -> set[str]:
    """Return the names, ARNs or addresses of all that an environment's stack holds; none where there is
    none."""
    from botocore.exceptions import ClientError

    try:
        found = session.client("cloudformation").describe_stack_resources(StackName=environment.stack)
    except ClientError:
        return set()
    return {each["PhysicalResourceId"] for each in found["StackResources"] if "PhysicalResourceId" in each}


def clear_failed(session: Any, environment: Environment) -> bool:
    """Delete what is left of a creation that failed: an empty stack, in whose place none can be deployed.
    Whether there was one."""
    if status(session, environment) != EMPTY:
        return False
    client = session.client("cloudformation")
    client.delete_stack(StackName=environment.stack)
    wait = {"Delay": 2, "MaxAttempts": DELETE_SECONDS // 2}
    client.get_waiter("stack_delete_complete").wait(StackName=environment.stack, WaiterConfig=wait)
    return True


def _describe_stack(session: Any, environment: Environment) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=environment.stack)["Stacks"]
    except ClientError as error:
        # CloudFormation has no code of its own for it: a ValidationError says so in its text.
        if "does not exist" not in str(error):
            raise
        return None
    described: dict[str, Any] = found
    return described
