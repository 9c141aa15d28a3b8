"""SAM's transform, run by its own Python: for each line of stdin a line of stdout."""

from __future__ import annotations

import json
import sys

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse


class NoManagedPolicies:
    """The names of AWS's managed policies: the template uses none."""

    def load(self) -> dict[str, str]:
        return {}


for line in sys.stdin:
    given = json.loads(line)
    made = transform(yaml_parse(given["template"]), given["parameters"], NoManagedPolicies())
    print(json.dumps(made), flush=True)
