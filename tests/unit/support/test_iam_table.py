"""AWS's table of actions, as the tests of roles read it."""

from __future__ import annotations

import pytest

from tests.support.iam_table import formats, needs_star, takes

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:Main"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/documents"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateAlias", FUNCTION),
        ("lambda:GetProvisionedConcurrencyConfig", f"{FUNCTION}:prod"),
        ("lambda:InvokeFunction", f"{FUNCTION}:prod"),
        ("lambda:InvokeFunction", f"{FUNCTION}:*"),
        ("dynamodb:Query", f"{TABLE}/index/open"),
        ("s3:GetObject", "arn:aws:s3:::bucket/*"),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/Main:*"),
        ("xray:PutTraceSegments", "*"),
    ],
)
def test_an_action_takes_the_arn_of_what_it_is_for(action: str, resource: str) -> None:
    assert takes(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateAlias", f"{FUNCTION}:prod"),
        ("lambda:GetAlias", f"{FUNCTION}:prod"),
        ("lambda:GetProvisionedConcurrencyConfig", FUNCTION),
        ("dynamodb:PutItem", f"{TABLE}/index/open"),
        ("s3:GetObject", "arn:aws:s3:::bucket"),
        ("s3:ListBucket", "arn:aws:s3:::bucket/*"),
        ("sqs:SendMessage", TABLE),
        ("xray:PutTraceSegments", TABLE),
        ("lambda:UpdateTheAlias", "*"),
    ],
)
def test_it_takes_no_other_and_an_action_that_does_not_exist_takes_none(action: str, resource: str) -> None:
    assert not takes(action, resource)


def test_only_some_actions_know_no_resource() -> None:
    assert needs_star("xray:PutTraceSegments")
    assert not needs_star("lambda:UpdateAlias")
    assert formats("lambda:NoSuchAction") == ()
