"""Requests of a release's own while the alias shifts: a version that nobody calls raises no alarm."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from deploy.versions import Function

PATHS = ("/health", "/ready")
"""The routes that are requested: one that only needs the function to start, and one that uses all its
services."""

FAULT = 500
"""A 503 is an outage of something else: no fault of the version."""

PAUSE = 1.0
"""Seconds between two requests. With a tenth of them for the new version it gets six in a minute, which is
the period of its alarms."""


@dataclass(slots=True)
class Traffic:
    """Requests to a function through its alias, for as long as that shifts from one version to another."""

    function: Function
    failed: dict[int, str] = field(default_factory=dict)
    """The first failure of the version, if there was one."""
    _paths: Any = field(default_factory=lambda: cycle(PATHS))

    def once(self) -> None:
        """Ask once if the alias is shifting; a version's first failure is told. Whether it goes back is the
        alarms' business, so that nothing is raised."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            live = self.function.live()
            if live is None or not live.shifting:
                return
            path = next(self._paths)
            version, answer = self.function.call_alias(path)
        except (BotoCoreError, ClientError, ValueError):  # a throttled request tells nothing of the version
            return
        told = fault(answer)
        if told and version not in self.failed:
            self.failed[version] = told
            print(f"release: version {version} fails at GET {path}: {told}", file=sys.stderr, flush=True)


def fault(answer: Any) -> str:
    """Return what an answer says of the version's own failure, "" where it did not fail."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return str(answer.get("errorMessage", answer) if isinstance(answer, dict) else answer)[:300]
    return f"it answers {FAULT}" if answer["statusCode"] == FAULT else ""
