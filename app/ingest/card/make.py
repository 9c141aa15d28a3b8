"""The card of a document, made from what is read of it: no model, no network."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.card import Card, CardDate, CardPeriod, DateRole, Fact, Identifier, Origin
from app.core.page import Outline, Page
from app.core.process.patterns import defer_regex
from app.core.writing.languages import tell_languages
from app.ingest.card import courts, reports
from app.ingest.card.cover import Part, body_size, find_cover, is_sparse, read_parts
from app.ingest.card.dates import find_dates
from app.ingest.card.filings import find_filing, may_be_cover, write_name
from app.ingest.card.identifiers import find_identifiers
from app.ingest.card.kinds import find_kind
from app.ingest.card.letters import find_subject, name_letter
from app.ingest.card.naming import complete_title, name_court_paper, put_together
from app.ingest.card.papers import (
    find_authors,
    find_issue_date,
    find_paper_headline,
    find_titled_persons,
    is_person,
)
from app.ingest.card.periods import lower_text
from app.ingest.card.phrases import read_phrases
from app.ingest.card.roles import find_card_dates
from app.ingest.card.sheet import Sheet, read_sheet
from app.ingest.card.titles import believe_metadata, clean_headline, clean_metadata, find_headline, tidy_name
from app.ingest.card.who import find_issuers, find_site, is_body

log = logging.getLogger(__name__)

FIRST_PAGES = 20
"""First pages of a document that its card is made from. The cover of a filing may come behind the letters
that open an annual report."""

NEAR_PAGES = 6
"""First pages that are searched whole; of the others only the text is, and the cover of a filing."""

OF_LANGUAGE = 4_000
"""Characters that the language is told by."""

FEW_WORDS = 80
"""Words of a text that has too few to tell its language by them."""

MOST_PERSONS = 3
"""Persons of a first page that a card names at most."""

AUTHORED = frozenset(("thesis", "lecture notes", "book", "speech", "poem", "résumé", "white paper"))
"""Kinds whose authors say more than who published them."""

_REVISION = defer_regex(r"\bat \d\d:\d\d, (\d{1,2} \w+ \d{4})")


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of a document before its kind is: its pages from the first with words on, the parts of
    that one, the pages further behind, the ``text`` of all of them, and the names that its file has."""

    sheets: Sequence[Sheet]
    far: Sequence[Page]
    text: str
    parts: Sequence[Part]
    metadata: str
    file: str

    @property
    def believed(self) -> str:
        """The metadata's title, "" where the pages do not have its words."""
        return self.metadata if believe_metadata(self.metadata, self.sheets) else ""


def make_card(pages: Sequence[Page], outline: Outline, name: str) -> Card:
    """Return the card of a document: what its ``pages`` (the first ``FIRST_PAGES``, and the last if it is at
    hand), its outline with the metadata's title, and its file ``name`` say. What is not said is absent.

    Where reading them fails, the metadata's title or the file's name is all that it has: a document is
    searched whether or not it says what it is."""
    metadata, file = clean_metadata(outline.title), tidy_name(name)
    try:
        return _read_card(pages, outline.title, metadata, file)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # Neither the message nor a traceback, which may quote the document.
        at = traceback.extract_tb(error.__traceback__)[-1]
        log.error("A card is not made: %s (%s:%d)", type(error).__name__, at.filename, at.lineno)
        return Card(_title_apart(metadata, file))


def _title_apart(metadata: str, file: str) -> Fact:
    """Return what a document is called that has no pages to tell it by."""
    return Fact(metadata, Origin.METADATA) if metadata else Fact(file, Origin.FILE_NAME)


def _read_card(pages: Sequence[Page], raw: str, metadata: str, file: str) -> Card:
    """Return the card of pages, the title of whose metadata is ``raw``, and ``metadata`` without what
    programs add."""
    sheets = [
        read_sheet(page) for number, page in enumerate(pages) if number < NEAR_PAGES or may_be_cover(page)
    ]
    text = "\n".join(page.text for page in pages)
    names = (metadata, Origin.METADATA), (file, Origin.FILE_NAME)
    if filing := find_filing(sheets, text):
        return replace(filing, language=tell_language(sheets))
    cover = find_cover(sheets)
    if cover is None:
        return Card(_title_apart(metadata, file), find_kind((), (), names))
    seen = sheets[sheets.index(cover) :]
    read = _Read(seen, pages[NEAR_PAGES:], text, read_parts(cover, body_size(seen)), metadata, file)
    kind = find_kind(seen, read.parts, names)
    if raw.rstrip().endswith("Wikipedia"):
        kind = Fact("Wikipedia article", Origin.METADATA)
    return replace(_describe(read, kind), kind=kind, language=tell_language(sheets))


