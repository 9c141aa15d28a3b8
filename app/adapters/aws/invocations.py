"""One log line for each invocation: whether the function was cold, what its start and its answer took."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.core import telemetry

log = logging.getLogger(__name__)


class Invocations:
    """Logs invocations. Create it at the end of the function's start. Lambda invokes one at a time."""

    def __init__(self) -> None:
        self._init_seconds = process_seconds()
        self._cold = True

    @contextmanager
    def log_invocation(self, kind: str, context: Any, trace: str) -> Iterator[dict[str, Any]]:
        """Bind an invocation's ids, and log its line at the end, with what is put into the mapping meanwhile.

        ``context`` is Lambda's, ``trace`` X-Ray's header.
        """
        cold, self._cold = self._cold, False
        # The template counts what fails by function and version.
        line: dict[str, Any] = {
            "kind": kind,
            "function": context.function_name,
            "version": context.function_version,
            "cold": cold,
            "ended": "raised",
        }
        if cold:
            line["init_ms"] = round(1000 * self._init_seconds)
        started = time.monotonic()
        with telemetry.about(invocation_id=context.aws_request_id), telemetry.continue_trace(trace):
            try:
                yield line
                line["ended"] = "returned"
            finally:
                line["duration_ms"] = round(1000 * (time.monotonic() - started))
                log.info("invocation", extra={"fields": line})


def process_seconds() -> float:
    """Return the seconds since this process was started, to a hundredth; 0 if the system does not tell
    (proc(5))."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return 0.0
    return max(0.0, uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK"))
