"""What a folder of PDFs and the questions about it will cost on AWS, before anything is paid.

The PDFs are read here as they would be there. From the counts, the formulas of ``ingest_lines`` and
``question_lines`` make amounts, and a price file makes those dollars. What serves Weaviate is not in it, nor
what depends on time: storage is priced for a month.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

from app.ask.prompts import prompt_text
from app.core.costs.picture_tokens import picture_tokens
from app.core.costs.prices import Prices
from app.core.costs.tokens import tokens_of
from app.core.errors import BadRequest
from app.core.page import Page
from app.ingest.chunk import chunks
from app.pdf.pdfium.picture import scale_of

MAIN_GB, IMAGE_GB = 3008 / 1024, 2048 / 1024
"""Memory of the two functions."""

JOB_SECONDS = 1.0
"""The overhead of a job: the transfer of the file, checkpoints, a share of cold starts."""

BATCH_CHUNKS, BATCH_SECONDS = 64, 1.5
"""Chunks that are embedded and stored together, and what that takes."""

PICTURE_SECONDS = 0.3
"""The image processor's time for a design-heavy page: ``tests/bench/image_processor.py`` measures 0.04 to
0.28."""

HITS = 10
"""Passages that a question is answered from."""

QUESTION_SECONDS = 4.0
"""The main function's time for a question: nearly all of it is waiting for the model."""

ANSWER_TOKENS = 300
QUESTION_TOKENS = 30

ROW_WRITES = 12
"""Write units of a document beside its ranges and batches; a transaction counts twice."""

SCAN_TOKENS = 600
"""The tokens of a page's text that a vision model writes: about 450 words."""

SCAN_SECONDS = 1.0
"""The main function's time for a scanned page: several are read in parallel, each in about eight seconds."""

LOG_BYTES = 2_000
"""The log of one invocation."""


@dataclass(slots=True)
class Counts:
    """What was read. ``seconds`` are those of reading on this machine; ``refused`` counts files."""

    documents: int = 0
    refused: int = 0
    pages: int = 0
    design_heavy: int = 0
    scanned: int = 0
    """Pages that the vision model would read there, whether or not OCR reads them here."""
    picture_tokens: int = 0
    """The tokens of these pages' pictures."""
    ranges: int = 0
    batches: int = 0
    chunks: int = 0
    tokens: int = 0
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """An amount of something and what it costs; ``dollars`` is ``None`` where there is no price."""

    what: str
    amount: float
    dollars: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The counts, what ingesting them once costs, and what ``questions`` questions cost."""

    counts: Counts
    prices_as_of: str
    ingest: tuple[Line, ...]
    questions: int
    asking: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Deployment:
    """The facts about a deployment that decide its price."""

    embedding_model: str
    chat_model: str
    range_pages: int
    arm64: bool = False
    vision_model: str = ""
    """The model that reads scanned pages, "" if there is none."""

    @property
    def gb_second(self) -> str:
        """The price's name."""
        return "lambda_gb_second_arm64" if self.arm64 else "lambda_gb_second_x86_64"


def estimate(
    files: Iterable[tuple[Path, Path]],
    extract: Callable[[Path], Iterator[Page]],
    deployment: Deployment,
    prices: Prices,
    *,
    questions: int,
    refused: Callable[[Path, BadRequest], None],
) -> Estimate:
    """Read ``files`` (path, name) and price them. ``extract`` gives a PDF's pages; ``refused`` is told of a
    file that could not be opened. Raises ``ValueError`` if the price file lacks something."""
    counts = Counts()
    for path, name in files:
        try:
            _add(counts, path, name, extract(path), deployment)
        except BadRequest as error:
            counts.refused += 1
            refused(name, error)
    try:
        return Estimate(
            counts,
            prices.as_of,
            tuple(ingest_lines(counts, deployment, prices)),
            questions,
            tuple(question_lines(counts, deployment, prices, questions)),
        )
    except KeyError as error:
        raise ValueError(f"The price file has no price for {error}.") from None


def _add(counts: Counts, path: Path, name: Path, pages: Iterator[Page], deployment: Deployment) -> None:
    seen = Counts(documents=1, bytes=path.stat().st_size)
    started = time.monotonic()

    def count_pages() -> Iterator[Page]:
        for page in pages:
            seen.pages += 1
            seen.design_heavy += page.verdict.design_heavy
            if deployment.vision_model and (page.needs_ocr or page.recognition):
                _add_scan(seen, page, deployment.vision_model)
            yield page

    for chunk in chunks(
        count_pages(), tenant="", document_id="", version=1, title=str(name.with_suffix("")), tags=()
    ):
        seen.chunks += 1
        seen.tokens += tokens_of(chunk.indexed_text)
    seen.seconds = time.monotonic() - started
    seen.ranges = ceil(seen.pages / deployment.range_pages)
    seen.batches = ceil(seen.chunks / BATCH_CHUNKS)
    for field, value in asdict(seen).items():
        setattr(counts, field, getattr(counts, field) + value)


