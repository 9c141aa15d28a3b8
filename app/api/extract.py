"""``/v1/extract``: the pages of one PDF, which is not stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import StreamingResponse

from app.api import schemas
from app.api.dependencies import DESCRIBED, Door, Reader
from app.api.streams import HeldStream, begin, csv_tables, json_array, markdown
from app.core.page_numbers import PATTERN, page_numbers
from app.core.process.closing import close
from app.pages.forms import PageForm, outline_json
from app.pages.table_csv import CSV, MEDIA_TYPE, tables_csv

MARKDOWN = "text/markdown"

CSV_TYPE = "text/csv"

router = APIRouter(prefix="/v1", tags=["extraction"], dependencies=[DESCRIBED])


@router.post(
    "/extract",
    response_class=StreamingResponse,
    responses={
        200: {
            "model": schemas.Pages,
            "description": "The pages, one after the other.",
            "content": {MARKDOWN: {"schema": {"type": "string"}}, CSV_TYPE: {"schema": {"type": "string"}}},
        },
        413: {},
        415: {},
        429: {"description": "As many files are read as may be at the same time."},
    },
)
def extract(
    door: Door,
    caller: Reader,
    request: Request,
    file: Annotated[UploadFile, File(description="A PDF.")],
    pages: Annotated[
        str | None,
        Form(
            max_length=1000,
            description="The pages to read, for example `1-3,7`; all if it is left out.",
            json_schema_extra={"pattern": f"^$|{PATTERN}"},  # what is wrong with them is told in words
        ),
    ] = None,
    password: Annotated[
        schemas.Password | None, Form(description="The password of an encrypted PDF.")
    ] = None,
    ocr: Annotated[bool, Form(description="Read scanned pages by OCR, if the server can.")] = True,
    wanted: Annotated[
        Literal["json", "markdown", "csv"] | None,
        Form(alias="format", description="The form of the answer; by default, what `Accept` asks for."),
    ] = None,
) -> StreamingResponse:
    """Read a PDF without storing it.

    Pages are streamed as they are read. If reading stops before the end, the JSON ends with an `error` after
    `pages`, the Markdown with a line that begins with `> Error:`, the CSV with a row that begins with
    `Error:`. CSV has the tables alone, an empty line between two.
    """
    numbers = page_numbers(pages) if pages else None
    asked = wanted or _form_of(request.headers.get("accept", ""))
    form = PageForm.MARKDOWN if asked == "markdown" else PageForm.JSON

    def tables(held: ExitStack) -> Iterator[bytes]:
        read = door.extraction.extract(path, password=password or None, numbers=numbers, ocr=ocr).pages
        held.callback(close, read)
        return csv_tables(tables_csv(begin(read)), request.state.request_id)

    def parts(held: ExitStack) -> Iterator[bytes]:
        outline, read = door.extraction.extract_as(
            form, path, password=password or None, numbers=numbers, ocr=ocr
        )
        held.callback(close, read)
        if form is PageForm.MARKDOWN:
            return markdown(begin(read), request.state.request_id)
        return json_array(outline_json(outline), "pages", begin(read), request.state.request_id)

    # What is open is handed over to the stream, which outlives this function; an error before that closes it.
    with ExitStack() as stack:
        path = stack.enter_context(door.extraction.keep_upload(file.file))
        if asked == CSV:
            return HeldStream(tables, MEDIA_TYPE, stack.pop_all())
        media_type = MARKDOWN if form is PageForm.MARKDOWN else "application/json"
        return HeldStream(parts, media_type, stack.pop_all())


def _form_of(accept: str) -> str:
    """Return the form that a request's ``Accept`` asks for, JSON if it names none of them."""
    if MARKDOWN in accept:
        return "markdown"
    return CSV if CSV_TYPE in accept else "json"
