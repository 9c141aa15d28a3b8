"""Prompts as files: Markdown, with ``{name}`` where a value goes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def prompt_text(name: str) -> str:
    """Return the text of a prompt file."""
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8")
