"""The limit on the computing of what reads a page beside pdfium."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from app.pdf.alone import OutOfTime, limit_computing


def test_computing_has_a_limit_of_time() -> None:
    def endless() -> None:
        with limit_computing(0.05):
            while True:
                with suppress(Exception):  # as pdfminer does at every name that it reads
                    time.process_time()

    with pytest.raises(OutOfTime):
        endless()


def test_it_is_stopped_again_where_a_stop_was_lost() -> None:
    stops = 0
    with suppress(OutOfTime), limit_computing(0.05):
        while stops < 2:
            try:
                while True:
                    time.process_time()
            except OutOfTime:
                stops += 1
    assert stops == 2
