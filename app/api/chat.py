"""``/v1/chat``: conversations, their messages, and what people think of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from app.api import schemas
from app.api.dependencies import DESCRIBED, Cursor, Door, Reader, SessionId
from app.api.streams import EventStream, HeldStream, encode, event, report_problem, to_json
from app.core.answer import Answer, Citation, Feedback, Message
from app.core.process.closing import close

EVENT_STREAM = "text/event-stream"

MessageId = Annotated[
    str, Path(max_length=64, description="A message's id.", examples=["msg_5n8x1c4v7b2m9k3j"])
]

router = APIRouter(prefix="/v1/chat/sessions", tags=["conversations"], dependencies=[DESCRIBED])


@router.post("", status_code=201, responses={404: {}})
def create_session(door: Door, caller: Reader, body: schemas.NewSession | None = None) -> schemas.Session:
    """Begin a conversation over all documents or some. Its first question becomes its title."""
    wanted = body or schemas.NewSession()
    return schemas.Session.of(
        caller.person, door.questions.create_session(caller.person, wanted.title, wanted.document_ids)
    )


@router.get("")
def list_sessions(
    door: Door, caller: Reader, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> schemas.Sessions:
    """List your own conversations, the most recently used first."""
    listing = door.questions.sessions(caller.person, cursor=cursor or None, limit=limit)
    return schemas.Sessions(
        items=[schemas.Session.of(caller.person, item) for item in listing.items], cursor=listing.cursor
    )


@router.get("/{session_id}")
def get_session(door: Door, caller: Reader, session_id: SessionId) -> schemas.Session:
    """Get a conversation of yours, or a shared one."""
    return schemas.Session.of(caller.person, door.questions.session(caller.person, session_id))


@router.patch("/{session_id}")
def change_session(
    door: Door, caller: Reader, session_id: SessionId, body: schemas.SessionChange
) -> schemas.Session:
    """Rename a conversation, or share it.

    Everybody of the tenant who has the id of a shared conversation can read it; only its owner can change it,
    ask in it or rate its answers.
    """
    changed = door.questions.change_session(caller.person, session_id, title=body.title, shared=body.shared)
    return schemas.Session.of(caller.person, changed)


@router.delete("/{session_id}")
def delete_session(door: Door, caller: Reader, session_id: SessionId) -> schemas.SessionReceipt:
    """Delete a conversation and its messages."""
    messages = door.questions.delete_session(caller.person, session_id)
    return schemas.SessionReceipt(session_id=session_id, messages=messages)


@router.get("/{session_id}/messages")
def list_messages(
    door: Door,
    caller: Reader,
    session_id: SessionId,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> schemas.Messages:
    """List the messages of a conversation, oldest first."""
    listing = door.questions.messages(caller.person, session_id, cursor=cursor or None, limit=limit)
    return schemas.Messages(items=[schemas.Message.of(item) for item in listing.items], cursor=listing.cursor)


@router.post(
    "/{session_id}/messages",
    status_code=201,
    response_model=schemas.Message,
    responses={
        200: {
            "description": "The answer as it comes. Events: `text` (`{text}`), `citation`, `answer`, "
            "`message` (last, when it is kept), `error` (problem details).",
            "content": {EVENT_STREAM: {"schema": {"type": "string"}}},
        },
        409: {},
        429: {},
    },
)
def ask(
    door: Door, caller: Reader, request: Request, session_id: SessionId, body: schemas.AskQuestion
) -> Response:
    """Ask a question.

    With `Accept: text/event-stream` the answer is streamed; otherwise the response is the whole message.
    """
    # Both ways make the same events: a message and the end of its stream cannot say different things.
    events = door.questions.ask(caller.person, session_id, body.question, body.where)
    if EVENT_STREAM in request.headers.get("accept", ""):
        return EventStream(partial(_send_events, events, request.state.request_id))
    # A stream of one piece: its client, too, may leave while the answer is made.
    return HeldStream(partial(_send_message, events), "application/json", status_code=201)


def _send_message(events: Iterator[str | Citation | Answer | Message], held: ExitStack) -> Iterator[bytes]:
    held.callback(close, events)
    # The last one is the answer; the question was kept before it.
    kept = [item for item in events if isinstance(item, Message)]
    return iter((encode(to_json(schemas.Message.of(kept[-1]).model_dump(mode="json"))),))


def _send_events(
    events: Iterator[str | Citation | Answer | Message], request_id: str, held: ExitStack
) -> Iterator[bytes]:
    held.callback(close, events)
    return _pieces(events, request_id)


def _pieces(events: Iterator[str | Citation | Answer | Message], request_id: str) -> Iterator[bytes]:
    yield b": the answer follows\n\n"  # the headers go out before the first words are there
    try:
        for item in events:
            yield _event(item)
    except Exception as error:
        yield event("error", report_problem(error, request_id))


def _event(item: str | Citation | Answer | Message) -> bytes:
    if isinstance(item, str):
        return event("text", {"text": item})
    if isinstance(item, Citation):
        return _model_event("citation", schemas.Citation.of(item))
    if isinstance(item, Answer):
        return _model_event("answer", schemas.Answer.of(item))
    return _model_event("message", schemas.Message.of(item))


def _model_event(name: str, value: BaseModel) -> bytes:
    return event(name, value.model_dump(mode="json"))


@router.post("/{session_id}/messages/{message_id}/feedback")
def rate(
    door: Door, caller: Reader, session_id: SessionId, message_id: MessageId, body: schemas.Feedback
) -> schemas.Message:
    """Rate an answer. A second rating replaces the first."""
    feedback = Feedback(body.helpful, body.comment)
    return schemas.Message.of(door.questions.rate(caller.person, session_id, message_id, feedback))
