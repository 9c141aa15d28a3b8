"""Marks that only the program sets: of citations, like ``[1]``, and of sentences that are not proven."""

from __future__ import annotations

import re

from app.core.answer import Support
from app.core.process.patterns import defer_regex

JOINER = "\u2060"
"""Shows as nothing, and keeps what a document or model wrote from being read as a mark, a link or a tag."""

STATUS_MARKS = {Support.PROVEN: "", Support.QUOTED: "[quoted only]", Support.UNSUPPORTED: "[unsupported]"}
"""What stands behind a sentence and its citations where they do not prove it."""

_MARK = defer_regex(r"\[(?=\s*\d[\d\s,]*\])")
_OURS = defer_regex(r" ?\[(?:\d+|quoted only|unsupported)\]")
_LIVE = defer_regex(
    r"(?<=\])(?=[(\[:])|(?<=<)(?=\S)|(?<=/)(?=/)|(?<=www)(?=\.)|(?<=@)(?=\w)|(?<=[a-z]{2}:)(?=\w)", re.I
)
"""Where a link, picture or tag of Markdown or HTML begins to be one."""

_UNSEEN = defer_regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""Characters that control a terminal or the direction of text, or hide a text in another."""

# As far back as _LIVE looks: "www" or two letters and a colon.
_LOOK_BACK = 3


def remove_marks(text: str) -> str:
    """Return the text, looking the same, without anything that reads as a mark."""
    return _MARK.sub("[" + JOINER, visible(text))


def visible(text: str) -> str:
    """Return the text without characters that control how others are shown."""
    return _UNSEEN.sub("", text)


def inert(text: str, before: str) -> str:
    """Return a piece of text, looking the same, that nothing which shows Markdown or HTML takes for a
    link, picture or tag, also with what came ``before`` it."""
    # A stream may part a link anywhere: its beginning is then in the piece before.
    seen = before[-_LOOK_BACK:]
    joined = seen + remove_marks(text)
    return _LIVE.sub(lambda found: JOINER if found.start() >= len(seen) else "", joined)[len(seen) :]


def without_marks(text: str) -> str:
    """Return an answer's text without the marks that the program set."""
    return _OURS.sub("", text)
