"""A server that speaks OpenAI's protocol: its client, how long it is waited for, and what its errors mean.

The client's own retries are off: they know no limit of total time, and no other thread's wait.
"""

from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from app.core.errors import KnowledgeBaseError, NotSetUp, RateLimited, Unavailable
from app.core.process.leaving import current, may_leave
from app.core.process.patterns import defer_regex

if TYPE_CHECKING:
    from openai import APIError, APIStatusError, OpenAI

T = TypeVar("T")

CONNECT_SECONDS = 5.0
CHECK_SECONDS = 5.0

DEFAULT_SECONDS = 60.0
"""For a request without a timeout of its own; those that a person waits for have theirs."""

SHORTEST_SECONDS = 0.05
"""The timeout of a last try: the client takes 0 for no timeout at all."""

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before the second try, doubled for each further one."""

LONGEST_HOLD = 600.0
"""Seconds after which it is asked again, whatever it said."""

REFUSED = (400, 413, 422)
PASSING = (408, 409)
NO_SUCH_PATH = (404, 405, 501)
NOT_AS_SET_UP = (401, 403, 404)
"""What a server says to a key or a model that the settings name wrongly."""

TOO_LONG = defer_regex(
    r"context.?length|context window|input length|max_model_len|maximum .{0,40}tokens|less than \d+ tokens"
    r"|too (long|large)",
    re.IGNORECASE,
)
"""Matches the messages of OpenAI, vLLM, text-embeddings-inference, llama.cpp and Ollama for an input that
is too long."""


class RequestRefused(Unavailable):
    """The server does not take a request as it is; ``said`` is its explanation, not for a person's eyes."""

    def __init__(self, message: str, part: str, said: str) -> None:
        super().__init__(message, part)
        self.said = said

    @property
    def too_long(self) -> bool:
        """Whether the input was too long."""
        return TOO_LONG.search(self.said) is not None


class ModelServer:
    """The server as one ``part`` of ours uses it, for one model. Threads share its pace. A request breaks off
    when the client that it is made for leaves. One that is ``local`` is asked at its own address alone: no
    proxy is used, and no redirect followed."""

    def __init__(
        self, api_key: str, base_url: str | None, *, part: str, model: str, local: bool = False
    ) -> None:
        self._key, self._base_url = api_key.strip(), base_url
        self._local = local
        self._part, self._model = part, model
        self._pace = _Pace()
        self._lock = threading.Lock()
        self._clients: dict[bool, OpenAI] = {}  # by whether who they work for may leave

    def call(
        self,
        request: Callable[[OpenAI, float], T],
        *,
        seconds: float,
        each: float,
        connecting: float | None = None,
    ) -> T:
        """Return what ``request(client, timeout)`` gives, tried again while that helps, in ``seconds``
        altogether.

        One try takes ``each`` seconds at most; a server that nobody reaches is tried for ``connecting``
        seconds, by default as long as all. Raises ``RateLimited``, ``RequestRefused`` or ``Unavailable``.
        """
        client = self._connect_client()
        from openai import APIError

        begun = time.monotonic()
        end = begun + seconds
        tries = 0
        while True:
            self._pace.wait(end, self._part)
            try:
                return request(client, max(SHORTEST_SECONDS, min(each, end - time.monotonic())))
            except APIError as error:
                current().check()
                problem = self.explain_error(error)
                tries += 1
                pause = _pause_after(problem, error, tries)
                # For all threads: each that asks for itself would be refused, and counted against the limit
                # again.
                if isinstance(problem, RateLimited) and pause is not None:
                    self._pace.hold(pause)
                # A server that is not there is not waited for as long as one that is slow.
                last = begun + connecting if connecting is not None and _is_unreached(error) else end
                if pause is None or time.monotonic() + pause > last:
                    raise problem from error
                if not isinstance(problem, RateLimited):
                    current().wait(pause)

    def check(self) -> bool:
        """Ask for the list of models, which costs nothing; ``False`` if this server has none.

        Raises ``Unavailable`` or ``RateLimited``, at the first try.
        """
        client = self._connect_client()
        from openai import APIError, APIStatusError

        try:
            client.models.with_raw_response.list(timeout=CHECK_SECONDS)
        except APIError as error:
            # The server is there and takes the key; a list of models is not what we need of it.
            if isinstance(error, APIStatusError) and error.status_code in NO_SUCH_PATH:
                return False
            raise self.explain_error(error) from error
        return True

    def explain_error(self, error: APIError) -> KnowledgeBaseError:
        """Return the error as one of ours, without the key and without anything that was sent."""
        from openai import APIStatusError, APITimeoutError

        if isinstance(error, APIStatusError):
            if self._local and error.status_code in NOT_AS_SET_UP:
                # No setting is wrong: whatever listens there only looked like a server without a key.
                said = f"The {self._part}'s server on this machine refuses the question"
                return Unavailable(f"{said} ({error.status_code}).", self._part)
            return self._status_explained(error)
        if isinstance(error, APITimeoutError):
            return Unavailable(f"The {self._part}'s server did not answer in time.", self._part)
        return Unavailable(f"The {self._part}'s server cannot be reached, or broke off.", self._part)

    def _status_explained(self, error: APIStatusError) -> KnowledgeBaseError:
        status, said = error.status_code, f"{error.message} {error.body}"
        server = f"The {self._part}'s server"
        if status in (401, 403):
            return NotSetUp(f"{server} refuses the key ({status}): check OPENAI_API_KEY.", self._part)
        if status == 404:
            return NotSetUp(
                f"{server} does not know the model {self._model} (404): check its name and OPENAI_BASE_URL.",
                self._part,
            )
        # Before 429, which it comes with: this one does not pass by waiting.
        if error.code == "insufficient_quota":
            return NotSetUp(f"{server} says that the account has no credit left.", self._part)
        if status == 429:
            wait = told_to_wait(error.response.headers)
            return RateLimited(f"{server} asks to slow down.", FIRST_PAUSE if wait is None else wait)
        if status in REFUSED or TOO_LONG.search(said):
            return RequestRefused(f"{server} refuses the request ({status}).", self._part, said)
        return Unavailable(f"{server} answers with an error ({status}).", self._part)

    def _connect_client(self) -> OpenAI:
        leavable = may_leave()
        with self._lock:
            if leavable not in self._clients:
                self._clients[leavable] = self._client(_options(leavable=leavable, local=self._local))
            return self._clients[leavable]

    def _client(self, options: dict[str, Any]) -> OpenAI:
        # Else the client fails inside, at the first request, with an error of encoding.
        if not self._key or not self._key.isascii() or not self._key.isprintable():
            raise NotSetUp(
                "OPENAI_API_KEY is not a key: it is empty or has characters that no key has.", self._part
            )
        try:
            from openai import OpenAI, Timeout
        except ImportError as error:
            raise NotSetUp("openai is missing: install the extra 'openai'.", self._part) from error
        timeout = Timeout(DEFAULT_SECONDS, connect=CONNECT_SECONDS)
        return OpenAI(api_key=self._key, base_url=self._base_url, max_retries=0, timeout=timeout, **options)


