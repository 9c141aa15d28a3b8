"""The child that runs a language model, one JSON line in and one for each piece of its reply.

``{"file": path, "threads": n, "messages": [{"role", "content"}, …], "max_tokens": n}`` is answered by
``{"text": piece}`` as often as there is one, and last by ``{"last": true, "tokens_in": n, "tokens_out": n}``
or ``{"last": true, "error": name}``. Without messages the model is loaded, and nothing written.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from app.pdf.child import Memory, private_stdout

CONTEXT_TOKENS = 4096
"""Of prompt and reply together: what is sent has far fewer, and the memory of it is taken from the start."""

POLITE = 5
"""Steps below the priority of the program: search and whoever reads pages go first on a busy machine."""

TEMPERATURE = 0.0
"""The likeliest word each time: a sentence is to say what its evidence says, and the same one every time."""

CANNOT_LOAD, TOO_LONG, FAILED = "cannot be loaded", "too long", "failed"

Engine = Any
"""A ``Server`` of xllamacpp."""

Answer = Callable[..., None]


def main() -> None:
    """Answer until stdin ends."""
    Memory(own=0).leave_no_core()
    if hasattr(os, "nice"):
        os.nice(POLITE)
    out = private_stdout()

    def answer(**said: object) -> None:
        out.write(json.dumps(said).encode() + b"\n")
        out.flush()

    engine: Engine = None
    for line in sys.stdin.buffer:
        event = json.loads(line)
        try:
            engine = engine or load_engine(event["file"], event["threads"])
        # Whatever the engine finds wrong with the file: its errors have no type of their own.
        except Exception:
            answer(last=True, error=CANNOT_LOAD)
            continue
        write_reply(engine, event, answer)


def load_engine(file: str, threads: int) -> Engine:
    """Return the engine with a model loaded. Raises what xllamacpp raises for a file that is none."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = file
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.warmup = False
    parameters.offline = True
    parameters.ui = False
    parameters.verbosity = 0
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    # The engine is always a server, too: one that nobody knows the key of. Where the kernel confines this
    # process it cannot send an answer either.
    parameters.api_keys = [os.urandom(32).hex()]
    return xllamacpp.Server(parameters)


def write_reply(engine: Engine, event: dict[str, Any], answer: Answer) -> None:
    """Give out the pieces of a reply as they are made, then its last answer."""
    if not event.get("messages"):
        answer(last=True, tokens_in=0, tokens_out=0)
        return
    ends: dict[str, object] = {"error": FAILED}

    def take(chunk: dict[str, Any]) -> None:
        nonlocal ends
        if "error" in chunk:
            ends = {"error": _name_error(chunk["error"])}
            return
        for choice in chunk["choices"]:
            if text := choice["delta"].get("content"):
                answer(text=text)
        if usage := chunk.get("usage"):
            ends = {"tokens_in": usage["prompt_tokens"], "tokens_out": usage["completion_tokens"]}

    request = {
        "messages": event["messages"],
        "max_tokens": event["max_tokens"],
        "temperature": TEMPERATURE,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    try:
        engine.handle_chat_completions(request, take)
    # Such as a chat template of the file that does not run.
    except Exception:
        ends = {"error": FAILED}
    answer(last=True, **ends)


def _name_error(error: dict[str, Any]) -> str:
    return TOO_LONG if "exceed_context" in str(error.get("type")) else FAILED


if __name__ == "__main__":
    main()
    os._exit(0)  # the engine's threads may still run
