"""One JSON object a line on the function's log, and figures in CloudWatch's embedded metric format.

Powertools does both, and takes 0.17 s of CPU to import, half of what this function may take to start.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from app.core import telemetry
from app.core.errors import KnowledgeBaseError

NAMESPACE = "KnowledgeBase"

CHATTY = (
    "botocore",
    "boto3",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "mangum",
    "openai",
    "urllib3",
    "weaviate",
)
"""Libraries that tell at INFO what they send and where."""

RUNTIME = "awslambdaric"
"""The package of Lambda's runtime, which has set its handler up before this program is imported."""

FRAMES = 30


def install(function: str) -> None:
    """Have Lambda's handler, where there is one, write lines from INFO up for the function of that name."""
    root = logging.getLogger()
    for handler in root.handlers:
        if type(handler).__module__.startswith(RUNTIME):
            handler.setFormatter(JsonLines(function))
            root.setLevel(logging.INFO)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """A record as one line: its time, level, logger and message, the ids that are bound, and what its
    ``fields`` or ``figures`` say."""

    def __init__(self, function: str) -> None:
        super().__init__()
        self._function = function

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the end that Lambda's own formatter gives it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **telemetry.ids(),
            **getattr(record, "fields", {}),
        }
        if values := getattr(record, "figures", None):
            line |= format_metrics(self._function, record.__dict__["stage"], values, record.created)
        if record.exc_info:
            line["error"] = describe_error(*record.exc_info[1:])
        # Any value as text: a log line that raises would end the request that it tells of.
        return json.dumps(line, ensure_ascii=False, default=str) + "\n"


def format_metrics(function: str, stage: str, values: Mapping[str, float], at: float) -> dict[str, Any]:
    """Return figures as metrics
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
    of the function as a whole and by stage. ``at`` is in seconds since 1970."""
    metrics = [{"Name": name, "Unit": _unit(name)} for name in values]
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["function", "stage"]],
        "Metrics": metrics,
    }
    return {
        "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]},
        "function": function,
        "stage": stage,
        **values,
    }


def _unit(name: str) -> str:
    if name.endswith("seconds"):
        return "Seconds"
    # CloudWatch has no unit of money.
    return "None" if name == "dollars" else "Count"


def describe_error(error: BaseException | None, trace: TracebackType | None) -> dict[str, Any]:
    """Return an error's type and where it was raised. Only what our own errors and the system's say is
    kept: the words of another may be those of a document."""
    frames = traceback.extract_tb(trace)[-FRAMES:]
    said = {"message": str(error)} if _is_plain(error) else {}
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"type": type(error).__name__, **said, "trace": places}


def _is_plain(error: BaseException | None) -> bool:
    ours = isinstance(error, KnowledgeBaseError | OSError)
    return ours or type(error).__module__.startswith("botocore.")
