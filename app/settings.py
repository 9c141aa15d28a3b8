"""The only reader of the environment: every setting, its variable, range, default and unit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.core import limits

MEGABYTE = 1 << 20

LAMBDA_NEEDS = (
    "DOCUMENTS_TABLE",
    "CHAT_SESSIONS_TABLE",
    "CHAT_MESSAGES_TABLE",
    "PDF_STORAGE_BUCKET",
    "INGEST_QUEUE_URL",
    "IMAGE_PROCESSOR_LAMBDA_ARN",
    "WEAVIATE_URL",
    "OPENAI_API_KEY",
)


SECRETS = ("OPENAI_API_KEY", "JWT_SECRET_KEY", "WEAVIATE_API_KEY")
"""Variables that the secret of ``SECRETS_ARN`` may contain, in place of the environment."""

SECRET_BYTES = 32
"""A shorter HS256 secret is weaker than its hash (RFC 7518, 3.2)."""

SECRET_LETTERS = 8
"""The fewest different characters of a secret, and the shortest period. Of 32 random hexadecimal digits
one in a hundred million has fewer."""

HERE = Path("data")

SHOWN_CHARACTERS = 80
"""How many characters of a refused value are shown."""


class SettingError(ValueError):
    """A variable holds what its setting does not take: one sentence that names both."""


# -- what a variable may hold -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """The values that a setting accepts, in ``words`` that continue "must be", and the parser of its text:
    ``read`` raises ``ValueError`` for any other. A ``secret`` is never repeated."""

    words: str
    read: Callable[[str], Any]
    secret: bool = False

    def value(self, name: str, text: str) -> Any:
        """Return the value of a variable's text. Raises ``SettingError``."""
        try:
            return self.read(text)
        except ValueError:
            said = "" if self.secret else f", not {text[:SHOWN_CHARACTERS]!r}"
            raise SettingError(f"{name} must be {self.words}{said}.") from None


def whole(least: int, most: int) -> Rule:
    """Return a rule that accepts a whole number within bounds, both included, written in digits."""

    def read(text: str) -> int:
        if not text.isascii() or not text.removeprefix("-").isdigit() or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return Rule(f"a whole number from {least:,} to {most:,}", read)


def one_of(*names: str) -> Rule:
    """Return a rule that accepts one of some words."""

    def read(text: str) -> str:
        if text not in names:
            raise ValueError
        return text

    return Rule(f"one of {', '.join(names)}", read)