def _options(*, leavable: bool, local: bool) -> dict[str, Any]:
    """Return the options of a client. The requests of a ``leavable`` one break off when the client that they
    are made for leaves, even if the server is silent: each has its own connection, as nothing tells which one
    is used again."""
    if not leavable and not local:
        return {}
    from openai import DefaultHttpxClient

    def trace(request: Any) -> None:
        request.extensions = {**request.extensions, "trace": _note_connection}

    how: dict[str, Any] = {"event_hooks": {"request": [trace]}} if leavable else {}
    if local:
        how |= {"trust_env": False, "follow_redirects": False}
    headers = {"default_headers": {"Connection": "close"}} if leavable else {}
    return {"http_client": DefaultHttpxClient(**how), **headers}


def _note_connection(event: str, details: Mapping[str, Any]) -> None:
    """Have a new connection shut when the client leaves (an event of httpcore's extension "trace")."""
    if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
        connection = details["return_value"].get_extra_info("socket")
        # Closing alone would not wake the thread that reads. An SSL socket's own method would end its TLS
        # under the hands of that thread.
        current().add(lambda: socket.socket.shutdown(connection, socket.SHUT_RDWR))


class _Pace:
    """The earliest time of the next request: what one thread is told, all keep to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._not_before = 0.0

    def hold(self, seconds: float) -> None:
        """Send no request for this many seconds from now, within reason."""
        with self._lock:
            self._not_before = max(self._not_before, time.monotonic() + min(seconds, LONGEST_HOLD))

    def wait(self, end: float, part: str) -> None:
        """Wait until a request may be sent. Raises ``RateLimited`` at once if that is after ``end``."""
        while (left := self._seconds_left()) > 0:
            if time.monotonic() + left > end:
                raise RateLimited(f"The {part}'s server asks to slow down.", left)
            current().wait(left + _jitter(min(0.5, left / 4)))  # not all threads at the same moment

    def _seconds_left(self) -> float:
        with self._lock:
            return self._not_before - time.monotonic()


def _is_unreached(error: APIError) -> bool:
    from openai import APIConnectionError, APITimeoutError

    return isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)


def _pause_after(problem: KnowledgeBaseError, error: APIError, tries: int) -> float | None:
    """Return the seconds to wait before a retry, ``None`` if a retry would not help."""
    from openai import APIConnectionError, APIStatusError

    # Half of it by chance, so that many clients of a server that comes back do not ask at one moment.
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (tries - 1))
    backoff = longest / 2 + _jitter(longest / 2)
    if isinstance(error, APIConnectionError):
        return backoff
    if isinstance(problem, RequestRefused) or not isinstance(error, APIStatusError):
        return None
    passing = isinstance(problem, RateLimited) or error.status_code in PASSING or error.status_code >= 500
    return max(backoff, told_to_wait(error.response.headers) or 0.0) if passing else None


def _jitter(most: float) -> float:
    return random.uniform(0.0, most)  # noqa: S311


_DURATION = defer_regex(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def told_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an answer's headers ask to wait, ``None`` if they do not say."""
    if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
        return milliseconds / 1000
    if (after := headers.get("retry-after")) is not None:
        return _seconds(after) if _seconds(after) is not None else _until(after)
    resets = [
        _duration(headers.get(f"x-ratelimit-reset-{what}", ""))
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}", "0") == "0"
    ]
    return max((reset for reset in resets if reset), default=None)


def _seconds(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d{1,9}(\.\d+)?", text.strip()) else None


def _until(date: str) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - time.time())
    except ValueError:
        return None


def _duration(text: str) -> float:
    """Return the seconds of a text like ``6m0s`` or ``120ms``, 0 if it is not a duration."""
    return sum(float(number) * _UNIT_SECONDS[unit] for number, unit in _DURATION.findall(text))
