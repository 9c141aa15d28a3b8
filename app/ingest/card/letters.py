"""Letters: what they are about, and to whom they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.core.card import Fact
from app.core.process.patterns import defer_regex
from app.ingest.card.sheet import Sheet
from app.ingest.card.titles import clean_headline

_SUBJECT = defer_regex(
    r"^[^\w\n]*(?:re|subject|reference|betreff|betrifft|objet|asunto|oggetto|assunto|betreft|onderwerp|věc"
    r"|předmět|dotyczy"
    r"|件名|主题|الموضوع)\s?:\s*(?P<about>\S[^\n]{2,140})",
    re.IGNORECASE | re.MULTILINE,
)
_SALUTATION = defer_regex(
    r"^[^\w\n]*(?:dear|sehr geehrte[rs]?|liebe[rs]?|cher|chère|estimad[oa]s?|gentile|egregio|geachte|beste"
    r"|vážen[ýáí]|prezad[oa])"
    r"\s(?P<name>[^\n,:!]{2,50})",
    re.IGNORECASE | re.MULTILINE,
)


def find_subject(sheet: Sheet) -> Fact | None:
    """Return what a letter is about, as its line of reference says, else whom it addresses."""
    about = _SUBJECT.search(sheet.text)
    if about:
        return sheet.fact(about.start("about"), about.end("about"), clean_headline(about["about"]))
    to = _SALUTATION.search(sheet.text)
    return sheet.fact(to.start("name"), to.end("name"), f"to {clean_headline(to['name'])}") if to else None


def name_letter(subject: Fact, who: Sequence[Fact]) -> Fact:
    """Return the title of a letter: who wrote it, and about what."""
    said = f"Letter {subject.value}" if subject.value.startswith("to ") else f"Letter: {subject.value}"
    return replace(subject, value=f"{who[0].value} — {said}" if who else said)
