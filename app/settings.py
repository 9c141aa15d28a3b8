"""The only reader of the environment: every setting, its name, default and unit."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MEGABYTE = 1 << 20


TRUE = ("1", "true", "yes")

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
"""What a function may find in the secret that ``SECRETS_ARN`` names, in place of its environment."""


def cores() -> int:
    """Those that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How one process is set up. Secrets are left out of its ``repr``."""

    data_folder: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    """Jobs that run at the same time."""

    openai_api_key: str | None = field(default=None, repr=False)
    openai_base_url: str | None = None
    chat_model: str = "gpt-4.1-mini"
    embedding_model: str = "text-embedding-3-small"
    embedding_dimensions: int = 1536
    vision_model: str = ""
    """Reads scanned pages where a key is set; the chat model unless it is named."""
    ocr: str = "auto"
    """What reads scanned pages: ``local`` (extra ``ocr``), ``model`` (a key), ``off``, or what there is."""
    local_model: str = "minilm"
    """``minilm`` (English) or ``e5`` (many languages, extra ``multilingual``)."""

    jwt_secret_key: str | None = field(default=None, repr=False)
    jwt_issuer: str | None = None
    jwt_audience: str | None = None
    jwks_url: str | None = None

    is_lambda: bool = False
    """Whether this is a Lambda function, where what follows says which services it uses."""
    documents_table: str = ""
    sessions_table: str = ""
    messages_table: str = ""
    bucket: str = ""
    queue_url: str = ""
    image_processor_arn: str = ""
    weaviate_url: str = ""
    weaviate_api_key: str | None = field(default=None, repr=False)
    weaviate_grpc_url: str | None = None
    """Where it serves gRPC, if not at port 50051 of the same host."""
    s3_public_url: str | None = None
    """Where clients reach the file store, if not where this process does."""
    region: str = ""
    function_name: str = ""
    """The Lambda function's."""

    max_upload_bytes: int = 512 * MEGABYTE
    max_pages: int = 20_000
    range_pages: int = 50
    """Pages that are read, checkpointed and retried together."""
    page_seconds: float = 20.0
    """After this long a page is given up."""
    reader_bytes: int = 900 * MEGABYTE
    """Address space of a process that reads PDFs."""
    reader_processes: int = field(default_factory=cores)
    """As many of these share the reading of a long PDF, by default one for each core."""

    @property
    def file_origins(self) -> tuple[str, ...]:
        """Where clients post files to and get them from, if not at this program's own address."""
        if not self.bucket:
            return ()
        if self.s3_public_url:
            place = urlsplit(self.s3_public_url)
            return (f"{place.scheme}://{place.netloc}",)
        # Both are S3's: presigned addresses may have either.
        hosts = ("s3.amazonaws.com", f"s3.{self.region}.amazonaws.com")
        return tuple(f"https://{self.bucket}.{host}" for host in hosts)

    @property
    def uses_openai(self) -> bool:
        """Whether a key for an OpenAI-compatible server is set."""
        return bool(self.openai_api_key)


def default_data_folder(environment: Mapping[str, str]) -> Path:
    """``KB_DATA_FOLDER``, else ``knowledge-base`` in the user's data folder (XDG base directories)."""
    if folder := environment.get("KB_DATA_FOLDER"):
        return Path(folder).expanduser()
    base = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "knowledge-base"


def from_environment(
    environment: Mapping[str, str] | None = None,
    *,
    read_secret: Callable[[str], Mapping[str, str]] | None = None,
) -> Settings:
    """The settings of this process. Raises ``ValueError`` with the variable's name where one is malformed.

    ``read_secret`` gives what stands in the secret with an ARN: where ``SECRETS_ARN`` is set, it goes before
    the environment.
    """
    env = os.environ if environment is None else environment
    if read_secret and (arn := env.get("SECRETS_ARN")):
        found = read_secret(arn)
        env = {**env, **{name: found[name] for name in SECRETS if name in found}}

    def number(name: str, default: int) -> int:
        try:
            return int(env.get(name) or default)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {env[name]!r}") from None

    base = Settings()
    is_lambda = (env.get("IS_LAMBDA") or "").lower() in TRUE
    if is_lambda:
        _check_lambda(env)
    return Settings(
        data_folder=default_data_folder(env),
        host=env.get("KB_HOST") or base.host,
        port=number("KB_PORT", base.port),
        workers=number("KB_WORKERS", base.workers),
        openai_api_key=env.get("OPENAI_API_KEY") or None,
        openai_base_url=env.get("OPENAI_BASE_URL") or None,
        chat_model=env.get("OPENAI_CHAT_MODEL") or base.chat_model,
        vision_model=env.get("OPENAI_VISION_MODEL") or base.vision_model,
        ocr=env.get("KB_OCR") or base.ocr,
        embedding_model=env.get("OPENAI_EMBEDDING_MODEL") or base.embedding_model,
        embedding_dimensions=number("OPENAI_EMBEDDING_DIMENSIONS", base.embedding_dimensions),
        local_model=env.get("KB_LOCAL_MODEL") or base.local_model,
        jwt_secret_key=env.get("JWT_SECRET_KEY") or None,
        jwt_issuer=env.get("JWT_ISSUER") or None,
        jwt_audience=env.get("JWT_AUDIENCE") or None,
        jwks_url=env.get("JWT_JWKS_URL") or None,
        is_lambda=is_lambda,
        documents_table=env.get("DOCUMENTS_TABLE") or "",
        sessions_table=env.get("CHAT_SESSIONS_TABLE") or "",
        messages_table=env.get("CHAT_MESSAGES_TABLE") or "",
        bucket=env.get("PDF_STORAGE_BUCKET") or "",
        queue_url=env.get("INGEST_QUEUE_URL") or "",
        image_processor_arn=env.get("IMAGE_PROCESSOR_LAMBDA_ARN") or "",
        weaviate_url=env.get("WEAVIATE_URL") or "",
        weaviate_api_key=env.get("WEAVIATE_API_KEY") or None,
        weaviate_grpc_url=env.get("WEAVIATE_GRPC_URL") or None,
        s3_public_url=env.get("S3_PUBLIC_ENDPOINT_URL") or None,
        region=env.get("AWS_REGION") or "",
        function_name=env.get("AWS_LAMBDA_FUNCTION_NAME") or "",
        max_upload_bytes=number("KB_MAX_UPLOAD_BYTES", base.max_upload_bytes),
        max_pages=number("KB_MAX_PAGES", base.max_pages),
        range_pages=number("KB_RANGE_PAGES", base.range_pages),
        reader_processes=number("KB_READER_PROCESSES", base.reader_processes),
    )


def trace_header() -> str:
    """X-Ray's header of the invocation that is under way: Lambda's runtime sets it anew for each."""
    return os.environ.get("_X_AMZN_TRACE_ID") or ""


def _check_lambda(env: Mapping[str, str]) -> None:
    """Raise ``ValueError`` where what a Lambda function needs is not set: it must not start half, or open."""
    missing = [name for name in LAMBDA_NEEDS if not env.get(name)]
    if not env.get("JWT_SECRET_KEY") and not env.get("JWT_JWKS_URL"):
        missing.append("JWT_SECRET_KEY (or JWT_JWKS_URL)")
    if missing:
        raise ValueError(f"A Lambda function needs {', '.join(missing)}")
