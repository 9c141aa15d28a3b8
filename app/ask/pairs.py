"""Lines of a form or an imprint, ``Tel: 01983 873655``: each a name and its value."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.geometry import Word
from app.core.process.patterns import defer_regex

LONGEST_LABEL = 5
"""Words of a label at most: what is longer is a sentence that leads to something."""

LABELLED = 0.5
"""Share of a block's lines that have a label, from which on each is a pair: an address goes on over lines."""

_LABEL = defer_regex(r"[^\W\d_][\w\s.,()/&'’#°-]*[:：]$")

_COLON = (":", "：")


def split_pairs(words: Sequence[tuple[int, Word]]) -> list[list[tuple[int, Word]]]:
    """Return the pairs of a block's words, each with the page of every word and the lines without a label
    that
    go on with it; none where the block is running text."""
    lines = _split_lines(words)
    labelled = [_has_label(line) for line in lines]
    if not labelled or not labelled[0] or sum(labelled) < LABELLED * len(lines):
        return []
    pairs: list[list[tuple[int, Word]]] = []
    for line, begins in zip(lines, labelled, strict=True):
        if begins:
            pairs.append([])
        pairs[-1] += line
    return pairs


def _split_lines(words: Sequence[tuple[int, Word]]) -> list[list[tuple[int, Word]]]:
    lines: list[list[tuple[int, Word]]] = []
    for page, word in words:
        last = lines[-1][-1] if lines else None
        if last is None or page != last[0] or word.box.x0 < last[1].box.x0:
            lines.append([])
        lines[-1].append((page, word))
    return lines


def _has_label(line: Sequence[tuple[int, Word]]) -> bool:
    """Return whether a line begins with a few words and a colon, and goes on behind it."""
    texts = [word.text for _, word in line]
    ends = next((at for at, text in enumerate(texts[:LONGEST_LABEL]) if text.endswith(_COLON)), None)
    return ends is not None and ends + 1 < len(texts) and bool(_LABEL.match(" ".join(texts[: ends + 1])))
