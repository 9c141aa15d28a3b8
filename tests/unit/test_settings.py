"""Settings come from the environment, and a function that is half set up does not start."""

from __future__ import annotations

import pytest

from app.settings import LAMBDA_NEEDS, Settings, from_environment

WHOLE = {**dict.fromkeys(LAMBDA_NEEDS, "x"), "IS_LAMBDA": "true", "JWT_SECRET_KEY": "k" * 32}


def test_nothing_needs_to_be_set_on_a_laptop() -> None:
    settings = from_environment({})
    assert settings.is_lambda is False
    assert settings.openai_api_key is None


@pytest.mark.parametrize("value", ["true", "True", "1", "yes"])
def test_a_function_knows_that_it_is_one(value: str) -> None:
    assert from_environment({**WHOLE, "IS_LAMBDA": value}).is_lambda is True


@pytest.mark.parametrize("value", ["", "false", "0"])
def test_a_laptop_is_no_function(value: str) -> None:
    assert from_environment({"IS_LAMBDA": value}).is_lambda is False


@pytest.mark.parametrize("name", [*LAMBDA_NEEDS, "JWT_SECRET_KEY"])
def test_a_function_names_what_it_misses(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        from_environment({**WHOLE, name: ""})


def test_a_function_may_know_its_callers_by_an_issuers_keys() -> None:
    environment = {**WHOLE, "JWT_SECRET_KEY": "", "JWT_JWKS_URL": "https://issuer.example/keys"}
    assert from_environment(environment).jwks_url == "https://issuer.example/keys"


def test_a_number_that_is_none_is_said_with_its_name() -> None:
    with pytest.raises(ValueError, match="KB_MAX_PAGES must be a whole number, not 'many'"):
        from_environment({"KB_MAX_PAGES": "many"})


def test_no_secret_is_shown_with_the_settings() -> None:
    shown = repr(Settings(openai_api_key="secret", jwt_secret_key="secret", weaviate_api_key="secret"))
    assert "secret" not in shown.replace("jwt_secret", "")


@pytest.mark.parametrize(
    ("settings", "origins"),
    [
        (Settings(), ()),
        (Settings(bucket="b", s3_public_url="http://localhost:9000/"), ("http://localhost:9000",)),
        (
            Settings(bucket="b", region="eu-central-1"),
            ("https://b.s3.amazonaws.com", "https://b.s3.eu-central-1.amazonaws.com"),
        ),
    ],
)
def test_files_go_to_where_their_store_is_for_clients(settings: Settings, origins: tuple[str, ...]) -> None:
    assert settings.file_origins == origins
