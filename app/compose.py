"""The composition root: one straight function per way to run. Nothing connects until it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.adapters.embedded.conversations import SqliteConversations
from app.adapters.embedded.database import Database
from app.adapters.embedded.documents import SqliteDocuments
from app.adapters.embedded.files import FolderFiles, load_or_create_secret
from app.adapters.embedded.images import ImageProcess
from app.adapters.embedded.index import SqliteIndex
from app.adapters.embedded.jobs import SqliteJobs
from app.adapters.embedded.models import local_embedder
from app.adapters.embedded.worker import Worker
from app.adapters.openai_models import OpenAiChat, OpenAiEmbedder
from app.ingest.reader import Reader
from app.ingest.run import Ingest
from app.knowledge_base import KnowledgeBase, Limits

if TYPE_CHECKING:
    from app.core.ports import ChatModel, Embedder
    from app.settings import Settings

IMAGE_SECONDS = 60.0
"""The image processor may take this long for one call."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The program in one process: its front door, its worker, and what to close at the end."""

    knowledge_base: KnowledgeBase
    worker: Worker
    files: FolderFiles
    index: SqliteIndex
    reader: Reader
    imager: ImageProcess

    def close(self) -> None:
        """Stop the worker and the processes it keeps."""
        self.worker.stop()
        self.reader.close()
        self.imager.close()
        self.index.close()


def embedded(settings: Settings) -> Embedded:
    """Everything in a folder: SQLite, files, local models (or a server that speaks OpenAI's protocol)."""
    folder = settings.data_folder
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(folder / "knowledge-base.sqlite3")
    files = FolderFiles(folder / "files", load_or_create_secret(folder / "secret"))
    documents = SqliteDocuments(database)
    jobs = SqliteJobs(database)
    embedder, chat = models(settings)
    index = SqliteIndex(folder / "index.sqlite3", model=embedder.model, dimensions=embedder.dimensions)
    reader = Reader(memory_bytes=settings.reader_bytes, page_seconds=settings.page_seconds)
    imager = ImageProcess(files, folder / "files", memory_bytes=settings.reader_bytes, seconds=IMAGE_SECONDS)
    steps = Ingest(
        files=files,
        documents=documents,
        jobs=jobs,
        index=index,
        embedder=embedder,
        imager=imager,
        reader=reader,
        range_pages=settings.range_pages,
        max_pages=settings.max_pages,
    )
    knowledge_base = KnowledgeBase(
        files=files,
        documents=documents,
        conversations=SqliteConversations(database),
        jobs=jobs,
        index=index,
        embedder=embedder,
        imager=imager,
        chat=chat,
        reader=reader,
        ingest_steps=steps,
        limits=Limits(upload_bytes=settings.max_upload_bytes),
    )
    worker = Worker(jobs, steps.run, steps.give_up, threads=settings.workers)
    return Embedded(knowledge_base, worker, files, index, reader, imager)


def models(settings: Settings) -> tuple[Embedder, ChatModel | None]:
    """The embedder and the chat model: OpenAI's protocol with a key, else local and none."""
    if settings.openai_api_key is None:
        return local_embedder(settings.local_model), None
    access = settings.openai_api_key, settings.openai_base_url
    return (
        OpenAiEmbedder(*access, settings.embedding_model, settings.embedding_dimensions),
        OpenAiChat(*access, settings.chat_model),
    )
