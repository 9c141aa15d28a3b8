"""``python -m local.gateway.healthy``: whether the stack can be used, for Docker's health check.

Nothing is "healthy" whose every request fails: until a function has answered once the whole way is gone.
After that a connection is enough, since a request would wait behind the one that is under way.
"""

from __future__ import annotations

import socket
import sys
import urllib.request
from pathlib import Path

PORT = 8000
SECONDS = 2.5
ANSWERED = Path("/tmp/answered")  # noqa: S108 - in a container of its own


def main(port: int = PORT, answered: Path = ANSWERED) -> int:
    """0 if it can be used, 1 with the reason if not."""
    try:
        if answered.exists():
            socket.create_connection(("127.0.0.1", port), SECONDS).close()
        else:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=SECONDS).close()
            answered.touch()
    except OSError as error:  # urllib's errors are OSErrors
        print(f"not usable: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
