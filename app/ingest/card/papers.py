"""Papers: their title, the authors below it and the date on which they appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.card import CardDate, DateRole, Fact
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import Part
from app.ingest.card.dates import find_dates
from app.ingest.card.sheet import Line, Sheet
from app.ingest.card.titles import is_headline
from app.ingest.card.who import is_body, names_kind

MOST_AUTHORS = 8
"""Authors that a card names at most."""

LINES_OF_AUTHORS = 14
"""Lines below the title in which authors are looked for."""

MOST_NAMES, FEWEST_NAMES = 5, 2
"""Words of a person's name."""

LARGE = 0.7
"""Of the largest size on the page: what a paper's title has at least."""

_SERIES = defer_regex(
    r"^(?:the\s)?(?:[\w&]+\s){0,5}(?:journal|transactions|proceedings|annals|bulletin|archives|letters"
    r"|reports)\b(?!.*[:?])",
    re.IGNORECASE,
)
_ABSTRACT = defer_regex(
    r"^\W*(?:abstract|summary|resumen|résumé|zusammenfassung|resumo|keywords|introduction"
    r"|1\.?\s+introduction|摘\s?要)\b",
    re.IGNORECASE,
)
_MARKS = defer_regex(
    r"(?<=[^\W\d_])[\d∗*†‡§¶,#✉]+(?=[\s,;]|$)|[∗*†‡§¶#✉⋆]|\b\d{1,2}\b|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|\([^()]*\)"
    r"|\b[a-z]\b(?=[,\s]|$)"
)
_BETWEEN = defer_regex(r"[,;•·|&]|\sand\s|\sund\s|\set\s(?!al)|\sy\s|\se\s|\s{3,}|\t")
_NAME = defer_regex(
    r"^(?:(?:Dr|Prof|Mr|Ms|Mrs|PhD"
    r"|Ing)\.?\s+)*[A-ZÀ-ÞŠŽČŘĎŤŇĚŁŚŻŹĆŐŰİŞĞΑ-ΩА-Я][\w'’.-]*(?:\s(?:[A-ZÀ-ÞŠŽČŘĎŤŇĚŁŚŻŹĆŐŰİŞĞΑ-ΩА-Я][\w'’"
    r".-]*|de|van|von|der|den|del|della|di|da|dos|la|le|bin|al|el|ter)){1,4}$"
)
_NO_PERSON = defer_regex(
    r"\b(?:school|department|dept|laborator|research|science|engineering|technolog|center|centre|inc|ltd"
    r"|corp|street|avenue|road|usa|china|germany|journal|volume|email|abstract|"
    r"article|access|received|published|accepted|member|ieee|fellow|division|faculty|group|team|project"
    r"|review|original|conference|proceedings|learning|language|networks?|analysis|using|open|academy|"
    r"college|press|hospital|clinic|medicine|medical|state|city|new york|national|international|kingdom"
    r"|republic|corresponding|editor|author|available)",
    re.IGNORECASE,
)
_ADDRESSED = defer_regex(
    r"(?:^|[\s(])(?:(?:Mr|Mrs|Ms|Mme|Dr|Prof|Sr|Sra|Sig|Frau|Herr|Herrn|pan|paní|dhr|mevr|M)\b\.?|[Bb]y"
    r"|[Vv]on|[Pp]ar"
    r"|Comm(?:issione|’)r|Chairman|Secretary|Senator|Governor|President|Minister)\s+"
    r"(?P<name>[A-ZÀ-ÞŠŽČŘ][\w’'.-]+(?: [A-ZÀ-ÞŠŽČŘ][\w’'.-]*){1,3})(?![\w])"
)
_ISSUE = (
    defer_regex(r"(?:published|available|first published)(?:\s+online)?(?:\s+on)?\s*:?\s*"),
    defer_regex(r"(?:publication\s+date|date\s+of\s+publication|online\s+publication)\s*:?\s*"),
)
_ARXIV = defer_regex(r"arxiv:\S+\s+(?:\[[\w.-]+\]\s+)?", re.IGNORECASE)
_YEAR_OF_ISSUE = (
    defer_regex(r"©\s*(?:the author\(?s?\)?\s*,?\s*)?(?P<year>(?:19|20)\d\d)"),
    defer_regex(r"copyright\s*(?:©|\(c\)|c)?\s*(?P<year>(?:19|20)\d\d)"),
    defer_regex(
        r"\b(?P<year>(?:19|20)\d\d)\s?[;,:]\s?\d{1,4}\s?\("
        r"|\bvol(?:ume)?\.?\s?\d+[^\n]{0,40}?\b(?P<year2>(?:19|20)\d\d)\b"
    ),
    defer_regex(
        r"(?:proceedings|conference|workshop|symposium|journal|acl|emnlp|naacl|neurips|icml|iclr|cvpr"
        r"|aaai)\b[^\n]{0,120}?\b(?P<year>(?:19|20)\d\d)\b"
    ),
    defer_regex(r"\b(?P<year>(?:19|20)\d\d),\s(?:vol|no|\d)"),
)


