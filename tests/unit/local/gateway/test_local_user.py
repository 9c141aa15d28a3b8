"""The gateway's local user: for this machine's own requests, and for nobody else's."""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from app.api.auth import authenticator
from app.settings import Settings
from local.gateway.__main__ import local_user

SECRET = "a secret of the tests that is long enough"
ENVIRONMENT = {"PUBLISHED_ON": "127.0.0.1", "JWT_SECRET_KEY": SECRET}


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_a_request_from_this_machine_gets_a_token_that_the_function_accepts(host: str) -> None:
    user = local_user(ENVIRONMENT)
    assert user
    caller = authenticator(Settings(jwt_secret_key=SECRET))(
        user.authorization("GET", Headers({"host": host}))
    )
    assert caller.tenant == "local"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"host": "evil.example"}),
        ("GET", {"host": "localhost.evil.example:8000"}),
        ("GET", {}),
        ("POST", {"host": "localhost:8000", "origin": "https://evil.example"}),
        ("DELETE", {"host": "localhost:8000", "origin": "null"}),
    ],
)
def test_a_web_page_from_elsewhere_gets_none(method: str, headers: dict[str, str]) -> None:
    user = local_user(ENVIRONMENT)
    assert user
    assert user.authorization(method, Headers(headers)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"PUBLISHED_ON": "0.0.0.0"},
        {"PUBLISHED_ON": "192.168.1.5"},
        {"PUBLISHED_ON": ""},
        {"KB_LOCAL_USER": "off"},
        {"JWT_SECRET_KEY": ""},
    ],
)
def test_there_is_no_local_user_where_others_reach_the_port_or_it_is_not_wanted(
    change: dict[str, str],
) -> None:
    assert local_user({**ENVIRONMENT, **change}) is None
