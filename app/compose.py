"""The composition root: one straight function per way to run. Nothing connects until it is used.

Each imports its own adapters: those of the other way to run may not even be installed. What only some
commands use is imported by the function that composes it: the others start sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.core.errors import NotSetUp, OutOfSpace, ReadOnly
from app.core.process.storage import translate_errors

if TYPE_CHECKING:
    from pathlib import Path

    from app.adapters.aws.batch import Batches
    from app.adapters.embedded.children.images import ImageProcess
    from app.adapters.embedded.files import FolderFiles
    from app.adapters.embedded.jobs import SqliteJobs
    from app.adapters.embedded.search.index import SqliteIndex
    from app.adapters.embedded.sqlite.database import Database
    from app.adapters.embedded.worker import Worker
    from app.adapters.weaviate.index import WeaviateIndex
    from app.core.document import Document
    from app.core.page import Page
    from app.core.ports import (
        ChatModel,
        ChatModels,
        ConversationStore,
        DocumentStore,
        Embedder,
        FileStore,
        Index,
        JobQueue,
        PageImager,
        TenantRows,
        TextRecogniser,
    )
    from app.ingest.ocr import Ocr
    from app.ingest.run import Ingest
    from app.knowledge_base import KnowledgeBase
    from app.pdf.reader import Reader
    from app.settings import Settings
    from app.use_cases.export import Wire
    from app.use_cases.extraction import Extractions

OCR_AT_ONCE = 8
"""Pages of a range that a vision model reads at the same time: 50 pages of 2 s each take 13 s."""

IMAGE_SECONDS = 30.0
"""The image processor may take this long for one call."""

FOR_A_PERSON = (OutOfSpace, ReadOnly, NotSetUp)
"""What does not pass by itself: a command that waits ends with it."""

REQUEST_IMAGES, OF_A_TENANT = 3, 2
"""Image processors for requests, beside the one for ingest, and those that one tenant's pages may occupy: its
slow pages hold up nobody else's."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The program in one process: its front door, its worker, and what to close at the end."""

    knowledge_base: KnowledgeBase
    steps: Ingest
    worker: Worker
    files: FolderFiles
    index: SqliteIndex
    reader: Reader
    imagers: tuple[ImageProcess, ...]
    database: Database
    jobs: SqliteJobs
    chats: ChatModels
    own_worker: Callable[[Iterable[str]], Worker]
    """A worker for the jobs of documents with these ids, that ends where only a person can help."""

    def close(self) -> None:
        """Stop the worker and the processes it keeps."""
        self.worker.stop()
        # A server that ends kills what it reads; at its next start that must not count as the document's
        # fault.
        self.steps.deaths.forgive()
        self.reader.close()
        if recogniser := self.steps.ocr.recogniser:
            recogniser.close()
        for imager in self.imagers:
            imager.close()
        self.chats.close()
        self.index.close()
        self.database.close()


def embedded(settings: Settings) -> Embedded:
    """Return everything in a folder: SQLite, files, local models (or a server that speaks OpenAI's
    protocol)."""
    from app.adapters.cursors import Cursors
    from app.adapters.embedded.children.images import ImageProcess
    from app.adapters.embedded.conversations import SqliteConversations
    from app.adapters.embedded.documents import SqliteDocuments
    from app.adapters.embedded.files import FolderFiles, load_or_create_secret
    from app.adapters.embedded.jobs import SqliteJobs
    from app.adapters.embedded.private import make_private
    from app.adapters.embedded.search.index import SqliteIndex
    from app.adapters.embedded.sqlite.database import Database
    from app.adapters.embedded.sqlite.reserve import Reserve
    from app.adapters.embedded.tenant_rows import SqliteTenantRows
    from app.adapters.embedded.worker import Worker

    folder = settings.data_folder
    with translate_errors("The data folder", "files"):
        make_private(folder)
    database = Database(folder / "knowledge-base.sqlite3")
    secret = load_or_create_secret(folder / "secret")
    cursors = Cursors(secret)
    files = FolderFiles(folder / "files", secret)
    documents = SqliteDocuments(database, cursors)
    conversations = SqliteConversations(database, cursors)
    jobs = SqliteJobs(database)
    embedder, chats = _embedder(settings, files), _local_chats(settings)
    index = SqliteIndex(folder / "index.sqlite3", model=embedder.model, dimensions=embedder.dimensions)
    pdfs, memory = folder / "files", settings.file_bytes
    reader = _reader(settings, pdfs)
    imager = ImageProcess(files, pdfs, memory_bytes=memory, seconds=IMAGE_SECONDS)
    # Not the one for ingest, which is busy for minutes while a person waits for a page.
    requests = ImageProcess(
        files,
        pdfs,
        memory_bytes=memory,
        seconds=IMAGE_SECONDS,
        processes=REQUEST_IMAGES,
        of_a_tenant=OF_A_TENANT,
    )
    steps, knowledge_base = _use_cases(
        settings,
        reader,
        files=files,
        documents=documents,
        conversations=conversations,
        jobs=jobs,
        index=index,
        embedder=embedder,
        chats=chats,
        imager=imager,
        requests=requests,
        rows=SqliteTenantRows(folder),
        with_reserve=Reserve(folder / "reserve").given_up,
    )
    work = knowledge_base.upkeep.run_job, knowledge_base.upkeep.give_up
    worker = Worker(
        SqliteJobs(database, suspects=False, scans=False),
        *work,
        threads=settings.workers,
        # It takes only what a tenant without a job in progress waits for: one tenant's long jobs hold up no
        # other.
        spare=SqliteJobs(database, only_others=True, suspects=False, scans=False),
        suspects=SqliteJobs(database, suspects=True, scans=False),
        scans=SqliteJobs(database, scans=True),
    )

    def own_worker(document_ids: Iterable[str]) -> Worker:
        ids = list(document_ids)
        return Worker(
            SqliteJobs(database, only=ids, suspects=False, scans=False),
            *work,
            threads=settings.workers,
            ends_for=FOR_A_PERSON,
            suspects=SqliteJobs(database, only=ids, suspects=True, scans=False),
            scans=SqliteJobs(database, only=ids, scans=True),
        )

    return Embedded(
        knowledge_base,
        steps,
        worker,
        files,
        index,
        reader,
        (imager, requests),
        database,
        jobs,
        chats,
        own_worker,
    )


