"""What a document is called: its headline, its metadata where that is to be believed, or its file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

from app.core.card import Fact, Origin
from app.core.names import shown_text
from app.core.process.patterns import defer_regex
from app.ingest.card.cover import NUMBERED, Part, is_sparse
from app.ingest.card.dates import find_dates
from app.ingest.card.phrases import split_tokens
from app.ingest.card.sheet import Sheet

LONGEST = 120
"""Characters of a title as it is shown."""

LONGEST_HEADLINE = 260
"""Characters of a headline; a longer one is a paragraph."""

FEWEST_LETTERS = 3
"""Letters that a title has: "IV" and "A1" are the numbers of something."""

SUPPORTED = 0.6
"""Of the words of a title in the metadata, the share that the first pages have: others were left there by a
template or by the program that made the file."""

BESIDE = 0.6
"""Of the largest size, the size of what is read together with it on a cover."""

BESIDE_DATE = 4
"""Words of a line with a date, besides it, that says when and not what: "Held on", "Leipzig, den"."""

_PROGRAM = defer_regex(
    r"^(microsoft \w+|adobe \w+|powerpoint presentation|word document|printing|print)\b[\s:–-]*",
    re.IGNORECASE,
)
_EXTENSION = defer_regex(
    r"\.(pdf|docx?|dot|pptx?|xlsx?|rtf|odt|odp|tex|dvi|ps|eps|indd|qxd|qxp|html?|txt|wpd|pmd|fm|md|ipynb"
    r"|jpe?g|png|tiff?|cdr|ai|vsdx?|key|pages|numbers)\b",
    re.IGNORECASE,
)
_PATH = defer_regex(r"^[a-z]:[\\/]|[\\/]\w+[\\/]|file://|https?://|\b[A-Z]:\\", re.IGNORECASE)
_JOB = defer_regex(
    r"^(?:submission proof|proof|layout|draft|final|print|scan|scanned|document|dokument|template"
    r"|vorlage|modèle|report|presentation|slide|folie|"
    r"blank|new|copy|kopie|temp|tmp|test|cover|titel|title|untitled|unbenannt|sans titre|sin título"
    r"|unknown|none|null|image|img|page|default|main|output|"
    r"paper|article|manuscript|book|arxiv|pii|doi|isbn|issn|letter|contents"
    r"|table of contents)?[\s\d_.:()#-]*(?:page|slide|folie|copy|final|draft|v)?[\s\d_.()-]*$",
    re.IGNORECASE,
)
_NO_HEADLINE = defer_regex(
    r"^(?:united states(?: of america)?(?: securities and exchange commission)?"
    r"|securities and exchange commission|washington, d\.?c\.?.*|table of contents|contents"
    r"|inhalt(?:sverzeichnis)?|"
    r"sommaire|table des matières|índice|indice|obsah|abstract|introduction|preface|foreword|vorwort"
    r"|page \d+.*|\d+|"
    r"original (?:article|research|paper)|research (?:article|paper)|review(?: article)?|case report"
    r"|article|open access|letter|editorial|short communication|"
    r"dear .{0,60}|arxiv:.*|doi:?.*|www\..*|https?:.*|\W+|[ivxlc]+\.?|confidential|draft"
    r"|not to be published:?|for publication|filed|"
    r"contents lists? available.*|journal homepage.*|available online.*|issn.*|copyright.*|©.*|free|new"
    r"|vol(?:ume)?\.?\s.*)$",
    re.IGNORECASE,
)
_NOTE_MARK = defer_regex(r"[\s]*[∗*†‡§¶]+$|(?<=[a-zà-ÿ])\s?[¹²³⁴]+$")
_ARTICLE = defer_regex(
    r"^(?:review|research|original|regular|invited)\s(?:article|paper|research)\s(?=[A-Z])"
    r"|^(?:short communication|case report|open access)\s(?=[A-Z])",
    re.IGNORECASE,
)
_SEPARATORS = " ,;:-–—|•·"


def tidy_name(name: str) -> str:
    """Return a file name as words: no folder, extension or underscores."""
    stem = re.sub(
        _EXTENSION.pattern + "$", "", name.replace("\\", "/").rsplit("/", 1)[-1], flags=re.IGNORECASE
    )
    return " ".join(re.sub(r"[_+]|%20", " ", stem).split()) or name


def clean_metadata(text: str) -> str:
    """Return a title of the metadata without what programs add, "" if none is left: a path, the name of a
    file, of a template or of a job of a printer is none."""
    title = shown_text(" ".join(_PROGRAM.sub("", text.replace("\0", " ")).split()))
    # Before the patterns that look for an end from each place: anything may stand in a file's metadata.
    if len(title) > LONGEST_HEADLINE:
        return ""
    title = re.sub(r"(?:[\s_-]+(?:final|draft|v\d+))+$", "", unescape(title), flags=re.IGNORECASE)
    title = re.sub(r"\s[-–|]\s(?:Wikipedia|Wikipédia|Microsoft Word|Google Docs|Adobe Acrobat)$", "", title)
    is_file = bool(_EXTENSION.search(title) or _PATH.search(title))
    if is_file or _JOB.match(title) or not _has_letters(title):
        return ""
    # One word with digits or signs in it is a key of some system.
    return "" if " " not in title and re.search(r"\d|_", title) else title


def believe_metadata(title: str, sheets: Sequence[Sheet]) -> bool:
    """Return whether the first pages have the words of a title in the metadata."""
    words = [token.word for token in split_tokens(title) if len(token.word) > 2]
    seen = {token.word for sheet in sheets[:3] for token in sheet.tokens}
    if not seen:
        return True
    return bool(words) and sum(word in seen for word in words) >= SUPPORTED * len(words)


def find_headline(parts: Sequence[Part], who: Sequence[str]) -> tuple[Part, ...]:
    """Return the parts of a first page that are its headline, in reading order: the largest, and on a cover
    what stands beside it nearly as large. The name of who issued it is no headline where there is another."""
    able = [part for part in parts if is_headline(part)]
    if not able:
        return ()
    issuers = [_words(name) for name in who]
    titles = [part for part in able if not any(_words(part.text) <= issuer for issuer in issuers)] or able
    stand_out = [part for part in titles if part.larger or part.lines[0].is_heading or is_sparse(part.sheet)]
    known = [part for part in stand_out if part.share] or stand_out
    best = max(known, key=lambda part: (round(part.share, 2), -part.start), default=None)
    if best is None:
        return ()
    if not is_sparse(best.sheet):
        return (best,)
    chosen, length = [best], len(best.text)
    for part in sorted(known, key=lambda each: -each.share):
        if part is best or find_dates(part.text.lower()):
            continue
        stands_out = part.larger or part.lines[0].is_heading
        if (
            stands_out
            and not NUMBERED.match(part.text)
            and part.share >= BESIDE * best.share
            and length + len(part.text) < LONGEST - 20
        ):
            chosen.append(part)
            length += len(part.text) + 3
    return tuple(sorted(chosen, key=lambda part: part.start))


def is_headline(part: Part) -> bool:
    """Return whether a part can be a headline at all."""
    text = re.sub(r"^(?:\d+(?:\.\d+)*\.?|[IVX]+\.)\s+", "", part.text)
    if len(text) > LONGEST_HEADLINE or not _has_letters(text) or _NO_HEADLINE.match(text):
        return False
    dates = find_dates(text.lower())
    if dates and part.words - len(text[dates[0].start : dates[0].end].split()) <= BESIDE_DATE:
        return False
    # A sentence that goes on in small type is text.
    return not (part.words > 30 and not part.larger)


def clean_headline(text: str) -> str:
    """Return a headline on one line, without marks of notes, signs at its ends and what kind of article it
    is."""
    shown = shown_text(" ".join(text.split())).strip(_SEPARATORS)
    return _ARTICLE.sub("", _NOTE_MARK.sub("", shown)).strip(_SEPARATORS)


def shorten(title: str) -> str:
    """Return a title of at most ``LONGEST`` characters, cut between words."""
    if len(title) <= LONGEST:
        return title
    cut = title[: LONGEST - 1].rsplit(" ", 1)[0].rstrip(_SEPARATORS)
    return f"{cut}…"


def title_of_metadata(title: str) -> Fact:
    """Return the metadata's title as a fact, which stands on no page."""
    return Fact(shorten(title), Origin.METADATA)


def _words(text: str) -> frozenset[str]:
    return frozenset(token.word for token in split_tokens(text))


def _has_letters(text: str) -> bool:
    return sum(character.isalpha() for character in text) >= max(FEWEST_LETTERS, len(text) // 3)
