"""The commands that the documentation shows, taken apart."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

INLINE = ("kb", "sam", "aws", "docker")
"""Programs whose name at the beginning of a span of code says that it is a command."""

ENDS = {"|", "||", "&&", "&", ";", "(", ")"}
REDIRECTIONS = {">", ">>", "<"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command: where it stands, its program, and the words after it."""

    page: str
    program: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join([self.program, *self.words])}"

    @property
    def flags(self) -> tuple[str, ...]:
        """What begins with a dash, without values."""
        return tuple(word.partition("=")[0] for word in self.words if re.match(r"--?[A-Za-z]", word))

    @property
    def arguments(self) -> tuple[str, ...]:
        """All words before the first flag."""
        flag = next((number for number, word in enumerate(self.words) if word.startswith("-")), None)
        return self.words[:flag]


def all_commands() -> list[Command]:
    """Those in blocks of shell, and those in running text."""
    found: list[Command] = []
    for page in PAGES:
        text, name = page.read_text(), str(page.relative_to(ROOT))
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                found += [Command(name, words[0], tuple(words[1:])) for words in _simple(line)]
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        for span in re.findall(r"`([^`]+)`", prose):
            if re.match(rf"({'|'.join(INLINE)}) ", span) or re.match(r"scripts/\w+( |$)", span):
                found += [Command(name, words[0], tuple(words[1:])) for words in _simple(span)]
    return found


def _simple(line: str) -> Iterator[Sequence[str]]:
    """The simple commands of a line of shell, without assignments and redirections."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    skipped = False
    for word in [*lexer, ";"]:
        if skipped:
            skipped = False
        elif word in REDIRECTIONS:
            skipped = True
        elif word not in ENDS:
            words.append(word)
        else:
            while words and re.match(r"[A-Z_a-z]+=", words[0]):
                words.pop(0)
            if words and words != ["$"]:
                yield words
            words = []