def _flag(text: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if text.lower() not in known:
        raise ValueError
    return known[text.lower()]


def _plain(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError
    return text


def _without_spaces(text: str) -> str:
    if not text.isprintable() or any(map(str.isspace, text)):
        raise ValueError
    return text


def _url(text: str) -> str:
    parts = urlsplit(_without_spaces(text))  # raises ValueError itself for a malformed host
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError
    return text


def _address(text: str) -> str:
    _url(text if "://" in text else f"https://{text}")
    return text


def _password(text: str) -> str:
    if len(text) > limits.PASSWORD_CHARACTERS:
        raise ValueError
    return text


def _long_secret(text: str) -> str:
    if len(text.encode()) < SECRET_BYTES or _is_guessable(text):
        raise ValueError
    return text


def _is_guessable(secret: str) -> bool:
    """Return whether the secret is long only by repetition, or is the JSON of a whole secret."""
    repeats_after = (secret + secret).find(secret, 1)
    if repeats_after < SECRET_LETTERS or len(set(secret)) < SECRET_LETTERS:
        return True
    try:
        return isinstance(json.loads(secret), dict | list | str)
    except (ValueError, RecursionError):
        return False


PASSWORD = Rule(f"1 to {limits.PASSWORD_CHARACTERS} characters", _password, secret=True)
FOLDER = Rule("a folder", lambda text: Path(text).expanduser())
FILE = Rule("a file", lambda text: Path(text).expanduser())
FLAG = Rule("true or false", _flag)
NAME = Rule("a name without spaces", _without_spaces)
TEXT = Rule("a line of text", _plain)
SECRET = Rule("a line of text", _plain, secret=True)
TOKEN_SECRET = Rule(
    f"at least {SECRET_BYTES} bytes long, not JSON and not a few characters repeated",
    _long_secret,
    secret=True,
)
URL = Rule("an address like https://host:port/path", _url)
ADDRESS = Rule("an address like https://host:port", _address)
COUNT = whole(1, 64)


def cores() -> int:
    """Return the number of cores that this process may use, at most the largest value of the setting."""
    try:
        found = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        found = os.cpu_count() or 1
    return min(found, 64)


def _setting(variable: str, rule: Rule, default: Any) -> Any:
    return field(default=default, repr=not rule.secret, metadata=_from(variable, rule))


def _from(variable: str, rule: Rule) -> dict[str, Any]:
    return {"variable": variable, "rule": rule}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. Secrets are not in its ``repr``."""

    data_folder: Path = field(default=HERE, metadata=_from("KB_DATA_FOLDER", FOLDER))
    host: str = _setting("KB_HOST", NAME, "127.0.0.1")
    port: int = _setting("KB_PORT", whole(1, 65_535), 8000)
    workers: int = _setting("KB_WORKERS", COUNT, 2)
    """Jobs that run at the same time."""
    pdf_password: str | None = _setting("KB_PASSWORD", PASSWORD, None)
    """The password for encrypted PDFs of a command."""

    openai_api_key: str | None = _setting("OPENAI_API_KEY", SECRET, None)
    openai_base_url: str | None = _setting("OPENAI_BASE_URL", URL, None)
    chat_model: str = _setting("OPENAI_CHAT_MODEL", TEXT, "gpt-4.1-mini")
    chat: str = _setting("KB_CHAT", one_of("set", "auto", "off"), "set")
    """The model that writes: the one that is ``set`` by a file or a key, if any; ``auto``: without these,
    one of a server on this machine; ``off``: none, answers are quoted."""
    chat_file: Path | None = field(default=None, metadata=_from("KB_CHAT_FILE", FILE))
    """A GGUF file with a model that writes in a process of this program's own."""
    chat_threads: int = field(default_factory=cores, metadata=_from("KB_CHAT_THREADS", COUNT))
    """Threads of that process, by default one for each core."""
    embedding_model: str = _setting("OPENAI_EMBEDDING_MODEL", TEXT, "text-embedding-3-small")
    embedding_dimensions: int = _setting("OPENAI_EMBEDDING_DIMENSIONS", whole(1, 65_535), 1536)
    vision_model: str = _setting("OPENAI_VISION_MODEL", TEXT, "")
    """The model that reads scanned pages if a key is set; by default the chat model."""
    ocr: str = _setting("KB_OCR", one_of("auto", "local", "model", "off"), "auto")
    """The OCR for scanned pages: ``local`` (extra ``ocr``), ``model`` (a key), ``off``, or ``auto``: what
    is available."""
    attached: str = _setting("KB_ATTACHED", one_of("on", "off"), "on")
    """Whether PDFs that are attached to a document become documents of their own."""
    hidden_words: str = _setting("KB_HIDDEN_WORDS", one_of("apart", "include"), "apart")
    """Words that no reader sees: ``apart`` from the text, or with ``include`` words of it as all others."""

    jwt_secret_key: str | None = _setting("JWT_SECRET_KEY", TOKEN_SECRET, None)
    jwt_issuer: str | None = _setting("JWT_ISSUER", TEXT, None)
    jwt_audience: str | None = _setting("JWT_AUDIENCE", TEXT, None)
    jwks_url: str | None = _setting("JWT_JWKS_URL", URL, None)

    is_lambda: bool = _setting("IS_LAMBDA", FLAG, False)
    """Whether this is a Lambda function, which uses the services that follow."""
    documents_table: str = _setting("DOCUMENTS_TABLE", NAME, "")
    sessions_table: str = _setting("CHAT_SESSIONS_TABLE", NAME, "")
    messages_table: str = _setting("CHAT_MESSAGES_TABLE", NAME, "")
    bucket: str = _setting("PDF_STORAGE_BUCKET", NAME, "")
    queue_url: str = _setting("INGEST_QUEUE_URL", ADDRESS, "")
    image_processor_arn: str = _setting("IMAGE_PROCESSOR_LAMBDA_ARN", NAME, "")
    weaviate_url: str = _setting("WEAVIATE_URL", ADDRESS, "")
    weaviate_api_key: str | None = _setting("WEAVIATE_API_KEY", SECRET, None)
    weaviate_grpc_url: str | None = _setting("WEAVIATE_GRPC_URL", ADDRESS, None)
    """The gRPC address of Weaviate, if it is not port 50051 of the same host."""
    s3_public_url: str | None = _setting("S3_PUBLIC_ENDPOINT_URL", URL, None)
    """The URL of the file store for clients, if it differs from this process's."""
    region: str = _setting("AWS_REGION", NAME, "")
    function_name: str = _setting("AWS_LAMBDA_FUNCTION_NAME", NAME, "")
    """The name of the Lambda function."""

    max_upload_bytes: int = _setting("KB_MAX_UPLOAD_BYTES", whole(1, 5 << 30), 512 * MEGABYTE)
    """The largest file; S3 accepts no more in one post."""
    max_pages: int = _setting("KB_MAX_PAGES", whole(1, 1_000_000), 20_000)
    range_pages: int = _setting("KB_RANGE_PAGES", whole(1, 1_000), 50)
    """Pages that are read, checkpointed and retried together."""
    page_seconds: int = _setting("KB_PAGE_SECONDS", whole(1, 3600), 20)
    """Seconds of CPU time for reading one page, or for opening a file."""
    file_megabytes: int = _setting("KB_FILE_MEGABYTES", whole(100, 1_000_000), 500)
    """Memory (in millions of bytes) for a process that reads a file or renders its pictures, in addition
    to twice the file's size and to what the process takes without a file."""
    reader_processes: int = field(default_factory=cores, metadata=_from("KB_READER_PROCESSES", COUNT))
    """Processes that read one long PDF in parallel, by default one for each core."""

    document_cpu_seconds: int = _setting("KB_DOCUMENT_CPU_SECONDS", whole(1, 86_400), 20)
    """Seconds of CPU time for reading a document, in addition to the time for each page."""
    page_cpu_ms: int = _setting("KB_PAGE_CPU_MS", whole(1, 600_000), 500)
    """Milliseconds of CPU time for each page, on average."""
    page_characters: int = _setting("KB_PAGE_CHARACTERS", whole(1, 10_000_000), 20_000)
    """Characters of text for each page, on average."""
    page_passages: int = _setting("KB_PAGE_PASSAGES", whole(1, 100_000), 10)
    """Passages for each page, on average."""
    page_megapixels: int = _setting("KB_PAGE_MEGAPIXELS", whole(1, 10_000), 20)
    """Megapixels of pictures for each page, on average."""
    page_picture_ms: int = _setting("KB_PAGE_PICTURE_MS", whole(1, 600_000), 1000)
    """Milliseconds of CPU time for the pictures of each page, on average."""
    document_deaths: int = _setting("KB_DOCUMENT_DEATHS", whole(1, 1_000), 3)
    """Pages of a document that may crash their process, in addition to one for each hundred pages."""
    extracts: int = _setting("KB_EXTRACTS", COUNT, 4)
    """Files that are read for ``POST /v1/extract`` at the same time."""

    connections: int = _setting("KB_CONNECTIONS", whole(16, 4_096), 256)
    """The most open connections."""
    head_seconds: int = _setting("KB_HEAD_SECONDS", whole(1, 3_600), 20)
    """The timeout for the head of a request."""
    body_seconds: int = _setting("KB_BODY_SECONDS", whole(1, 3_600), 30)
    """The timeout for more bytes of a request's body."""
    answer_seconds: int = _setting("KB_ANSWER_SECONDS", whole(1, 3_600), 60)
    """The timeout for a client to read more of an answer."""

    @property
    def has_tokens(self) -> bool:
        """Whether requests need tokens, so that several tenants may share the server."""
        return self.jwt_secret_key is not None or self.jwks_url is not None

    @property
    def file_bytes(self) -> int:
        """``file_megabytes`` in bytes."""
        return self.file_megabytes * 1_000_000

    @property
    def file_origins(self) -> tuple[str, ...]:
        """The origins that clients post files to and get them from, if not this program's own."""
        if not self.bucket:
            return ()
        if self.s3_public_url:
            place = urlsplit(self.s3_public_url)
            return (f"{place.scheme}://{place.netloc}",)
        # Both are S3's: presigned addresses may have either.
        hosts = ("s3.amazonaws.com", f"s3.{self.region}.amazonaws.com")
        return tuple(f"https://{self.bucket}.{host}" for host in hosts)


def variables() -> dict[str, tuple[str, Rule]]:
    """Return every variable with its setting's name and what it takes."""
    return {
        each.metadata["variable"]: (each.name, each.metadata["rule"])
        for each in fields(Settings)
        if each.metadata
    }


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """``knowledge-base`` in the user's data folder (XDG base directories)."""
    base = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "knowledge-base"


def from_environment(
    environment: Mapping[str, str] | None = None,
    *,
    read_secret: Callable[[str, str], Mapping[str, str]] | None = None,
) -> Settings:
    """Return the settings of this process; an empty variable counts as not set. Raises ``SettingError``
    for an invalid value.

    ``read_secret`` returns the content of the secret with an ARN, in one version of it or ("") the current
    one: if ``SECRETS_ARN`` is set, its content overrides the environment.
    """
    env = os.environ if environment is None else environment
    if read_secret and (arn := env.get("SECRETS_ARN")):
        found = read_secret(arn, env.get("SECRETS_VERSION") or "")
        env = {**env, **{name: found[name] for name in SECRETS if name in found}}
    values: dict[str, Any] = {"data_folder": default_data_folder(env)}
    for variable, (name, rule) in variables().items():
        if text := env.get(variable):
            values[name] = rule.value(variable, text)
    settings = Settings(**values)
    if settings.is_lambda:
        _check_lambda(env)
    if settings.openai_base_url and not settings.openai_api_key:
        raise SettingError("OPENAI_BASE_URL needs OPENAI_API_KEY, too: any word if the server requires none")
    return settings


def needed_to_start() -> dict[str, str]:
    """Return the variables that a process needs to start at all, without any secret: on Windows the path
    of its libraries, elsewhere none."""
    return {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}


UNREPORTED = {"ORT_DISABLE_TELEMETRY": "1"}
"""Keeps newer releases of onnxruntime from giving the machine an id and sending events to their maker."""


def silence_libraries() -> None:
    """Keep libraries from reporting their use to anybody. It must come before they are imported, which is
    when they begin."""
    os.environ.update(UNREPORTED)


def trace_header() -> str:
    """Return X-Ray's header of the current invocation, which Lambda's runtime sets for each."""
    return os.environ.get("_X_AMZN_TRACE_ID") or ""


def _check_lambda(env: Mapping[str, str]) -> None:
    """Raise ``ValueError`` if a variable that a Lambda function needs is not set: it must not start
    incomplete or without authentication."""
    missing = [name for name in LAMBDA_NEEDS if not env.get(name)]
    if not env.get("JWT_SECRET_KEY") and not env.get("JWT_JWKS_URL"):
        missing.append("JWT_SECRET_KEY (or JWT_JWKS_URL)")
    if missing:
        raise ValueError(f"A Lambda function needs {', '.join(missing)}")
