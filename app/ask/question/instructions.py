"""A question without the instructions behind it."""

from __future__ import annotations

import re

from app.core.process.patterns import defer_regex

_SENTENCE = defer_regex(r"(?<=[.!?])\s+|^\s+")

_INSTRUCTION = defer_regex(
    r"(if|give|return|answer|please|respond|reply|provide|list|use|write|only)\b", re.IGNORECASE
)


def without_instructions(question: str) -> str:
    """Return the question without sentences behind it that say how to answer, such as "Give the title
    only."."""
    end = question.find("?") + 1
    kept = [part for part in _SENTENCE.split(question[end:]) if part and not _INSTRUCTION.match(part)]
    return " ".join([question[:end].strip(), *kept]) if end else question
