"""Papers of courts: the parties, and what the paper calls itself in its caption."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.card import Fact
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import Part
from app.ingest.card.sheet import Sheet
from app.ingest.card.who import clean_name

KINDS = frozenset(("court order", "court opinion", "complaint", "court paper"))
"""Kinds of papers of courts."""

_COURT = defer_regex(
    r"(?:in the )?(?P<name>(?:united states|supreme|superior|high|district|circuit|county"
    r"|federal)[^\n]{0,40}\bcourt\b[^\n]{0,60}(?:\n\s*(?:for|of) the [^\n]{5,60})?"
    r"|court of appeals?[^\n]{0,60}(?:\n\s*for the [^\n]{5,60})?)",
    re.IGNORECASE,
)
_VERSUS = defer_regex(r"(?:^|\s)(?:vs?\.|versus|V\.|-v-)(?=\s)", re.MULTILINE)
_ROLE = defer_regex(
    r"\b(?:plaintiffs?|defendants?|petitioners?|appellants?|appellees?|respondents?)\b", re.IGNORECASE
)
_DEED = defer_regex(
    r"\b(?:(?:memorandum\s+(?:opinion\s+and\s+)?|opinion\s+and\s+|stipulated\s+|consent\s+|protective\s+"
    r"|scheduling\s+)?ORDER|OPINION|JUDGMENT|COMPLAINT|MOTION|BRIEF|NOTICE|PETITION|INDICTMENT|AFFIDAVIT"
    r"|DECLARATION)\b"
    r"(?:[A-Z’'“”\",.()\s-]|\b[a-z]{1,4}\b)*",
)
_PARTY = defer_regex(r"[A-ZÀ-Þ][\w’'.&-]*(?:,? (?:& |of |and |the )?[A-ZÀ-Þ][\w’'.&-]*){0,7}")

_ROLE_BEHIND = defer_regex(
    r",?\s(?:plaintiff|defendant|petitioner|appellant|appellee|respondent)[\w-]*\.?$", re.IGNORECASE
)

LONGEST_PARTY = 60
"""Characters of a party in a title."""

CAPTION = 1_800
"""Characters of the beginning that may be the caption."""


def find_parties(sheet: Sheet) -> tuple[Fact, ...]:
    """Return the parties: who stands before and behind "versus" in the caption."""
    head = sheet.text[:CAPTION]
    versus = _VERSUS.search(head)
    if not versus or not _ROLE.search(head):
        return ()
    before = [found for found in _PARTY.finditer(head, 0, versus.start()) if _names(found[0])]
    after = [found for found in _PARTY.finditer(head, versus.end()) if _names(found[0])]
    near = [
        found for found in before if "\n" in head[found.start() - 1 : found.start()] or not found.start()
    ][-1:]
    chosen = [*(near or before[-1:]), *after[:1]]
    return tuple(
        sheet.fact(found.start(), found.end(), _ROLE_BEHIND.sub("", clean_name(found[0]))[:LONGEST_PARTY])
        for found in chosen
    )


def find_court(sheet: Sheet) -> Fact | None:
    """Return the court of a caption."""
    found = _COURT.search(sheet.text[:CAPTION])
    return sheet.fact(found.start("name"), found.end("name")) if found else None


def find_deed(sheet: Sheet) -> Fact | None:
    """Return what the paper calls itself in capitals: an order, with what it is about."""
    best: Fact | None = None
    for found in _DEED.finditer(sheet.text[:CAPTION]):
        text = re.sub(r"\s[A-Z]$", "", " ".join(found[0].split())).strip(" ,.-")
        if best is None or len(text) > len(best.value):
            best = sheet.fact(found.start(), found.end(), text)
    return best


def _names(text: str) -> bool:
    return not _ROLE.fullmatch(text.strip(" ,.")) and not _COURT.search(text) and len(text) > len("No")


def title_parts(headline: Sequence[Part]) -> Sequence[Part]:
    """Return the parts of a headline that are no court's name."""
    return [part for part in headline if not _COURT.search(part.text)]
