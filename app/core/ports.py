"""What the inside needs of the outside. Adapters fit by shape; every one passes ``tests/contract``.

All ports are synchronous and safe to call from several threads; only ``ChatModel.stream`` yields. A
dependency that does not answer raises ``Unavailable`` with its name; a thing that is not there raises
``NotFound`` unless the method says otherwise. Every call names the tenant, and none crosses it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.core.answer import Feedback, Message, Person, Session
from app.core.card import NO_CORRECTIONS, Card, CardField, Corrections
from app.core.document import (
    NOTHING_SPENT,
    Document,
    DocumentFilter,
    IfExists,
    Listing,
    Reason,
    Registered,
    Scans,
    Source,
    Spent,
    Stage,
    Status,
    UploadForm,
    Usage,
    Version,
    VersionId,
)
from app.core.geometry import Box
from app.core.job import Job, Lease, Run
from app.core.page import Picture
from app.core.passage import Chunk, Hit, IndexQuery, Vector

PDF = "application/pdf"


class FileStore(Protocol):
    """Bytes under keys like ``tenant/document/version/original.pdf``."""

    def put(self, key: str, content: bytes | BinaryIO) -> int:
        """Store all of ``content`` at once or nothing, replacing what was there; the size in bytes."""
        ...

    def get(self, key: str) -> bytes:
        """Return all bytes of a key. Raises ``FileMissing``, as ``local`` does, if the key does not exist."""
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Return a readable file on this machine with the key's bytes, for as long as the context lasts."""
        ...

    def size(self, key: str) -> int | None:
        """Size in bytes, ``None`` if the key does not exist."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin with ``prefix``, ascending."""
        ...

    def delete(self, prefix: str) -> tuple[int, int]:
        """Delete every key that begins with ``prefix``: (files, bytes) removed. None is no error; deletes at
        the same time may count a file each."""
        ...

    def sha256(self, key: str) -> str | None:
        """Return the SHA-256 of a key's bytes in hex, ``None`` if the key does not exist. Bytes that have
        not changed are read once for it, or not at all where the store keeps it."""
        ...

    def take(self, key: str, target: str, sha256: str) -> None:
        """Move ``key`` to ``target`` if its bytes have this SHA-256. Raises ``BadRequest`` if not."""
        ...

    def upload_form(self, key: str, size: int, sha256: str, *, seconds: int) -> UploadForm:
        """Return a form with which a client may post one PDF to ``key``: one of exactly ``size`` bytes,
        which have this SHA-256 (in hex) where the store can look at that."""
        ...

    def download_url(self, key: str, *, name: str, seconds: int, media_type: str = PDF) -> str | None:
        """Return an address to fetch ``key`` from without a token, ``None`` where the API must send it
        itself. A PDF is shown, anything else saved as ``name``."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the store cannot be used."""
        ...


