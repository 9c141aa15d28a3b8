"""What a file holds beside its pages: attached files, and a form that only Adobe's reader draws."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from app.core.counting import format_count
from app.core.names import shown_text
from app.pdf.lacks import XFA_FORM

MOST_NAMED = 10
"""Attached files that a note names; a portfolio may hold thousands."""

MOST_FILES = 20
"""Attached PDFs of a file that are taken out of it."""

GROWTH, FREE_BYTES = 10, 1_000_000
"""Bytes of attached files for each byte of the file that holds them, and those that are free: PDFs are
compressed, and one that makes far more of a few kilobytes is made to fill a disk."""

HEADER_WITHIN = 1024
"""Bytes at whose start a PDF says that it is one (ISO 32000-1, annex H.3)."""

MOST_LOOKED_AT = 1000
"""Attached files of any kind."""

PAGES_WITH_FIELDS = 10
"""Pages that are looked at for the fields of a form."""

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
        # Cleaned for display: the name comes from the file and is shown in notes and lists.
        name = _utf16(partial(pdfium.FPDFAttachment_GetName, attachment))
        yield shown_text(" ".join(name.split()))[:LONGEST_NAME] or f"file {index + 1}"


class AttachedPdf(NamedTuple):
    """A PDF that is attached to another: its name, and the name of the file that it was saved as, or why it
    was not."""

    name: str
    file: str = ""
    why: str = ""


def save_attached_pdfs(document: Any, folder: Path, own_bytes: int, most_bytes: int) -> Iterator[AttachedPdf]:
    """Save the PDFs that are attached to a document, of ``own_bytes`` bytes itself, into a folder; none of
    them may have more than ``most_bytes``."""
    from pypdfium2 import raw as pdfium

    left, saved = GROWTH * own_bytes + FREE_BYTES, 0
    for index, name in enumerate(islice(attachment_names(document), MOST_LOOKED_AT)):
        attachment = pdfium.FPDFDoc_GetAttachment(document, index)
        size = ctypes.c_ulong()
        # The size before the content: what is too large is never held in memory.
        if not pdfium.FPDFAttachment_GetFile(attachment, None, 0, size):
            if name.lower().endswith(".pdf"):
                yield AttachedPdf(name, why="it cannot be taken out: it is damaged, or not in the file")
            continue
        if size.value > min(left, most_bytes):
            yield AttachedPdf(name, why="it is larger than attached files may be")
            continue
        content = ctypes.create_string_buffer(size.value)
        pdfium.FPDFAttachment_GetFile(attachment, content, size.value, size)
        # By content and not by name: portfolios hold PDFs without an ending.
        if b"%PDF-" not in content.raw[:HEADER_WITHIN]:
            continue
        # Only now, so that each one that stays behind is told by its name.
        if saved == MOST_FILES:
            yield AttachedPdf(name, why=f"more than {MOST_FILES} PDFs are attached")
            continue
        left -= size.value
        saved += 1
        # Never under its own name, which may lead out of the folder.
        (folder / f"{index}.pdf").write_bytes(content.raw[: size.value])
        yield AttachedPdf(name, f"{index}.pdf")


def _count_attachments(document: Any) -> int:
    from pypdfium2 import raw as pdfium

    return max(0, int(pdfium.FPDFDoc_GetAttachmentCount(document)))


def _is_drawn_by_adobe(document: Any) -> bool:
    """Whether the file's form is a dynamic one (XFA), in whose place its page asks for another program: the
    file says so itself (``NeedsRendering``), or it has such a form and no field on its pages."""
    from pypdfium2 import raw as pdfium

    kind = pdfium.FPDF_GetFormType(document)
    if kind == pdfium.FORMTYPE_XFA_FOREGROUND:
        # Such a form has ordinary fields as well, for readers that do not know it: then its pages can be
        # read.
        return not any(_has_field(document, index) for index in range(min(len(document), PAGES_WITH_FIELDS)))
    return bool(kind == pdfium.FORMTYPE_XFA_FULL)


def _has_field(document: Any, index: int) -> bool:
    from pypdfium2 import PdfiumError
    from pypdfium2 import raw as pdfium

    try:
        page = document[index]
    except PdfiumError:
        return False
    try:
        for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
            annotation = pdfium.FPDFPage_GetAnnot(page, number)
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            pdfium.FPDFPage_CloseAnnot(annotation)
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                return True
        return False
    finally:
        page.close()


def _utf16(get: Callable[[Any, int], int]) -> str:
    """A string that a call of pdfium's writes into a buffer, of which it says how many bytes it needs."""
    size = get(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
