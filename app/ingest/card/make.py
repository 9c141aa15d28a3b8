"""The card of a document, made from what is read of it: no model, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.core.card import Card, Fact, Origin
from app.core.page import Outline, Page
from app.core.writing.languages import tell_languages
from app.ingest.card.filings import find_filing
from app.ingest.card.sheet import Sheet, read_sheet
from app.ingest.title import document_title

FIRST_PAGES = 20
"""First pages of a document that its card is made from. The cover of a filing may come behind the letters
that open an annual report."""

OF_LANGUAGE = 4_000
"""Characters that the language is told by."""


def make_card(pages: Sequence[Page], outline: Outline, name: str) -> Card:
    """Return the card of a document: what its ``pages`` (the first ``FIRST_PAGES`` and the last), its outline
    with the metadata's title, and its file ``name`` say. Facts that are not said are absent."""
    sheets = [read_sheet(page) for page in pages]
    card = find_filing(sheets) or Card()
    if not card.title:
        title = document_title(outline.title, pages[0] if pages else None, name)
        card = replace(card, title=Fact(title, Origin.PAGE))
    return replace(card, language=card.language or tell_language(sheets))


def tell_language(sheets: Sequence[Sheet]) -> str:
    """Return the language (ISO 639-1) of the first pages, "" if it cannot be told."""
    text = "\n".join(sheet.text for sheet in sheets)[:OF_LANGUAGE]
    told = tell_languages(text).told
    return told[0][1] if told else ""
