"""The fields of a form as they are filled in, from pdfium's own reading of the form."""

from __future__ import annotations

import ctypes
from typing import Any

from app.core.geometry import Box
from app.core.page import FieldKind, FormField

LONGEST = 10_000
"""Characters of a value."""

LONGEST_NAME = 300
MOST_OPTIONS = 500
PASSWORD = 1 << 13  # ISO 32000-1, table 228

KINDS = {
    2: FieldKind.CHECKBOX,  # pdfium's FPDF_FORMFIELD_…
    3: FieldKind.RADIO,
    4: FieldKind.CHOICE,
    5: FieldKind.CHOICE,
    6: FieldKind.TEXT,
    7: FieldKind.SIGNATURE,
}


def open_form(document: Any) -> Any:
    """Return the handle of a document's form, opened once and closed with the document; ``None`` where it has
    none.

    No script is run: pdfium is built without one, and none is asked for.
    """
    import pypdfium2
    from pypdfium2 import raw as pdfium

    if not document.formenv and document.get_formtype() != pdfium.FORMTYPE_NONE:
        config = pdfium.FPDF_FORMFILLINFO(version=2)
        if handle := pdfium.FPDFDOC_InitFormFillEnvironment(document, config):
            document.formenv = pypdfium2.PdfFormEnv(handle, config)
    return document.formenv.raw if document.formenv else None


def read_field(form: Any, annotation: int, box: Box) -> FormField | None:
    """Return the field that an annotation (its address) shows; ``None`` for a button."""
    from pypdfium2 import raw as pdfium

    shown = ctypes.cast(annotation, pdfium.FPDF_ANNOTATION)
    kind = KINDS.get(pdfium.FPDFAnnot_GetFormFieldType(form, shown))
    if kind is None:
        return None
    name = _text(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, shown)
    name = name or _text(pdfium.FPDFAnnot_GetFormFieldName, form, shown)
    name = " ".join(name.split())[:LONGEST_NAME]
    if kind in (FieldKind.CHECKBOX, FieldKind.RADIO):
        state = _text(pdfium.FPDFAnnot_GetStringValue, shown, b"AS")[:LONGEST]
        ticked = state not in ("", "Off")
        return FormField(kind, name, box, state if ticked else "", ticked)
    if kind is FieldKind.SIGNATURE or pdfium.FPDFAnnot_GetFormFieldFlags(form, shown) & PASSWORD:
        return FormField(kind, name, box)
    chosen = _labels_chosen(form, shown) if kind is FieldKind.CHOICE else ""
    return FormField(
        kind, name, box, chosen or _text(pdfium.FPDFAnnot_GetFormFieldValue, form, shown)[:LONGEST]
    )


def _labels_chosen(form: Any, shown: Any) -> str:
    """Return the labels of the options that are chosen, one a line."""
    from pypdfium2 import raw as pdfium

    count = min(pdfium.FPDFAnnot_GetOptionCount(form, shown), MOST_OPTIONS)
    chosen = (n for n in range(count) if pdfium.FPDFAnnot_IsOptionSelected(form, shown, n))
    return "\n".join(_text(pdfium.FPDFAnnot_GetOptionLabel, form, shown, n) for n in chosen)


def _text(function: Any, *arguments: Any) -> str:
    from pypdfium2 import raw as pdfium

    size = function(*arguments, None, 0)
    if not 2 < size <= 1 << 22:
        return ""
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    text = buffer.raw[: size - 2].decode("utf-16-le", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in text if character == "\n" or character.isprintable())
