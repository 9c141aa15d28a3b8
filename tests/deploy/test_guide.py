"""What docs/guides/deploy.md says of the stack is what template.yaml makes."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from deploy import template
from tests.support.stack_template import PARAMETERS, ROOT, Transformed, transformed

GUIDE = (ROOT / "docs" / "guides" / "deploy.md").read_text()
NAMES = GUIDE.partition("## Names\n")[2].partition("\n## ")[0]
PRODUCTION = tomllib.loads((ROOT / "samconfig.toml").read_text())["production"]["deploy"]["parameters"]


@pytest.fixture(scope="module")
def stack() -> Transformed:
    given = dict(each.split("=", 1) for each in PRODUCTION["parameter_overrides"])
    return transformed(**given)


def rows() -> list[tuple[str, list[str], list[str], list[str]]]:
    """What, and the words in code of the other cells: the guide's, those here, and parameters."""
    found = []
    for line in NAMES.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "what":
            quoted = [re.findall(r"`([^`]+)`", cell) or [cell] for cell in cells[1:]]
            found.append((cells[0], quoted[0], quoted[1], [each for each in quoted[2] if each]))
    return found


def actual(stack: Transformed) -> dict[str, str]:
    """What the template makes, by the words of the table."""
    main, images = stack.properties("Main"), stack.properties("ImageProcessor")
    (statement,) = stack.properties("ImageProcessorRole")["Policies"][0]["PolicyDocument"]["Statement"]
    bucket = stack.properties("Bucket")["BucketName"]
    place = {PARAMETERS["MainImageUri"][:12]: "ACCOUNT", "eu-central-1": "REGION"}
    for value, word in place.items():
        bucket = bucket.replace(value, word)
    return {
        "stack": PRODUCTION["stack_name"],
        "main function": main["FunctionName"],
        "its memory, MB": f"{main['MemorySize']} {images['MemorySize']}",
        "its time, s": f"{main['Timeout']} {images['Timeout']}",
        "image processor": images["FunctionName"],
        "its name for `sam local invoke`": stack.resources["ImageProcessor"]["Metadata"]["SamResourceId"],
        "its reserved concurrency": str(images["ReservedConcurrentExecutions"]),
        "its permissions": " ".join(statement["Action"]),
        "documents' table": stack.properties("DocumentsTable")["TableName"],
        "sessions' table": stack.properties("ChatSessionsTable")["TableName"],
        "messages' table": stack.properties("ChatMessagesTable")["TableName"],
        "bucket": bucket,
        "alarm: the main function fails": stack.properties("MainErrorsAlarm")["AlarmName"],
        "alarm: pictures take too long": stack.properties("ImageProcessorDurationAlarm")["AlarmName"],
        "output with the address": "KnowledgeBaseAPI"
        if "KnowledgeBaseAPI" in stack.content["Outputs"]
        else "",
        "alias that serves": stack.properties("MainAliasprod")["Name"],
    }


def test_every_name_and_size_of_the_table_is_the_templates(stack: Transformed) -> None:
    told: dict[str, list[str]] = {}
    for what, _, here, _ in rows():
        if what and not what.startswith("variables"):
            told.setdefault(what, []).extend(here)
    assert {what: " ".join(words) for what, words in told.items()} == actual(stack)


def test_what_the_guide_names_is_what_is_here_by_default() -> None:
    for what, guide, here, _ in rows():
        for ours, theirs in zip(here, guide, strict=False):
            if theirs.endswith("…"):
                assert ours.startswith(theirs[:-1]), what
            elif what not in ("its permissions", "variables of the main function"):
                assert ours == theirs, what


def test_every_variable_of_the_table_is_one_of_the_function(stack: Transformed) -> None:
    variables = set(stack.properties("Main")["Environment"]["Variables"])
    told = [word for what, _, here, _ in rows() if not what or what.startswith("var") for word in here]
    named = {word for word in told if word.isupper()}
    assert named <= variables
    assert {"WEAVIATE_URL", "IS_LAMBDA", "PDF_STORAGE_BUCKET", "DOCUMENTS_TABLE"} <= named


def test_every_parameter_of_the_table_is_one_of_the_template() -> None:
    known = {*template.parameters(), "stack_name"}
    assert {word for *_, parameters in rows() for word in parameters} <= known


