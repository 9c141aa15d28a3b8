"""What the server says of connections that it cannot take in."""

from __future__ import annotations

import asyncio
import errno
import logging

import pytest

from app.api.admission.complaints import AcceptErrors

MESSAGE = "socket.accept() out of system resource"


def test_what_keeps_connections_out_is_said_once_for_each_kind(caplog: pytest.LogCaptureFixture) -> None:
    handler, loop = AcceptErrors(), asyncio.new_event_loop()
    for number in (errno.EMFILE, errno.EMFILE, errno.ENFILE, errno.EMFILE):
        handler(loop, {"message": MESSAGE, "exception": OSError(number, "No room")})
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    assert ["EMFILE" in caplog.messages[0], "ENFILE" in caplog.messages[1]] == [True, True]
    loop.close()


def test_other_errors_of_the_event_loop_are_told_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    handler, loop = AcceptErrors(), asyncio.new_event_loop()
    for _ in range(2):
        handler(loop, {"message": "a task failed", "exception": ValueError("odd")})
    assert len(caplog.records) == 2
    loop.close()
