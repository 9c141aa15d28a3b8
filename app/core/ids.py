"""Identifiers: random ones for what a person makes, derived ones for what the program makes."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no letter looks like another


def new_id(prefix: str) -> str:
    """Return a random id such as ``doc_7h3k…`` with 80 random bits."""
    return f"{prefix}_" + "".join(secrets.choice(_ALPHABET) for _ in range(16))


def derived_id(*parts: object) -> str:
    """Return the same 32 hexadecimal digits for the same parts, on every machine and in every run."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
