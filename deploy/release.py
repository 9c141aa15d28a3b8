"""``scripts/release``: the commit that is checked out, into an environment of ``samconfig.toml``."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.adapters.weaviate.collections import SCHEMA
from deploy import samconfig, template
from deploy.ecr import Ecr
from deploy.preflight import Preflight, check_here
from deploy.push_ecr import release_image
from deploy.rollback import Way
from deploy.samconfig import Environment
from deploy.smoke import check
from deploy.stack import IMPORTED, Stack, clear_failed, find_stack, status
from deploy.terminal import OK, Refused, run_command
from deploy.traffic import PAUSE, Traffic
from deploy.versions import ALIAS, Function, description
from images.build import AMD64, ARM64, RECIPES, ROOT, revision

ABOUT = """
Build the images, push them to ECR, deploy the stack with them, and look whether it works.

First it looks whether anything would stand in the way: the parameters' form, the secret and what it must
hold, the stack and names that are taken, the quota of concurrency, and whether the index and the model
answer from here. The commit's images are built and pushed once: what is in ECR already is taken from there,
so that production gets what staging was tried with. `sam deploy` moves the alias prod to the new version,
gradually and back where an alarm rings, as samconfig.toml says; while it shifts a request a second is made.
Then scripts/smoke is run against the API; if it fails, the alias goes back to the version before. A second
call for the same commit changes nothing, but looks again.
"""

PROTECTION = "DeletionProtection"

PLATFORMS = {"x86_64": AMD64, "arm64": ARM64}

TOKEN_SECONDS = 900
TENANT = "smoke-test"


def main(arguments: Sequence[str] | None = None) -> int:
    """Release to the environment that the command line names."""
    options = _options(arguments)
    commit = revision()
    # What runs must be found again from its commit, also by whoever takes it back.
    if commit.endswith("-dirty") and not options.dirty:
        raise Refused("Files differ from the commit: commit them, so that the release can be found again.")
    environment = samconfig.environment(options.env, options.config)
    session = environment.session()
    if options.dry_run:
        addresses = {recipe.name: f"{recipe.repository}@sha256:…" for recipe in RECIPES}
        print(shlex.join(sam_command(environment, options.config, values_of(environment, commit, addresses))))
        return OK
    check_here(environment)
    before = find_stack(session, environment)
    secret = Preflight(environment, session, before, options.reach).check()
    # After every check: images are large, and a refused release would have pushed them for nothing.
    ecr = Ecr(session.client("ecr"), options.registry)
    target = PLATFORMS[environment.parameters.get("Architecture", "x86_64")]
    addresses = {recipe.name: release_image(recipe, target, ecr, options.base) for recipe in RECIPES}
    values = values_of(environment, commit, addresses, secret)
    main = Function(session.client("lambda"), before.main) if before else None
    serving = main.live() if main else None
    if main is None:
        _create(session, environment, options.config, values)
    _deploy(environment, options.config, values, main)
    stack = find_stack(session, environment)
    if stack is None:
        raise Refused(f"The stack {environment.stack} is not there after its deployment.")
    _shift(session, stack)
    _try(session, stack, options.seconds, serving.number if serving else None)
    print(f"{environment.name} serves {commit}: {stack.url}")
    return OK


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/release", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("env", metavar="ENV", help="an environment of samconfig.toml, such as staging")
    parser.add_argument("--dry-run", action="store_true", help="print the `sam deploy` that would be called")
    parser.add_argument(
        "--no-reach",
        dest="reach",
        action="store_false",
        help="do not look whether the index and the model answer: where only AWS reaches them",
    )
    parser.add_argument("--dirty", action="store_true", help="release although files differ from the commit")
    parser.add_argument(
        "--seconds", type=float, default=300, help="the check at the end may take this long (default 300)"
    )
    parser.add_argument(
        "--config", type=Path, default=samconfig.FILE, metavar="FILE", help="another samconfig.toml"
    )
    parser.add_argument(
        "--registry", metavar="HOST[:PORT]", help="where images go if not to ECR's address (an emulator)"
    )
    parser.add_argument("--base", help="the base image, instead of the one that the Dockerfiles name")
    return parser.parse_args(arguments)


# -- the stack ----------------------------------------------------------------------------------------------


def values_of(
    environment: Environment, commit: str, addresses: Mapping[str, str], secret: str = ""
) -> dict[str, str]:
    """Return the stack's parameters: the environment's, and what is released, with the version of the
    secret.

    ``DeletionProtection`` is always among them: ``sam`` keeps what a stack had for a parameter that is not
    given, and the deployment before may have lifted it. ``Release`` is a hash of them all: another one
    publishes new versions.
    """
    values = {
        **environment.parameters,
        PROTECTION: template.values(environment.parameters)[PROTECTION],
        "MainImageUri": addresses["main-api"],
        "ImageProcessorImageUri": addresses["image-processor"],
        "Revision": description(commit, SCHEMA),
        # The version by its id: a secret that is changed later must not change what a published version
        # reads.
        **({"SecretVersion": secret} if secret else {}),
    }
    return {**values, "Release": hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()}


def sam_command(environment: Environment, config: Path, values: Mapping[str, str]) -> list[str]:
    """Return the call of ``sam`` that deploys. Values on the command line take the place of all in the
    file."""
    given = [f"{name}={_quote_value(value)}" for name, value in values.items()]
    return [
        *("sam", "deploy", "--template-file", str(ROOT / "template.yaml")),
        *("--config-file", str(config.resolve()), "--config-env", environment.name),
        # Nobody is there to confirm in CI, and a release without changes is tried like any other.
        *("--no-confirm-changeset", "--no-fail-on-empty-changeset"),
        *("--parameter-overrides", *given),
    ]


def _quote_value(value: str) -> str:
    """Return a value as ``sam`` parses it: in double quotes unless it is a plain word."""
    plain = re.fullmatch(r'[^\s"\\]+', value)
    return value if plain else '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def _create(session: Any, environment: Environment, config: Path, values: Mapping[str, str]) -> None:
    """Create the stack with tables that can be deleted: where the creation fails they go with the rest, and
    it can be tried again. The deployment that follows protects them."""
    if clear_failed(session, environment):
        print(f"{environment.stack} is what a failed creation left: deleted", file=sys.stderr)
    imported = status(session, environment) == IMPORTED  # what is there stays protected
    if values[PROTECTION] != "false" and not imported:
        _deploy(environment, config, {**values, PROTECTION: "false"}, None)


def _deploy(environment: Environment, config: Path, values: Mapping[str, str], main: Function | None) -> None:
    """Call ``sam deploy``, and the function meanwhile while its alias shifts."""
    traffic = Traffic(main) if main else None
    with subprocess.Popen(sam_command(environment, config, values), stdout=sys.stderr) as process:
        while process.poll() is None:
            if traffic:
                traffic.once()
            time.sleep(PAUSE)
    if process.returncode:
        told = (
            "; ".join(f"version {number}: {why}" for number, why in traffic.failed.items()) if traffic else ""
        )
        raise Refused(
            "`sam deploy` failed, as it says above"
            + (f" ({told})" if told else "")
            + ("; what served before serves on." if main else "; mend what it says and call this again.")
        )


def _shift(session: Any, stack: Stack) -> None:
    """Have both aliases at the newest version, also where they were taken back before and nothing is new."""
    client = session.client("lambda")
    # The image processor first: the main function may ask for what only the new one has.
    for name in (stack.image_processor, stack.main):
        function = Function(client, name)
        live, newest = function.live(), function.newest()
        if live and live.number != newest:
            function.point(newest)


def _try(session: Any, stack: Stack, seconds: float, before: int | None) -> None:
    """Look whether the stack works; if not, go back to the version that served before."""
    try:
        check(stack.url, token(session, stack), seconds)
    except Refused as error:
        way = Way.of(session, stack)
        live = way.main.live()
        # Alarms may have taken it back meanwhile: then there is nothing left to do.
        if before is None or (live and live.number == before):
            raise Refused(
                f"The smoke test failed, and there is no other version to go back to. {error}"
            ) from None
        try:
            way.back(before)
        except Refused as reason:
            raise Refused(
                f"The smoke test failed ({error}), and {ALIAS} stays at the new version: {reason}"
            ) from None
        raise Refused(f"The smoke test failed; {ALIAS} is back at version {before}. {error}") from None


def token(session: Any, stack: Stack) -> str:
    """Return a token for the smoke test: ``KB_TOKEN``, or one signed with the secret that the stack names."""
    if given := os.environ.get("KB_TOKEN"):
        return given
    from app.api.auth import mint
    from app.settings import Settings

    version = stack.parameters.get("SecretVersion")
    chosen = {"VersionId": version} if version else {}
    client = session.client("secretsmanager")
    secret = client.get_secret_value(SecretId=stack.parameters["SecretArn"], **chosen)
    key = json.loads(secret["SecretString"]).get("JWT_SECRET_KEY")
    if not key:
        raise Refused(
            "The stack's secret has no JWT_SECRET_KEY: give a token for the smoke test in KB_TOKEN."
        )
    settings = Settings(
        jwt_secret_key=key,
        jwt_issuer=stack.parameters.get("JwtIssuer") or None,
        jwt_audience=stack.parameters.get("JwtAudience") or None,
    )
    return mint(settings, "smoke-test", TENANT, ("editor",), TOKEN_SECONDS)


if __name__ == "__main__":
    sys.exit(run_command(main, "release"))
