"""``/v1/embeddings``, ``/v1/chat/completions`` and ``/v1/models``, as OpenAI's clients expect them."""

from __future__ import annotations

import base64
import json
import math
import re
import struct
import time
import uuid
from collections.abc import Iterator
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from app.core.passage import Vector
from app.core.ports import Embedder
from local.model_server.answers import reply

CHAT_MODEL = "quotes"
MOST_TEXTS = 2048
PIECE_WORDS = 4


class BadCall(Exception):
    """The request is not one that can be answered; the message says why."""


class ModelServer:
    """An embedder, and the answers that can be given with it."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def app(self) -> Starlette:
        """Return the application."""
        routes = [
            Route("/v1/models", self.models),
            Route("/v1/embeddings", self.embeddings, methods=["POST"]),
            Route("/v1/chat/completions", self.chat, methods=["POST"]),
        ]
        return Starlette(routes=routes, exception_handlers={BadCall: refuse})

    async def models(self, _: Request) -> Response:
        """Return the names of the two models."""
        names = (self._embedder.model, CHAT_MODEL)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "local"} for name in names]
        return JSONResponse({"object": "list", "data": data})

    async def embeddings(self, request: Request) -> Response:
        """Return a unit vector for each text, of ``dimensions`` numbers where that is fewer than the
        model's."""
        body = await _object(request)
        texts = _texts(body.get("input"))
        dimensions = body.get("dimensions") or self._embedder.dimensions
        if not isinstance(dimensions, int) or not 1 <= dimensions <= self._embedder.dimensions:
            raise BadCall(f"dimensions must be a whole number from 1 to {self._embedder.dimensions}.")
        found = await run_in_threadpool(self._embedder.documents, texts)
        # OpenAI's own client asks for base64 unless it is told otherwise.
        as_base64 = body.get("encoding_format") == "base64"
        vectors = [_encode_vector(_cut_vector(vector, dimensions), as_base64) for vector in found]
        data = [
            {"object": "embedding", "index": place, "embedding": vector}
            for place, vector in enumerate(vectors)
        ]
        tokens = sum(map(_tokens, texts))
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return JSONResponse({"object": "list", "model": self._embedder.model, "data": data, "usage": usage})

    async def chat(self, request: Request) -> Response:
        """Return an answer, whole or in pieces."""
        body = await _object(request)
        messages = _messages(body.get("messages"))
        text = await run_in_threadpool(reply, messages, self._embedder)
        asked = sum(_tokens(message["content"]) for message in messages)
        usage = {
            "prompt_tokens": asked,
            "completion_tokens": _tokens(text),
            "total_tokens": asked + _tokens(text),
        }
        if not body.get("stream"):
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            return JSONResponse({**_head("chat.completion"), "choices": [choice], "usage": usage})
        # OpenAI sends usage only where it is asked for.
        counted = bool((body.get("stream_options") or {}).get("include_usage"))
        return StreamingResponse(_stream(text, usage if counted else None), media_type="text/event-stream")


def refuse(_: Request, error: Exception) -> Response:
    """Return a refusal in OpenAI's form."""
    problem = {"message": str(error), "type": "invalid_request_error", "param": None, "code": None}
    return JSONResponse({"error": problem}, 400)


async def _object(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise BadCall("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadCall("The body is not a JSON object.")
    return body


def _texts(given: object) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) and text for text in texts):
        raise BadCall("input must be a text, or a list of texts, none of them empty.")
    if len(texts) > MOST_TEXTS:
        raise BadCall(f"input may have {MOST_TEXTS} texts at most.")
    return texts


def _messages(given: object) -> list[dict[str, str]]:
    messages = given if isinstance(given, list) else []
    if not messages or not all(isinstance(each, dict) for each in messages):
        raise BadCall("messages must be a list of objects, and not empty.")
    if not all(isinstance(each.get("content"), str) and each.get("role") for each in messages):
        raise BadCall("Every message needs a role, and a text as its content.")
    return messages


def _cut_vector(vector: Vector, dimensions: int) -> Vector:
    if dimensions == len(vector):
        return vector
    # Cut vectors are made unit vectors again, as OpenAI's are.
    length = math.sqrt(sum(value * value for value in vector[:dimensions])) or 1.0
    return [value / length for value in vector[:dimensions]]


def _encode_vector(vector: Vector, as_base64: bool) -> Vector | str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode() if as_base64 else vector


def _tokens(text: str) -> int:
    """Return an estimate: four characters each."""
    return math.ceil(len(text) / 4)


def _head(kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": kind,
        "created": int(time.time()),
        "model": CHAT_MODEL,
    }


def _stream(text: str, usage: dict[str, int] | None) -> Iterator[str]:
    head = _head("chat.completion.chunk")

    def chunk(delta: dict[str, str], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    for piece in _pieces(text):
        yield chunk({"content": piece})
    yield chunk({}, "stop")
    if usage:
        # The last piece has no choices: clients that take the first one blindly are found out here.
        yield f"data: {json.dumps({**head, 'choices': [], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


def _pieces(text: str) -> Iterator[str]:
    """Return a few words at a time, with the white space after them."""
    return (found[0] for found in re.finditer(rf"(?:\S+\s*){{1,{PIECE_WORDS}}}", text))