def find_authors(sheet: Sheet, title: Sequence[Part]) -> tuple[Fact, ...]:
    """Return the persons named between the title and the abstract, in their order."""
    if not title:
        return ()
    found: dict[str, Fact] = {}
    for line in _below(sheet, title[-1].end):
        for name, start, end in find_persons(line):
            found.setdefault(name.casefold(), sheet.fact(start, end, name))
    return tuple(found.values())[:MOST_AUTHORS]


def find_paper_headline(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return the title of a paper: the largest part that persons stand below, and no journal's name; the
    largest of all where nobody is named."""
    able = [part for part in parts if is_headline(part) and not _SERIES.search(part.text)]
    able.sort(key=lambda part: (-round(part.share, 1), part.start))
    large = [part for part in able if part.share >= LARGE and part.words > 1]
    for part in large:
        below = [line for line in part.sheet.lines if line.start >= part.end][:3]
        if any(next(find_persons(line), None) for line in below):
            return (part,)
    return tuple(large[:1] or able[:1])


def find_persons(line: Line) -> Iterator[tuple[str, int, int]]:
    """Yield the persons that a line names."""
    for start, end in _pieces(line.text):
        name = " ".join(_MARKS.sub(" ", line.text[start:end]).split()).strip(" .,-")
        if is_person(name):
            yield name, line.start + start, line.start + end


def _below(sheet: Sheet, end: int) -> Iterator[Line]:
    below = [line for line in sheet.lines if line.start >= end][:LINES_OF_AUTHORS]
    for line in below:
        if _ABSTRACT.match(line.text):
            return
        yield line


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for between in _BETWEEN.finditer(text):
        yield start, between.start()
        start = between.end()
    yield start, len(text)


def find_titled_persons(sheet: Sheet) -> tuple[Fact, ...]:
    """Return the persons whom a page names with a title of address or an office, or behind "by"."""
    found: dict[str, Fact] = {}
    for match in _ADDRESSED.finditer(sheet.text):
        if is_person(match["name"]):
            found.setdefault(match["name"], sheet.fact(match.start("name"), match.end("name")))
    return tuple(found.values())


def is_person(name: str) -> bool:
    """Return whether a text reads like a person's name: two to five words with capitals, of no body."""
    words = name.split()
    if not FEWEST_NAMES <= len(words) <= MOST_NAMES or any(
        letter.isdigit() or letter == "@" for letter in name
    ):
        return False
    if names_kind(name):
        return False
    shaped = name.title() if name.isupper() else name
    return bool(_NAME.match(shaped)) and not _NO_PERSON.search(name) and not is_body(name)


def find_issue_date(sheets: Sequence[Sheet]) -> CardDate | None:
    """Return when a paper appeared: by the stamp of an archive, as it says it, or by the year of its
    issue."""
    sheet = sheets[0]
    for label in (_ARXIV, *_ISSUE):
        for found in label.finditer(sheet.plain):
            near = sheet.plain[found.end() : found.end() + 30]
            date = next(iter(find_dates(near)), None)
            if date and date.start <= 2:
                place = sheet.fact(found.end() + date.start, found.end() + date.end)
                return CardDate(DateRole.PUBLISHED, date.date, place)
    for pattern in _YEAR_OF_ISSUE:
        for found in pattern.finditer(sheet.plain):
            group = "year" if found["year"] else "year2"
            place = sheet.fact(found.start(group), found.end(group))
            return CardDate(DateRole.PUBLISHED, found[group], place)
    return None
