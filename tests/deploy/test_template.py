"""The template as CloudFormation gets it: names, limits, what is kept, what may be done, and who is told."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app import settings
from app.adapters import attempts
from app.adapters.aws.dynamodb.tables import TABLES
from app.adapters.aws.images import AT_ONCE
from app.adapters.aws.invocations import Invocations
from app.core import keys
from app.use_cases.archives import KEEP_SECONDS
from imgproc.limits import Limits
from tests.support import iam_table, tools
from tests.support.machine import HANG_SECONDS
from tests.support.stack_template import PARAMETERS, ROOT, TEMPLATE, Transformed, transformed

BUCKET = "safexpress-pdf-storage-production-123456789012-eu-central-1"
FUNCTIONS = {"Main": "SafexpressOps-KnowledgeBase", "ImageProcessor": "SafexpressOps-ImageProcessor"}


@pytest.fixture(scope="module")
def template() -> Transformed:
    return transformed()


def statements(template: Transformed, role: str) -> dict[str, tuple[set[str], set[str]]]:
    """By the name of a statement: actions and resources. Nothing but these may be in a role."""
    properties = template.properties(role)
    assert set(properties) == {"AssumeRolePolicyDocument", "Policies"}, "no managed policy"
    found = {}
    for policy in properties["Policies"]:
        for each in policy["PolicyDocument"]["Statement"]:
            assert each["Effect"] == "Allow"
            found[each["Sid"]] = _set(each["Action"]), _set(each["Resource"])
    return found


def _set(value: str | list[str]) -> set[str]:
    return {value} if isinstance(value, str) else set(value)


# -- the whole ----------------------------------------------------------------------------------------------


def lint(*arguments: str | Path) -> tuple[str, int]:
    """What cfn-lint says, and its exit code."""
    command = [tools.commands(tools.SAM) / "cfn-lint", "--regions", "eu-central-1", "us-east-1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    return done.stdout, done.returncode


@pytest.mark.slow
def test_cfn_lint_has_nothing_to_say_of_the_template_and_of_the_workflows_roles() -> None:
    # In one call: most of its time is reading the specifications of two regions.
    assert lint("--", TEMPLATE, ROOT / "deploy" / "roles.yaml") == ("", 0)


@pytest.mark.slow
def test_cfn_lint_has_nothing_to_say_of_what_sam_makes_of_it(tmp_path: Path) -> None:
    paths = []
    for gradual in ("true", "false"):
        paths.append(tmp_path / f"{gradual}.json")
        paths[-1].write_text(json.dumps(transformed(GradualShift=gradual).content))
    # SAM has used some parameters up (W2001).
    assert lint("--ignore-checks", "W2001", "--", *paths) == ("", 0)


@pytest.mark.slow
def test_sam_validates_it() -> None:
    done = subprocess.run(
        [tools.commands(tools.SAM) / "sam", "validate", "--lint", "--template", TEMPLATE],
        env={
            "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "SAM_CLI_TELEMETRY": "0",
        },
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )
    assert "is a valid SAM Template" in done.stdout
    assert done.returncode == 0


def test_images_are_named_by_their_digest(template: Transformed) -> None:
    for name in ("MainImageUri", "ImageProcessorImageUri"):
        pattern = template.content["Parameters"][name]["AllowedPattern"]
        assert re.fullmatch(pattern, PARAMETERS[name])
        assert not re.fullmatch(pattern, "123456789012.dkr.ecr.eu-central-1.amazonaws.com/main-api:latest")
    assert template.properties("Main")["Code"] == {"ImageUri": PARAMETERS["MainImageUri"]}
    assert template.properties("ImageProcessor")["Code"] == {"ImageUri": PARAMETERS["ImageProcessorImageUri"]}
    assert "Default" not in template.content["Parameters"]["MainImageUri"]


def test_the_address_of_the_api_ends_so_that_health_can_follow(template: Transformed) -> None:
    assert template.output("KnowledgeBaseAPI") == "https://<Api>.execute-api.eu-central-1.amazonaws.com/"


def test_the_prefix_begins_every_name() -> None:
    template = transformed(Prefix="Ours", Stage="staging")
    for kind, name in {
        "AWS::Lambda::Function": "FunctionName",
        "AWS::SQS::Queue": "QueueName",
        "AWS::SNS::Topic": "TopicName",
        "AWS::CloudWatch::Dashboard": "DashboardName",
        "AWS::Events::Rule": "Name",
    }.items():
        for each in template.of(kind):
            assert template.properties(each)[name].startswith("Ours-"), each
    assert template.properties("Bucket")["BucketName"] == BUCKET.replace("production", "staging")


def test_names_are_those_of_the_guide_unless_a_parameter_says_otherwise() -> None:
    tables = {"DocumentsTable", "ChatSessionsTable", "ChatMessagesTable"}

    def names(template: Transformed) -> tuple[set[str], str, set[str]]:
        return (
            {template.properties(each)["TableName"] for each in tables},
            template.properties("Bucket")["BucketName"],
            {template.properties(each)["AlarmName"] for each in template.of("AWS::CloudWatch::Alarm")},
        )

    found, bucket, alarms = names(transformed())
    assert found == {"safexpress-documents", "safexpress-chat-sessions", "safexpress-chat-messages"}
    assert bucket == BUCKET
    assert {"kb-main-errors", "kb-image-timeouts"} <= alarms
    kept = transformed(
        DocumentsTableName="SafexpressOps-Documents",
        ChatSessionsTableName="SafexpressOps-ChatSessions",
        ChatMessagesTableName="SafexpressOps-ChatMessages",
        BucketPrefix="knowledge-base",
        AlarmPrefix="ours",
    )
    found, bucket, alarms = names(kept)
    assert found == {"SafexpressOps-Documents", "SafexpressOps-ChatSessions", "SafexpressOps-ChatMessages"}
    assert bucket == BUCKET.replace("safexpress-pdf-storage", "knowledge-base")
    assert all(name.startswith("ours-") for name in alarms)


def test_every_bucket_name_that_the_parameters_allow_is_short_enough(template: Transformed) -> None:
    longest = {"Stage": "s" * 12, "BucketPrefix": "b" * 22}
    for name, value in longest.items():
        pattern = template.content["Parameters"][name]["AllowedPattern"]
        assert re.fullmatch(pattern, value)
        assert not re.fullmatch(pattern, value + "x")
    region = "ap-southeast-1"  # none is longer
    made = transformed(**longest).properties("Bucket")["BucketName"].replace("eu-central-1", region)
    assert len(made) <= 63


def test_it_is_small_enough_to_be_sent_without_a_bucket() -> None:
    assert len(TEMPLATE.read_bytes()) < 51_200


def test_what_can_be_tagged_is(template: Transformed) -> None:
    wanted = {"Application": "knowledge-base", "Stage": "production"}
    kinds = ("Lambda::Function", "DynamoDB::Table", "S3::Bucket", "SQS::Queue", "SNS::Topic")
    for name in (name for kind in kinds for name in template.of(f"AWS::{kind}")):
        tags = {each["Key"]: each["Value"] for each in template.properties(name)["Tags"]}
        assert wanted.items() <= tags.items(), name
    for name in ("Api", "ApiStage"):
        assert template.properties(name)["Tags"] == wanted


# -- functions ----------------------------------------------------------------------------------------------


def test_the_main_function(template: Transformed) -> None:
    main = template.properties("Main")
    assert (main["FunctionName"], main["MemorySize"], main["Timeout"]) == (FUNCTIONS["Main"], 3008, 900)
    assert main["PackageType"] == "Image"
    assert main["EphemeralStorage"]["Size"] << 20 > 2 * settings.Settings().max_upload_bytes
    assert main["TracingConfig"] == {"Mode": "Active"}
    assert "ReservedConcurrentExecutions" not in main


def test_the_image_processor(template: Transformed) -> None:
    found = template.properties("ImageProcessor")
    assert found["FunctionName"] == FUNCTIONS["ImageProcessor"]
    assert (found["MemorySize"], found["Timeout"], found["PackageType"]) == (2048, 300, "Image")
    assert found["ReservedConcurrentExecutions"] == AT_ONCE == 5
    assert "TracingConfig" not in found  # traces would be a permission more
    assert found["EphemeralStorage"]["Size"] << 20 > 1.5 * Limits().source_bytes


def test_both_functions_take_the_largest_file_that_may_be_posted(template: Transformed) -> None:
    most = template.content["Parameters"]["MaxUploadBytes"]
    assert most["MaxValue"] == most["Default"] == settings.Settings().max_upload_bytes
    assert Limits().source_bytes >= most["MaxValue"]


def test_what_is_read_and_how_much_at_once_is_a_parameter() -> None:
    chosen = {
        "Ocr": "off",
        "VisionModel": "eyes",
        "Attached": "off",
        "HiddenWords": "include",
        "RangePages": "20",
        "MaxPages": "900",
        "MaxUploadBytes": "9",
    }
    variables = transformed(**chosen).properties("Main")["Environment"]["Variables"]
    read = settings.from_environment(
        {name: str(value) for name, value in variables.items() if name.startswith(("KB_", "OPENAI_"))}
    )
    assert (read.ocr, read.vision_model, read.range_pages, read.max_pages, read.max_upload_bytes) == (
        "off",
        "eyes",
        20,
        900,
        9,
    )
    assert (read.attached, read.hidden_words) == ("off", "include")
    usual = transformed().properties("Main")["Environment"]["Variables"]
    base = settings.Settings()
    assert (usual["KB_ATTACHED"], usual["KB_HIDDEN_WORDS"]) == (base.attached, base.hidden_words)
    assert usual["KB_OCR"] == "model"
    assert usual["OPENAI_VISION_MODEL"] == base.vision_model == ""
    assert (int(usual["KB_RANGE_PAGES"]), int(usual["KB_MAX_PAGES"])) == (base.range_pages, base.max_pages)


@pytest.mark.parametrize("architecture", ["x86_64", "arm64"])
def test_both_functions_run_on_the_processor_that_is_chosen(architecture: str) -> None:
    template = transformed(Architecture=architecture)
    for name in FUNCTIONS:
        assert template.properties(name)["Architectures"] == [architecture]


def test_the_main_function_has_all_that_it_needs_and_no_secret(template: Transformed) -> None:
    variables = template.properties("Main")["Environment"]["Variables"]
    secrets = {"OPENAI_API_KEY", "JWT_SECRET_KEY", "WEAVIATE_API_KEY"}
    assert set(settings.LAMBDA_NEEDS) - secrets <= set(variables)
    assert not secrets & set(variables)
    assert variables["IS_LAMBDA"] == "true"
    assert variables["SECRETS_ARN"] == PARAMETERS["SecretArn"]
    assert variables["SECRETS_VERSION"] == ""
    assert (
        transformed(SecretVersion="v" * 36).properties("Main")["Environment"]["Variables"]["SECRETS_VERSION"]
        == "v" * 36
    )
    assert variables["DOCUMENTS_TABLE"] == "<DocumentsTable>"
    assert variables["CHAT_SESSIONS_TABLE"] == "<ChatSessionsTable>"
    assert variables["CHAT_MESSAGES_TABLE"] == "<ChatMessagesTable>"
    assert variables["PDF_STORAGE_BUCKET"] == template.properties("Bucket")["BucketName"] == BUCKET
    assert variables["INGEST_QUEUE_URL"] == "<IngestQueue>"
    assert variables["IMAGE_PROCESSOR_LAMBDA_ARN"] == "<ImageProcessorAliasprod>"


def test_every_variable_is_one_that_the_settings_read(template: Transformed) -> None:
    read = re.findall(r'"([A-Z][A-Z0-9_]+)"', (ROOT / "app" / "settings.py").read_text())
    assert set(template.properties("Main")["Environment"]["Variables"]) - {"RELEASE"} <= set(read)


def test_no_secret_can_be_a_parameter(template: Transformed) -> None:
    assert not [
        name for name in template.content["Parameters"] if re.search("key|secret$|password", name, re.I)
    ]
    assert "{{resolve:" not in TEMPLATE.read_text()


def test_the_image_processor_fetches_from_the_bucket_alone(template: Transformed) -> None:
    variables = template.properties("ImageProcessor")["Environment"]["Variables"]
    hosts = variables.pop("IMAGE_SOURCE_HOSTS").split(",")
    program = settings.Settings(bucket=BUCKET, region="eu-central-1")
    assert {f"https://{host}" for host in hosts} == set(program.file_origins)
    assert set(variables) == {"RELEASE"}


def test_a_release_publishes_versions_of_both_functions_and_keeps_the_old_ones() -> None:
    first, second = transformed(), transformed(Release="d" * 64, Revision="ba9876543210")
    for name in FUNCTIONS:
        (before,) = [each for each in first.of("AWS::Lambda::Version") if each.startswith(f"{name}V")]
        (after,) = [each for each in second.of("AWS::Lambda::Version") if each.startswith(f"{name}V")]
        assert before != after
        # Else Lambda has nothing to publish where the image stays the same.
        environments = [each.properties(name)["Environment"]["Variables"] for each in (first, second)]
        assert environments[0]["RELEASE"] != environments[1]["RELEASE"]
        assert first.resources[before]["DeletionPolicy"] == "Retain"
        assert second.properties(after)["Description"] == "ba9876543210"
        assert second.properties(f"{name}Aliasprod") | {"ProvisionedConcurrencyConfig": None} == {
            "Name": "prod",
            "FunctionName": f"<{name}>",
            "FunctionVersion": f"<{after}.Version>",
            "ProvisionedConcurrencyConfig": None,
        }
        # Lambda publishes nothing that is like the version before.
        assert first.properties(name)["Description"] != second.properties(name)["Description"]


def test_the_alias_moves_little_by_little_and_back_when_an_alarm_rings(template: Transformed) -> None:
    policy = template.rendered(template.resources["MainAliasprod"]["UpdatePolicy"])
    assert policy["CodeDeployLambdaAliasUpdate"] == {
        "ApplicationName": "<ServerlessDeploymentApplication>",
        "DeploymentGroupName": "<MainDeploymentGroup>",
    }
    group = template.properties("MainDeploymentGroup")
    assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    assert group["AutoRollbackConfiguration"]["Enabled"]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert group["AlarmConfiguration"] == {
        "Enabled": True,
        "Alarms": [{"Name": f"<{name}>"} for name in CANARY],
    }
    assert group["ServiceRoleArn"] == "<ShiftRole.Arn>"


@pytest.mark.parametrize("kind", ["Linear10PercentEvery1Minute", "AllAtOnce"])
def test_how_fast_the_alias_moves_is_a_parameter(kind: str) -> None:
    group = transformed(ShiftType=kind).properties("MainDeploymentGroup")
    assert group["DeploymentConfigName"] == f"CodeDeployDefault.Lambda{kind}"


def test_without_a_gradual_shift_nothing_of_codedeploy_is_made() -> None:
    template = transformed(GradualShift="false")
    assert not [name for name, each in template.resources.items() if "CodeDeploy" in each["Type"]]
    assert "UpdatePolicy" not in template.resources["MainAliasprod"]


@pytest.mark.parametrize(("kept", "config"), [("0", None), ("2", {"ProvisionedConcurrentExecutions": "2"})])
def test_instances_are_kept_warm_only_where_that_is_asked_for(kept: str, config: Any) -> None:
    alias = transformed(ProvisionedConcurrency=kept).properties("MainAliasprod")
    assert alias.get("ProvisionedConcurrencyConfig") == config


# -- what calls the main function ---------------------------------------------------------------------------


def test_every_request_goes_to_the_alias(template: Transformed) -> None:
    assert list(template.of("AWS::ApiGatewayV2::Route")) == ["ApiRoute"]
    route = template.properties("ApiRoute")
    assert (route["RouteKey"], route["Target"]) == ("$default", "integrations/<ApiIntegration>")
    assert template.properties("ApiIntegration") == {
        "ApiId": "<Api>",
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": f"arn:aws:lambda:eu-central-1:123456789012:function:{FUNCTIONS['Main']}:prod",
        "PayloadFormatVersion": "2.0",
        "TimeoutInMillis": 30000,
    }
    assert template.properties("ApiPermission")["FunctionName"] == "<MainAliasprod>"


def test_pages_elsewhere_may_call_the_api_only_if_they_are_named() -> None:
    cors = transformed(Origins="https://a.example,https://b.example").properties("Api")["CorsConfiguration"]
    assert cors["AllowOrigins"] == ["https://a.example", "https://b.example"]
    assert set(cors["AllowMethods"]) == {"GET", "HEAD", "POST", "PATCH", "DELETE"}
    assert "authorization" in cors["AllowHeaders"]
    assert {"retry-after", "x-request-id"} <= set(cors["ExposeHeaders"])
    assert "AllowCredentials" not in cors


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        ("https://a.example,http://localhost:8000", True),
        ("", True),
        ("https://a.example, https://b.example", False),
        (" ", False),
        ("https://a.example,", False),
        ("*", False),
        ("https://a.example/page", False),
    ],
)
def test_origins_that_would_make_an_invalid_rule_are_refused(
    template: Transformed, origins: str, allowed: bool
) -> None:
    pattern = template.content["Parameters"]["Origins"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, origins)) == allowed


def test_without_origins_the_api_has_no_cors_and_its_own_page_may_post() -> None:
    template = transformed(Origins="")
    assert "CorsConfiguration" not in template.properties("Api")
    (rule,) = template.properties("Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == ["https://<Api>.execute-api.eu-central-1.amazonaws.com"]


def test_requests_are_throttled_and_logged_without_what_is_in_them(template: Transformed) -> None:
    stage = template.properties("ApiStage")
    assert (stage["ApiId"], stage["StageName"], stage["AutoDeploy"]) == ("<Api>", "$default", True)
    assert stage["DefaultRouteSettings"] == {
        "ThrottlingRateLimit": 50,
        "ThrottlingBurstLimit": 100,
        "DetailedMetricsEnabled": True,
    }
    assert stage["AccessLogSettings"]["DestinationArn"] == "<ApiLogs.Arn>"
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert {"request_id", "status", "path", "ms", "error"} <= set(line)
    assert "authorizer" not in str(line)
    assert "query" not in str(line).lower()


def test_the_queue_goes_to_the_alias_a_message_at_a_time(template: Transformed) -> None:
    assert template.properties("MainJobs") == {
        "EventSourceArn": "<IngestQueue.Arn>",
        "FunctionName": "<MainAliasprod>",
        "BatchSize": 1,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 10},
    }


def test_the_sweep_is_done_every_quarter_of_an_hour(template: Transformed) -> None:
    rule = template.properties("MainSweep")
    assert rule["ScheduleExpression"] == "rate(15 minutes)"
    assert [target["Arn"] for target in rule["Targets"]] == ["<MainAliasprod>"]
    assert "Input" not in rule["Targets"][0]  # the function knows the event as EventBridge makes it


def test_nobody_else_may_call_a_function(template: Transformed) -> None:
    callers = {
        template.properties(name)["Principal"]: template.properties(name)["SourceArn"]
        for name in template.of("AWS::Lambda::Permission")
    }
    assert callers == {
        "apigateway.amazonaws.com": "arn:aws:execute-api:eu-central-1:123456789012:<Api>/*",
        "events.amazonaws.com": "<MainSweep.Arn>",
    }


# -- permissions --------------------------------------------------------------------------------------------

TABLE_ACTIONS = {
    "Documents": (
        "BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem",
        "<DocumentsTable.Arn>",
    ),
    "ChatSessions": ("DeleteItem GetItem PutItem Query UpdateItem", "<ChatSessionsTable.Arn>"),
    "ChatMessages": ("BatchWriteItem DeleteItem GetItem PutItem Query UpdateItem", "<ChatMessagesTable.Arn>"),
}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group"

EVERYTHING = {
    "Traces": "X-Ray knows no resources for these actions",
    "Alarms": "CodeDeploy asks for the state of alarms without naming one",
}
"""The statements with the resource `*`, and why."""


def test_the_main_function_may_do_what_it_does_where_it_does_it(template: Transformed) -> None:
    tables = {
        sid: ({f"dynamodb:{action}" for action in actions.split()}, {resource})
        for sid, (actions, resource) in TABLE_ACTIONS.items()
    }
    assert statements(template, "MainRole") == {
        **tables,
        "Indexes": (
            {"dynamodb:Query"},
            {
                "<DocumentsTable.Arn>/index/listed",
                "<DocumentsTable.Arn>/index/open",
                "<ChatSessionsTable.Arn>/index/used",
                "<ChatMessagesTable.Arn>/index/position",
            },
        ),
        "Files": (
            {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
            {f"arn:aws:s3:::{BUCKET}/*"},
        ),
        "Bucket": ({"s3:ListBucket"}, {f"arn:aws:s3:::{BUCKET}"}),
        "Jobs": (
            {
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            },
            {"<IngestQueue.Arn>"},
        ),
        "Images": ({"lambda:InvokeFunction"}, {"<ImageProcessorAliasprod>"}),
        "Secrets": ({"secretsmanager:GetSecretValue"}, {PARAMETERS["SecretArn"]}),
        "Logs": (LOGS, {f"{GROUP}:<MainLogs>:*"}),
        "Traces": ({"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, {"*"}),
    }


def test_the_image_processor_may_write_its_logs_and_nothing_else(template: Transformed) -> None:
    assert statements(template, "ImageProcessorRole") == {"Logs": (LOGS, {f"{GROUP}:<ImageProcessorLogs>:*"})}


def test_codedeploy_may_move_the_one_alias(template: Transformed) -> None:
    function = f"arn:aws:lambda:eu-central-1:123456789012:function:{FUNCTIONS['Main']}"
    assert statements(template, "ShiftRole") == {
        "Function": ({"lambda:GetAlias", "lambda:UpdateAlias"}, {function}),
        "Alias": ({"lambda:GetProvisionedConcurrencyConfig"}, {f"{function}:prod"}),
        "Alarms": ({"cloudwatch:DescribeAlarms"}, {"*"}),
    }


def test_every_action_exists_and_takes_the_arn_that_it_is_given(template: Transformed) -> None:
    """Another resource's ARN stands as ``<Name.Arn>``: here it is that of its type."""
    for role in template.of("AWS::IAM::Role"):
        for sid, (actions, resources) in statements(template, role).items():
            for action in actions:
                assert iam_table.formats(action), f"{role} {sid}: there is no {action}"
                for resource in map(arn, resources):
                    assert iam_table.takes(action, resource), f"{role} {sid}: {action} on {resource}"


