"""The links of a page in its Markdown, each on the words that it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.core.geometry import Word
from app.core.page import Block, Page
from app.core.process.patterns import defer_regex
from app.pages.markdown import as_lines, escape_lines, escape_words

SHOWN = defer_regex(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
"""The schemes of URLs that become links: others may do anything."""

_LEFT = "%!#$&'*+,/:;=?@~[]-._"
"""Characters that stay unescaped in a URL; brackets and white space would end it."""


NEXT_WORD = 40
"""Characters behind the word before within which the next is looked for: the text lacks little of what the
words are."""


def word_places(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Return (start, end) of each word in a block's text, which lacks the hyphens of words split at a line
    end."""
    cursor = 0
    for word in words:
        start, end = cursor, cursor
        # Without its last sign, too: the hyphen of a word that a line end splits is not in the text.
        for form in (word.text, word.text[:-1]):
            if form and (at := text.find(form, cursor, cursor + len(form) + NEXT_WORD)) >= 0:
                start, end = at, at + len(form)
                break
        yield start, end
        cursor = end


def link_text(page: Page, block: Block) -> str:
    """Return a block's text, escaped, with its links as ``[text](address)``."""
    first, last = block.words
    inside = [
        link
        for link in page.links
        if first <= link.words[0] < link.words[1] <= last and SHOWN.match(link.uri)
    ]
    if not inside:
        return escape_lines(block.text)
    from urllib.parse import quote  # few pages have links, and it takes a process milliseconds to import

    places = list(word_places(block.text, page.words[first:last]))
    shown, at = "", 0
    for link in sorted(inside, key=lambda link: link.words):
        start, end = places[link.words[0] - first][0], places[link.words[1] - first - 1][1]
        # Links may overlap, and Markdown has no link inside another: the first stays.
        if at <= start < end:
            # A bracket would end the link's text.
            covered = re.sub(r"\\?([\[\]])", r"\\\1", escape_words(block.text[start:end]))
            shown += f"{escape_words(block.text[at:start])}[{covered}]({quote(link.uri, safe=_LEFT)})"
            at = end
    return as_lines(shown + escape_words(block.text[at:]))
