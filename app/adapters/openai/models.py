"""Embeddings and answers from a server that speaks OpenAI's protocol."""

from __future__ import annotations

import base64
import math
import re
import struct
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

from app.adapters.openai.client import ModelServer, RequestRefused
from app.core import telemetry
from app.core.costs import prices
from app.core.errors import Unavailable
from app.core.ports import Delta
from app.core.process.leaving import current

if TYPE_CHECKING:
    from openai import OpenAI, Stream
    from openai.types import CreateEmbeddingResponse
    from openai.types.chat import ChatCompletionChunk

    from app.core.passage import Vector
    from app.core.ports import Prompt

EMBEDDING, CHAT = "embedding model", "chat model"

BATCH_TEXTS = 128
BATCH_TOKENS = 60_000
"""Estimated tokens of one request, far enough below OpenAI's 300,000 for an estimate that is wrong."""

TEXT_TOKENS = 8_000
"""Estimated tokens that are kept of one text: OpenAI's models take 8,192."""

LEAST_TOKENS = 32
"""The shortest text that is tried: a server that refuses it is not asked again."""

TRY_SECONDS = 30.0
QUERY_SECONDS = 8.0
QUERY_CONNECTING_SECONDS = 1.5
"""A person waits for this one, who is answered by words alone where the server is down."""

ANSWER_SECONDS = 300.0
"""The timeout of a whole answer."""

TEMPERATURE = 0.1


class OpenAiEmbedder:
    """Vectors from ``POST /embeddings``. ``seconds`` is how long one request may take with all its tries."""

    unrelated = 0.0
    unrelated_in: Mapping[str, float] = MappingProxyType({})

    def __init__(
        self, api_key: str, base_url: str | None, model: str, dimensions: int, *, seconds: float = 90.0
    ) -> None:
        self.model = model
        self.dimensions = dimensions
        self._seconds = seconds
        self._server = ModelServer(api_key, base_url, part=EMBEDDING, model=model)
        self._longest = TEXT_TOKENS
        # What some servers refuse, and is then left out.
        self._optional: dict[str, Any] = {"dimensions": dimensions, "encoding_format": "base64"}

    def reads(self, text: str) -> bool:
        """Return true: the models know all scripts."""
        return True

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        """Return a unit vector for each passage, in the order given; longer ones than the model takes are
        cut. ``most_tokens`` saves computing, which is the server's here: it gets whole passages."""
        vectors: list[Vector] = []
        for batch in _batches(texts):
            vectors += self._embed(batch, self._seconds)
        return vectors

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        # A question has a person who waits; a batch of passages has a queue.
        seconds = min(QUERY_SECONDS, self._seconds)
        return self._embed([text], seconds, connecting=QUERY_CONNECTING_SECONDS)[0]

    def check(self) -> None:
        """Raise ``Unavailable`` if the server is not there or refuses the key. Costs no tokens where it has a
        list of models."""
        if not self._server.check():
            self.query("check")

    def _embed(
        self, texts: Sequence[str], seconds: float, *, connecting: float | None = None
    ) -> list[Vector]:
        # For all tries together: a server that refuses one parameter after the other must not take twice the
        # time.
        end = time.monotonic() + seconds
        while True:
            optional, sent = self._optional, [_shorten_text(text, self._longest) for text in texts]

            def request(client: OpenAI, timeout: float) -> CreateEmbeddingResponse:
                from openai.types import CreateEmbeddingResponse

                # Not `client.embeddings.create`, which always sends an encoding format.
                body = {"model": self.model, "input": sent, **optional}  # noqa: B023
                return client.post(
                    "/embeddings", cast_to=CreateEmbeddingResponse, body=body, options={"timeout": timeout}
                )

            try:
                answer = self._server.call(
                    request, seconds=end - time.monotonic(), each=TRY_SECONDS, connecting=connecting
                )
                break
            except RequestRefused as error:
                if not self._gives_in(error, optional, sent):
                    raise
            except (ValueError, TypeError, AttributeError) as error:
                raise _unreadable(EMBEDDING) from error
        _note_tokens(self.model, answer)
        return self._vectors(answer, len(texts))

    def _gives_in(self, error: RequestRefused, optional: dict[str, Any], sent: Sequence[str]) -> bool:
        """Return whether there is something to leave out, which is then remembered."""
        if name := _find_parameter(error, optional):
            self._optional = {key: value for key, value in optional.items() if key != name}
            return True
        longest = max(map(estimated_tokens, sent))
        if not error.too_long or longest <= LEAST_TOKENS:
            return False
        self._longest = max(LEAST_TOKENS, min(self._longest, int(longest * _share_allowed(error.said))))
        return True

    def _vectors(self, answer: CreateEmbeddingResponse, count: int) -> list[Vector]:
        try:
            found = {item.index: _numbers(item.embedding) for item in answer.data}
            vectors = [_unit(found[place]) for place in range(count)]
        except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError, struct.error) as error:
            raise _unreadable(EMBEDDING) from error
        for vector in vectors:
            if len(vector) != self.dimensions:
                raise Unavailable(
                    f"The model {self.model} gives {len(vector)} dimensions, not {self.dimensions}: set "
                    f"OPENAI_EMBEDDING_DIMENSIONS to {len(vector)}.",
                    EMBEDDING,
                )
        return vectors


