"""``scripts/take_over``: tables, a bucket and queues that are there already, into a stack that is not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy import samconfig, template
from deploy.preflight import named_resources
from deploy.samconfig import Environment
from deploy.stack import clear_failed, status
from deploy.terminal import OK, Refused, run_command

ABOUT = """
Make the stack of an environment out of the tables, the bucket and the queues that are there already by its
names (CloudFormation's resource import), as a deleted stack leaves them. Nothing in them is touched.
scripts/release then adds the rest. Names are those of samconfig.toml.
"""

LOGICAL = {"Ingest": "IngestQueue", "Ingest-DeadLetters": "DeadLetterQueue"}

CHANGE_SET = "take-over"
SECONDS = 600


def main(arguments: Sequence[str] | None = None) -> int:
    """Take over what is there for the environment that the command line names."""
    options = _options(arguments)
    environment = samconfig.environment(options.env, options.config)
    session = environment.session()
    values = template.values(environment.parameters)
    found = dict(_there(session, values))
    if not found:
        raise Refused(f"Nothing that a stack of {environment.name} leaves is there: run scripts/release.")
    for logical, identifier in found.items():
        print(f"{logical}: {next(iter(identifier.values()))}")
    if options.dry_run:
        return OK
    # An empty stack of a failed creation stands in the way of the import.
    clear_failed(session, environment)
    if (state := status(session, environment)) not in (None, "REVIEW_IN_PROGRESS"):
        raise Refused(f"There is a stack {environment.stack} already ({state}).")
    _import(session, environment, values, found)
    print(f"{environment.stack} holds them. Go on with scripts/release {environment.name}")
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/take_over", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("env", metavar="ENV", help="an environment of samconfig.toml, such as staging")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be taken over")
    parser.add_argument(
        "--config", type=Path, default=samconfig.FILE, metavar="FILE", help="another samconfig.toml"
    )
    return parser.parse_args(arguments)


def _there(session: Any, values: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Return the identifiers of the existing resources by their names in the template."""
    for what, name, output, there in named_resources(session, values):
        if what == "function" or not there():
            continue
        if what == "queue":
            url = session.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
            yield LOGICAL[name.removeprefix(f"{values['Prefix']}-")], {"QueueUrl": url}
        else:
            yield output, {"TableName" if what == "table" else "BucketName": name}


def _import(
    session: Any, environment: Environment, values: Mapping[str, str], found: Mapping[str, dict[str, str]]
) -> None:
    client = session.client("cloudformation")
    body = template_of(found)
    given = {name: values[name] for name in body["Parameters"]}
    resources = body["Resources"]
    client.create_change_set(
        StackName=environment.stack,
        ChangeSetName=CHANGE_SET,
        # Only CloudFormation's import takes over without a touch: a release would fail as the names are
        # taken.
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(body),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()],
        ResourcesToImport=[
            {
                "ResourceType": resources[logical]["Type"],
                "LogicalResourceId": logical,
                "ResourceIdentifier": identifier,
            }
            for logical, identifier in found.items()
        ],
    )
    chosen = {"StackName": environment.stack, "ChangeSetName": CHANGE_SET}
    wait = {"Delay": 2, "MaxAttempts": SECONDS // 2}
    client.get_waiter("change_set_create_complete").wait(**chosen, WaiterConfig=wait)
    client.execute_change_set(**chosen)
    client.get_waiter("stack_import_complete").wait(StackName=environment.stack, WaiterConfig=wait)


def template_of(names: Mapping[str, object]) -> dict[str, Any]:
    """Return a template of nothing but these resources, as template.yaml has them. What refers to others
    comes with the release that follows: the bucket's CORS (to the API), a queue's dead letters where those
    are gone."""
    whole = template.content()
    resources = {name: dict(whole["Resources"][name]) for name in names}
    for each in resources.values():
        each["Properties"] = dict(each["Properties"])
        each["DeletionPolicy"] = "Retain"  # which an import asks for
    if "Bucket" in resources:
        resources["Bucket"]["Properties"].pop("CorsConfiguration")
    if "IngestQueue" in resources and "DeadLetterQueue" not in resources:
        resources["IngestQueue"]["Properties"].pop("RedrivePolicy")
    used = {name for name in template.parameters() if f'{{"Ref": "{name}"}}' in json.dumps(resources)}
    # In Sub strings, too; CloudFormation refuses a parameter that nothing uses.
    used |= {name for name in template.parameters() if f"${{{name}}}" in json.dumps(resources)}
    parameters = {name: each for name, each in whole["Parameters"].items() if name in used}
    return {"Parameters": parameters, "Resources": resources}


if __name__ == "__main__":
    sys.exit(run_command(main, "take_over"))
