"""What the commands have in common: how they end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

Command = Callable[[Sequence[str] | None], int]

OK, FAILED, INTERRUPTED = 0, 1, 130
"""Exit codes; wrong usage is 2, as argparse ends."""


class Refused(Exception):
    """Why a command does not go on, in a line for the person who called it."""


def run_command(command: Command, name: str, arguments: Sequence[str] | None = None) -> int:
    """Return the exit code of a command; what it meets outside is told in one line."""
    import httpx
    from botocore.exceptions import BotoCoreError, ClientError
    from docker.errors import DockerException

    try:
        return command(arguments)
    except KeyboardInterrupt:
        print(f"{name}: interrupted; call it again to go on", file=sys.stderr)
        return INTERRUPTED
    except (
        Refused,
        BotoCoreError,
        ClientError,
        DockerException,
        httpx.HTTPError,
        OSError,
        ValueError,
    ) as error:
        # In one line: errors of boto3 and Docker run over several, and some have no text.
        print(f"{name}: {' '.join(str(error).split()) or type(error).__name__}", file=sys.stderr)
        return FAILED