def _add_scan(seen: Counts, page: Page, model: str) -> None:
    """Count a page whose picture goes to the vision model, and its text where that is not known here."""
    scale = scale_of(page.width, page.height)
    seen.scanned += 1
    seen.picture_tokens += picture_tokens(model, ceil(page.width * scale), ceil(page.height * scale))
    # A page that OCR has read here already has its words among the chunks.
    seen.tokens += SCAN_TOKENS if page.needs_ocr else 0


def ingest_lines(counts: Counts, deployment: Deployment, prices: Prices) -> Iterator[Line]:
    """Yield what ingesting once costs.

    Jobs: one to plan, one for each range, one to assemble. Each range's chunks are put a second time when
    the whole is assembled.
    """
    aws = prices.aws
    jobs = 2 * counts.documents + counts.ranges
    main = counts.seconds + JOB_SECONDS * jobs + BATCH_SECONDS * 2 * counts.batches
    main += SCAN_SECONDS * counts.scanned
    images = PICTURE_SECONDS * counts.design_heavy
    yield Line("main function, GB-s", main * MAIN_GB, main * MAIN_GB * aws[deployment.gb_second])
    yield Line("image processor, GB-s", images * IMAGE_GB, images * IMAGE_GB * aws[deployment.gb_second])
    calls = jobs + ceil(counts.design_heavy / 8) * 2 + 2 * counts.documents
    yield Line("invocations", calls, calls * aws["lambda_request"])
    requests = 2 * counts.documents
    yield Line("API requests", requests, requests * aws["http_api_request"])
    puts = counts.documents + counts.ranges + 2 * counts.design_heavy + counts.scanned
    yield Line("S3 writes", puts, puts * aws["s3_put"])
    gets = counts.documents + 5 * counts.ranges
    yield Line("S3 reads", gets, gets * aws["s3_get"])
    yield Line("S3, GB for a month", counts.bytes / 1e9, counts.bytes / 1e9 * aws["s3_gb_month"])
    messages = 3 * jobs
    yield Line("SQS requests", messages, messages * aws["sqs_request"])
    writes = ROW_WRITES * counts.documents + 2 * counts.ranges + counts.batches
    yield Line("DynamoDB writes", writes, writes * aws["dynamodb_write_unit"])
    reads = 4 * jobs
    yield Line("DynamoDB reads", reads, reads * aws["dynamodb_read_unit"])
    yield Line("logs, GB", calls * LOG_BYTES / 1e9, calls * LOG_BYTES / 1e9 * aws["log_gb"])
    model = deployment.embedding_model
    yield Line(f"{model}, tokens", counts.tokens, prices.tokens(model, counts.tokens))
    if counts.scanned:
        model = deployment.vision_model
        asked = counts.picture_tokens + counts.scanned * tokens_of(prompt_text("transcribe"))
        written = counts.scanned * SCAN_TOKENS
        yield Line(f"{model}, tokens of scanned pages in", asked, prices.tokens(model, asked))
        yield Line(f"{model}, tokens of scanned pages out", written, prices.tokens(model, 0, written))


def question_lines(counts: Counts, deployment: Deployment, prices: Prices, questions: int) -> Iterator[Line]:
    """Yield what first questions cost, each answered from ``HITS`` passages of the usual length."""
    aws = prices.aws
    passage = counts.tokens / counts.chunks if counts.chunks else 0.0
    tokens_in = questions * (tokens_of(prompt_text("answer")) + QUESTION_TOKENS + ceil(HITS * passage))
    gb_seconds = questions * QUESTION_SECONDS * MAIN_GB
    yield Line("main function, GB-s", gb_seconds, gb_seconds * aws[deployment.gb_second])
    yield Line("invocations", questions, questions * aws["lambda_request"])
    yield Line("API requests", questions, questions * aws["http_api_request"])
    yield Line("DynamoDB writes", 8 * questions, 8 * questions * aws["dynamodb_write_unit"])
    yield Line("DynamoDB reads", 12 * questions, 12 * questions * aws["dynamodb_read_unit"])
    yield Line("S3 reads", HITS * questions, HITS * questions * aws["s3_get"])
    logs = questions * LOG_BYTES / 1e9
    yield Line("logs, GB", logs, logs * aws["log_gb"])
    asked = questions * QUESTION_TOKENS
    model = deployment.embedding_model
    yield Line(f"{model}, tokens", asked, prices.tokens(model, asked))
    answered = questions * ANSWER_TOKENS
    model = deployment.chat_model
    yield Line(f"{model}, tokens in", tokens_in, prices.tokens(model, tokens_in))
    yield Line(f"{model}, tokens out", answered, prices.tokens(model, 0, answered))


def total(lines: Iterable[Line]) -> float:
    """Return the dollars of all lines that have a price."""
    return sum(line.dollars or 0.0 for line in lines)
