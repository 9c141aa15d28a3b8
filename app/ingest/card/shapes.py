"""Kinds of documents that are told by their shape or by how they begin: letters, speeches, slides, poems,
papers of courts, articles of an encyclopedia."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.card import Fact, Origin
from app.core.process.patterns import defer_regex
from app.ingest.card.dates import find_dates
from app.ingest.card.phrases import read_phrases
from app.ingest.card.sheet import Sheet

MOST_PAGES_OF_LETTER = 6
"""Pages of a letter at most: annual reports open with one, too."""

GREETED = 1_500
"""Characters of the beginning of a speech in which it greets."""

FEWEST_SLIDES, WORDS_OF_SLIDE = 2, 160
"""Pages of slides at least, and words of the middle one of them at most."""

FEWEST_FIELDS = 5
"""Fields to be filled in, on the first page of a form."""

FEWEST_CITED = 3
"""Works that a page of a paper cites at least."""

FEWEST_VERSES, LONGEST_VERSE, PAGES_OF_POEM = 8, 11, 3
"""Lines of a poem at least; words that five of six lines have at most; and pages at most."""

CAPITALS, ENDED, NUMBERS = 0.6, 0.3, 0.1
"""Of a poem's lines: how many begin with a capital and how many end with a sign, at least; how many have
digits, at most."""

_WIKIPEDIA = defer_regex(
    r"from wikipedia, the free encyclopedia|old revision of this page, as edited|wikipedia® is a registered"
    r"|aus wikipedia, der freien|un article de wikipédia|de wikipedia, la enciclopedia libre"
    r"|da wikipedia, l'enciclopedia"
)
_ADDRESS = defer_regex(r"\bwikipedia\.org/w", re.IGNORECASE)
_ADDRESSES = defer_regex(
    r"^(?:[^\w\n]*(?:dear|sehr geehrte|liebe|madame|monsieur|estimad|gentile|egregi|spett|geachte|beste|vážen"
    r"|prezad|szanown)\w*\b[^\n]{0,50}$)",
    re.IGNORECASE | re.MULTILINE,
)
_CITATION = defer_regex(
    r"\[\d{1,3}(?:[,–-]\s?\d{1,3})*\]|\bet al\.?,?\s\(?(?:19|20)\d\d|\([A-Z][\w-]+(?:\s(?:and"
    r"|&)\s[A-Z][\w-]+)?,?\s(?:19|20)\d\d"
    r"|\b(?:Eq|Fig|Sec|Ref)s?\.\s\(?\[?\d"
)
_COURT = defer_regex(r"\b(?:plaintiffs?|defendants?|petitioners?|appellants?)\b")
_VERSUS = defer_regex(r"\bvs?\.(?:\s|$)|\bversus\b")
_ORDER = defer_regex(r"\bORDER\b|\bOrder (?:Granting|Denying|Regarding|on|and|Re)\b")
_OPINION = defer_regex(r"\bOPINION\b|\bOpinion\b|\bper curiam\b|circuit judges?\b|\bJ(?:UDGMENT|udgment)\b")
_GREETING = defer_regex(
    r"\bgood (?:morning|afternoon|evening)\b|\bladies and gentlemen\b|\bmeine damen und herren\b"
    r"|\bmesdames et messieurs\b"
)


def find_article(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is an article of Wikipedia, printed: it says so, or its address runs over the pages."""
    for sheet in sheets:
        if found := _WIKIPEDIA.search(sheet.plain):
            return sheet.fact(found.start(), found.end(), "Wikipedia article")
        for line in sheet.lines:
            if line.furniture and _ADDRESS.search(line.text):
                return sheet.fact(line.start, line.end, "Wikipedia article")
    return None


def find_court_paper(sheets: Sequence[Sheet]) -> Fact | None:
    """Return which paper of a court it is: it has parties, and a court."""
    sheet = sheets[0]
    party, versus = _COURT.search(sheet.plain), _VERSUS.search(sheet.plain)
    if not party or not (versus or "district court" in sheet.plain or "court of appeals" in sheet.plain):
        return None
    for pattern, kind in ((_ORDER, "court order"), (_OPINION, "court opinion")):
        if found := pattern.search(sheet.text):
            return sheet.fact(found.start(), found.end(), kind)
    titled = _titled_among(sheet, ("complaint",))
    if titled:
        return titled
    # The inner page of a judgment speaks of the parties and of the court below it.
    if "the district court" in sheet.plain or "on appeal" in sheet.plain or "we affirm" in sheet.plain:
        return sheet.fact(party.start(), party.end(), "court opinion")
    return sheet.fact(party.start(), party.end(), "court paper")


def _titled_among(sheet: Sheet, kinds: Sequence[str]) -> Fact | None:
    for found in read_phrases("kinds", "titles").find(sheet.text, sheet.tokens):
        if found.means in kinds:
            return sheet.fact(found.start, found.end, found.means)
    return None


def find_letter(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is a letter: it is short and addresses somebody, below a date or with what else letters
    have: a poem may address somebody, too."""
    sheet = sheets[0]
    found = _ADDRESSES.search(sheet.text)
    if not found or len(sheets) > MOST_PAGES_OF_LETTER:
        return None
    marks = read_phrases("kinds", "marks").find(sheet.text, sheet.tokens)
    others = (
        each for each in marks if each.means == "letter" and not found.start() <= each.start < found.end()
    )
    if not find_dates(sheet.plain[: found.start()]) and not any(others):
        return None
    return sheet.fact(found.start(), found.end(), "letter")


def find_slides(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is slides: its pages are wide and have few words."""
    full = [sheet for sheet in sheets if sheet.spans]
    wide = [sheet for sheet in full if sheet.width > sheet.height]
    words = sorted(len(sheet.spans) for sheet in full)
    if len(full) >= FEWEST_SLIDES and len(wide) == len(full) and words[len(words) // 2] <= WORDS_OF_SLIDE:
        return Fact("slides", Origin.PAGE, full[0].page)
    return None


def find_speech(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is a speech: it greets those who listen."""
    found = _GREETING.search(sheets[0].plain[:GREETED])
    return sheets[0].fact(found.start(), found.end(), "speech") if found else None


def find_form(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is a form: it has fields to be filled in."""
    sheet = sheets[0]
    return Fact("form", Origin.PAGE, sheet.page) if sheet.fields >= FEWEST_FIELDS else None


def find_inner_page(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is from the inside of a paper: it cites others as papers do."""
    cited = list(_CITATION.finditer(sheets[0].text))
    if len(cited) < FEWEST_CITED:
        return None
    return sheets[0].fact(cited[0].start(), cited[0].end(), "paper")


def find_poem(sheets: Sequence[Sheet]) -> Fact | None:
    """Return that it is a poem: short lines that begin with capitals, and many end with a sign."""
    lines = [line.text.strip() for line in sheets[0].lines if len(line.text.split()) > 1]
    if len(lines) < FEWEST_VERSES or len(sheets) > PAGES_OF_POEM:
        return None
    words = sorted(len(line.split()) for line in lines)
    capitals = sum(line.lstrip("»„“‚‘\"'")[:1].isupper() for line in lines) / len(lines)
    ended = sum(line[-1] in ",;.!?:-–—»“”" for line in lines) / len(lines)
    digits = sum(any(map(str.isdigit, line)) for line in lines) / len(lines)
    if (
        words[-len(words) // 6] <= LONGEST_VERSE
        and capitals >= CAPITALS
        and ended >= ENDED
        and digits <= NUMBERS
    ):
        return Fact("poem", Origin.PAGE, sheets[0].page)
    return None
