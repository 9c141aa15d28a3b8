"""AWS's own table of actions and the types of resources that each takes, as policy_sentry carries it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from policy_sentry.querying.actions import get_action_data

QUALIFIED = {
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:InvokeFunction",
}
"""The table knows these by the function only. Lambda asks for them with the ARN that is called, that of an
alias or a version too (https://docs.aws.amazon.com/lambda/latest/dg/versioning-aliases-permissions.html)."""

DOCUMENTED = {
    "cloudformation:CreateChangeSet": "arn:${Partition}:cloudformation:${Region}:aws:transform/${Transform}",
    **{
        f"apigateway:{method}": "arn:${Partition}:apigateway:${Region}::/tags/${Arn}"
        for method in ("DELETE", "GET", "POST", "PUT")
    },
}
"""What AWS's pages ask for and the table does not have: a template with a transform
(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/control-access-with-iam.html), and the tags of
an API (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html)."""

WITH_SLASHES = {
    "LogGroupName",
    "LogStreamName",
    "ObjectName",
    "RepositoryName",
    "SecretId",
    "StackName",
    "Id",
    "Arn",
}
"""Parts of an ARN that may have slashes in them."""

PLACEHOLDER = re.compile(r"(\$\{[^}]+\}|\*)")


@cache
def formats(action: str) -> tuple[str, ...]:
    """The ARNs that an action takes, with ``${…}`` for what varies; ``*`` is for no resource at all. Empty
    for an action that does not exist."""
    service, _, name = action.partition(":")
    found = get_action_data(service, name) or {}
    given = [str(each["resource_arn_format"]) for each in found.get(service, ())]
    if action in QUALIFIED:
        given.append("arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}:${Qualifier}")
    if action in DOCUMENTED:
        given.append(DOCUMENTED[action])
    return tuple(given)


def takes(action: str, resource: str) -> bool:
    """Whether some resource that the action takes is named by what stands in a statement."""
    if resource == "*":
        return bool(formats(action))
    return any(_meet(_tokens(each), _tokens(resource)) for each in formats(action) if each != "*")


def needs_star(action: str) -> bool:
    """Whether the action takes no resource at all."""
    return set(formats(action)) == {"*"}


def _tokens(arn: str) -> tuple[str, ...]:
    """Single characters, ``any`` for a star, and ``some`` or ``path`` for what varies."""
    return tuple(token for part in PLACEHOLDER.split(arn) for token in _split(part))


def _split(part: str) -> Iterator[str]:
    if part == "*":
        yield "any"
    elif part.startswith("${"):
        yield "path" if part[2:-1] in WITH_SLASHES else "some"
    else:
        yield from part


def _meet(wanted: tuple[str, ...], given: tuple[str, ...]) -> bool:
    """Whether there is a text that both patterns stand for."""

    @cache
    def meet(i: int, j: int) -> bool:
        if i == len(wanted) and j == len(given):
            return True
        first = wanted[i] if i < len(wanted) else None
        second = given[j] if j < len(given) else None
        if second == "any":
            return meet(i, j + 1) or (first is not None and meet(i + 1, j))
        if first in ("some", "path"):
            if meet(i + 1, j):
                return True
            stops = ":" if first == "path" else ":/"
            return second is not None and second not in stops and meet(i, j + 1)
        return first is not None and first == second and meet(i + 1, j + 1)

    return meet(0, 0)
