"""Numbers and identifiers with parts: 5.1.1, 34-56-12, 2,820.00, v2.10.3 are one word, not a bag of digits.

Their parts are joined by one sign whatever stood between them, so that 2.820 is found as 2,820.
"""

from __future__ import annotations

from app.core.process.patterns import defer_regex

JOINT = "·"
"""Between the parts of one: outside ASCII, so that the tokenizer of SQLite takes it for a letter."""

NUMBERED = r"[^\W_]*\d[^\W_]*(?:[.,/'’·\-\u2010-\u2015\u2212][^\W_]*\d[^\W_]*)+"
"""A pattern for words that each hold a digit, with one sign between each two."""

_BETWEEN = defer_regex(r"[.,/'’·\-\u2010-\u2015\u2212]")
_DASH = defer_regex(r"[/\-\u2010-\u2015\u2212]")
_GROUPS = defer_regex(r"\d{1,3}(?:·\d{3})+(?=·|$)")
_LETTERS_AROUND = defer_regex(r"^v(?=\d)|(?<=\d)[^\W\d_]+$")

LONG_PART = 5
"""Characters of a part from which on two parts with a dash are an identifier: 12-15 is a range, 12-34567 is
none."""


def join_parts(written: str) -> str:
    """Return a word with parts as one."""
    return _BETWEEN.sub(JOINT, written)


def is_range(written: str) -> bool:
    """Return whether a word with parts is two words rather than one: 2019-2020, 10/12, Q1-2023."""
    parts = _DASH.split(written)
    return len(parts) == 2 and all(
        part.isalnum() and len(part) < LONG_PART and not part.startswith("0") for part in parts
    )


def whole_forms(joined: str) -> tuple[str, ...]:
    """Return the forms by which a joined word is known: itself, without the letters around its digits
    (``v2.10.3``, ``12.50eur``), and without the signs between thousands."""
    bare = _LETTERS_AROUND.sub("", joined)
    grouped = _GROUPS.match(bare)
    plain = bare.replace(JOINT, "", grouped[0].count(JOINT)) if grouped else bare
    return tuple(dict.fromkeys((joined, bare, plain)))
