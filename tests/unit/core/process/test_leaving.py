"""What is made for a client that leaves is interrupted where it stands."""

from __future__ import annotations

import threading

import pytest

from app.adapters.embedded.children.child import Child
from app.core.process.leaving import Leaving, Left, ended_by, held_until_left, leavable
from tests.support.machine import HANG_SECONDS
from tests.support.readers import ROOT


def test_a_call_that_waits_for_a_process_ends_it_when_the_client_leaves() -> None:
    child = Child(
        "tests.support.silent",
        {"PYTHONPATH": str(ROOT)},
        seconds=HANG_SECONDS,
        idle_seconds=60,
        part="silent part",
    )
    leaving = Leaving()
    threading.Timer(0.5, leaving.leave).start()
    with leavable(leaving), pytest.raises(Left):
        child.ask({})
    assert child._process is None


def test_who_waits_for_anothers_call_waits_no_longer_when_the_client_leaves() -> None:
    lock, leaving = threading.Lock(), Leaving()
    threading.Timer(0.1, leaving.leave).start()
    with lock, leavable(leaving), pytest.raises(Left), held_until_left(lock):
        raise AssertionError("it is held")


def test_a_pause_ends_when_the_client_leaves() -> None:
    leaving = Leaving()
    threading.Timer(0.1, leaving.leave).start()
    with pytest.raises(Left):
        leaving.wait(HANG_SECONDS)


def test_what_was_not_ended_goes_on_and_what_ended_before_is_left_alone() -> None:
    leaving, ended = Leaving(), list[str]()
    with leavable(leaving), ended_by(lambda: ended.append("first")):
        pass
    leaving.leave()
    assert not ended


def test_an_error_that_the_end_led_to_is_none() -> None:
    leaving = Leaving()

    def fail() -> None:
        leaving.leave()
        raise OSError("the process is gone")

    with pytest.raises(Left), leavable(leaving), ended_by(lambda: None):
        fail()


def test_what_begins_after_the_client_has_left_is_ended_at_once() -> None:
    leaving, ended = Leaving(), list[str]()
    leaving.leave()
    leaving.add(lambda: ended.append("late"))
    assert ended == ["late"]
    with pytest.raises(Left):
        leaving.check()