@contextmanager
def extraction(settings: Settings) -> Iterator[Extractions]:
    """Yield what reads PDFs without keeping anything: no store is opened, and what needs one is not imported.
    Its processes end with it."""
    from app.core.process.turnstile import Turnstile
    from app.use_cases.extraction import EXTRACTING, Extractions

    reader = _reader(settings, settings.data_folder / "files")
    ocr = _ocr(reader, settings)
    at_once = Turnstile(settings.extracts, EXTRACTING)
    try:
        yield Extractions(reader, ocr, settings.max_pages, settings.max_upload_bytes, at_once)
    finally:
        reader.close()
        if ocr.recogniser:
            ocr.recogniser.close()


@dataclass(frozen=True, slots=True)
class Aws:
    """The program as a Lambda function: its front door, and what does the queue's batches."""

    knowledge_base: KnowledgeBase
    steps: Ingest
    batches: Batches
    index: WeaviateIndex
    reader: Reader

    def close(self) -> None:
        """Close its connections and stop the processes it keeps, which a function never does."""
        self.reader.close()
        self.index.close()


def aws(settings: Settings) -> Aws:
    """DynamoDB, S3, SQS, Weaviate, the image processor and a server that speaks OpenAI's protocol."""
    from app.adapters.aws.batch import Batches
    from app.adapters.aws.clients import Clients
    from app.adapters.aws.dynamodb.conversations import DynamoConversations
    from app.adapters.aws.dynamodb.documents import DynamoDocuments
    from app.adapters.aws.files import S3Files
    from app.adapters.aws.images import LambdaImager
    from app.adapters.aws.jobs import SqsJobs, lease_of
    from app.adapters.aws.tenant_rows import DynamoTenantRows
    from app.adapters.cursors import Cursors
    from app.adapters.set_chat import SetChat
    from app.adapters.weaviate.index import WeaviateIndex

    clients = Clients()
    files = S3Files(clients, settings.bucket, settings.s3_public_url)
    # Every instance of the function reads the cursors of the others.
    cursors = Cursors((settings.jwt_secret_key or settings.openai_api_key or "").encode())
    documents = DynamoDocuments(clients, settings.documents_table, cursors)
    conversations = DynamoConversations(clients, settings.sessions_table, settings.messages_table, cursors)
    jobs = SqsJobs(clients, settings.queue_url)
    embedder, chats = _embedder(settings, files), SetChat(_keyed_chat(settings), KEYED)
    index = WeaviateIndex(
        settings.weaviate_url,
        settings.weaviate_api_key,
        model=embedder.model,
        dimensions=embedder.dimensions,
        grpc_url=settings.weaviate_grpc_url,
    )
    imager = LambdaImager(clients, settings.image_processor_arn, settings.bucket)
    reader = _reader(settings)
    steps, knowledge_base = _use_cases(
        settings,
        reader,
        files=files,
        documents=documents,
        conversations=conversations,
        jobs=jobs,
        index=index,
        embedder=embedder,
        chats=chats,
        imager=imager,
        requests=imager,
        rows=DynamoTenantRows(
            clients, settings.documents_table, settings.sessions_table, settings.messages_table
        ),
    )
    work = knowledge_base.upkeep.run_job, knowledge_base.upkeep.give_up
    batches = Batches(jobs, lease_of, *work, kept=knowledge_base.upkeep.count_kept)
    return Aws(knowledge_base, steps, batches, index, reader)


