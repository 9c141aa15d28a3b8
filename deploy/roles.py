"""``scripts/roles``: the roles that GitHub's workflows take, for the images and for each environment."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy import samconfig, template
from deploy.samconfig import Environment
from deploy.terminal import OK, Refused, run_command
from images.build import ROOT

ABOUT = """
Make or renew the roles that GitHub's workflows take, and print the variables that name them there: one for
the images, and one for each environment of samconfig.toml, which may do what a release to it needs, on what
is called as samconfig.toml says. Roles trust the one repository, and each a tag v… or its environment. Call
it again when names in samconfig.toml change. It needs the rights of an administrator of the account.
"""

FILE = ROOT / "deploy" / "roles.yaml"
IMAGES_STACK = "knowledge-base-roles"
ISSUER = "token.actions.githubusercontent.com"
SECONDS = 600

NAMES = (
    "Prefix",
    "DocumentsTableName",
    "ChatSessionsTableName",
    "ChatMessagesTableName",
    "AlarmPrefix",
    "SecretArn",
)
"""Parameters that both templates have."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the roles for the repository that the command line names."""
    options = _options(arguments)
    environments = samconfig.environments(options.config)
    if not environments:
        raise Refused(f"{options.config.name} has no environment with a stack.")
    for each in environments:
        # All are looked at before the first role is made.
        if "SecretArn" not in each.parameters:
            raise Refused(
                f"samconfig.toml names no SecretArn for {each.name}: its role may read that one alone."
            )
    # Images are pushed once for all environments, into the account of the last one named.
    first = environments[-1].session()
    images = {"Repository": options.repository, "Provider": _provider(first)}
    arn = _deploy_stack(first, IMAGES_STACK, images)["ImagesRoleArn"]
    print(f"repository: AWS_REGION={first.region_name}")
    print(f"repository: AWS_IMAGES_ROLE_ARN={arn}")
    for each in environments:
        session = each.session()
        found = _deploy_stack(session, f"{each.stack}-roles", values_of(session, each, options.repository))
        print(f"environment {each.name}: AWS_ROLE_ARN={found['ReleaseRoleArn']}")
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/roles", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("repository", metavar="OWNER/NAME", help="the repository on GitHub")
    parser.add_argument(
        "--config", type=Path, default=samconfig.FILE, metavar="FILE", help="another samconfig.toml"
    )
    return parser.parse_args(arguments)


def values_of(session: Any, environment: Environment, repository: str) -> dict[str, str]:
    """Return the parameters of an environment's role: what its stack makes is called as samconfig.toml
    says."""
    values = template.values(environment.parameters)
    account = session.client("sts").get_caller_identity()["Account"]
    return {
        "Repository": repository,
        "Environment": environment.name,
        "Stack": environment.stack,
        "Bucket": f"{values['BucketPrefix']}-{values['Stage']}-{account}-{session.region_name}",
        **{name: values[name] for name in NAMES},
    }


def _provider(session: Any) -> str:
    """Return the account's identity provider for GitHub, "" where the stack has it or makes it."""
    found = _parameters(session, IMAGES_STACK)
    if found is not None:
        return found.get("Provider", "")
    listed = session.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    return next((str(each["Arn"]) for each in listed if each["Arn"].endswith(ISSUER)), "")


def _parameters(session: Any, stack: str) -> dict[str, str] | None:
    from botocore.exceptions import ClientError

    try:
        (found,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        return None
    return {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())}


def _deploy_stack(session: Any, stack: str, values: Mapping[str, str]) -> dict[str, str]:
    """Make or renew a stack; its outputs."""
    from botocore.exceptions import ClientError

    client = session.client("cloudformation")
    given = {
        "StackName": stack,
        "TemplateBody": FILE.read_text(encoding="utf-8"),
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    wait = {"Delay": 2, "MaxAttempts": SECONDS // 2}
    if _parameters(session, stack) is None:
        # A stack that failed to be made can only be deleted: this way the next call can make it.
        client.create_stack(**given, OnFailure="DELETE")
        client.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=wait)
    else:
        try:
            client.update_stack(**given)
            client.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=wait)
        except ClientError as error:
            # CloudFormation calls it an error when nothing has changed.
            if "No updates are to be performed" not in str(error):
                raise
    (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}


if __name__ == "__main__":
    sys.exit(run_command(main, "roles"))