class OpenAiChat:
    """Answers from ``POST /chat/completions``, streamed. ``seconds`` is how long the beginning of an answer,
    and each next piece, may take; ``phrases`` is as the port says, ``local`` as ``ModelServer`` does."""

    def __init__(
        self,
        api_key: str,
        base_url: str | None,
        model: str,
        *,
        seconds: float = 120.0,
        phrases: bool = False,
        local: bool = False,
    ) -> None:
        self.model = model
        self.phrases = phrases
        self._seconds = seconds
        self._server = ModelServer(api_key, base_url, part=CHAT, model=model, local=local)
        # `max_tokens` is what all compatible servers know; OpenAI's reasoning models want its other name.
        self._limit_name = "max_tokens"
        self._optional: dict[str, Any] = {
            "temperature": TEMPERATURE,
            "stream_options": {"include_usage": True},
        }

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Iterator[Delta]:
        """Yield the answer, piece by piece; the last one has the token counts, 0 where the server gives
        none.

        Raises ``RateLimited`` or ``Unavailable``, also when the answer breaks off.
        """
        messages = [
            {"role": "system", "content": prompt.system},
            *({"role": role, "content": text} for role, text in prompt.turns),
        ]
        end = time.monotonic() + ANSWER_SECONDS
        tokens_in = tokens_out = 0
        finished = False
        with self._start_stream(messages, max_tokens) as chunks:
            for chunk in self._check_stream(chunks):
                if chunk.usage:
                    tokens_in, tokens_out = chunk.usage.prompt_tokens, chunk.usage.completion_tokens
                for choice in chunk.choices or ():
                    finished = finished or choice.finish_reason is not None
                    if choice.delta and choice.delta.content:
                        yield Delta(choice.delta.content)
                if time.monotonic() > end:
                    raise Unavailable("The chat model's answer took too long.", CHAT)
        # A connection that a proxy closes looks like the end of the answer: only the reason to finish tells
        # them apart.
        if not finished:
            raise Unavailable("The chat model's answer broke off.", CHAT)
        yield Delta("", tokens_in or 0, tokens_out or 0)

    def check(self) -> None:
        """Raise ``Unavailable`` if the server is not there or refuses the key. Costs no tokens."""
        self._server.check()

    def _start_stream(self, messages: list[dict[str, str]], max_tokens: int) -> Stream[ChatCompletionChunk]:
        end = time.monotonic() + self._seconds
        while True:
            optional = {**self._optional, self._limit_name: max_tokens}

            def request(client: OpenAI, timeout: float) -> Stream[ChatCompletionChunk]:
                create = cast(Any, client.chat.completions.create)  # its overloads know no optional names
                return cast(
                    "Stream[ChatCompletionChunk]",
                    create(model=self.model, messages=messages, stream=True, timeout=timeout, **optional),  # noqa: B023
                )

            try:
                return self._server.call(
                    request,
                    seconds=end - time.monotonic(),
                    each=self._seconds,
                    connecting=QUERY_CONNECTING_SECONDS,
                )
            except RequestRefused as error:
                if not self._gives_in(error, optional):
                    raise

    def _gives_in(self, error: RequestRefused, optional: dict[str, Any]) -> bool:
        """Return whether there is something to leave out or call differently, which is then remembered."""
        name = _find_parameter(error, optional)
        if name in self._optional:
            self._optional = {key: value for key, value in self._optional.items() if key != name}
        elif name == "max_tokens":
            self._limit_name = "max_completion_tokens"
        else:
            return False
        return True

    def _check_stream(self, chunks: Stream[ChatCompletionChunk]) -> Iterator[ChatCompletionChunk]:
        from openai import APIError

        try:
            yield from chunks
        except APIError as error:
            current().check()
            raise self._server.explain_error(error) from error
        except ValueError as error:
            current().check()
            raise _unreadable(CHAT) from error
        current().check()