def test_a_stack_from_before_keeps_its_names() -> None:
    kept = tomllib.loads(re.findall(r"```toml\n(.*?)```", NAMES, re.DOTALL)[-1])
    given = dict(each.split("=", 1) for each in kept["parameter_overrides"])
    stack = transformed(**given)
    assert kept["stack_name"] == "knowledge-base"
    assert stack.properties("DocumentsTable")["TableName"] == "SafexpressOps-Documents"
    assert stack.properties("ChatSessionsTable")["TableName"] == "SafexpressOps-ChatSessions"
    assert stack.properties("ChatMessagesTable")["TableName"] == "SafexpressOps-ChatMessages"
    assert stack.properties("Bucket")["BucketName"] == ("knowledge-base-production-123456789012-eu-central-1")


def test_every_alarm_that_the_guide_names_is_there(stack: Transformed) -> None:
    alarms = {stack.properties(name)["AlarmName"] for name in stack.of("AWS::CloudWatch::Alarm")}
    named = set(re.findall(r"`(kb-[a-z-]+)`", GUIDE))
    assert named
    assert named <= alarms


WRONG = GUIDE.partition("## Troubleshooting\n")[2].partition("\n## ")[0]
UNSEEN = GUIDE.partition("| not observed | what shows it |")[2].partition("\n\n")[0]


def cells_of(table: str) -> list[list[str]]:
    lines = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_what_is_said_of_faults_is_the_templates_and_the_programs(stack: Transformed) -> None:
    found = cells_of(WRONG)[1:]
    assert len(found) >= 20
    assert all(len(cells) == 3 and all(cells) for cells in found)
    words = {word for cells in found for cell in cells for word in re.findall(r"`([^`]+)`", cell)}
    named = {word.partition("=")[0] for word in words if re.fullmatch(r"[A-Z][A-Za-z]+(=\S+)?", word)}
    assert named - {"Inactive"} <= set(template.parameters())
    assert {"EmbeddingModel", "Architecture", "RangePages", "GradualShift"} <= named
    codes = {word for word in words if re.fullmatch(r"[a-z]+(_[a-z]+)+", word)}
    assert codes == {"answer_too_large", "embedding_model_changed", "index_missing"}
    program = "".join((ROOT / "app" / place).read_text() for place in ("handler.py", "core/errors.py"))
    assert all(f'"{code}"' in program for code in codes)
    main, images = stack.properties("Main"), stack.properties("ImageProcessor")
    assert f"after {main['Timeout']}.00 seconds" in WRONG
    assert f"after {images['Timeout']}.00 at" in WRONG
    assert f"{main['MemorySize']} MB or {images['MemorySize']} MB" in WRONG
    assert f"{images['ReservedConcurrentExecutions']} at a time" in WRONG
    hidden = stack.properties("IngestQueue")["VisibilityTimeout"]
    assert f"hidden for {hidden // 60} minutes" in WRONG


def test_whoever_has_an_account_sees_by_a_command_what_was_never_seen(stack: Transformed) -> None:
    found = cells_of(UNSEEN)
    assert len(found) >= 15
    made = json.dumps(stack.content) + json.dumps(PRODUCTION) + PRODUCTION["stack_name"]
    names = {stack.properties(each).get("AlarmName", "") for each in stack.of("AWS::CloudWatch::Alarm")}
    for what, shown in found:
        commands = re.findall(r"`(aws [^`]+)`", shown)
        assert commands, what
        for command in commands:
            for name in re.findall(r"--(?:function|table|stack|log-group)-name (\S+)", command):
                plain = name.rpartition("/")[2].partition(":")[0]
                suffix = plain.removeprefix("SafexpressOps")
                assert suffix in made or plain in made, command
            for name in re.findall(r"--alarm-names? (\S+)", command):
                assert name in names, command


@pytest.mark.parametrize("name", ["secret.json", ".env", ".env.production"])
def test_what_holds_secrets_is_not_committed(tmp_path: Path, name: str) -> None:
    """The release asks to commit files that differ: none of these is one."""
    done = subprocess.run(["git", "check-ignore", "--quiet", name], cwd=ROOT, check=False)
    assert done.returncode == 0
    assert not (ROOT / "local" / "sam" / "Dockerfile").read_text().count("JWT_SECRET_KEY")


def test_no_command_of_a_guide_stands_over_the_readers_credentials() -> None:
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for line in page.read_text().splitlines():
            assert not re.match(r"export .*(AWS_|SECRET|API_KEY)", line), f"{page.name}: {line}"
