"""The roles that GitHub's workflows take: whom they trust, for how long, and what they may do."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import roles, template
from tests.support import iam_table
from tests.support.machine import HANG_SECONDS
from tests.support.stack_template import ROOT, Transformed, loaded, transformed

FILE = ROOT / "deploy" / "roles.yaml"
WORKFLOWS = ROOT / ".github" / "workflows"
ISSUER = "token.actions.githubusercontent.com"

NAMES = {name: each.default or "" for name, each in template.parameters().items()}
IMAGES = {"Repository": "owner/name"}
RELEASE = {
    "Repository": "owner/name",
    "Environment": "production",
    "Stack": "knowledge-base-api",
    "Bucket": "safexpress-pdf-storage-production-123456789012-eu-central-1",
    **{name: NAMES[name] for name in roles.NAMES},
    "SecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:knowledge-base-AbCdEf",
}

WITHOUT_RESOURCE = {
    "Login": "ECR gives one token for all repositories",
    "Template": "a template is asked about before there is a stack of it",
    "FunctionsAtLarge": "a mapping has no name before it is made, a deployment and a limit have none",
    "Subscriptions": "a subscription is asked about without its topic",
    "AtLarge": "access logs are delivered by actions that know no resource",
}
"""Statements with the resource `*`, and why."""

OWN = (
    *("knowledge-base", "SafexpressOps", "safexpress", ":kb-*"),
    *("::/apis", "::/tags/", ":event-source-mapping:", ":deploymentconfig:", ":transform/Serverless"),
)
"""What the stack's things are called, and what has no name of its own."""