class DocumentStore(Protocol):
    """Documents and their versions. Every change is atomic; a second same change does nothing."""

    def register(
        self,
        tenant: str,
        source: Source,
        sha256: str,
        size: int,
        *,
        if_exists: IfExists = IfExists.NEW,
        tags: Sequence[str] = (),
    ) -> Registered:
        """Return the document and version for a file from ``source``, as ``core/identity.step`` decides:
        the version that has this content, a new one of the document of this source (or of that which is
        shown by it), or a new document. New versions are ``uploading``; ``tags`` are added to those of the
        document.

        Raises ``NameTaken`` if the source is to be new and is not.
        """
        ...

    def find(self, tenant: str, name: str) -> str:
        """Return the id of the document with this source, path or name, in this order; "" for none."""
        ...

    def choose(self, version_id: VersionId) -> Document:
        """Make a version the one that is to answer (``latest``); it does when ``update`` says that it can."""
        ...

    def remove(self, version_id: VersionId) -> Document:
        """Delete a version; the document after it. Where that was the chosen one, the newest of the others
        that was read is chosen; where it answered, none does. The number is not given again.

        Raises ``Conflict`` for the only version there is.
        """
        ...

    def get(self, tenant: str, document_id: str) -> Document:
        """Return a document; tombstoned ones are not found."""
        ...

    def many(self, tenant: str, document_ids: Iterable[str]) -> dict[str, Document]:
        """Return the documents there are, by id; tombstoned and unknown ones are left out."""
        ...

    def listing(
        self, tenant: str, *, where: DocumentFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Listing[Document]:
        """Return documents, newest first. Raises ``BadRequest`` for a cursor that this list did not give."""
        ...

    def version(self, version_id: VersionId) -> Version:
        """Return one version."""
        ...

    def versions(self, tenant: str, document_id: str) -> list[Version]:
        """Return all versions, newest first."""
        ...

    def update(
        self,
        tenant: str,
        document_id: str,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        card: Card | None = None,
        card_of: int | None = None,
        said: Corrections = NO_CORRECTIONS,
        taken_back: Collection[CardField] = (),
        searchable: int | None = None,
        indexed_as: str | None = None,
    ) -> Document:
        """Change what is given: ``card`` is what was read, and what people say in its place is changed by
        what is ``said`` anew and by the fields that are ``taken_back``. A ``name`` that another document is
        known by raises ``Conflict``; one that is the end of another's path makes that one's longer.

        ``searchable`` is taken where that version ``identity.may_answer``, and ``indexed_as`` and ``card``
        with it; a ``card`` alone, where version ``card_of`` may, if that is given."""
        ...

    def answer_from(self, version_id: VersionId) -> Document:
        """Make a version the one that answers, whichever did; for repairs. Raises ``NotFound``."""
        ...

    def restart(self, version_id: VersionId, *, anew: bool = True, scans: bool | None = None) -> Run:
        """Begin a new run of a version: ``queued``, with no failed pages, reason or done ranges, and a folder
        of its own for its output. What was read before stays ``shown`` until it has ended well.

        Where it is not to be read ``anew``, the new run takes over what is shown, and does the rest.
        ``scans`` says whether OCR is to read the pages that need it, by default where it reads anew. This is
        also how an ``uploading`` version becomes ``queued`` when its file has arrived."""
        ...

    def plan(self, run: Run, ranges: Sequence[tuple[int, int]]) -> Version:
        """``running``/``extract`` with these page ranges, unless this run has begun already, or has taken
        over those of another."""
        ...

    def finish_range(
        self, run: Run, index: int, failed_pages: Sequence[int] = (), spent: Spent = NOTHING_SPENT
    ) -> Version:
        """Count a checkpointed range and what it cost once, whoever says it how often; the version after
        it."""
        ...

    def progress(
        self, run: Run, stage: Stage, *, chunks: int | None = None, chunks_done: int | None = None
    ) -> None:
        """Note the stage and counts of a running version; nothing if the run has ended or is old."""
        ...

    def count_scans(self, run: Run, scans: Scans, stage: Stage | None = None) -> None:
        """Note which pages of a running version need OCR, and the stage that this begins; nothing if the run
        has ended or is old."""
        ...

    def note_scans(
        self, run: Run, index: int, left: int, failed_pages: Sequence[int] | None = None
    ) -> Version:
        """Note how many pages of a range wait for OCR, 0 when it is through, and then which of its pages
        could not be read; the version after it. Nothing if the run has ended or is old."""
        ...

    def finish(self, run: Run, status: Status, reason: Reason | None = None) -> Version:
        """End a run (``ready``, ``partial`` or ``failed``), once: one that has ended, or is not the latest,
        stays as it is. What one that has not failed read is ``shown`` from now on."""
        ...

    def tombstone(self, tenant: str, document_id: str) -> Document:
        """Hide a document from every other call at once; its name and contents are free again. A second
        tombstone gives the same document."""
        ...

    def list_tombstoned(self, tenant: str) -> list[str]:
        """Return the ids of documents that are hidden and not yet purged."""
        ...

    def purge(self, tenant: str, document_id: str) -> int:
        """Delete a tombstoned document's rows; the number of its versions, 0 if there is none."""
        ...

    def list_unfinished(self) -> list[Run]:
        """Return the latest run of every version that is ``queued`` or ``running``, of all tenants."""
        ...

    def waiting(self, before: float) -> list[Run]:
        """Return the versions of all tenants that were announced before this time (UTC seconds since 1970)
        and whose file has not arrived."""
        ...

    def tenants(self) -> list[str]:
        """Return every tenant that has or had a document, for maintenance."""
        ...

    def usage(self, tenant: str) -> Usage:
        """Return documents, versions, pages and bytes held; the other counts are 0."""
        ...

    def faults(self) -> list[str]:
        """Return what is wrong with the store itself, a sentence each, as far as it can tell."""
        ...

    def passages(self, tenant: str) -> int:
        """Return how many passages the index should have at least: those that documents answer from, as
        the runs that ended have counted them."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the store cannot be used."""
        ...


class ConversationStore(Protocol):
    """Sessions, their messages and what they cost.

    A session belongs to the person who made it. Another's is not found; a shared one can be read by everybody
    of its tenant, and what would change it raises ``NotAllowed`` for all but its owner.
    """

    def create(self, who: Person, title: str, document_ids: Sequence[str] = ()) -> Session:
        """Create a session."""
        ...

    def get(self, who: Person, session_id: str) -> Session:
        """Return a session of this person, or a shared one."""
        ...

    def listing(self, who: Person, *, cursor: str | None = None, limit: int = 50) -> Listing[Session]:
        """Return the person's own sessions, the most recently used first."""
        ...

    def change(
        self, who: Person, session_id: str, *, title: str | None = None, shared: bool | None = None
    ) -> Session:
        """Rename a session, or share it or no longer; its place in the list stays."""
        ...

    def delete(self, who: Person, session_id: str) -> int:
        """Delete a session and its messages; the number of messages."""
        ...

    def append(self, who: Person, message: Message) -> None:
        """Add a message at the end of its session; adds an answer's tokens to the usage."""
        ...

    def messages(
        self, who: Person, session_id: str, *, cursor: str | None = None, limit: int = 100
    ) -> Listing[Message]:
        """Return messages, oldest first."""
        ...

    def recent(self, who: Person, session_id: str, limit: int) -> list[Message]:
        """Return the last ``limit`` messages, oldest first."""
        ...

    def forget(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Take every word of a deleted document, or of one version of it, out of the answers that cite it, of
        all the tenant's people, and have them say so; the number of its citations. A second time there are
        none."""
        ...

    def rate(self, who: Person, session_id: str, message_id: str, feedback: Feedback) -> Message:
        """Keep feedback on an assistant's message, replacing an earlier one."""
        ...

    def usage(self, tenant: str) -> Usage:
        """Return conversations, questions and tokens of all its people; the other counts are 0."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the store cannot be used."""
        ...


class TenantRows(Protocol):
    """The rows of a tenant in all stores but the index, as a backup keeps them."""

    def copy(self, tenant: str, folder: Path) -> None:
        """Write them into files in an empty folder: those of this tenant, and nothing of another."""
        ...

    def manifest(self, files: int, size: int) -> tuple[str, bytes]:
        """Name and content of the file that makes a folder with these files and bytes a complete backup."""
        ...


class JobQueue(Protocol):
    """Jobs, at least once each."""

    def send(self, job: Job, *, delay: float = 0.0) -> None:
        """Queue a job, to be seen after ``delay`` seconds (900 at most); a second one with the same id may be
        dropped."""
        ...

    def receive(self, *, lease: float) -> Lease | None:
        """Take the next job for ``lease`` seconds, ``None`` if none is due."""
        ...

    def extend(self, lease: Lease, seconds: float) -> bool:
        """Keep a job for ``seconds`` from now; ``False`` if it was lost to another worker."""
        ...

    def forget(self, lease: Lease) -> None:
        """Forget the job. Nothing if the lease was lost."""
        ...

    def release(self, lease: Lease, *, delay: float = 0.0) -> None:
        """Give the job back, to be seen after ``delay`` seconds."""
        ...

    def idle(self) -> bool:
        """Return whether there is no job, waiting or in hand; one of the last minute may be overlooked."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the queue cannot be used."""
        ...


class Index(Protocol):
    """Passages, found by keyword and by vector, always inside one tenant."""

    def put(self, tenant: str, chunks: Sequence[Chunk], *, staged: bool = False) -> None:
        """Make chunks findable by keyword at once; one with a known id is replaced and keeps its vector.

        New ones that are ``staged`` are found by no search, and not counted, until they are published."""
        ...

    def list_unembedded(self, version_id: VersionId, limit: int, *, start: int = 0) -> list[Chunk]:
        """Return up to ``limit`` chunks that have no vector, in order, from the ordinal ``start`` on; staged
        ones, too."""
        ...

    def unembedded_count(self, version_id: VersionId) -> int:
        """Return how many chunks have no vector; staged ones, too."""
        ...

    def chunk_ids(self, version_id: VersionId) -> list[str]:
        """Return the ids of all chunks of a version that are not staged."""
        ...

    def set_vectors(self, tenant: str, vectors: Mapping[str, Vector]) -> None:
        """Give chunks their vectors, by chunk id; unknown ids are passed over."""
        ...

    def copy_vectors(self, version_id: VersionId) -> int:
        """Give chunks of a version that lack a vector the one that another version of the document has for
        the same text; how many those are."""
        ...

    def publish(
        self,
        version_id: VersionId,
        chunk_ids: Iterable[str],
        *,
        instead_of: Iterable[int] = (),
    ) -> int:
        """Have these chunks of the version found, and no other of it, nor any of the versions ``instead_of``
        which it answers; the number of those removed. Any other, which may be on its way in, stays as it is.
        """
        ...

    def withdraw(self, version_id: VersionId) -> int:
        """Remove the chunks of a version that are staged; how many there were."""
        ...

    def retag(self, tenant: str, document_id: str, tags: Sequence[str]) -> None:
        """Replace the tags on a document's chunks."""
        ...

    def search(self, query: IndexQuery) -> list[Hit]:
        """Return the best chunks, best first: keyword and vector scores each scaled to 0–1 and weighed by
        ``alpha``."""
        ...

    def delete(self, tenant: str, document_id: str, version: int | None = None) -> int:
        """Remove all chunks of a document, or of one of its versions; how many there were."""
        ...

    def count(self, tenant: str, document_id: str | None = None) -> int:
        """Return the number of chunks that are not staged, of one document or of all."""
        ...

    def document_ids(self, tenant: str) -> set[str]:
        """Return the documents that have chunks."""
        ...

    def reset(self, model: str, dimensions: int) -> None:
        """Take the vectors of this model from now on, and none of another; keywords stay."""
        ...

    def faults(self) -> list[str]:
        """Return what is wrong with keyword search, a sentence each, as far as the store can tell. Raises
        ``Damaged`` where the whole store is."""
        ...

    def rebuild_keywords(self) -> None:
        """Make keyword search anew from the passages."""
        ...

    def renew(self) -> None:
        """Begin with an empty index in place of one that is damaged, which is set aside where it can be."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the index cannot be used, ``ModelChanged`` if it holds vectors of another
        model or dimension than the embedder's."""
        ...


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def model(self) -> str:
        """Name of the model, stored with the index."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    @property
    def unrelated(self) -> float:
        """The usual cosine of a question and a passage that have nothing to do with each other."""
        ...

    @property
    def unrelated_in(self) -> Mapping[str, float]:
        """The same where both are in a language (ISO 639-1) in which it is another."""
        ...

    def reads(self, text: str) -> bool:
        """Return whether it knows the language of a text: if not, its vector says nothing."""
        ...

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        """Return a unit vector for each passage, in the order given; of each a model on
        this machine reads at most so many of its tokens."""
        ...

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the model cannot be used."""
        ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt for a chat model: instructions, then the turns (role, text), the last one the user's."""

    system: str
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a streamed answer; the last one has the token counts."""

    text: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


class ChatModel(Protocol):
    """A model that writes."""

    @property
    def model(self) -> str:
        """Name of the model."""
        ...

    @property
    def phrases(self) -> bool:
        """Whether it is a small one, which only phrases the few sentences that code has chosen."""
        ...

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Iterator[Delta]:
        """Yield the answer, piece by piece."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the model cannot be used."""
        ...


@dataclass(frozen=True, slots=True)
class OfferedModel:
    """A model that may write answers: the ``id`` that it is chosen by, its name, where it runs, and whether
    it is the one that writes."""

    id: str
    name: str
    server: str
    chosen: bool


class ChatModels(Protocol):
    """The models that may write answers, of which one does, or none."""

    @property
    def choosable(self) -> bool:
        """Whether a caller of the API may choose one: not where the settings say which one writes, nor where
        tenants share it."""
        ...

    def find_chosen(self) -> ChatModel | None:
        """Return the model that writes, ``None`` where answers are quoted."""
        ...

    def list_offered(self) -> list[OfferedModel]:
        """Return the models that can be used now."""
        ...

    def choose(self, model_id: str | None, *, by_operator: bool) -> None:
        """Have this model write from now on, or none. Raises ``NotFound`` for one that is not offered,
        ``Conflict`` where the settings say which one writes, or where tenants share it and it is not whoever
        runs the server that chooses."""
        ...

    def close(self) -> None:
        """Give back what the models keep."""
        ...


class Losses(Protocol):
    """Notes what pictures cost, and the processes that they ended, and says when there are to be no more."""

    def spend_pictures(self, *, deaths: int = 0, cpu_ms: int = 0) -> None:
        """Add to what pictures have cost: processes that they ended, and CPU time in milliseconds."""
        ...

    @property
    def over_for_pictures(self) -> str:
        """Why no further picture is made, "" while one may be."""
        ...


class PageImager(Protocol):
    """Pictures of pages and the pictures on them, made by the image processor.

    What ends or holds up the processor is noted in ``losses``; once these are too many, the rest is left out.
    """

    def render(
        self, key: str, pages: Sequence[int], *, dpi: int = 150, losses: Losses | None = None
    ) -> list[Picture]:
        """Return each page (1-based) of the stored PDF as a JPEG. A page that cannot be drawn is left out."""
        ...

    def figures(self, key: str, pages: Sequence[int], *, losses: Losses | None = None) -> list[Picture]:
        """Return the images that stand on these pages, without masks, slivers and repeats."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if the image processor cannot be used."""
        ...


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line of text that was recognised in a picture; ``box`` is in its pixels, ``confidence`` 0–1; ``None``
    where the engine tells neither; ``words`` are its words with their boxes, none where the engine tells
    lines alone. An empty text parts paragraphs."""

    text: str
    box: Box | None = None
    confidence: float | None = None
    words: tuple[tuple[str, Box], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """What was recognised in a picture: its ``lines``, from top to bottom, and what is drawn in it.

    All boxes are pixels of the picture turned upright around its middle by ``angle``, in degrees and
    anticlockwise; ``rules`` are straight lines, level or upright, and ``shades`` shaded areas.
    """

    lines: tuple[ReadLine, ...] = ()
    angle: float = 0.0
    rules: tuple[Box, ...] = ()
    shades: tuple[Box, ...] = ()


class TextRecogniser(Protocol):
    """Pictures of pages to their text (OCR)."""

    @property
    def engine(self) -> str:
        """The name of the engine in reports."""
        ...

    def read(self, picture: Picture) -> ReadPicture:
        """Return what is in a picture; no lines where it shows no text."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` if it cannot be used."""
        ...

    def close(self) -> None:
        """Give back what it keeps; the next call takes it again."""
        ...
