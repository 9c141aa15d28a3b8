"""A page as a file of its own, for what pdfium does not tell, and a limit on the computing of its reader."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

AGAIN = 0.5
"""Seconds of computing after which it is stopped once more: an error in what Python runs by the way, such as
the end of an object, is lost."""


class OutOfTime(BaseException):
    """What reads a page takes too long. No ``Exception``: pdfplumber and pdfminer pass over those."""


def page_alone(document: Any, number: int) -> BytesIO:
    """Return a file that has one page (1-based) of an open pypdfium2 document."""
    import pypdfium2

    alone = pypdfium2.PdfDocument.new()
    content = BytesIO()
    try:
        alone.import_pages(document, [number - 1])
        alone.save(content)
    finally:
        alone.close()
    content.seek(0)
    return content


@contextmanager
def limit_computing(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` after this many seconds of CPU time, where the system has such a timer (not on
    Windows: there the limit of the page holds). Only for the main thread."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:  # it may be stopped once more just as it ends
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
