"""The stack as it is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.samconfig import Environment
from deploy.terminal import Refused


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack's parameters and outputs."""

    name: str
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where its API is."""
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


def deployed(session: Any, environment: Environment) -> Stack | None:
    """An environment's stack, ``None`` if there is none that has ever been deployed."""
    from botocore.exceptions import ClientError

    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=environment.stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}
    return Stack(environment.stack, parameters, outputs) if outputs else None
