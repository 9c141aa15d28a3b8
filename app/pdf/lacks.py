"""Why a page needs OCR, in one sentence for a person."""

from __future__ import annotations

NEEDS_OCR = "No text could be read on this page: it needs OCR."
ONLY_STAMPED = "The page is a scan, and hardly any of it is text: it needs OCR."
GARBLED = "Most of the page's characters cannot be read: it needs OCR."
XFA_FORM = "The file is a form (XFA) that only Adobe's reader shows: what stands in it is not read."
"""Of the first page of such a file, which asks for that program."""

OCR_FAILED = "OCR failed: "
"""Begins the note on a page that OCR could not read."""

LACKING = (NEEDS_OCR, ONLY_STAMPED, GARBLED)
"""Why a page needs OCR."""
