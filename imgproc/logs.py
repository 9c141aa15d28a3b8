"""One JSON object a line on the function's log: never what stands in a document, nor where it was fetched."""

from __future__ import annotations

import json
import logging
import os
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAMESPACE = "KnowledgeBase"
STAGE = "images"

RUNTIME = "awslambdaric"
"""The package of Lambda's runtime, which has set its handler up before this one is imported."""

FRAMES = 30


def install() -> None:
    """Have Lambda's handler, where there is one, write lines from INFO up."""
    root = logging.getLogger()
    for handler in root.handlers:
        if type(handler).__module__.startswith(RUNTIME):
            handler.setFormatter(JsonLines())
            root.setLevel(logging.INFO)


class JsonLines(logging.Formatter):
    """A record as one line, with its ``fields``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the end that Lambda's own formatter gives it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]  # its words may be the document's
            frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
            places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            line["error"] = {"type": type(error).__name__, "trace": places}
        return json.dumps(line, default=str) + "\n"


def root_of(trace: object) -> str:
    """Return the id of the whole trace in X-Ray's header, "" if there is none."""
    parts = (part.strip().partition("=") for part in str(trace or "").split(";"))
    return next((value for name, _, value in parts if name == "Root"), "")


def metrics(function: str, **values: float) -> dict[str, Any]:
    """Return figures in CloudWatch's embedded metric format: what ends in ``seconds`` is a time, else a
    count."""
    named = [{"Name": name, "Unit": "Seconds" if name.endswith("seconds") else "Count"} for name in values]
    directive = {"Namespace": NAMESPACE, "Dimensions": [["function", "stage"]], "Metrics": named}
    return {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "function": function,
        "stage": STAGE,
        **values,
    }


def process_seconds() -> float:
    """Return the seconds since this process was started, to a hundredth; 0 if the system does not tell
    (proc(5))."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return 0.0
    return max(0.0, uptime - int(fields[19]) / os.sysconf("SC_CLK_TCK"))