def arn(resource: str) -> str:
    """A statement's resource with the ARNs of this stack's resources filled in."""
    place = "eu-central-1:123456789012"
    for name in ("DocumentsTable", "ChatSessionsTable", "ChatMessagesTable"):
        resource = resource.replace(f"<{name}.Arn>", f"arn:aws:dynamodb:{place}:table/{name}")
    resource = resource.replace("<IngestQueue.Arn>", f"arn:aws:sqs:{place}:SafexpressOps-Ingest")
    function = f"arn:aws:lambda:{place}:function:{FUNCTIONS['ImageProcessor']}"
    resource = resource.replace("<ImageProcessorAliasprod>", f"{function}:prod")
    return re.sub(r"<(\w+)>", r"\1", resource)


def test_there_are_no_other_roles_and_each_function_has_its_own(template: Transformed) -> None:
    assert set(template.of("AWS::IAM::Role")) == {"MainRole", "ImageProcessorRole", "ShiftRole"}
    assert not template.of("AWS::IAM::ManagedPolicy")
    assert not template.of("AWS::IAM::Policy")
    for name in FUNCTIONS:
        assert template.properties(name)["Role"] == f"<{name}Role.Arn>"
    callers = {
        role: template.properties(role)["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
        for role in template.of("AWS::IAM::Role")
    }
    assert callers == {
        "MainRole": "lambda.amazonaws.com",
        "ImageProcessorRole": "lambda.amazonaws.com",
        "ShiftRole": "codedeploy.amazonaws.com",
    }


def test_a_star_stands_only_where_aws_asks_for_it(template: Transformed) -> None:
    starred = set()
    for role in template.of("AWS::IAM::Role"):
        for sid, (actions, resources) in statements(template, role).items():
            assert not [action for action in actions if "*" in action], sid
            starred |= {sid} if "*" in resources else set()
    assert starred == set(EVERYTHING)


# -- what is kept -------------------------------------------------------------------------------------------

KEPT = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue")


def test_what_people_put_in_outlives_the_stack_but_not_a_creation_that_fails(template: Transformed) -> None:
    kept = {name for kind in KEPT for name in template.of(kind)}
    for name in kept:
        assert template.resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert template.resources[name]["UpdateReplacePolicy"] == "Retain"
    others = {name for name, each in template.resources.items() if each.get("DeletionPolicy") == "Retain"}
    assert others == set(template.of("AWS::Lambda::Version"))


def test_nothing_with_a_fixed_name_is_kept_where_a_creation_fails() -> None:
    """A table that is protected cannot be deleted when a creation is rolled back."""
    template = transformed(DeletionProtection="false")
    for name in template.of("AWS::DynamoDB::Table"):
        assert template.properties(name)["DeletionProtectionEnabled"] == "false"


@pytest.mark.parametrize("variable", TABLES)
def test_a_table_has_the_keys_and_indexes_that_the_program_uses(template: Transformed, variable: str) -> None:
    name = template.properties("Main")["Environment"]["Variables"][variable].strip("<>")
    table = template.properties(name)
    wanted = TABLES[variable]
    assert {key: table.get(key) for key in wanted} == wanted
    assert {key for key in table if key.endswith(("Indexes", "Schema"))} <= set(wanted)


def test_a_table_can_be_put_back_to_any_second_and_is_not_deleted_by_accident(template: Transformed) -> None:
    for name in template.of("AWS::DynamoDB::Table"):
        table = template.properties(name)
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["DeletionProtectionEnabled"] == "true"
        assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_nobody_else_sees_the_bucket(template: Transformed) -> None:
    bucket = template.properties("Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert "VersioningConfiguration" not in bucket  # what is deleted is gone


def test_the_bucket_is_reached_by_tls_only(template: Transformed) -> None:
    (policy,) = map(template.properties, template.of("AWS::S3::BucketPolicy"))
    assert policy["Bucket"] == "<Bucket>"
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Resource"] == ["<Bucket.Arn>", "<Bucket.Arn>/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_files_move_to_cheaper_storage_and_leftovers_go(template: Transformed) -> None:
    rules = {
        rule.pop("Id"): rule for rule in template.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    }
    assert {rule.pop("Status") for rule in rules.values()} == {"Enabled"}
    assert rules == {
        "IntelligentTiering": {
            "Transitions": [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}]
        },
        "UnfinishedUploads": {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        "TemporaryOutputs": {"Prefix": keys.OUTPUTS, "ExpirationInDays": 1},
        "PostedUploads": {"Prefix": keys.UPLOADS, "ExpirationInDays": 1},
        "Archives": {"Prefix": keys.ARCHIVES, "ExpirationInDays": KEEP_SECONDS / 86400},
    }


def test_the_page_of_the_api_and_those_that_are_named_may_post_files() -> None:
    template = transformed(Origins="https://a.example,https://b.example")
    (rule,) = template.properties("Bucket")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedOrigins"] == [
        "https://<Api>.execute-api.eu-central-1.amazonaws.com",
        "https://a.example",
        "https://b.example",
    ]
    assert rule["AllowedMethods"] == ["GET", "HEAD", "POST"]


def test_a_message_is_hidden_for_six_times_the_functions_time(template: Transformed) -> None:
    queue = template.properties("IngestQueue")
    assert queue["VisibilityTimeout"] >= 6 * template.properties("Main")["Timeout"]
    assert queue["SqsManagedSseEnabled"]


def test_a_document_is_given_up_with_a_reason_before_its_message_is_a_dead_letter(
    template: Transformed,
) -> None:
    redrive = template.properties("IngestQueue")["RedrivePolicy"]
    assert redrive["deadLetterTargetArn"] == "<DeadLetterQueue.Arn>"
    assert redrive["maxReceiveCount"] > attempts.MOST_DELIVERIES
    dead = template.properties("DeadLetterQueue")
    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert dead["SqsManagedSseEnabled"]


def test_logs_are_kept_for_a_while() -> None:
    template = transformed(LogDays="7")
    groups = {template.properties(name)["LogGroupName"]: name for name in template.of("AWS::Logs::LogGroup")}
    assert set(groups) == {
        *(f"/aws/lambda/{name}" for name in FUNCTIONS.values()),
        "/aws/vendedlogs/SafexpressOps-KnowledgeBase-Api",
    }
    for name in groups.values():
        assert template.properties(name)["RetentionInDays"] == "7"
    for name in FUNCTIONS:
        assert template.properties(name)["LoggingConfig"] == {"LogGroup": f"<{name}Logs>"}


# -- alarms -------------------------------------------------------------------------------------------------

MAIN, IMAGES = FUNCTIONS.values()

ALARMS = {
    "MainErrorsAlarm": ("AWS/Lambda", "Errors", ("FunctionName", MAIN), "Sum", 300, 1, 10),
    "MainThrottlesAlarm": ("AWS/Lambda", "Throttles", ("FunctionName", MAIN), "Sum", 300, 1, 0),
    "ImageProcessorDurationAlarm": (
        *("AWS/Lambda", "Duration", ("FunctionName", IMAGES)),
        *("Maximum", 300, 1, 290_000),
    ),
    "ImageProcessorErrorsAlarm": ("AWS/Lambda", "Errors", ("FunctionName", IMAGES), "Sum", 300, 1, 10),
    "ImageProcessorThrottlesAlarm": ("AWS/Lambda", "Throttles", ("FunctionName", IMAGES), "Sum", 300, 3, 100),
    "DeadLettersAlarm": (
        *("AWS/SQS", "ApproximateNumberOfMessagesVisible", ("QueueName", "<DeadLetterQueue.QueueName>")),
        *("Maximum", 300, 1, 0),
    ),
    "QueueAgeAlarm": (
        *("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", "<IngestQueue.QueueName>")),
        *("Maximum", 300, 1, 3600),
    ),
    "ServerErrorsAlarm": ("AWS/ApiGateway", "5xx", ("ApiId", "<Api>"), "Sum", 300, 1, 10),
    "LatencyAlarm": ("AWS/ApiGateway", "Latency", ("ApiId", "<Api>"), "p95", 300, 3, 10_000),
}
"""Namespace, metric, dimension, statistic, seconds, how often, and above what."""


