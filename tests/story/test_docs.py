"""Every command that the documentation shows exists, and takes the flags that it is given there."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
from functools import cache

import botocore.session
import pytest
from botocore import xform_name

from app.cli import parser
from tests.support import services, tools
from tests.support.commands import PAGES, ROOT, Command, all_commands
from tests.support.machine import HANG_SECONDS

COMMANDS = all_commands()
WITHOUT_HELP = {"scripts/check", "scripts/test", "scripts/environment"}
"""They take no flags of their own; ``scripts/start`` takes those of ``kb serve``."""

SYSTEM = {".venv/bin/uvx", "apt-get", "cosign", "cd", "cp", "curl", "echo", "export", "git", "pip", "pipx"}
"""Programs that are not looked into."""

AWS_NAMES = {"deploy": "codedeploy", "logs": "logs", "s3api": "s3"}
"""Services that the AWS CLI calls otherwise than the SDK."""

AWS_OWN = {("ecr", "get-login-password"), ("s3", "cp"), ("s3", "rb"), ("s3", "sync"), ("logs", "tail")}
"""Commands of the AWS CLI that are no operation of a service."""

AWS_GLOBAL = {"--region", "--profile", "--query", "--output", "--endpoint-url"}


def shown(*programs: str) -> list[Command]:
    return [command for command in COMMANDS if command.program in programs]


def is_placeholder(word: str) -> bool:
    return word.isupper() or word == "…"


def test_the_pages_show_commands_and_every_program_is_known() -> None:
    assert len(PAGES) >= 5
    assert len(COMMANDS) >= 20
    known = {"kb", ".venv/bin/kb", "docker", "sam", "aws", *SYSTEM}
    unknown = {str(each) for each in COMMANDS if each.program not in known}
    assert {each for each in unknown if "scripts/" not in each} == set()


def test_every_file_of_the_repository_that_a_command_names_is_there() -> None:
    folders = tuple(f"{path.name}/" for path in ROOT.iterdir() if path.is_dir() and path.name[0] != ".")
    named = {(str(each), word) for each in COMMANDS for word in each.words if word.startswith(folders)}
    assert {word for _, word in named} >= {"local/sam", "tests/load/locustfile.py"}
    assert [each for each in named if not (ROOT / each[1]).exists()] == []


@pytest.mark.parametrize("command", shown("kb", ".venv/bin/kb"), ids=str)
def test_a_command_of_the_program_is_one_that_it_has(command: Command) -> None:
    check_kb(command)


def check_kb(command: Command) -> None:
    top = parser()
    commands = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    words = [word for word in command.words if word in commands.choices or is_placeholder(word)]
    found = commands.choices.get(words[0]) if words else None
    known = {
        flag for each in (top, found) if each for action in each._actions for flag in action.option_strings
    }
    assert found or not words or is_placeholder(words[0]), command
    assert found or not command.arguments or is_placeholder(command.arguments[0]), command
    assert set(command.flags) <= known, command


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.program.startswith("scripts/")], ids=str
)
def test_a_script_is_there_and_takes_what_it_is_given(command: Command) -> None:
    assert os.access(ROOT / command.program, os.X_OK), command
    if command.program == "scripts/start":
        check_kb(Command(command.page, "kb", ("serve", *command.words)))
    elif command.program not in WITHOUT_HELP:
        assert set(command.flags) <= help_flags(command.program), command


@pytest.mark.parametrize("command", shown("docker"), ids=str)
def test_a_command_of_docker_is_one_that_it_has(command: Command) -> None:
    services.require_docker()
    depth = 2 if command.arguments[0] == "compose" else 1
    assert set(command.flags) <= help_flags("docker", *command.arguments[:depth]), command


@pytest.mark.parametrize("command", shown("sam"), ids=str)
def test_a_command_of_sam_is_one_that_it_has(command: Command) -> None:
    depth = 2 if command.arguments[0] == "local" else 1
    sam = str(tools.commands(tools.SAM) / "sam")
    assert set(command.flags) <= help_flags(sam, *command.arguments[:depth]), command


@pytest.mark.parametrize("command", shown("aws"), ids=str)
def test_a_command_of_aws_is_an_operation_of_a_service(command: Command) -> None:
    service, operation = command.arguments[:2]
    if (service, operation) in AWS_OWN:
        return
    model = botocore.session.get_session().get_service_model(AWS_NAMES.get(service, service))
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in operations, command
    shape = model.operation_model(operations[operation]).input_shape
    flags = {f"--{xform_name(member, '-')}" for member in (shape.members if shape else ())}
    flags |= {flag.replace("--", "--no-", 1) for flag in flags}
    assert set(command.flags) <= flags | AWS_GLOBAL, command


@cache
def help_flags(*program: str) -> set[str]:
    """The flags in what a program says of itself."""
    done = subprocess.run(
        [*program, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=HANG_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", done.stdout))
