"""``python -m local.setup secrets FOLDER``, then ``python -m local.setup services``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local.setup import made_secrets, services


def main() -> None:
    """Do the step that the command line names."""
    step, *rest = sys.argv[1:]
    if step == "secrets":
        made_secrets.make(Path(*rest))
    else:
        services.set_up(os.environ)


if __name__ == "__main__":
    main()
