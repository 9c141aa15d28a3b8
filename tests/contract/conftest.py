"""The adapters that must pass the contract of their port: a new one joins by a line in its table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

import pytest

from app.adapters.aws.dynamodb.conversations import DynamoConversations
from app.adapters.aws.dynamodb.documents import DynamoDocuments
from app.adapters.aws.files import S3Files
from app.adapters.aws.images import LambdaImager
from app.adapters.aws.jobs import SqsJobs
from app.adapters.embedded.children.images import ImageProcess
from app.adapters.embedded.conversations import SqliteConversations
from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.models import E5
from app.adapters.embedded.search.index import SqliteIndex
from app.adapters.embedded.sqlite.database import Database
from app.adapters.openai.models import OpenAiChat, OpenAiEmbedder
from app.core.ports import (
    ChatModel,
    ConversationStore,
    DocumentStore,
    Embedder,
    FileStore,
    Index,
    JobQueue,
    PageImager,
)
from tests.support import aws, weaviate
from tests.support.lambda_server import ARN, lambda_server
from tests.support.openai_server import OpenAiServer

Port = TypeVar("Port")
Factory: TypeAlias = Callable[[Path], AbstractContextManager[Port]]
"""An empty store, over a folder that is empty."""


OpenIndex: TypeAlias = Callable[[str, int], Index]
"""The one index, opened for a model's name and dimensions; each call is like another process's."""


@dataclass(frozen=True, slots=True)
class TimedJobs:
    """A queue and how to let time pass for it: by its clock, or by waiting.

    ``lease`` is so many seconds that a fourth of it is easily told apart from nothing."""

    queue: JobQueue
    wait: Callable[[float], None]
    lease: float


@dataclass(frozen=True, slots=True)
class Imaging:
    """A maker of pictures and the store that its files are in."""

    imager: PageImager
    files: FileStore


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    database = Database(folder / "knowledge-base.sqlite3")
    yield database
    database.close()


@contextmanager
def sqlite_documents(folder: Path) -> Iterator[DocumentStore]:
    with _database(folder) as database:
        yield SqliteDocuments(database)


@contextmanager
def dynamo_documents(folder: Path) -> Iterator[DocumentStore]:
    with aws.tables("DOCUMENTS_TABLE") as (table,):
        yield DynamoDocuments(aws.clients(), table)


@contextmanager
def sqlite_conversations(folder: Path) -> Iterator[ConversationStore]:
    with _database(folder) as database:
        yield SqliteConversations(database)


@contextmanager
def dynamo_conversations(folder: Path) -> Iterator[ConversationStore]:
    with aws.tables("CHAT_SESSIONS_TABLE", "CHAT_MESSAGES_TABLE") as (sessions, messages):
        yield DynamoConversations(aws.clients(), sessions, messages)


@contextmanager
def sqlite_jobs(folder: Path) -> Iterator[TimedJobs]:
    now = [time.time()]

    def wait(seconds: float) -> None:
        now[0] += seconds

    with _database(folder) as database:
        yield TimedJobs(SqliteJobs(database, clock=lambda: now[0]), wait, lease=60)


@contextmanager
def sqs_jobs(folder: Path) -> Iterator[TimedJobs]:
    with aws.queue() as url:
        yield TimedJobs(SqsJobs(aws.clients(), url), time.sleep, lease=4)


@contextmanager
def folder_files(folder: Path) -> Iterator[FileStore]:
    yield FolderFiles(folder / "files", b"s" * 32)


@contextmanager
def e5(folder: Path) -> Iterator[Embedder]:
    yield E5(folder)


@contextmanager
def openai_embedder(folder: Path) -> Iterator[Embedder]:
    with OpenAiServer(dimensions=64) as server:
        yield OpenAiEmbedder("test-key", server.url, "any-model", 64)


@contextmanager
def openai_chat(folder: Path) -> Iterator[ChatModel]:
    with OpenAiServer() as server:
        yield OpenAiChat("test-key", server.url, "any-model")


@contextmanager
def sqlite_index(folder: Path) -> Iterator[OpenIndex]:
    opened: list[SqliteIndex] = []

    def open_index(model: str, dimensions: int) -> Index:
        opened.append(SqliteIndex(folder / "index.sqlite3", model=model, dimensions=dimensions))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


@contextmanager
def weaviate_index(folder: Path) -> Iterator[OpenIndex]:
    with weaviate.indexes() as open_index:
        yield open_index


@contextmanager
def s3_files(folder: Path) -> Iterator[FileStore]:
    with aws.bucket() as name:
        yield S3Files(aws.clients(), name)


@contextmanager
def image_process(folder: Path) -> Iterator[Imaging]:
    files = FolderFiles(folder / "files", b"s" * 32)
    imager = ImageProcess(files, folder / "files", memory_bytes=900 << 20, seconds=60)
    yield Imaging(imager, files)
    imager.close()


@contextmanager
def lambda_imager(folder: Path) -> Iterator[Imaging]:
    with aws.bucket() as bucket, lambda_server() as server, aws.image_processor(server.url):
        imager = LambdaImager(aws.clients(), ARN, bucket)
        yield Imaging(imager, S3Files(aws.clients(), bucket))
        assert server.broken == []


DOCUMENTS: dict[str, Factory[DocumentStore]] = {"sqlite": sqlite_documents, "dynamodb": dynamo_documents}
CONVERSATIONS: dict[str, Factory[ConversationStore]] = {
    "sqlite": sqlite_conversations,
    "dynamodb": dynamo_conversations,
}
JOBS: dict[str, Factory[TimedJobs]] = {"sqlite": sqlite_jobs, "sqs": sqs_jobs}
FILES: dict[str, Factory[FileStore]] = {"folder": folder_files, "s3": s3_files}
IMAGING: dict[str, Factory[Imaging]] = {"process": image_process, "lambda": lambda_imager}
INDEXES: dict[str, Factory[OpenIndex]] = {"sqlite": sqlite_index, "weaviate": weaviate_index}
EMBEDDERS: dict[str, Factory[Embedder]] = {"e5": e5, "openai": openai_embedder}
CHAT_MODELS: dict[str, Factory[ChatModel]] = {"openai": openai_chat}


@pytest.fixture(params=DOCUMENTS)
def documents(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DocumentStore]:
    with DOCUMENTS[request.param](tmp_path) as store:
        yield store


@pytest.fixture(params=CONVERSATIONS)
def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    with CONVERSATIONS[request.param](tmp_path) as store:
        yield store


@pytest.fixture(params=JOBS)
def jobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TimedJobs]:
    with JOBS[request.param](tmp_path) as queue:
        yield queue


@pytest.fixture(params=IMAGING)
def imaging(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Imaging]:
    with IMAGING[request.param](tmp_path) as maker:
        yield maker


@pytest.fixture(params=FILES)
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    with FILES[request.param](tmp_path) as store:
        yield store


@pytest.fixture(params=INDEXES)
def open_index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenIndex]:
    with INDEXES[request.param](tmp_path) as opener:
        yield opener


@pytest.fixture
def index(open_index: OpenIndex) -> Index:
    return open_index("model", 4)


@pytest.fixture(scope="module", params=EMBEDDERS)
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
    # One for all tests of a module: a model takes a second to load, and keeps nothing.
    with EMBEDDERS[request.param](tmp_path_factory.mktemp("embedder")) as model:
        yield model


@pytest.fixture(params=CHAT_MODELS)
def chat_model(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ChatModel]:
    with CHAT_MODELS[request.param](tmp_path) as model:
        yield model
