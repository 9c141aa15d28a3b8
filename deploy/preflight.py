"""What a release looks at before it builds: whatever would end it half-way, or a production that has moved.

Each reason is one clause that says what is wrong and what to do.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from deploy import template
from deploy.samconfig import Environment
from deploy.stack import BROKEN, UNBEGUN, Stack, physical_names, status
from deploy.terminal import Refused

RELEASED = frozenset({"MainImageUri", "ImageProcessorImageUri", "Revision", "Release"})
"""Parameters that a release fills in."""

NEEDED = ("OPENAI_API_KEY",)
KNOWN = ("OPENAI_API_KEY", "JWT_SECRET_KEY", "WEAVIATE_API_KEY")

RESERVED = 5
"""Concurrent executions that the image processor's function takes out of the account's for itself."""

UNRESERVED = 100
"""The concurrency that AWS reserves for all other functions
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html)."""

MORE = (
    "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 "
    "--desired-value 1000"
)

OPENAI = "https://api.openai.com/v1"
REACH_SECONDS = 10.0

GUIDE = "docs/guides/deploy.md"


def check_here(environment: Environment) -> None:
    """Look at what can be seen without the account: the parameters and the tools. Raises ``Refused`` if
    something stands in the way; several reasons are printed, a line each."""
    _refuse(
        [f"samconfig.toml, {environment.name}: {why}" for why in _parameters(environment)]
        + list(_tools(environment))
    )


@dataclass(frozen=True, slots=True)
class Preflight:
    """The checks of an account before a release, after ``check_here``. ``stack`` is the existing stack;
    ``reach`` says whether to connect to index and model from here."""

    environment: Environment
    session: Any
    stack: Stack | None
    reach: bool = True

    def check(self) -> str:
        """Return the id of the secret's version that is to be released. Raises ``Refused`` if something
        stands in the way; several reasons are printed, a line each."""
        held, version, reasons = self._secret()
        reasons += [why for look in (self._state, self._names, self._quota) for why in look()]
        if held and self.reach:
            reasons += [*self._index(held), *self._model(held)]
        _refuse(reasons)
        return version

    @property
    def _values(self) -> Mapping[str, str]:
        return template.values(self.environment.parameters)

    # -- the secret ---------------------------------------------------------------------------------------

    def _secret(self) -> tuple[Mapping[str, str], str, list[str]]:
        """Return what it holds (nothing where it cannot be read), its version's id, and what is wrong with
        it."""
        from botocore.exceptions import ClientError

        from app.adapters.aws.secrets import texts

        arn, version = self._values["SecretArn"], self._values["SecretVersion"]
        chosen = {"VersionId": version} if version else {}
        try:
            found = self.session.client("secretsmanager").get_secret_value(SecretId=arn, **chosen)
        except ClientError as error:
            return {}, "", [f"the secret {arn} cannot be read: {_describe_error(error)}"]
        try:
            held = texts(arn, found.get("SecretString", ""))
        except ValueError:
            return (
                {},
                "",
                [f'the secret {arn} must be a JSON object of texts, such as {{"OPENAI_API_KEY": "…"}}'],
            )
        return held, found["VersionId"], [f"the secret {arn}: {why}" for why in self._check_secret(held)]

    def _check_secret(self, held: Mapping[str, str]) -> Iterator[str]:
        from app.settings import SettingError, variables

        rules = variables()
        # With an issuer's keys tokens are not signed here, and no secret for it is needed.
        needed = NEEDED if self._values["JwtJwksUrl"] else (*NEEDED, "JWT_SECRET_KEY")
        for name in KNOWN:
            if not held.get(name):
                if name in needed:
                    yield f"it has no {name}"
                continue
            try:
                rules[name][1].value(name, held[name])
            except SettingError as error:
                yield str(error).removesuffix(".")
            # A line break behind a pasted key fails at the first request, and says nothing of its cause.
            if held[name] != held[name].strip():
                yield f"{name} begins or ends with white space"

    # -- the account --------------------------------------------------------------------------------------

    def _state(self) -> Iterator[str]:
        found = status(self.session, self.environment)
        if found and found.endswith("_IN_PROGRESS") and found != UNBEGUN:
            yield f"the stack {self.environment.stack} is just being changed ({found}): wait for its end"
        if found in BROKEN:
            yield (
                f"the stack {self.environment.stack} is in the state {found}: {BROKEN[found]} "
                f'({GUIDE}, "When a deployment fails")'
            )

    def _names(self) -> Iterator[str]:
        """Yield problems with names. A name of another stack or a retained resource would make the
        creation fail; a changed name would replace a table or bucket by an empty one."""
        own = physical_names(self.session, self.environment)
        for what, wanted, output, there in named_resources(self.session, self._values):
            if self.stack:
                current = self.stack.outputs.get(output, wanted)
                if current != wanted:
                    yield (
                        f"the stack's {what} is called {current} and would become {wanted}, a new and empty "
                        f'one: keep its name in samconfig.toml ({GUIDE}, "Names")'
                    )
            # An import leaves a stack without outputs, which has them all the same; ARNs end with the name.
            elif there() and not any(each.endswith(wanted) for each in own):
                yield (
                    f"there is a {what} {wanted} already, not of the stack {self.environment.stack}: "
                    f"scripts/take_over {self.environment.name} takes what is kept into it "
                    f'({GUIDE}, "Taking over what is there")'
                )

    def _quota(self) -> Iterator[str]:
        from botocore.exceptions import ClientError

        if self.stack:
            return
        try:
            limits = self.session.client("lambda").get_account_settings()["AccountLimit"]
        except (ClientError, KeyError):
            # Who may release need not see quotas: the creation itself then tells.
            print("release: the account's concurrency could not be looked at", file=sys.stderr)
            return
        left = limits["UnreservedConcurrentExecutions"]
        wanted = RESERVED + int(self._values["ProvisionedConcurrency"])
        if left - wanted < UNRESERVED:
            yield (
                f"the account has {left} concurrent executions of Lambda left, and {wanted} are to be set "
                f"aside where AWS wants {UNRESERVED} to remain: ask for more with `{MORE}`"
            )

    # -- what the functions use ---------------------------------------------------------------------------

    def _index(self, held: Mapping[str, str]) -> Iterator[str]:
        url = self._values["WeaviateUrl"].rstrip("/")
        yield from _check_reach(
            "WeaviateUrl", f"{url}/v1/meta", held.get("WEAVIATE_API_KEY"), "WEAVIATE_API_KEY"
        )

    def _model(self, held: Mapping[str, str]) -> Iterator[str]:
        if not held.get("OPENAI_API_KEY"):
            return
        base = (self._values["OpenAiBaseUrl"] or OPENAI).rstrip("/")
        yield from _check_reach(
            "OpenAiBaseUrl", f"{base}/models", held.get("OPENAI_API_KEY"), "OPENAI_API_KEY"
        )


def named_resources(
    session: Any, values: Mapping[str, str]
) -> Iterator[tuple[str, str, str, Callable[[], bool]]]:
    """Yield what has a fixed name: its kind, its name, the stack's output with it, and whether it is
    there."""
    client = session.client
    for output in ("DocumentsTable", "ChatSessionsTable", "ChatMessagesTable"):
        name = values[f"{output}Name"]
        yield "table", name, output, partial(_is_there, client("dynamodb").describe_table, TableName=name)
    for output, suffix in (
        ("MainFunction", "KnowledgeBase"),
        ("ImageProcessorFunction", "ImageProcessor"),
    ):
        name = f"{values['Prefix']}-{suffix}"
        yield (
            "function",
            name,
            output,
            partial(_is_there, client("lambda").get_function, FunctionName=name),
        )
    account = client("sts").get_caller_identity()["Account"]
    name = f"{values['BucketPrefix']}-{values['Stage']}-{account}-{session.region_name}"
    yield "bucket", name, "Bucket", partial(_is_there, client("s3").head_bucket, Bucket=name)
    for suffix in ("Ingest", "Ingest-DeadLetters"):
        name = f"{values['Prefix']}-{suffix}"
        yield "queue", name, "", partial(_is_there, client("sqs").get_queue_url, QueueName=name)


def _parameters(environment: Environment) -> Iterator[str]:
    given = environment.parameters
    yield from template.refusals(given, RELEASED)
    lacking = [name for name in ("JwtIssuer", "JwtAudience") if not given.get(name)]
    if given.get("JwtJwksUrl") and lacking:
        yield f"JwtJwksUrl needs {' and '.join(lacking)} besides: else any token of that issuer would do"


def _tools(environment: Environment) -> Iterator[str]:
    if environment.parameters.get("JwtJwksUrl") and not os.environ.get("KB_TOKEN"):
        yield "tokens are signed by an issuer elsewhere: give one for the smoke test in KB_TOKEN"
    if shutil.which("sam") is None:
        yield "`sam` is missing: install aws-sam-cli, such as with `pipx install aws-sam-cli`"


def _check_reach(parameter: str, url: str, key: str | None, name: str) -> Iterator[str]:
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        answer = httpx.get(url, headers=headers, timeout=REACH_SECONDS, follow_redirects=True)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield f"{parameter}: nobody answers at {url} ({error}); where only AWS reaches it, give --no-reach"
        return
    if answer.status_code in (401, 403):
        given = f"the secret's {name} is refused" if key else f"it asks for a key: put {name} into the secret"
        yield f"{parameter}: {given} ({url} answers {answer.status_code})"
    elif answer.status_code >= 500:
        yield f"{parameter}: {url} answers {answer.status_code}"


def _is_there(look: Callable[..., Any], **name: str) -> bool:
    """Return whether something of this name is there, somebody else's too. What may not be looked at
    counts as missing, but for a bucket: its name is the whole world's."""
    from botocore.exceptions import ClientError

    try:
        look(**name)
    except ClientError as error:
        return "Bucket" in name and error.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    return True


def _describe_error(error: Any) -> str:
    said = " ".join(error.response["Error"].get("Message", "").split())
    return f"{error.response['Error']['Code']}: {said}".rstrip(". ")


def _refuse(reasons: list[str]) -> None:
    if len(reasons) == 1:
        raise Refused(f"{reasons[0]}. Nothing was built.")
    for reason in reasons:
        print(f"release: {reason}", file=sys.stderr)
    if reasons:
        raise Refused(f"{len(reasons)} things stand in the way, as said above. Nothing was built.")
