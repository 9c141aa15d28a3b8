"""A language model of a file on this machine, in a separate process: a crash, and its memory, are its own."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.adapters.embedded.children.chat_process import CANNOT_LOAD, TOO_LONG
from app.adapters.embedded.children.child import Child
from app.core.errors import NotSetUp, Unavailable
from app.core.ports import Delta, Prompt
from app.core.process.closing import closed_after
from app.core.process.turnstile import Turnstile
from app.settings import cores

PART = "chat model"

SECONDS = 300.0
"""The timeout for the next piece of a reply: before the first, a core of a slow machine reads the prompt."""

IDLE_SECONDS = 900.0
"""After so long without a question its memory is given back. The next one loads it in a second or two."""

AT_ONCE = 4
"""Replies that are written or wait: one at a time, of some ten seconds each."""

MAGIC = b"GGUF"


class GgufChat:
    """A ``ChatModel`` over ``xllamacpp``, which runs the model of a GGUF file. One reply is written at a
    time, and a client that leaves ends it."""

    phrases = True

    def __init__(
        self,
        path: Path,
        *,
        threads: int | None = None,
        at_once: int = AT_ONCE,
        seconds: float = SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._path = path.absolute()
        self._threads = threads or cores()
        self._turnstile = Turnstile(at_once, "answers are being written by the model of KB_CHAT_FILE")
        self._loaded = False
        self._child = Child(
            "app.adapters.embedded.children.chat_process",
            {},
            seconds=seconds,
            idle_seconds=idle_seconds,
            part=PART,
            readable=[self._path, self._path.resolve()],
            listening=True,
        )

    @property
    def model(self) -> str:
        """The file's name, without its ending."""
        return self._path.stem

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Iterator[Delta]:
        """Yield the reply, piece by piece; the last one has the token counts.

        Raises ``RateLimited`` if too many wait for one, ``NotSetUp`` for a file or package that cannot be
        used, ``Unavailable`` if the reply breaks off.
        """
        messages = [
            {"role": "system", "content": prompt.system},
            *({"role": role, "content": text} for role, text in prompt.turns),
        ]
        yield from self._ask(messages, max_tokens)

    def check(self) -> None:
        """Raise ``NotSetUp`` if the package is missing, or the file is not one that can be loaded, which is
        tried the first time."""
        self._check_file()
        if not self._loaded:
            list(self._ask([], 0))

    def close(self) -> None:
        """End the process. The next reply starts another."""
        self._child.stop()

    def _ask(self, messages: list[dict[str, str]], max_tokens: int) -> Iterator[Delta]:
        self._check_file()
        event = {
            "file": str(self._path),
            "threads": self._threads,
            "messages": messages,
            "max_tokens": max_tokens,
        }
        with self._turnstile.enter(), closed_after(self._child.stream(event)) as answers:
            for answer in answers:
                if answer.get("last"):
                    self._loaded = answer.get("error") != CANNOT_LOAD
                    self._raise_error(answer)
                    yield Delta("", answer["tokens_in"], answer["tokens_out"])
                    return
                yield Delta(answer["text"])
        raise Unavailable(f"The {PART}'s process ended in the middle, or took too long.", PART)

    def _raise_error(self, answer: dict[str, Any]) -> None:
        match answer.get("error"):
            case None:
                return
            case error if error == CANNOT_LOAD:
                raise NotSetUp(
                    f"KB_CHAT_FILE: {self._path.name} cannot be loaded: it is incomplete, damaged, or of a "
                    "kind that this xllamacpp does not know.",
                    PART,
                )
            case error if error == TOO_LONG:
                raise Unavailable(f"The {PART} cannot read as much as it was sent.", PART)
        raise Unavailable(f"The {PART} failed.", PART)

    def _check_file(self) -> None:
        if importlib.util.find_spec("xllamacpp") is None:
            raise NotSetUp("KB_CHAT_FILE needs the extra 'chat': xllamacpp cannot be found.", PART)
        try:
            with self._path.open("rb") as file:
                magic = file.read(len(MAGIC))
        except OSError as error:
            said = os.strerror(error.errno) if error.errno else "it cannot be read"
            raise NotSetUp(f"KB_CHAT_FILE: {self._path} cannot be read ({said}).", PART) from error
        if magic != MAGIC:
            raise NotSetUp(f"KB_CHAT_FILE: {self._path.name} is not a GGUF file.", PART)
