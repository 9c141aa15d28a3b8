"""Who issued a document: the companies and bodies that its first pages name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import sqrt

from app.core.card import Fact
from app.core.page import BlockKind
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import Part
from app.ingest.card.phrases import fold_word, read_phrases, split_tokens
from app.ingest.card.sheet import Sheet
from app.ingest.card.tables import any_of, read_table

OF_NAMES = 8
"""First pages that are searched for names."""

MOST_NAMED = 3
"""Issuers that a card names at most."""

COVER_PARTS = 8
"""First parts of a page that may be the name of who issued it."""

ON_COVER, IN_FURNITURE, BY_LABEL, IN_FILE_NAME, ONCE = 6.0, 3.0, 10.0, 5.0, 1.0
"""What one mention of a name counts, by where it stands. More mentions of a place add the root of their
count."""

HALF_AS_OFTEN = 0.5
"""Of the foremost name's weight, what a further one has that is shown."""

LONGEST_NAME = 9
"""Words of a name at most."""

_FIRST = r"(?:[^\W\d_a-zà-ÿ][\w'’.&-]*|\d+[A-Z]\w*|[a-z]{1,2}[A-Z]\w+)"
_SMALL = r"&|and|of|the|for|de|der|des|du|la|le|und|et|y|e|di|del|della|für|van|von|do|da|dos"
_NEXT = rf"(?:{_FIRST}|{_SMALL}|\d{{1,4}})"
_COPYRIGHT = defer_regex(
    r"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:by\s+)?(?:(?:19|20)\d\d(?:\s?[-–,]\s?(?:19"
    r"|20)\d\d)*)?[,\s]*(?:by\s+)?"
    rf"(?P<name>{_FIRST}(?: {_NEXT}){{0,6}}(?:,? (?:Inc|Ltd|LLC|Corp|Co)\b\.?)?)",
)
_NAMED_BY = defer_regex(
    r"\b(?:(?:[Pp]repared|[Ii]ssued|[Pp]ublished|[Ww]ritten|[Aa]uthored|[Ss]ubmitted"
    r"|[Pp]resented)\s+(?:for you )?by|[Aa]uthors?\s*:|[Pp]ublisher\s*:|[Hh]erausgeber\s*:?"
    r"|[Aa]utore?n?\s*:|[Aa]utores?\s*:|[Aa]uteurs?\s*:|[Éé]diteur\s*:|[Vv]erkäufer\s*:|[Vv]endeur\s*:"
    r"|[Dd]odavatel\s*:|[Ss]eller\s*:|[Ff]rom\s*:|[Ss]upplier\s*:|[Ll]ieferant\s*:|[Vv]erfasser\s*:"
    r"|[Vv]on\s*:)\s*"
    rf"(?P<name>{_FIRST}(?: {_NEXT}){{0,6}}(?:,? (?:Inc|Ltd|LLC|Corp|Co)\b\.?)?)"
)
_CJK_COMPANY = defer_regex(
    r"(?:株式会社[\w・ー]{2,15}|[\w・ー]{2,15}株式会社|[\u4e00-\u9fff（）()]{4,25}(?:有限公司|大学|委员会|研究院)|\(주\)\w{2,12}"
    r"|\w{2,12}\s?주식회사|شركة(?:\s\w+){1,3})"
)
_SITE = defer_regex(
    r"(?:www\.|https?://(?:www\.)?|@)([a-z0-9-]{3,30})\.(?:[a-z]{2,3}\.)?[a-z]{2,6}\b", re.IGNORECASE
)
_DOMAIN = defer_regex(
    r"(?:www\.|https?://(?:www\.)?|@)(?P<name>[a-z0-9-]{2,30}(?:\.[a-z0-9-]{2,30}){0,2}\.[a-z]{2,10})\b"
    r"|(?<![\w./@-])(?P<bare>[a-z0-9-]{3,30}\.[a-z]{2,10})(?=/\w)",
    re.IGNORECASE,
)
_PLAIN_NAME = defer_regex(r"(?<![\w.])(?:[A-Z][\w'’&-]+)(?:\s(?:&\s|of\s|and\s)?[A-Z][\w'’&-]+){0,3}")
_TRAILING = defer_regex(rf"(?:\s(?:{_SMALL}))+$")
_DONE_BY = defer_regex(r"^\w+ed by\b", re.IGNORECASE)
_BEHIND = defer_regex(r"(?<=\w{4})\.\s(?=[A-Z])|\s?\ball rights\b|,\s(?:as|in)\s", re.IGNORECASE)
_NO_NAME = defer_regex(
    r"^(?:the|this|our|we|company|group|limited|holdings|the company|the group|your|all|in|for|by|and|of"
    r"|a|an|de|la|le|das|die|der|ein)$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Named:
    """A name with its mentions: their weight by place, and the first of them."""

    fact: Fact
    weight: float = 0.0
    mentions: dict[float, int] = field(default_factory=lambda: defaultdict(int))

    def total(self) -> float:
        """Return what all mentions count."""
        return sum(weight * sqrt(count) for weight, count in self.mentions.items())


@cache
def _company_pattern() -> re.Pattern[str]:
    forms = any_of(read_table("organisations")["forms"])
    return re.compile(
        # From no place within a word: of "A-A-A…" each would be tried.
        rf"(?<![\w.])(?<!\w[-&])(?P<name>{_FIRST}(?: {_NEXT}){{0,6}}?,? (?:{forms}))(?:,? (?:{forms})){{0,3}}"
    )


@cache
def _bodies() -> frozenset[str]:
    return frozenset(
        fold_word(word) for words in read_table("organisations")["bodies"].values() for word in words
    )


@cache
def _others() -> tuple[str, ...]:
    return tuple(read_table("organisations")["others"])


def find_issuers(sheets: Sequence[Sheet], parts: Sequence[Part], names: Iterable[str]) -> tuple[Fact, ...]:
    """Return who issued a document, the foremost first: names by label or copyright, of companies and bodies,
    and those on the first page that the text repeats. Names of the file support what the text has."""
    found: dict[str, _Named] = {}
    near = sheets[:OF_NAMES]
    hints = "".join("".join(token.word for token in split_tokens(name)) for name in names)
    sites = {site.replace("-", "").lower() for sheet in near for site in _SITE.findall(sheet.text)}
    covers = {(part.sheet.page, part.lines[0].block) for part in parts if part.share > 0.5 or part.larger}
    for sheet in near:
        for name, start, end, weight in _mentions(sheet):
            _add(found, sheet, name, start, end, weight, covers)
    for part in parts[:COVER_PARTS]:
        for start, end in _cover_names(part, near):
            _add(found, part.sheet, part.sheet.text[start:end], start, end, ONCE, covers)
    for sheet, name, start, end in _known_names(near, hints, sites):
        _add(found, sheet, name, start, end, ONCE, covers)
    for key, named in found.items():
        squashed = key.replace(" ", "")
        if (hints and squashed in hints) or any(
            squashed.startswith(site) or site.startswith(squashed) for site in sites if len(squashed) > 3
        ):
            named.mentions[IN_FILE_NAME] += 1
    ranked = sorted(found.values(), key=lambda each: -each.total())
    if not ranked:
        return ()
    least = HALF_AS_OFTEN * ranked[0].total()
    return tuple(named.fact for named in ranked[:MOST_NAMED] if named.total() >= least)


def find_site(sheets: Sequence[Sheet]) -> tuple[Fact, ...]:
    """Return the address of the site that the first pages name most often, for a document that names
    nobody."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for sheet in sheets[:OF_NAMES]:
        for match in _DOMAIN.finditer(sheet.text):
            group = "name" if match["name"] else "bare"
            name = match[group].lower()
            if name not in read_table("organisations")["sites"]:
                found[name].append(sheet.fact(match.start(group), match.end(group), name))
    most = max(found.values(), key=len, default=[])
    return tuple(most[:1])


def _known_names(
    sheets: Sequence[Sheet], hints: str, sites: set[str]
) -> Iterator[tuple[Sheet, str, int, int]]:
    """Yield the mentions of names that the file's name, the metadata or the address of a site has, too."""
    for sheet in sheets:
        for found in _PLAIN_NAME.finditer(sheet.text):
            squashed = "".join(filter(str.isalnum, found[0].lower()))
            if (
                len(squashed) >= SHORTEST_KNOWN
                and "\n" not in found[0]
                and (squashed in sites or (" " in found[0] and squashed in hints))
            ):
                yield sheet, found[0], found.start(), found.end()


SHORTEST_KNOWN = 4
"""Letters of a name that is known by the file's name or a site's."""


def _add(
    found: dict[str, _Named],
    sheet: Sheet,
    name: str,
    start: int,
    end: int,
    weight: float,
    covers: set[tuple[int, int]],
) -> None:
    shown = clean_name(name)
    key = _key(shown)
    if not key or _NO_NAME.match(shown) or any(other in shown.lower() for other in _others()):
        return
    if " " not in shown and names_kind(shown):  # a handbook's "Handbook", which its file is called, too
        return
    line = sheet.line_at(start)
    if line and line.furniture:
        weight = max(weight, IN_FURNITURE)
    elif line and (sheet.page, line.block) in covers:
        weight = max(weight, ON_COVER)
    named = found.get(key)
    if named is None:
        found[key] = named = _Named(sheet.fact(start, end, shown))
    elif named.fact.value.isupper() and not shown.isupper():
        named.fact = Fact(shown, named.fact.origin, named.fact.page, named.fact.boxes)
    named.mentions[weight] += 1


def clean_name(name: str) -> str:
    """Return a name without what hangs at its ends."""
    shown = _BEHIND.split(" ".join(name.split()), maxsplit=1)[0].strip(" ,;:-–—•*|")
    shown = _TRAILING.sub("", shown)
    return re.sub(r"^(?:[Tt]he|and|of|by|in|for)\s(?=[A-Z])", "", shown) if len(shown.split()) > 2 else shown


def _key(name: str) -> str:
    words = [token.word for token in split_tokens(name)]
    forms = {
        "inc",
        "corp",
        "corporation",
        "ltd",
        "limited",
        "llc",
        "plc",
        "company",
        "co",
        "the",
        "gmbh",
        "ag",
        "group",
        "holdings",
    }
    kept = [word for word in words if word not in forms] or words
    return " ".join(kept)


def _mentions(sheet: Sheet) -> Iterator[tuple[str, int, int, float]]:
    for match in _company_pattern().finditer(sheet.text):
        yield match[0], match.start(), match.end(), ONCE
    for pattern in (_COPYRIGHT, _NAMED_BY):
        for match in pattern.finditer(sheet.text):
            name = match["name"].split("\n")[0]
            yield name, match.start("name"), match.start("name") + len(name), BY_LABEL
    for match in _CJK_COMPANY.finditer(sheet.text):
        yield match[0], match.start(), match.end(), ONCE


def _cover_names(part: Part, near: Sequence[Sheet]) -> Iterator[tuple[int, int]]:
    """Yield the lines of a part that are the name of a body, or one that the text repeats."""
    for line in part.lines:
        if line.kind is BlockKind.TABLE:
            return
        tokens = split_tokens(line.text)
        if not 0 < len(tokens) <= LONGEST_NAME or any(character.isdigit() for character in line.text):
            continue
        if is_body(line.text) or (len(tokens) <= 4 and _is_repeated(line.text, near)):
            yield line.start, line.end


def is_body(text: str) -> bool:
    """Return whether a text is the name of a body: a word says which one, and it is written as a name."""
    words = text.split()
    large = sum(word[:1].isupper() for word in words)
    if large < max(2, len(words) // 2) or _DONE_BY.match(text) or names_kind(text):
        return False
    return any(token.word in _bodies() for token in split_tokens(text))


def names_kind(text: str) -> bool:
    """Return whether a text names a kind of document: "Minutes of the Board" is nobody's name."""
    return any(True for _ in read_phrases("kinds", "titles").find(text))


REPEATED = 3
"""How often the text of the first pages repeats the name of who issued it."""


def _is_repeated(text: str, near: Sequence[Sheet]) -> bool:
    name = " ".join(text.split())
    if not name[:1].isupper() or len(name) < len("ABC"):
        return False
    count = 0
    for sheet in near:
        for found in re.finditer(re.escape(name), sheet.text, 0):
            line = sheet.line_at(found.start())
            # A running head and a heading repeat the title, too.
            count += bool(
                line and not line.furniture and not line.is_heading and len(line.text) > len(name) + 9
            )
    return count >= REPEATED