CANARY = ["VersionErrorsAlarm", "VersionAnswersAlarm"]
"""The alarms that take a release back."""


def test_a_release_is_taken_back_by_its_own_version_alone_whatever_the_traffic(template: Transformed) -> None:
    (version,) = [each for each in template.of("AWS::Lambda::Version") if each.startswith("MainV")]
    number = f"<{version}.Version>"
    executed = {"FunctionName": MAIN, "Resource": f"{MAIN}:prod", "ExecutedVersion": number}
    logged = {"function": MAIN, "version": number}
    calls = ("AWS/Lambda", "Invocations", executed)
    failed = {
        "VersionErrorsAlarm": ("AWS/Lambda", "Errors", executed),
        "VersionAnswersAlarm": ("KnowledgeBase", "internal_errors", logged),
    }
    for name in CANARY:
        alarm = template.properties(name)
        assert number in alarm["AlarmName"]  # else the alarm of a version before it might ring on
        metrics = {each["Id"]: each for each in alarm["Metrics"]}
        assert metrics["rate"]["Expression"] == "100 * failed / calls"
        assert [each for each in metrics if metrics[each]["ReturnData"]] == ["rate"]
        for part, wanted in {"calls": calls, "failed": failed[name]}.items():
            stat = metrics[part]["MetricStat"]
            metric = stat["Metric"]
            dimensions = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            assert (metric["Namespace"], metric["MetricName"], dimensions) == wanted
            assert (stat["Period"], stat["Stat"]) == (60, "Sum")
        assert (alarm["EvaluationPeriods"], alarm["DatapointsToAlarm"], alarm["Threshold"]) == (3, 2, 10)
        assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
        assert alarm["TreatMissingData"] == "notBreaching"