def _use_cases(
    settings: Settings,
    reader: Reader,
    *,
    files: FileStore,
    documents: DocumentStore,
    conversations: ConversationStore,
    jobs: JobQueue,
    index: Index,
    embedder: Embedder,
    chats: ChatModels,
    imager: PageImager,
    requests: PageImager,
    rows: TenantRows,
    with_reserve: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> tuple[Ingest, KnowledgeBase]:
    """Return the steps of the write path and the front door over these stores and models. ``imager`` draws
    for the write path, ``requests`` for whoever asks."""
    from app.ingest.deaths import Deaths
    from app.ingest.run import Ingest
    from app.knowledge_base import KnowledgeBase

    steps = Ingest(
        files=files,
        documents=documents,
        conversations=conversations,
        jobs=jobs,
        index=index,
        embedder=embedder,
        imager=imager,
        reader=reader,
        ocr=_ocr(reader, settings),
        range_pages=settings.range_pages,
        max_pages=settings.max_pages,
        deaths=Deaths(files),
    )
    knowledge_base = KnowledgeBase.over(
        steps,
        imager=requests,
        chats=chats,
        rows=rows,
        wire=_wire(),
        upload_bytes=settings.max_upload_bytes,
        extracts=settings.extracts,
        attached=settings.attached == "on",
        with_reserve=with_reserve,
    )
    return steps, knowledge_base


def _wire() -> Wire:
    """Return documents and pages as the API gives them; its schemas take a while to be imported."""
    from app.use_cases.export import Wire

    def document(given: Document) -> dict[str, Any]:
        from app.api import schemas

        return schemas.Document.of(given).model_dump(mode="json")

    def page(given: Page, document_id: str, version: int) -> str:
        from app.api import schemas

        return schemas.Page.of(given, document_id, version).model_dump_json()

    return Wire(document, page)


def _reader(settings: Settings, *folders: Path) -> Reader:
    from app.pdf.budget import Budget
    from app.pdf.reader import Reader

    return Reader(
        folders=folders,
        memory_bytes=settings.file_bytes,
        page_seconds=settings.page_seconds,
        processes=settings.reader_processes,
        include_hidden=settings.hidden_words == "include",
        budget=Budget(
            cpu_seconds=settings.document_cpu_seconds,
            cpu_seconds_a_page=settings.page_cpu_ms / 1000,
            characters_a_page=settings.page_characters,
            passages_a_page=settings.page_passages,
            megapixels_a_page=settings.page_megapixels,
            picture_cpu_seconds_a_page=settings.page_picture_ms / 1000,
            deaths=settings.document_deaths,
        ),
    )


def _ocr(reader: Reader, settings: Settings) -> Ocr:
    from app.ingest.ocr import Ocr

    found, at_once = recogniser(settings), 1
    if found and settings.openai_api_key is not None:
        from app.adapters.openai.vision import OpenAiVision

        at_once = OCR_AT_ONCE if isinstance(found, OpenAiVision) else 1
    return Ocr(reader, found, at_once)


KEYED = "OPENAI_API_KEY"
"""The setting that a model of a server is from."""


def _embedder(settings: Settings, files: FileStore) -> Embedder:
    """Return the embedder: OpenAI's protocol with a key, else the local one. What a server's model was found
    to read is kept in ``files``."""
    if settings.openai_api_key is None:
        from app.adapters.embedded.models import E5

        return E5(settings.data_folder / "models")
    from app.adapters.openai.models import OpenAiEmbedder
    from app.ask.model_languages import TriedEmbedder

    access = settings.openai_api_key, settings.openai_base_url
    embedder = OpenAiEmbedder(*access, settings.embedding_model, settings.embedding_dimensions)
    return TriedEmbedder(embedder, files)


def _keyed_chat(settings: Settings) -> ChatModel | None:
    """Return the chat model of the server that there is a key for, if there is one."""
    if settings.openai_api_key is None or settings.chat == "off":
        return None
    from app.adapters.openai.models import OpenAiChat

    return OpenAiChat(settings.openai_api_key, settings.openai_base_url, settings.chat_model)


def _local_chats(settings: Settings) -> ChatModels:
    """Return the models that may write where all runs in one process: that of a file, of a key, or those
    that servers on this machine offer."""
    from app.adapters.set_chat import SetChat

    if settings.chat_file and settings.chat != "off":
        from app.adapters.embedded.children.chat import GgufChat

        return SetChat(GgufChat(settings.chat_file, threads=settings.chat_threads), "KB_CHAT_FILE")
    if settings.chat == "auto" and settings.openai_api_key is None:
        from app.adapters.openai.found_chat import FoundChats

        return FoundChats(settings.data_folder / "chat-model.json", shared=settings.has_tokens)
    return SetChat(_keyed_chat(settings), KEYED)


def recogniser(settings: Settings) -> TextRecogniser | None:
    """Return what reads scanned pages: as ``KB_OCR`` says, by default the engine on this machine where it
    is installed, else the vision model where there is a key, else nothing."""
    if not settings.is_lambda and settings.ocr in ("auto", "local"):
        from app.adapters.embedded.children.ocr import LocalOcr, is_installed

        if settings.ocr == "local" or is_installed():
            return LocalOcr()
    if settings.ocr == "off" or settings.openai_api_key is None:
        return None
    from app.adapters.openai.vision import OpenAiVision

    model = settings.vision_model or settings.chat_model
    return OpenAiVision(settings.openai_api_key, settings.openai_base_url, model)
