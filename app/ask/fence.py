"""Marks around what others wrote: nothing that stands inside a prompt's marks can look like its outside."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from app.core.process.patterns import defer_regex

_UNSAFE = defer_regex(r"[\s\"<>]+")


class Fence:
    """Marks of one prompt, made with a ``nonce`` that no text can know beforehand.

    Everything that comes from documents, from earlier answers or from a model stands inside: texts, names,
    headings, the conversation and the rewriting of a question.
    """

    def __init__(self) -> None:
        self.nonce = secrets.token_hex(8)

    def block(self, name: str, text: str, **about: str) -> str:
        """Return a text between marks with this name. What it is ``about`` is on one line, without what
        could end it."""
        said = "".join(f' {key}="{_UNSAFE.sub(" ", value).strip()}"' for key, value in about.items())
        return f"<{name}-{self.nonce}{said}>\n{text}\n</{name}-{self.nonce}>"

    def conversation(self, history: Sequence[tuple[str, str]], turns: int, longest: int) -> str:
        """Return the last turns of (role, text), each cut at ``longest`` characters; "" where there is
        none."""
        said = [self.block("turn", text[:longest], by=role) for role, text in history[-turns:]]
        return self.block("conversation", "\n".join(said)) if said else ""
