from __future__ import annotations

import base64
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.embedded import upload_tokens
from app.core.errors import NotAllowed

SECRET = bytes(range(32))
KEY = "us/doc_1/1/original.pdf"
TOKEN = upload_tokens.sign(SECRET, KEY, 123, time.time() + 3600)


def test_a_token_gives_back_its_key_and_size_and_fits_into_a_path() -> None:
    assert upload_tokens.read(SECRET, TOKEN) == (KEY, 123)
    assert TOKEN.isascii()
    assert not set(TOKEN) & set("+/=?&#")


def test_an_expired_token_is_not_allowed() -> None:
    token = upload_tokens.sign(SECRET, KEY, 123, time.time())
    with pytest.raises(NotAllowed, match="expired"):
        upload_tokens.read(SECRET, token)


def test_another_secrets_token_is_not_allowed() -> None:
    with pytest.raises(NotAllowed, match="not one"):
        upload_tokens.read(bytes(32), TOKEN)


@given(place=st.integers(0, 31 + len(KEY)), bit=st.integers(0, 7))
def test_a_token_with_one_bit_changed_is_not_allowed(place: int, bit: int) -> None:
    content = bytearray(base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4)))
    content[place] ^= 1 << bit
    with pytest.raises(NotAllowed, match="not one"):
        upload_tokens.read(SECRET, base64.urlsafe_b64encode(bytes(content)).rstrip(b"=").decode())


@settings(max_examples=200)
@given(token=st.one_of(st.text(), st.binary(max_size=80).map(lambda b: base64.urlsafe_b64encode(b).decode())))
def test_whatever_the_token_the_only_error_is_not_allowed(token: str) -> None:
    with pytest.raises(NotAllowed):
        upload_tokens.read(SECRET, token)


def test_a_statement_without_a_signature_is_not_allowed() -> None:
    statement = json.dumps([KEY, 123, time.time() + 60]).encode()
    for signature in (b"", bytes(32)):
        with pytest.raises(NotAllowed):
            upload_tokens.read(SECRET, base64.urlsafe_b64encode(signature + statement).decode())
