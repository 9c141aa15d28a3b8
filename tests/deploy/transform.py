"""SAM's transform, run by its own Python: a template and parameters on stdin, CloudFormation on stdout."""

from __future__ import annotations

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """The names of AWS's managed policies: the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


given = json.load(sys.stdin)
json.dump(transform(yaml_parse(given["template"]), given["parameters"], NoManagedPolicies()), sys.stdout)
