"""``python -m local.model_server``: serve the local models at ``PORT`` (8000)."""

from __future__ import annotations

import os

import uvicorn

from app.adapters.embedded.models import E5
from local.model_server.server import ModelServer


def main() -> None:
    """Load the model, so that what is served is ready, and serve it until stopped."""
    embedder = E5()
    embedder.check()
    host = os.environ.get("HOST") or "0.0.0.0"  # noqa: S104 - in a container, which no port is published of
    port = int(os.environ.get("PORT") or 8000)
    uvicorn.run(ModelServer(embedder).app(), host=host, port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
