"""Settings come from the environment, and a function that is half set up does not start."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import LAMBDA_NEEDS, TOKEN_SECRET, SettingError, Settings, from_environment, variables

WHOLE = {
    **dict.fromkeys(LAMBDA_NEEDS, "x"),
    "IS_LAMBDA": "true",
    "JWT_SECRET_KEY": "a secret for tests that is long enough",
}

NO_NUMBERS = ("-5", "1.5", "NaN", "inf", "many", " ", "1e3", "٣", "0x10", "9" * 30)
NO_LINES = (" ", "two\nlines", "bell\a")
NO_NAMES = (*NO_LINES, "two words")
NO_ADDRESSES = (*NO_NAMES, "https://", "ftp://host", "http://host:0", "http://host:99999", "http://[::1")
NO_URLS = (*NO_ADDRESSES, "host", "//host")

BAD: dict[str, tuple[str, ...]] = {
    "a whole number": NO_NUMBERS,
    "one of": ("", " ", "maybe", "OFF", "1"),
    "true or false": ("maybe", "2", "on", " "),
    "a name without spaces": NO_NAMES,
    "a line of text": NO_LINES,
    "1 to 256 characters": ("x" * 257,),
    TOKEN_SECRET.words: ("x", " ", "é" * 15, "x" * 40, '{"JWT_SECRET_KEY": "0123456789abcdefghijk"}'),
    "an address like https://host:port/path": NO_URLS,
    "an address like https://host:port": NO_ADDRESSES,
}
"""By how the words begin that say what a setting takes: what it does not take."""

OUT_OF_RANGE = {
    "KB_PORT": ("0", "65536", "80000"),
    "KB_WORKERS": ("0", "65"),
    "KB_READER_PROCESSES": ("0", "65"),
    "KB_CHAT_THREADS": ("0", "65"),
    "KB_RANGE_PAGES": ("0", "1001"),
    "KB_MAX_PAGES": ("0", "1000001"),
    "KB_MAX_UPLOAD_BYTES": ("0", "5368709121"),
    "OPENAI_EMBEDDING_DIMENSIONS": ("0", "65536"),
    "KB_DOCUMENT_CPU_SECONDS": ("0", "86401"),
    "KB_PAGE_CPU_MS": ("0", "600001"),
    "KB_PAGE_CHARACTERS": ("0", "10000001"),
    "KB_PAGE_PASSAGES": ("0", "100001"),
    "KB_PAGE_MEGAPIXELS": ("0", "10001"),
    "KB_PAGE_PICTURE_MS": ("0", "600001"),
    "KB_PAGE_SECONDS": ("0", "3601"),
    "KB_FILE_MEGABYTES": ("99", "1000001"),
    "KB_DOCUMENT_DEATHS": ("0", "1001"),
    "KB_EXTRACTS": ("0", "65"),
    "KB_CONNECTIONS": ("15", "4097"),
    "KB_HEAD_SECONDS": ("0", "3601"),
    "KB_BODY_SECONDS": ("0", "3601"),
    "KB_ANSWER_SECONDS": ("0", "3601"),
}

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def bad_values(variable: str) -> tuple[str, ...]:
    words = variables()[variable][1].words
    kinds = [values for kind, values in BAD.items() if words.startswith(kind)]
    return (*(kinds[0] if kinds else ()), *OUT_OF_RANGE.get(variable, ()))


def test_nothing_needs_to_be_set_on_a_laptop() -> None:
    settings = from_environment({})
    assert settings.is_lambda is False
    assert settings.openai_api_key is None


@pytest.mark.parametrize("value", ["true", "True", "1", "yes"])
def test_a_function_knows_that_it_is_one(value: str) -> None:
    assert from_environment({**WHOLE, "IS_LAMBDA": value}).is_lambda is True


def test_a_model_server_without_a_key_is_refused_and_not_passed_over() -> None:
    with pytest.raises(SettingError, match="OPENAI_API_KEY"):
        from_environment({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})


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


def test_every_setting_but_a_path_has_values_that_it_refuses() -> None:
    assert {name for name in variables() if not bad_values(name)} == {"KB_DATA_FOLDER", "KB_CHAT_FILE"}
    numbers = {name for name, (_, rule) in variables().items() if rule.words.startswith("a whole number")}
    assert numbers == set(OUT_OF_RANGE)


@pytest.mark.parametrize("variable", variables())
def test_a_value_out_of_range_is_refused_in_one_line_with_the_setting_s_name_and_range(variable: str) -> None:
    rule = variables()[variable][1]
    for value in filter(None, bad_values(variable)):
        with pytest.raises(SettingError) as refused:
            from_environment({variable: value})
        said = str(refused.value)
        assert said.startswith(f"{variable} must be {rule.words}"), value
        assert "\n" not in said
        assert len(said) < 300
        assert not rule.secret or value not in said.removeprefix(f"{variable} must be {rule.words}")


def test_every_setting_has_a_variable() -> None:
    named = {name for name, _ in variables().values()}
    assert {each.name for each in fields(Settings)} == named


def test_the_bounds_of_a_range_are_taken() -> None:
    for variable, (name, rule) in variables().items():
        for bound in re.findall(r"[\d,]{1,20}", rule.words) if variable in OUT_OF_RANGE else ():
            number = bound.replace(",", "")
            assert getattr(from_environment({variable: number}), name) == int(number)


def test_the_documentation_says_what_every_setting_takes_and_its_default() -> None:
    rows = [line.strip("| ").split(" | ") for line in DOCS.read_text().splitlines() if line.startswith("| `")]
    told = {row[0].strip("`"): row for row in rows}
    assert set(variables()) <= set(told)
    for variable, (name, rule) in variables().items():
        assert told[variable][1] == rule.words or variable == "OPENAI_API_KEY", variable
        default = getattr(Settings(), name)
        if (
            isinstance(default, str | int)
            and default
            and variable not in ("IS_LAMBDA", "KB_READER_PROCESSES", "KB_CHAT_THREADS")
        ):
            assert told[variable][2] == f"`{default}`", variable


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