MANAGED_CHARACTERS, INLINE_CHARACTERS = 6_144, 10_240
"""Of a managed policy, and of all that stand in a role
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""

MAKES = {
    "AWS::ApiGatewayV2::Api": "apigateway:POST",
    "AWS::ApiGatewayV2::Integration": "apigateway:POST",
    "AWS::ApiGatewayV2::Route": "apigateway:POST",
    "AWS::ApiGatewayV2::Stage": "apigateway:POST logs:CreateLogDelivery logs:PutResourcePolicy",
    "AWS::CloudWatch::Alarm": "cloudwatch:PutMetricAlarm",
    "AWS::CloudWatch::Dashboard": "cloudwatch:PutDashboard",
    "AWS::CodeDeploy::Application": "codedeploy:CreateApplication",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy:CreateDeploymentGroup iam:PassRole",
    "AWS::DynamoDB::Table": "dynamodb:CreateTable dynamodb:UpdateContinuousBackups",
    "AWS::Events::Rule": "events:PutRule events:PutTargets",
    "AWS::IAM::Role": "iam:CreateRole iam:PutRolePolicy iam:PassRole",
    "AWS::Lambda::Alias": "lambda:CreateAlias lambda:UpdateAlias codedeploy:CreateDeployment",
    "AWS::Lambda::EventSourceMapping": "lambda:CreateEventSourceMapping",
    "AWS::Lambda::Function": "lambda:CreateFunction ecr:GetRepositoryPolicy ecr:SetRepositoryPolicy",
    "AWS::Lambda::Permission": "lambda:AddPermission",
    "AWS::Lambda::Version": "lambda:PublishVersion",
    "AWS::Logs::LogGroup": "logs:CreateLogGroup logs:PutRetentionPolicy",
    "AWS::Logs::MetricFilter": "logs:PutMetricFilter",
    "AWS::S3::Bucket": "s3:CreateBucket s3:PutLifecycleConfiguration s3:PutBucketCORS",
    "AWS::S3::BucketPolicy": "s3:PutBucketPolicy",
    "AWS::SNS::Subscription": "sns:Subscribe",
    "AWS::SNS::Topic": "sns:CreateTopic",
    "AWS::SQS::Queue": "sqs:CreateQueue",
}
"""What it takes to make each kind of resource that the template has."""


@pytest.fixture(params=[IMAGES, RELEASE], ids=["images", "release"])
def stack(request: pytest.FixtureRequest) -> Transformed:
    return loaded(FILE, request.param)


def documents(stack: Transformed) -> dict[str, Any]:
    """Every policy, by where it stands."""
    found = {}
    for name in stack.resources:
        properties = stack.properties(name)
        for policy in properties.get("Policies", ()):
            found[f"{name}/{policy['PolicyName']}"] = policy["PolicyDocument"]
        if "PolicyDocument" in properties:
            found[name] = properties["PolicyDocument"]
    return found


def statements(stack: Transformed) -> list[tuple[str, set[str], set[str]]]:
    found = []
    for document in documents(stack).values():
        for each in document["Statement"]:
            assert each["Effect"] == "Allow"
            found.append((each["Sid"], _set(each["Action"]), _set(each["Resource"])))
    return found


def _set(value: str | list[str]) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


def test_every_action_exists_and_takes_an_arn_that_it_is_given_and_every_arn_is_for_an_action(
    stack: Transformed,
) -> None:
    for sid, actions, resources in statements(stack):
        for action in actions:
            assert iam_table.formats(action), f"{sid}: there is no {action}"
            assert any(iam_table.takes(action, each) for each in resources), f"{sid}: {action} on {resources}"
        for resource in resources:
            assert any(iam_table.takes(each, resource) for each in actions), f"{sid}: {resource}"


def test_a_star_stands_only_where_aws_asks_for_it(stack: Transformed) -> None:
    for sid, actions, resources in statements(stack):
        assert not [action for action in actions if "*" in action], sid
        assert ("*" in resources) == (sid in WITHOUT_RESOURCE), sid


def test_what_a_role_may_touch_is_called_as_the_stack_is(stack: Transformed) -> None:
    for sid, _, resources in statements(stack):
        assert [each for each in resources - {"*"} if not any(name in each for name in OWN)] == [], sid


@pytest.mark.parametrize(
    ("given", "role", "test", "subject"),
    [
        (IMAGES, "ImagesRole", "StringLike", "repo:owner/name:ref:refs/tags/v*"),
        (RELEASE, "ReleaseRole", "StringEquals", "repo:owner/name:environment:production"),
    ],
)
def test_a_role_trusts_one_repository_and_there_one_environment_or_tags(
    given: dict[str, str], role: str, test: str, subject: str
) -> None:
    stack = loaded(FILE, given)
    assert list(stack.of("AWS::IAM::Role")) == [role]
    (trust,) = stack.properties(role)["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert trust["Principal"] == {"Federated": f"arn:aws:iam::123456789012:oidc-provider/{ISSUER}"}
    assert trust["Condition"]["StringEquals"][f"{ISSUER}:aud"] == "sts.amazonaws.com"
    assert trust["Condition"][test][f"{ISSUER}:sub"] == subject


def test_the_provider_is_made_once_unless_the_account_has_it() -> None:
    assert list(loaded(FILE, IMAGES).of("AWS::IAM::OIDCProvider")) == ["GitHub"]
    assert not loaded(FILE, {**IMAGES, "Provider": "arn"}).of("AWS::IAM::OIDCProvider")
    assert not loaded(FILE, RELEASE).of("AWS::IAM::OIDCProvider")


def test_a_session_may_last_as_long_as_the_workflows_ask() -> None:
    asked = {
        path.stem: int(step["with"].get("role-duration-seconds", 3600))
        for path in WORKFLOWS.glob("*.yml")
        for job in yaml.safe_load(path.read_text())["jobs"].values()
        for step in job.get("steps", ())
        if "role-to-assume" in step.get("with", {})
    }
    assert set(asked) == {"deploy", "release"}
    longest = {
        "deploy": loaded(FILE, RELEASE).properties("ReleaseRole")["MaxSessionDuration"],
        "release": loaded(FILE, IMAGES).properties("ImagesRole")["MaxSessionDuration"],
    }
    assert all(longest[name] >= seconds for name, seconds in asked.items())


def test_policies_are_as_short_as_iam_wants_them(stack: Transformed) -> None:
    inline = 0
    for place, document in documents(stack).items():
        size = len(re.sub(r"\s", "", json.dumps(document)))
        inline += size if "/" in place else 0
        assert "/" in place or size <= MANAGED_CHARACTERS, place
    assert inline <= INLINE_CHARACTERS


def test_a_release_may_make_every_kind_of_thing_that_the_template_holds() -> None:
    may = {action for _, actions, _ in statements(loaded(FILE, RELEASE)) for action in actions}
    kinds = {each["Type"] for each in transformed(AlertEmail="a@b.example").resources.values()}
    assert kinds == set(MAKES)
    assert {action for kind in kinds for action in MAKES[kind].split()} <= may


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    config = tmp_path / "samconfig.toml"
    config.write_text('version = 0.1\n[staging.deploy.parameters]\nstack_name = "one"\n')
    done = subprocess.run(
        [ROOT / "scripts/roles", "owner/name", "--config", config],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("roles: samconfig.toml names no SecretArn for staging")
