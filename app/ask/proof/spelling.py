"""One spelling for the typographic variants of the same characters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from app.core.process.patterns import defer_regex

_KEPT_FORMS = ("<super>", "<sub>", "<fraction>", "<circle>", "<square>")
"""Compatibility forms that carry meaning: 10² is not 102."""

_QUOTES = {"'": "‘’‚‛′`´ʼ", '"': "“”„‟″«»"}
_DASHES = "‐‑‒–—―−﹣－⁃"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff" + "".join(
    chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if not chr(code).isspace()
)
"""Characters that no reader sees."""

_DECORATION = "|•◦▪‣●○■□\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf06e\uf071\uf0a8"
"""Bullets, and the bars between the cells of a table's text: they are no words."""

SAME_SIGNS = {"∥": "‖", "∼": "~", "∗": "*", "∙": "·", "⋅": "·", "≦": "≤", "≧": "≥"}
"""Signs of mathematics that are printed alike."""

_TABLE = str.maketrans(
    {old: new for new, olds in _QUOTES.items() for old in olds}
    | SAME_SIGNS
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(INVISIBLE + _DECORATION, "")
)
_REPEATED = defer_regex(r"-{2,}|'{2}")


@lru_cache(maxsize=16384)
def normalize_spelling(text: str) -> str:
    """Return the text with straight quotes, plain hyphens, letters for ligatures and no bullets.

    White space stays as it is.
    """
    if text.isascii():
        changed = text.translate(_TABLE)
    else:
        changed = "".join(map(plain, unicodedata.normalize("NFC", text))).translate(_TABLE)
    return _REPEATED.sub(lambda found: "-" if found[0][0] == "-" else '"', changed)


@lru_cache(maxsize=4096)
def plain(character: str) -> str:
    """Return the plain form of a character, itself where that means something else."""
    form = unicodedata.decomposition(character)
    if not form.startswith("<") or form.startswith(_KEPT_FORMS):
        return character
    plain = unicodedata.normalize("NFKC", character)
    return character if " " in plain and len(plain) > 1 else plain  # a spacing accent is one character
