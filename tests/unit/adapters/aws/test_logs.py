"""Every line of the function's log is JSON that says what it is about, and nothing of what documents say."""

from __future__ import annotations

import io
import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest

from app.adapters.aws import logs
from app.core import telemetry
from app.core.errors import Unavailable

HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class Log:
    """A logger of its own that writes lines, and those lines."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.terminator = ""  # as Lambda's own
        handler.setFormatter(logs.JsonLines("kb"))
        self.logger = logging.Logger("app.test")
        self.logger.addHandler(handler)
        self.handler = handler

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def figures(log: Log) -> Iterator[Log]:
    """The log of the figures."""
    telemetry.FIGURES.addHandler(log.handler)
    telemetry.FIGURES.setLevel(logging.INFO)
    yield log
    telemetry.FIGURES.removeHandler(log.handler)
    telemetry.FIGURES.setLevel(logging.NOTSET)


def test_a_line_names_what_it_is_about_for_as_long_as_that_lasts(log: Log) -> None:
    with telemetry.about(request_id="req_1"):
        with telemetry.about(document_id="doc_1"):
            log.logger.info("both")
        log.logger.info("one")
    log.logger.info("none")
    both, one, none = log.lines()
    assert (both["request_id"], both["document_id"], both["message"]) == ("req_1", "doc_1", "both")
    assert one["request_id"] == "req_1"
    assert "document_id" not in one
    assert not {"request_id", "document_id"} & none.keys()


def test_a_message_of_several_lines_is_one_line(log: Log) -> None:
    log.logger.warning("first\nsecond \N{SNOWMAN}")
    [line] = log.lines()
    assert line["message"] == "first\nsecond \N{SNOWMAN}"
    assert line["level"] == "WARNING"


def test_a_trace_is_carried_on_into_a_thread_that_is_given_it(log: Log) -> None:
    with telemetry.continue_trace(HEADER), ThreadPoolExecutor(1) as pool:
        assert pool.submit(copy_context().run, telemetry.trace).result() == HEADER
        pool.submit(copy_context().run, log.logger.info, "there").result()
    assert telemetry.trace() == ""
    assert log.lines()[0]["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize("header", ["", "nonsense", "Parent=1;Sampled=0"])
def test_what_is_no_trace_gives_no_trace_id(log: Log, header: str) -> None:
    with telemetry.continue_trace(header):
        log.logger.info("on")
    assert "trace_id" not in log.lines()[0]


def test_of_a_foreign_error_the_words_are_left_out_but_not_its_place(log: Log) -> None:
    try:
        int("a secret of the document")
    except ValueError:
        log.logger.exception("it failed")
    [line] = log.lines()
    assert "secret" not in json.dumps(line)
    assert line["error"]["type"] == "ValueError"
    assert any("test_logs.py" in place for place in line["error"]["trace"])


def test_an_error_of_ours_is_told_in_its_words(log: Log) -> None:
    try:
        raise Unavailable("The index cannot be reached.", "index")
    except Unavailable:
        log.logger.exception("it failed")
    assert log.lines()[0]["error"]["message"] == "The index cannot be reached."


def test_figures_are_metrics_in_cloudwatchs_embedded_format(figures: Log) -> None:
    begun = time.time()
    with telemetry.about(document_id="doc_1"), telemetry.time_stage("extract") as found:
        found["pages"] = 7
    telemetry.figures("answer", dollars=0.25)
    extract, answer = figures.lines()
    [directive] = extract["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "KnowledgeBase"
    assert directive["Dimensions"] == [["function", "stage"]]
    assert {each["Name"]: each["Unit"] for each in directive["Metrics"]} == {
        "seconds": "Seconds",
        "pages": "Count",
    }
    # What the directive names has to stand at the top, dimensions as text and metrics as numbers.
    assert (extract["function"], extract["stage"], extract["pages"]) == ("kb", "extract", 7)
    assert extract["seconds"] >= 0
    assert extract["document_id"] == "doc_1"
    noted_at = extract["_aws"]["Timestamp"] / 1000
    assert begun - 1 <= noted_at <= time.time() + 1
    assert answer["_aws"]["CloudWatchMetrics"][0]["Metrics"] == [{"Name": "dollars", "Unit": "None"}]


def test_a_stage_that_fails_has_its_figures_noted_too(figures: Log) -> None:
    with pytest.raises(Unavailable), telemetry.time_stage("embed"):
        raise Unavailable("gone", "embedding model")
    assert figures.lines()[0]["stage"] == "embed"
