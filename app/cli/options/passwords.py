"""Where the password of an encrypted PDF comes from: a prompt, a file, or the environment."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.options import values
from app.core import limits
from app.core.errors import BadRequest

if TYPE_CHECKING:
    from app.settings import Settings

READABLE = (
    "kb: a password on the command line can be read by others of this machine (ps) and stays in the shell's "
    "history; --ask-password, --password-file or KB_PASSWORD keep it"
)

HOW = "give its password with --ask-password, --password-file or KB_PASSWORD"


def add_options(command: ArgumentParser) -> None:
    """Add the options of a command that opens PDFs."""
    group = command.add_mutually_exclusive_group()
    group.add_argument("--ask-password", action="store_true", help="ask for the password of encrypted PDFs")
    group.add_argument(
        "--password-file",
        type=values.path,
        metavar="FILE",
        help="a file with the password in its first line; - is standard input",
    )
    group.add_argument(
        "--password", type=values.password, help="the password; other users of this machine can see it"
    )


def choose_password(options: Namespace, settings: Settings) -> str | None:
    """Return the password that the options name, else that of the environment. Raises ``BadRequest`` for
    one that is too long or empty, ``OSError`` where its file cannot be read."""
    # Said and still taken: scripts that cannot do otherwise go on working.
    if options.password is not None:
        print(READABLE, file=sys.stderr)
        return str(options.password)
    if options.ask_password:
        import getpass

        return _check_length(getpass.getpass("Password of the encrypted PDFs: "))
    if options.password_file is not None:
        return _check_length(_first_line(options.password_file))
    return settings.pdf_password


def _first_line(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    with path.open(encoding="utf-8") as file:
        # Two more than the most, for the end of the line; a file of gigabytes is not read for a password.
        return file.readline(limits.PASSWORD_CHARACTERS + 2).rstrip("\r\n")


def _check_length(password: str) -> str:
    if not 1 <= len(password) <= limits.PASSWORD_CHARACTERS:
        raise BadRequest(f"A password has 1 to {limits.PASSWORD_CHARACTERS} characters.")
    return password
