"""Who is let in, and as whom."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwt

from app.api.auth import Access, Caller, authenticator, mint
from app.api.jwks import KeySet
from app.compose import Embedded
from app.core.errors import (
    NotAllowed,
    NotAuthenticated,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
    Unavailable,
)
from app.settings import Settings
from tests.support.api import SECRET, WITH_TOKENS, client_of, problem, token
from tests.support.http import until
from tests.support.issuer import Issuer

CHECKED: dict[str, Any] = {"jwt_issuer": "kb", "jwt_audience": "api"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        issuer.add("curve", "ES256")
        yield issuer


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256", **headers: Any) -> str:
    return "Bearer " + str(jwt.encode(claims, secret, algorithm=algorithm, headers=headers or None))


def claims(**changes: Any) -> dict[str, Any]:
    content = {"sub": "ann", "exp": time.time() + 86_400, "tenant": "us", "roles": ["editor"], **changes}
    return {name: value for name, value in content.items() if value is not None}


def segment(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


# -- settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        (Settings(jwt_secret_key="short"), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key="é" * 15), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key=SECRET, jwks_url="https://issuer.example/jwks"), "JWT_JWKS_URL"),
        (Settings(jwks_url="http://issuer.example/jwks", **CHECKED), "JWT_JWKS_URL must begin"),
        (Settings(jwks_url="file:///etc/passwd", **CHECKED), "JWT_JWKS_URL must begin"),
        (Settings(jwks_url="https://issuer.example/jwks"), "JWT_ISSUER and JWT_AUDIENCE"),
        (Settings(jwks_url="https://issuer.example/jwks", jwt_issuer="kb"), "JWT_ISSUER and JWT_AUDIENCE"),
        (Settings(jwks_url="https://issuer.example/jwks", jwt_audience="kb"), "JWT_ISSUER and JWT_AUDIENCE"),
        (Settings(jwt_issuer="kb"), "need JWT_SECRET_KEY or JWT_JWKS_URL"),
        (Settings(jwt_audience="kb"), "need JWT_SECRET_KEY or JWT_JWKS_URL"),
        (Settings(jwt_secret_key="x" * 32), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key="secret" * 8), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key="abcdefg" * 8), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key='{"JWT_SECRET_KEY": "a secret that is long enough"}'), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key='["a secret for tests that is long enough"]'), "JWT_SECRET_KEY"),
        (Settings(jwt_secret_key='"a secret for tests that is long enough"'), "JWT_SECRET_KEY"),
    ],
)
def test_unsafe_settings_are_refused_at_the_start(settings: Settings, variable: str) -> None:
    with pytest.raises(ValueError, match=variable):
        authenticator(settings)


@pytest.mark.parametrize(
    "digits", ["0f1e2d3c4b5a69788796a5b4c3d2e1f0", "42424242-2bb9-4d3f-8a5e-1c0f9b7d6e53"]
)
def test_a_secret_of_random_digits_is_strong_enough(digits: str) -> None:
    assert authenticator(Settings(jwt_secret_key=digits))


def test_no_token_is_minted_without_a_long_secret_or_for_an_odd_tenant() -> None:
    with pytest.raises(ValueError, match="JWT_SECRET_KEY"):
        mint(Settings(), "ann", "us", ["reader"], 60)
    with pytest.raises(ValueError, match="JWT_SECRET_KEY"):
        mint(Settings(jwt_secret_key="short"), "ann", "us", ["reader"], 60)
    with pytest.raises(ValueError, match="tenant"):
        mint(WITH_TOKENS, "ann", "../us", ["reader"], 60)


# -- tokens by a secret -----------------------------------------------------------------------------------


def test_a_minted_token_names_its_caller() -> None:
    settings = replace(WITH_TOKENS, jwt_issuer="kb", jwt_audience="api")
    known = authenticator(settings)
    minted = mint(settings, "ann", "us", ["reader", "editor"], 60)
    assert known(f"Bearer {minted}") == Caller("ann", "us", Access.EDITOR)
    assert known(f"bearer  {minted} ") == Caller("ann", "us", Access.EDITOR)


@pytest.mark.parametrize(
    ("authorization", "error"),
    [
        (None, TokenMissing),
        ("", TokenMissing),
        ("Bearer", TokenMissing),
        ("Basic YW5uOnB3", TokenMissing),
        ("Bearer x", TokenInvalid),
        ("Bearer a.b.c", TokenInvalid),
        ("Bearer ..", TokenInvalid),
        ("Bearer é.é.é", TokenInvalid),
        ("Bearer " + "x" * 8193, TokenInvalid),
        (f"Bearer {segment({'alg': 'none'})}.{segment(claims())}.", TokenInvalid),
        (f"Bearer {segment({'alg': 'HS256'})}.{segment(claims())}.", TokenInvalid),
        (f"Bearer {segment({'alg': ['HS256']})}.{segment(claims())}.AAAA", TokenInvalid),
        (f"Bearer {segment([])}.{segment(claims())}.AAAA", TokenInvalid),
        (signed(claims(), secret="another secret that is as long as that one"), TokenInvalid),
        (signed(claims(), algorithm="HS512"), TokenInvalid),
        (signed(claims(), crit=["exp"]), TokenInvalid),
        (signed(claims(exp=None)), TokenInvalid),
        (signed(claims(exp="soon")), TokenInvalid),
        (signed(claims(exp=float("inf"))), TokenInvalid),
        (signed(claims(exp=time.time() - 60)), TokenExpired),
        (signed(claims(nbf=time.time() + 86_400)), TokenInvalid),
        (signed(claims(sub=None)), TokenInvalid),
        (signed(claims(sub="")), TokenInvalid),
        (signed(claims(sub="ann\ud83d")), TokenInvalid),
        (signed(claims(sub="ann", tenant=None, iss="\ud83d")), TokenInvalid),
        (signed(claims(tenant="")), TokenInvalid),
        (signed(claims(tenant="../us")), TokenInvalid),
        (signed(claims(tenant=".us")), TokenInvalid),
        (signed(claims(tenant="_outputs")), TokenInvalid),  # where files on their way are
        (signed(claims(tenant=["us"])), TokenInvalid),
    ],
)
def test_what_is_no_token_of_ours_is_refused(
    authorization: str | None, error: type[NotAuthenticated]
) -> None:
    with pytest.raises(error):
        authenticator(WITH_TOKENS)(authorization)


def test_a_token_for_another_issuer_or_audience_is_refused() -> None:
    known = authenticator(replace(WITH_TOKENS, jwt_issuer="kb", jwt_audience="api"))
    assert known(signed(claims(iss="kb", aud=["api", "other"]))).subject == "ann"
    for wrong in ({}, {"iss": "kb"}, {"aud": "api"}, {"iss": "x", "aud": "api"}, {"iss": "kb", "aud": "x"}):
        with pytest.raises(TokenInvalid):
            known(signed(claims(**wrong)))
    assert authenticator(WITH_TOKENS)(signed(claims(iss="any", aud="any"))).subject == "ann"


def test_a_token_without_a_tenant_has_one_of_its_own_that_no_claim_can_name_by_chance() -> None:
    known = authenticator(WITH_TOKENS)
    own = known(signed(claims(tenant=None, sub="us"))).tenant
    assert own != "us"
    assert own == known(signed(claims(tenant=None, sub="us"))).tenant
    assert own != known(signed(claims(tenant=None, sub="them"))).tenant
    assert known(signed(claims(tenant=None, sub="auth0|5f7c/..ü"))).tenant.isascii()


@pytest.mark.parametrize(
    ("roles", "access"),
    [
        (["reader"], Access.READER),
        (["editor", "reader"], Access.EDITOR),
        (["admin"], Access.ADMIN),
        ("reader admin", Access.ADMIN),
        (["reader", "root"], Access.READER),
    ],
)
def test_the_highest_role_counts(roles: object, access: Access) -> None:
    assert authenticator(WITH_TOKENS)(signed(claims(roles=roles))).access is access


@pytest.mark.parametrize("roles", [None, [], ["root"], "", 7, {"admin": True}, [["admin"]]])
def test_a_token_without_a_role_of_ours_may_do_nothing(roles: object) -> None:
    with pytest.raises(NotAllowed):
        authenticator(WITH_TOKENS)(signed(claims(roles=roles)))


# -- tokens by an issuer's keys ---------------------------------------------------------------------------


@pytest.mark.parametrize("kid", ["first", "curve"])
def test_an_issuers_token_is_taken(issuer: Issuer, kid: str) -> None:
    known = authenticator(issuer.settings)
    assert known(f"Bearer {issuer.token(kid)}") == Caller("ann", "us", Access.READER)


def test_a_public_key_is_no_secret(issuer: Issuer) -> None:
    import hashlib
    import hmac

    known = authenticator(issuer.settings)
    head = f"{segment({'alg': 'HS256', 'kid': 'first'})}.{segment(claims())}"
    signature = hmac.digest(issuer.public_pem("first"), head.encode(), hashlib.sha256)
    forged = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    for attempt in (f"{head}.{forged}", f"{segment({'alg': 'none'})}.{segment(claims())}."):
        with pytest.raises(TokenInvalid):
            known(f"Bearer {attempt}")


def test_a_key_of_one_kind_does_not_verify_the_other(issuer: Issuer) -> None:
    known = authenticator(issuer.settings)
    header, content, signature = issuer.token("first").split(".")
    swapped = f"{segment({'alg': 'RS256', 'kid': 'curve'})}.{content}.{signature}"
    with pytest.raises(TokenInvalid):
        known(f"Bearer {swapped}")
    assert header


def test_keys_are_fetched_once_and_again_for_an_unknown_kid_but_not_often(issuer: Issuer) -> None:
    keys = KeySet(issuer.url, interval=0.2)
    before = issuer.asked
    for _ in range(5):
        keys.key({"alg": "RS256", "kid": "first"})
    assert issuer.asked == before + 1
    for _ in range(5):
        with pytest.raises(TokenInvalid):
            keys.key({"alg": "RS256", "kid": "unheard-of"})
    assert issuer.asked == before + 1
    time.sleep(0.25)
    issuer.add("late", "RS256")
    keys.key({"alg": "RS256", "kid": "late"})
    assert issuer.asked == before + 2


def test_an_issuer_that_is_down_is_a_503_until_it_is_back_and_known_keys_stay_in_use(
    program: Embedded,
) -> None:
    with Issuer() as issuer:
        issuer.down = True
        keys = KeySet(issuer.url, interval=2.0)
        for _ in range(3):
            with pytest.raises(Unavailable):
                keys.key({"alg": "RS256", "kid": "first"})
        assert issuer.asked == 1
        client = client_of(program, issuer.settings)
        answer = client.get("/v1/usage", headers={"Authorization": f"Bearer {issuer.token()}"})
        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"]
        issuer.down = False
        time.sleep(2.1)
        assert keys.key({"alg": "RS256", "kid": "first"})
        issuer.down = True
        time.sleep(2.1)
        assert keys.key({"alg": "RS256", "kid": "first"})


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        ANSWER + b"{",
        ANSWER + b'{"keys": []}' + b" " * 28,
        ANSWER + b"[]" + b" " * 38,
        ANSWER + b"[" * 40,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_key_set_is_a_503_and_takes_no_good_key_away(sent: bytes) -> None:
    with Issuer() as issuer:
        keys = KeySet(issuer.url, interval=0.05)
        assert keys.key({"alg": "RS256", "kid": "first"})
        issuer.sends = sent
        time.sleep(0.06)
        with pytest.raises(TokenInvalid):
            keys.key({"alg": "RS256", "kid": "unheard-of"})
        assert issuer.asked == 2
        assert keys.key({"alg": "RS256", "kid": "first"})
        with pytest.raises(Unavailable):
            KeySet(issuer.url).key({"alg": "RS256", "kid": "first"})


def test_an_issuer_that_drips_holds_up_nobody_whose_key_is_known() -> None:
    with Issuer() as issuer:
        keys = KeySet(issuer.url, interval=0.05, seconds=5)
        assert keys.key({"alg": "RS256", "kid": "first"})
        issuer.sends, issuer.slowly = ANSWER + b" " * 40, 1.0
        time.sleep(0.06)
        waiting = threading.Thread(target=refused, args=(keys,))
        waiting.start()
        until(lambda: issuer.asked == 2, "another waits for its own key")
        assert keys.key({"alg": "RS256", "kid": "first"})
        assert (issuer.left, waiting.is_alive()) == (0, True)  # meanwhile
        waiting.join()
        until(lambda: issuer.left == 1, "the answer, which takes 80 seconds, was given up")


def test_an_issuer_that_dripped_is_asked_again_before_it_has_ended() -> None:
    with Issuer() as issuer:
        keys = KeySet(issuer.url, interval=0.05, seconds=0.5)
        issuer.sends, issuer.slowly = ANSWER, 10.0
        with pytest.raises(Unavailable):
            keys.key({"alg": "RS256", "kid": "first"})
        issuer.sends = None

        def is_known() -> bool:
            with suppress(Unavailable):
                return bool(keys.key({"alg": "RS256", "kid": "first"}))
            return False

        until(is_known, "the keys are fetched")
        assert issuer.asked == 2


def test_no_keys_are_fetched_from_where_they_could_be_changed_on_the_way() -> None:
    with Issuer() as issuer:
        issuer.sends_once = True
        moved = "HTTP/1.1 302 Found\r\nLocation: {}/moved.json\r\nContent-Length: 0\r\n\r\n"
        issuer.sends = moved.format("").encode()
        assert KeySet(issuer.url).key({"alg": "RS256", "kid": "first"})
        # The same server under an address that is not this machine's alone.
        issuer.sends = moved.format(
            issuer.url.replace("127.0.0.1", "0.0.0.0").removesuffix("/jwks.json")
        ).encode()
        with pytest.raises(Unavailable):
            KeySet(issuer.url).key({"alg": "RS256", "kid": "first"})


def refused(keys: KeySet) -> None:
    with pytest.raises(TokenInvalid):
        keys.key({"alg": "RS256", "kid": "unheard-of"})


def test_weak_and_unfit_keys_of_an_issuer_are_not_used() -> None:
    with Issuer() as issuer:
        issuer.add("short", "RS256", bits=1024)
        issuer.add("wide", "ES256", curve=ec.SECP384R1())
        keys = KeySet(issuer.url)
        assert keys.key({"alg": "RS256", "kid": "first"})
        for header in ({"alg": "RS256", "kid": "short"}, {"alg": "ES256", "kid": "wide"}):
            with pytest.raises(TokenInvalid):
                keys.key(header)
        for change in ({"key_ops": ["encrypt"]}, {"key_ops": "verify"}, {"use": "enc"}, {"n": "AQAB"}):
            issuer.changes = change
            with pytest.raises(Unavailable):
                KeySet(issuer.url).key({"alg": "RS256", "kid": "first"})
        issuer.changes = {"key_ops": ["verify"]}
        assert KeySet(issuer.url).key({"alg": "RS256", "kid": "first"})


# -- over HTTP --------------------------------------------------------------------------------------------


def test_without_a_token_everything_but_health_is_a_401(program: Embedded) -> None:
    client = client_of(program, WITH_TOKENS)
    assert client.get("/health").status_code == client.get("/ready").status_code == 200
    answer = client.get("/v1/documents")
    problem(answer, 401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="knowledge-base"'
    for path in ("/v1/usage", "/v1/nothing", "/v1/documents/x/content", "/v1/chat/sessions"):
        problem(client.get(path), 401, "token_missing")


def test_an_expired_and_a_forged_token_say_which(program: Embedded) -> None:
    client = client_of(program, WITH_TOKENS)
    expired = {"Authorization": f"Bearer {token(seconds=-60)}"}
    answer = client.get("/v1/usage", headers=expired)
    problem(answer, 401, "token_expired")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    problem(client.get("/v1/usage", headers={"Authorization": "Bearer x.y.z"}), 401, "token_invalid")


def test_a_body_is_not_read_before_its_sender_is_known(program: Embedded) -> None:
    def body() -> Iterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    answer = client_of(program, WITH_TOKENS).post(
        "/v1/documents", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    problem(answer, 401, "token_missing")


def test_a_reader_reads_and_asks_but_changes_no_document(program: Embedded) -> None:
    client = client_of(program, WITH_TOKENS, Authorization=f"Bearer {token('us', 'reader')}")
    assert client.get("/v1/documents").status_code == 200
    assert client.post("/v1/search", json={"question": "pump"}).status_code == 200
    assert client.post("/v1/chat/sessions", json={}).status_code == 201
    announced = {"name": "m.pdf", "size": 9, "sha256": "0" * 64}
    for answer in (
        client.post("/v1/documents", files={"file": ("x.pdf", b"%PDF-1.7")}),
        client.post("/v1/documents/uploads", json=announced),
        client.post("/v1/documents/doc_x/ingest", json={}),
        client.patch("/v1/documents/doc_x", json={"name": "x"}),
        client.delete("/v1/documents/doc_x"),
    ):
        details = problem(answer, 403, "not_allowed")
        assert "editor" in details["detail"]


def test_tokens_are_not_in_the_log(program: Embedded, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    good, bad = token(), token(seconds=-60)
    client = client_of(program, WITH_TOKENS)
    for used in (good, bad, good[:-3] + "AAA"):
        client.get("/v1/usage", headers={"Authorization": f"Bearer {used}"})
    assert good.split(".")[1] not in caplog.text
    assert bad.split(".")[1] not in caplog.text


# -- the local user ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "127.9.9.9", "[::1]:8000"])
def test_the_local_user_needs_no_token_on_this_machine(program: Embedded, host: str) -> None:
    assert client_of(program).get("/v1/usage", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "",
        "[::1",
        "a@b",
        "evil.example@localhost",
        "localhost/evil.example",
        "localhost?x",
        "localhost#x",
        "localhost:80:80",
        "localhost:",
        "localhost,evil.example",
        "127.1",
        "[::1%25lo]",
        " localhost x",
    ],
)
def test_another_name_bound_to_this_machine_is_refused(program: Embedded, host: str) -> None:
    client = client_of(program)
    for path in ("/v1/documents", "/health", "/", "/openapi.json"):
        problem(client.get(path, headers={"Host": host}), 403, "not_allowed")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "", "http://["]
)
def test_a_web_page_from_elsewhere_changes_nothing(program: Embedded, origin: str) -> None:
    client = client_of(program, Origin=origin)
    problem(client.post("/v1/chat/sessions", json={}), 403, "not_allowed")
    problem(client.post("/v1/documents", files={"file": ("x.pdf", b"%PDF-1.7")}), 403, "not_allowed")
    problem(client.delete("/v1/documents/doc_x"), 403, "not_allowed")
    answer = client.get("/v1/documents")
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "odd"])
def test_what_another_page_asks_for_is_refused_but_for_a_link_to_ours(program: Embedded, site: str) -> None:
    asked = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    client = client_of(program)
    for path in ("/v1/documents", "/v1/usage", "/", "/health"):
        problem(client.get(path, headers=asked), 403, "not_allowed")
        link = {**asked, "Sec-Fetch-Mode": "navigate"}
        assert client.get(path, headers=link).status_code == 200
        problem(client.post(path, headers=link), 403, "not_allowed")
        for own in ("same-origin", "none"):
            assert client.get(path, headers={**asked, "Sec-Fetch-Site": own}).status_code == 200


@pytest.mark.parametrize(
    "more",
    [
        {"Origin": ["http://localhost", "https://evil.example"]},
        {"Sec-Fetch-Site": ["same-origin", "cross-site"]},
        {"Sec-Fetch-Site": ["cross-site"], "Sec-Fetch-Mode": ["navigate", "no-cors"]},
    ],
)
def test_of_headers_that_stand_twice_each_must_be_our_pages(
    program: Embedded, more: dict[str, list[str]]
) -> None:
    headers = [(name, value) for name, values in more.items() for value in values]
    problem(client_of(program).post("/v1/chat/sessions", json={}, headers=headers), 403, "not_allowed")


def test_our_own_page_may_change_things(program: Embedded) -> None:
    client = client_of(program, Origin="http://localhost")
    assert client.post("/v1/chat/sessions", json={}).status_code == 201
