"""Cursors: opaque strings that contain the sort key of the last item of a page.

They are encrypted and authenticated, because a sort key may count what others wrote: nobody can read a
cursor, forge one, or use one for another list. The scheme is that of a synthetic initialisation vector
(RFC 5297): a keyed hash of the content authenticates it and starts the key stream that encrypts it. So the
same position always has the same cursor.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence

from app.core.errors import BadRequest

LARGEST = 2**63 - 1
"""The largest number that SQLite compares as an integer, which is above every key."""

SECRET_BYTES = 32
PROOF_BYTES = 16

FILLED_TO = 48
"""The content is filled up to a multiple of this many bytes: its length would reveal that of a number."""

_PURPOSE = b"knowledge-base cursor 1\n"  # so that nothing else made with the secret is taken for a cursor


class Cursors:
    """The cursors of one secret; without a secret they are valid in this process only."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._key = hmac.digest(secret or secrets.token_bytes(SECRET_BYTES), _PURPOSE, hashlib.sha256)

    def encode(self, which: Sequence[str], *key: float | str) -> str:
        """Return a cursor for the list ``which`` (its kind and owner) after the item with this sort key."""
        content = json.dumps(key, separators=(",", ":")).encode()
        content += b" " * (-len(content) % FILLED_TO)
        proof = self._proof(which, content)
        return (
            base64.urlsafe_b64encode(proof + self._encrypt_or_decrypt(proof, content)).rstrip(b"=").decode()
        )

    def decode(self, cursor: str, which: Sequence[str], *types: type[float | str]) -> list[float | str]:
        """Return the sort key in a cursor. Raises ``BadRequest`` if it is not one that ``encode`` gave for
        this list."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            sealed = base64.b64decode(padded, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error) as error:
            raise _bad_cursor() from error
        proof, content = (
            sealed[:PROOF_BYTES],
            self._encrypt_or_decrypt(sealed[:PROOF_BYTES], sealed[PROOF_BYTES:]),
        )
        if not hmac.compare_digest(proof, self._proof(which, content)):
            raise _bad_cursor()
        key = json.loads(content)
        if len(key) != len(types) or not all(isinstance(*pair) for pair in zip(key, types, strict=True)):
            raise _bad_cursor()
        return list(key)

    def _proof(self, which: Sequence[str], content: bytes) -> bytes:
        named = json.dumps(list(which)).encode()  # ASCII, without a line break
        return hmac.digest(self._key, named + b"\n" + content, hashlib.sha256)[:PROOF_BYTES]

    def _encrypt_or_decrypt(self, proof: bytes, content: bytes) -> bytes:
        """Encrypt or decrypt the content."""
        stream = hashlib.shake_256(_PURPOSE + self._key + proof).digest(len(content))
        return bytes(one ^ other for one, other in zip(content, stream, strict=True))


def _bad_cursor() -> BadRequest:
    return BadRequest("The cursor is not from this list, or it has expired: start again at the first page.")
