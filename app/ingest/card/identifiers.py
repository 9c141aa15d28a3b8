"""The numbers that denote a document or what it is about: those that have a form of their own, and those that
a label announces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.card import Identifier
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import is_sparse
from app.ingest.card.phrases import read_phrases
from app.ingest.card.sheet import Line, Sheet

OF_NUMBERS = 3
"""First pages on which numbers are looked for: further inside they are those of other documents."""

FOOT = 0.8
"""Of a page's height: below it stand the publisher's lines."""

MOST = 8
"""Identifiers of a card at most."""

_FORMS = (
    ("arxiv", defer_regex(r"\barxiv:\s?(?P<id>\d{4}\.\d{4,5}|[a-z-]+/\d{7})(?:v\d+)?", re.IGNORECASE)),
    (
        "doi",
        defer_regex(
            r"(?:\bdoi\b[:.\s]*|doi\.org/)(?:https?://(?:dx\.)?doi\.org/)?\s?(?P<id>10\.\d{4,9}/[^\s\"<>;"
            r"|]+[^\s\"<>.,;)\]|])",
            re.IGNORECASE,
        ),
    ),
    (
        "isbn",
        defer_regex(
            r"\bisbn(?:-1[03])?(?:\s?\([^()]*\))?\s?:?\s?(?P<id>(?:97[89][-–\s]?)?\d[\d–\s-]{7,13}[\dx])\b",
            re.IGNORECASE,
        ),
    ),
    (
        "issn",
        defer_regex(r"\be?-?issn\b(?:\s?\([^()]*\))?\s?:?\s?(?P<id>\d{4}[-–]\d{3}[\dx])\b", re.IGNORECASE),
    ),
    ("abn", defer_regex(r"\b(?P<id>ABN:?\s?\d{2}\s?\d{3}\s?\d{3}\s?\d{3})\b")),
    ("isin", defer_regex(r"\bISIN\b(?:\scode)?\s?:?\s?(?P<id>[A-Z]{2}[A-Z0-9]{9}\d)\b")),
    ("lei", defer_regex(r"\bLEI\b(?:\s(?:code|number))?\s?:?\s?(?P<id>[A-Z0-9]{18}\d\d)\b")),
    ("acn", defer_regex(r"\b(?P<id>ACN:?\s?\d{3}\s?\d{3}\s?\d{3})\b")),
    (
        "file number",
        defer_regex(
            r"(?:commission|sec)\s+file\s+(?:number|no\.?)s?\s*:?\s*(?P<id>\d{1,3}-\d{3,6})", re.IGNORECASE
        ),
    ),
    ("rfc", defer_regex(r"\brequest for comments:\s?(?P<id>\d{2,5})\b", re.IGNORECASE)),
    (
        "standard",
        defer_regex(
            r"\b(?P<id>(?:ISO(?:/IEC)?|IEC|EN|DIN(?: EN)?(?: ISO)?|IEEE(?: Std)?|ASTM|ANSI|BS|NIST SP"
            r"|ETSI (?:TS|EN|TR)|ITU-T|ECMA)[\s-](?:[A-Z]\.?)?\d{2,6}(?:[-.:]\d{1,4})*)\b"
        ),
    ),
    (
        "law",
        defer_regex(
            r"\b(?P<id>(?:Regulation|Directive|Verordnung|Richtlinie|Règlement|Reglamento"
            r"|Regolamento)\s\((?:EU|EC|UE|EG|CE)\)\s(?:No\s)?\d{2,4}/\d{2,4})\b"
        ),
    ),
    (
        "law",
        defer_regex(r"\b(?P<id>(?:H\.?R\.?|S\.|Public Law|Pub\. L\.)\s(?:No\.?\s)?\d{1,4}(?:-\d{1,4})?)\b"),
    ),
    (
        "patent",
        defer_regex(r"\b(?P<id>(?:US|EP|WO|DE)\s?\d{4}/?\d{6,7}\s?[AB]\d|US\s?\d{1,2},\d{3},\d{3}\s?B\d)\b"),
    ),
    (
        "case number",
        defer_regex(
            r"\bNos?\.?:?\s(?P<id>(?:C|CV|CIV|CR)?\s?\d{0,2}:?\d{2}-(?:cv-|cr-|CV-"
            r"|CR-)?\d{3,6}(?:-[A-Z]{2,4})*)\b"
        ),
    ),
    ("case number", defer_regex(r"\b(?P<id>\d:\d{2}-(?:cv|cr|mc|bk|md)-\d{3,6}(?:-[A-Za-z]{2,5})*)\b")),
    (
        "case number",
        defer_regex(
            r"\b(?P<id>(?:[IVX]{1,4}|\d{1,3})\s(?:ZR|StR|AZR|BvR|BvL|K|O|U|C|S|Ca|Sa|BGs"
            r"|Cs)\s\d{1,5}/\d{2})\b"
        ),
    ),
)

_VALUE = defer_regex(
    r"[\s.:#°º\)№|-]{0,8}(?:nr\.?|no\.?|number|nummer|č\."
    r"|n[.°º])?[\s.:#]{0,3}(?P<id>[A-Za-z]{0,6}[ ]?[#]?[\w./–-]*\d[\w./–-]*)",
    re.IGNORECASE,
)
_ALONE = defer_regex(r"[A-Z]{2,8}(?:[-/ ][A-Z0-9]{1,6}){0,3}[-/]\d{2,6}(?:[-/.]\d{1,6}){0,2}")
_DATE_LIKE = defer_regex(r"^(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|(?:19|20)\d\d|\d{1,2})$")
_NUMBER_SIGN = defer_regex(r"\s*(?:[#:]|n[or°º]|\w*-?\d)", re.IGNORECASE)

FEWEST_DIGITS = 2
"""Digits of a number behind a label: "Invoice 1" counts pages or parts."""


def find_identifiers(sheets: Sequence[Sheet], kind: str) -> tuple[Identifier, ...]:
    """Return the identifiers of a document of a ``kind``, each once, in the order of how sure they are its
    own: those that its first page has, those with a form, those with a label."""
    found: dict[tuple[str, str], Identifier] = {}
    near = sheets[:OF_NUMBERS]
    for number, sheet in enumerate(near):
        alone = _find_alone(sheet) if not number and is_sparse(sheet) else ()
        for each in (*_find_formed(sheet, kind, number), *_find_labelled(sheet, kind), *alone):
            value = each.fact.value.casefold()
            if not any(value == known for _, known in found):
                found[each.scheme, value] = each
            if len(found) == MOST:
                return tuple(found.values())
    return tuple(found.values())


_OF_COPYRIGHT_PAGE = frozenset(("isbn", "issn", "abn", "acn", "file number"))


def _find_formed(sheet: Sheet, kind: str, number: int) -> Iterator[Identifier]:
    for scheme, pattern in _FORMS:
        if number and scheme not in _OF_COPYRIGHT_PAGE and not is_sparse(sheet):
            continue
        for match in pattern.finditer(sheet.text):
            line = sheet.line_at(match.start())
            if scheme in ("doi", "isbn") and _is_of_another(sheet, match.start(), line):
                continue
            if scheme == "standard" and kind not in ("standard", ""):
                continue
            value = " ".join(match["id"].split())
            shown = f"arXiv:{value}" if scheme == "arxiv" else value
            yield Identifier(scheme, sheet.fact(match.start("id"), match.end("id"), shown))
            if scheme not in _OF_COPYRIGHT_PAGE:
                break


def _is_of_another(sheet: Sheet, start: int, line: Line | None) -> bool:
    """Return whether a number stands so far behind on a full page that it is another document's, in a list or
    a note; not at its foot."""
    if is_sparse(sheet) or start <= len(sheet.text) // 2 or line is None:
        return False
    return not line.furniture and line.box.top < FOOT * sheet.height


def _find_alone(sheet: Sheet) -> Iterator[Identifier]:
    """Yield what has a line of a cover for itself and is written as the numbers of reports are:
    GAO-21-123."""
    for line in sheet.lines:
        if _ALONE.fullmatch(line.text.strip()):
            yield Identifier("report number", sheet.fact(line.start, line.end))


_OF_KINDS = {
    "model": frozenset(
        ("manual", "data sheet", "fact sheet", "brochure", "certificate", "delivery note", "procedure")
    ),
    "report number": frozenset(),
}
"""The kinds of documents that numbers of a scheme are looked for in; all where it is not named or empty."""


def _find_labelled(sheet: Sheet, kind: str) -> Iterator[Identifier]:
    for phrase in read_phrases("numbers").find(sheet.text, sheet.tokens):
        kinds = _OF_KINDS.get(phrase.means)
        if kinds and kind not in kinds:
            continue
        match = _VALUE.match(sheet.text, phrase.end)
        value = match["id"].strip(" .,/-–") if match else ""
        if not match or sum(letter.isdigit() for letter in value) < FEWEST_DIGITS or _DATE_LIKE.match(value):
            continue
        # A word that is a label only with its number sign: "the case 1234" or "invoice 2021".
        if (
            phrase.words == 1
            and phrase.phrase in ("case", "invoice", "rechnung", "revision", "models")
            and not _NUMBER_SIGN.match(sheet.text, phrase.end)
        ):
            continue
        start = match.start("id") + len(match["id"]) - len(match["id"].lstrip(" .,/-–"))
        yield Identifier(phrase.means, sheet.fact(start, start + len(value), value))
