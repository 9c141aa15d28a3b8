"""Signed tokens that allow posting a file of a certain size to a certain key until a certain time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time

from app.core.errors import NotAllowed

_PURPOSE = b"knowledge-base upload 1\n"  # so that nothing else signed with the secret is taken for a token


def sign(secret: bytes, key: str, size: int, expires_at: float) -> str:
    """Return a token that allows this, usable in a URL: HMAC-SHA256, then the content, in base64url."""
    statement = json.dumps([key, size, expires_at], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(secret, statement) + statement).rstrip(b"=").decode()


def read(secret: bytes, token: str) -> tuple[str, int]:
    """Return the key and the size in bytes that a token allows. Raises ``NotAllowed`` if it is forged or
    too old."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        content = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotAllowed("The upload address is not one that was given out.") from error
    signature, statement = content[:32], content[32:]
    if not hmac.compare_digest(signature, _signature(secret, statement)):
        raise NotAllowed("The upload address is not one that was given out.")
    key, size, expires_at = json.loads(statement)
    if time.time() >= expires_at:
        raise NotAllowed("The upload address has expired: ask for a new one.")
    return key, size


def _signature(secret: bytes, statement: bytes) -> bytes:
    return hmac.digest(secret, _PURPOSE + statement, hashlib.sha256)
