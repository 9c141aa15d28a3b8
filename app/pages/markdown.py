"""A document's text inside our Markdown: it shows as it reads, and means nothing.

What a document says must not become what we say: a heading, a link, a picture that tells somebody when it is
looked at, a script, or a line of the program's own, which all begin with "> ".
"""

from __future__ import annotations

import re

_INLINE = re.compile(
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
_BEGINS = re.compile(r"#{1,6}(?=\s|$)|[>=|~]|[-+](?=\s|$)|[-:](?=[-:|\s]+$)")
"""At a line's beginning: headings and underlines of headings, quotes, items, rules, fences and tables."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Without the tab and the line's end: no reader sees them, and a terminal obeys them."""


def escaped_words(text: str) -> str:
    """Text with a backslash before what Markdown would read as a mark, wherever it stands in a line."""
    return _INLINE.sub(r"\\\g<0>", _CONTROLS.sub("", text))


def escaped(text: str) -> str:
    """The same for whole lines, none of which is a heading, quote, item, rule, table or code."""
    return as_lines(escaped_words(text))


def as_lines(text: str) -> str:
    """Text whose words are escaped, with a backslash where a line begins as something else."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join("\\" + line if _BEGINS.match(line) else line for line in lines)


def on_one_line(text: str) -> str:
    """Escaped words without a line's end."""
    return " ".join(escaped_words(text).split())


def quoted(text: str) -> str:
    """Escaped text as a quote of ours: only its first line begins as the program's own lines do."""
    return "> " + "\n>   ".join(escaped(text).split("\n"))