def test_what_the_log_says_of_an_invocation_is_counted_by_version(template: Transformed) -> None:
    found = template.properties("InternalErrors")
    assert found["LogGroupName"] == "<MainLogs>"
    (metric,) = found["MetricTransformations"]
    written = {}
    with Invocations().log_invocation("http", Context(), "") as line:
        line["status"] = 500
        written = line
    assert {each["Key"]: each["Value"] for each in metric["Dimensions"]} == {
        "function": "$.function",
        "version": "$.version",
    }
    assert (written["function"], written["version"], written["status"]) == ("Main", "7", 500)
    assert found["FilterPattern"] == '{ ($.message = "invocation") && ($.status = 500) }'


class Context:
    """Lambda's, of an invocation of version 7."""

    aws_request_id = "request"
    function_name = "Main"
    function_version = "7"


def test_there_are_these_alarms_and_no_others(template: Transformed) -> None:
    assert set(template.of("AWS::CloudWatch::Alarm")) == {*ALARMS, *CANARY, "FailedStartsAlarm"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_rings_above_its_threshold_and_tells_the_topic(template: Transformed, name: str) -> None:
    alarm = template.properties(name)
    (dimension,) = alarm["Dimensions"]
    assert (
        alarm["Namespace"],
        alarm["MetricName"],
        (dimension["Name"], dimension["Value"]),
        alarm.get("Statistic") or alarm["ExtendedStatistic"],
        alarm["Period"],
        alarm["EvaluationPeriods"],
        alarm["Threshold"],
    ) == ALARMS[name]
    assert alarm["ComparisonOperator"] == "GreaterThanThreshold"
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmActions"] == alarm["OKActions"] == ["<Alerts>"]


FAILED_START = "INIT_REPORT Init Duration: 2.11 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError"
"""As AWS's page on the execution environment's life has it."""


def test_a_function_that_does_not_start_is_told_within_a_minute(template: Transformed) -> None:
    """The queue hides its job for an hour and a half."""
    found, alarm = template.properties("FailedStarts"), template.properties("FailedStartsAlarm")
    assert found["LogGroupName"] == "<MainLogs>"
    wanted = [word.strip('"') for word in found["FilterPattern"].split() if not word.startswith("-")]
    assert wanted
    assert all(word in FAILED_START for word in wanted)
    assert "-success" in found["FilterPattern"]  # as of instances that are kept warm
    (metric,) = found["MetricTransformations"]
    assert alarm["MetricName"] == metric["MetricName"] == "SafexpressOps-failed-starts"  # of this stack alone
    assert alarm["Namespace"] == metric["MetricNamespace"]
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (60, 1, 0)
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Sum", "GreaterThanThreshold")
    assert alarm["AlarmActions"] == ["<Alerts>"]


def test_whoever_is_named_is_told_by_mail() -> None:
    assert not transformed().holds("HasAlertEmail")
    template = transformed(AlertEmail="team@example.com")
    assert template.holds(template.resources["AlertSubscription"]["Condition"])
    assert template.properties("AlertSubscription") == {
        "TopicArn": "<Alerts>",
        "Protocol": "email",
        "Endpoint": "team@example.com",
    }


def test_the_dashboard_shows_every_alarm_and_both_functions(template: Transformed) -> None:
    body = json.loads(template.properties("Dashboard")["DashboardBody"])
    (alarms,) = [each["properties"]["alarms"] for each in body["widgets"] if each["type"] == "alarm"]
    assert set(alarms) == {f"<{name}.Arn>" for name in [*ALARMS, "FailedStartsAlarm"]}
    shown = json.dumps(body)
    assert all(name in shown for name in FUNCTIONS.values())
