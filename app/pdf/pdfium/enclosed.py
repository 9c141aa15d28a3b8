"""What a file holds beside its pages: attached files, and a form that only Adobe's reader draws."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from app.core.counting import format_count
from app.core.names import shown_text
from app.pdf.lacks import XFA_FORM

MOST_NAMED = 10
"""Attached files that a note names; a portfolio may hold thousands."""

LONGEST_NAME = 120
"""Characters of a file's name that a note repeats."""


def enclosed_notes(document: Any) -> list[str]:
    """Return a sentence for each thing that a pypdfium2 document holds and its pages do not show."""
    notes = [XFA_FORM] if _is_drawn_by_adobe(document) else []
    names = list(islice(attachment_names(document), MOST_NAMED + 1))
    if names:
        count = _count_attachments(document)
        more = ", …" if count > MOST_NAMED else ""
        listed = ", ".join(names[:MOST_NAMED])
        notes.append(
            f"The file holds {format_count(count, 'attached file')}, which "
            f"{'is' if count == 1 else 'are'} not read with its pages: {listed}{more}."
        )
    return notes


def attachment_names(document: Any) -> Iterator[str]:
    """Yield the names of the files that are attached to a document, in the order of its name tree."""
    from pypdfium2 import raw as pdfium

    for index in range(_count_attachments(document)):
        attachment = pdfium.FPDFDoc_GetAttachment(document, index)
        name = _utf16(partial(pdfium.FPDFAttachment_GetName, attachment))
        yield shown_text(" ".join(name.split()))[:LONGEST_NAME] or f"file {index + 1}"


def _count_attachments(document: Any) -> int:
    from pypdfium2 import raw as pdfium

    return max(0, int(pdfium.FPDFDoc_GetAttachmentCount(document)))


def _is_drawn_by_adobe(document: Any) -> bool:
    """Whether the file's form is a dynamic one (XFA), in whose place its page asks for another program."""
    from pypdfium2 import raw as pdfium

    return bool(pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_XFA_FULL)


def _utf16(get: Callable[[Any, int], int]) -> str:
    """A string that a call of pdfium's writes into a buffer, of which it says how many bytes it needs."""
    size = get(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
