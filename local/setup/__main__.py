"""``python -m local.setup secrets FOLDER``, then ``python -m local.setup services``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.settings import SettingError, from_environment
from local.setup import made_secrets, services


def check_settings(environment: Mapping[str, str]) -> None:
    """End with a line where .env has something that no function starts with: all else waits for this step."""
    try:
        from_environment(environment)
    except SettingError as error:
        sys.exit(f".env: {error}")


def main() -> None:
    """Do the step that the command line names."""
    step, *rest = sys.argv[1:]
    if step == "secrets":
        check_settings(os.environ)
        made_secrets.make(Path(*rest))
    else:
        services.set_up(os.environ)


if __name__ == "__main__":
    main()