def _note_tokens(model: str, answer: CreateEmbeddingResponse) -> None:
    # Not declared as optional by the client's types.
    tokens = getattr(getattr(answer, "usage", None), "total_tokens", None)  # some servers leave it out
    if isinstance(tokens, int):
        dollars = prices.default().tokens(model, tokens)
        cost = {} if dollars is None else {"dollars": dollars}
        telemetry.figures("embedding model", tokens_in=tokens, **cost)


def estimated_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of most texts: a third of the ASCII characters and all
    others."""
    ascii_characters = len(text.encode("ascii", "ignore"))
    return ascii_characters // 3 + len(text) - ascii_characters + 1


def _shorten_text(text: str, tokens: int) -> str:
    while (estimate := estimated_tokens(text)) > tokens:
        # By the share, again and again: a text may have its dense script at one end.
        text = text[: len(text) * tokens // estimate]
    return text if text.strip() else "."  # OpenAI refuses an empty text


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    tokens = 0
    for text in texts:
        # As it will be sent, which is cut at that length.
        more = min(estimated_tokens(text), TEXT_TOKENS)
        if batch and (len(batch) == BATCH_TEXTS or tokens + more > BATCH_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append(text)
        tokens += more
    if batch:
        yield batch


def _find_parameter(error: RequestRefused, parameters: dict[str, Any]) -> str | None:
    """Return the first of these parameters that the server's explanation names."""
    found = [(place, name) for name in parameters if (place := error.said.find(name)) >= 0]
    return min(found)[1] if found else None


LARGEST_NUMBER = 10**7
"""Tokens: what is larger in a server's message is an id or a time, and no length."""

MARGIN_KEPT = 0.95
"""Share of what the server allows that is sent: it counts its own tokens, and ours are an estimate."""

LEAST_SHARE, HALF = 0.25, 0.5
"""Shares of a text: two numbers that would leave less than a quarter are not the limit and the length; then
half is tried, and half of that."""


def _share_allowed(said: str) -> float:
    """Return how much of a text to keep, by "maximum is 8192 tokens, however you requested 10000"; else a
    half."""
    numbers = [int(number) for number in re.findall(r"\d+", said) if 0 < int(number) < LARGEST_NUMBER]
    shares = [allowed / asked * MARGIN_KEPT for allowed, asked in pairwise(numbers)]
    return next((share for share in shares if LEAST_SHARE <= share < 1.0), HALF)


def _numbers(embedding: str | Sequence[float]) -> list[float]:
    """Return the numbers of an embedding that is base64 of float32s, as asked for, or a list all the same."""
    if not isinstance(embedding, str):
        return list(embedding)
    content = base64.b64decode(embedding)
    return list(struct.unpack(f"<{len(content) // 4}f", content))


def _unit(vector: list[float]) -> Vector:
    length = math.sqrt(sum(number * number for number in vector))
    if not math.isfinite(length):
        raise ValueError("not a number")
    return [number / length for number in vector]


def _unreadable(part: str) -> Unavailable:
    return Unavailable(f"The {part}'s server answers in a form that is not OpenAI's.", part)
