"""Escapes a document's text in the program's Markdown, so that it is shown as text and never interpreted.

A document must not be able to write the program's own markup: a heading, a link, a picture that reports
when it is viewed, a script, or one of the program's own lines, which all begin with "> ".
"""

from __future__ import annotations

import re

from app.core.process.patterns import defer_regex

_INLINE = defer_regex(
    r"""
    \\(?=[!-/:-@\[-`{}~])              # would take the mark of what follows away; tables do so with bars
    | [*`]
    | (?<![^\W_])_ | _(?![^\W_])        # within a word it is a letter
    | ~(?=~)
    | \](?=[(\[:])                      # ends a link's or a picture's text
    | <(?=[A-Za-z/!?])
    | &(?=\#?\w+;)
    """,
    re.VERBOSE,
)
_BEGINS = defer_regex(r"#{1,6}(?=\s|$)|[>=|~]|[-+](?=\s|$)|[-:](?=[-:|\s]+$)")
"""What Markdown interprets at the beginning of a line: headings, underlines of headings, quotes, list
items, rules, fences and tables."""

_CONTROLS = defer_regex(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters except tab and line end: no reader sees them, and a terminal obeys them."""


def escape_words(text: str) -> str:
    """Return the text with a backslash before each character that Markdown interprets anywhere in a line."""
    return _INLINE.sub(r"\\\g<0>", _CONTROLS.sub("", text))


def escape_lines(text: str) -> str:
    """Return whole lines escaped, so that none becomes a heading, quote, list item, rule, table or code."""
    return as_lines(escape_words(text))


def as_lines(text: str) -> str:
    """Return text whose words are escaped, with a backslash where the beginning of a line would be
    interpreted."""
    # Stripped: four blanks at its beginning would make a line code.
    lines = (line.strip() for line in text.splitlines())
    return "\n".join("\\" + line if _BEGINS.match(line) else line for line in lines)


def on_one_line(text: str) -> str:
    """Return escaped words without line ends."""
    return " ".join(escape_words(text).split())


def quote_text(text: str) -> str:
    """Return escaped text as a block quote of the program; only its first line begins as the program's own
    lines do."""
    return "> " + "\n>   ".join(escape_lines(text).split("\n"))
