"""What a document is called, from what its file says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.core.card import Card, Fact
from app.core.names import shown_text
from app.core.page import BlockKind, Page
from app.core.process.patterns import defer_regex

FIRST_PAGES = 5
"""Pages that a document's card is made of: cover, title page and the first page of its text."""

LONGEST = 150
"""Characters of a title; a longer text is none."""

_PROGRAM = defer_regex(
    r"^(microsoft \w+|adobe \w+|powerpoint presentation|word document)\b[\s:–-]*", re.IGNORECASE
)
_EXTENSION = defer_regex(r"\.(pdf|docx?|pptx?|xlsx?|rtf|odt|tex|dvi|indd|qxd|html?|txt)$", re.IGNORECASE)
_NO_TITLE = defer_regex(r"(untitled|unknown|none|title|slide|document|doc)?[\s\d_.()-]*", re.IGNORECASE)


def document_title(metadata_title: str, first_page: Page | None, name: str) -> str:
    """Return the metadata title if it reads like one, else the first page's heading, else the file name
    tidied."""
    # The metadata first: a heading on the first page may be the name of the company.
    return _sane(metadata_title) or _heading(first_page) or tidy_name(name)


def title_card(metadata_title: str, pages: Sequence[Page], name: str) -> Card:
    """Return a card that has a title alone, of a document's first pages."""
    return Card(title=Fact(document_title(metadata_title, pages[0] if pages else None, name)))


def tidy_name(name: str) -> str:
    """Return a file name as words: no folder, extension or underscores."""
    stem = _EXTENSION.sub("", name.replace("\\", "/").rsplit("/", 1)[-1])
    return " ".join(re.sub(r"[_+]|%20", " ", stem).split()) or name


def title_and_name(title: str, name: str) -> str:
    """Return the file's name and the title, or the one of them that has all words of the other.

    Titles often say less than the name that a person gave the file: "Form 10-K", "Annual report".
    """
    file = tidy_name(name)
    in_title, in_file = (set(re.findall(r"[^\W_]+", text.lower())) for text in (title, file))
    if in_file <= in_title:
        return title
    return file if in_title <= in_file else f"{file} · {title}"


def _sane(text: str) -> str:
    """Return the text if it reads like a title, else ""."""
    title = shown_text(" ".join(_PROGRAM.sub("", text.replace("\0", " ")).split()))
    # Word writes the name of its own file there.
    is_file = bool(_EXTENSION.search(title))
    if is_file or len(title) > LONGEST or _NO_TITLE.fullmatch(title) or not _letters(title):
        return ""
    return title


def _heading(page: Page | None) -> str:
    headings = [block for block in page.blocks if block.kind is BlockKind.HEADING] if page else []
    # Where sizes are known the largest is the title: a number's depth says nothing about that.
    headings.sort(key=lambda block: (-block.size, block.level, block.box.top))
    candidates = [_sane(block.text) for block in headings]
    return next(filter(None, candidates), "")


FEWEST_LETTERS = 3
"""Letters that a title has: "IV" and "A1" are the numbers of something."""


def _letters(text: str) -> bool:
    return sum(character.isalpha() for character in text) >= max(FEWEST_LETTERS, len(text) // 2)