def _describe(read: _Read, kind: Fact | None) -> Card:
    what = kind.value if kind else ""
    if what == "paper":
        return _describe_paper(read)
    if kind and what == "Wikipedia article":
        return _describe_article(read, kind)
    if what in courts.KINDS:
        return _describe_court_paper(read, what)
    who = _find_who(read, what)
    headline = find_headline(read.parts, [each.value for each in who])
    dates: tuple[CardDate, ...] = find_card_dates(read.sheets)
    periods: tuple[CardPeriod, ...] = ()
    if what in reports.KINDS:
        dates, periods = reports.find_period(
            read.sheets, read.far, headline, what, dates, read.file, lower_text(read.text)
        )
    identifiers = find_identifiers(read.sheets, what)
    title = put_together(headline, read.believed, read.metadata, read.file)
    subject = find_subject(read.sheets[0]) if what == "letter" else None
    if subject and not any(part.larger for part in headline):
        title = name_letter(subject, who)
    title = complete_title(title, what, who, dates, periods, identifiers, read.sheets[0])
    return Card(title, kind, who, dates, periods, identifiers)


def _find_who(read: _Read, kind: str = "") -> tuple[Fact, ...]:
    """Return who issued the document: companies and bodies, else persons of the first page; authors first,
    where its ``kind`` has them."""
    found = find_issuers(read.sheets, read.parts, (read.metadata, read.file))
    issuers = tuple(replace(each, value=write_name(each.value, read.text)) for each in found)
    if issuers and kind not in AUTHORED:
        return issuers
    persons = find_titled_persons(read.sheets[0]) or tuple(
        part.sheet.fact(line.start, line.end, clean_headline(line.text))
        for part in read.parts
        for line in part.lines
        if part.share < 1 or not part.larger
        if not line.is_heading and is_sparse(part.sheet) and is_person(clean_headline(line.text))
    )
    bodies = tuple(each for each in issuers if is_body(each.value)) if persons else issuers
    return (*persons[:MOST_PERSONS], *bodies) or find_site(read.sheets)


def _describe_paper(read: _Read) -> Card:
    headline = find_paper_headline(read.parts)
    date = find_issue_date(read.sheets)
    dates = (date,) if date else find_card_dates(read.sheets)
    who = find_authors(read.sheets[0], headline) or _find_who(read)
    title = put_together(headline, read.believed, read.metadata, read.file)
    return Card(title, who=who, dates=dates[:1], identifiers=find_identifiers(read.sheets, "paper"))


def _describe_article(read: _Read, kind: Fact) -> Card:
    headline = find_headline(read.parts, ())
    revised = _find_revision(read.sheets[0])
    dates = (revised,) if revised else find_card_dates(read.sheets)[:1]
    title = put_together(headline, read.believed, read.metadata, read.file)
    return Card(title, who=(replace(kind, value="Wikipedia"),), dates=dates)


def _find_revision(sheet: Sheet) -> CardDate | None:
    """Return when an old revision of an article was written."""
    found = _REVISION.search(sheet.text)
    dates = find_dates(sheet.plain[found.start(1) : found.end(1)]) if found else []
    if not found or not dates:
        return None
    return CardDate(DateRole.PUBLISHED, dates[0].date, sheet.fact(found.start(1), found.end(1)))


def _describe_court_paper(read: _Read, kind: str) -> Card:
    sheet = read.sheets[0]
    parties = courts.find_parties(sheet)
    court = courts.find_court(sheet)
    identifiers: tuple[Identifier, ...] = find_identifiers(read.sheets, kind)
    title = name_court_paper(courts.find_deed(sheet), parties, kind, sheet)
    who = (*((court,) if court else ()), *parties) or _find_who(read)
    return Card(title, who=who, dates=find_card_dates(read.sheets), identifiers=identifiers)


def tell_language(sheets: Sequence[Sheet]) -> str:
    """Return the language (ISO 639-1) of the first pages, "" if it cannot be told. Of a text of few words, as
    of an invoice, its labels tell it."""
    text = "\n".join(sheet.text for sheet in sheets)[:OF_LANGUAGE]
    if len(text.split()) < FEW_WORDS:
        votes = Counter(
            each.language for name in ("numbers", "dates") for each in read_phrases(name).find(text)
        )
        votes.update(each.language for each in read_phrases("kinds", "titles").find(text))
        (first, most), (_, next_most) = (*votes.most_common(2), ("", 0), ("", 0))[:2]
        if most > max(1, next_most):
            return first
    told = tell_languages(text).told
    return told[0][1] if told else ""
