"""Why a page needs OCR, in one sentence for a person."""

from __future__ import annotations

NEEDS_OCR = "No text could be read on this page: it needs OCR."
ONLY_STAMPED = "The page is a scan, and hardly any of it is text: it needs OCR."
GARBLED = "Most of the page's characters cannot be read: it needs OCR."
LACKING = (NEEDS_OCR, ONLY_STAMPED, GARBLED)
"""Why a page needs OCR."""
