"""Claims with their sources: each claim is one that a quote carries (supported), or one that was turned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.ask.entail.judge import Judgement, judge
from app.ask.entail.said import evidence
from app.ask.proof.cite import PassageSource, cite, prove
from app.core.answer import Support
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Cell, Page
from app.core.passage import Chunk, Hit, Span

FOLDER = Path(__file__).parents[1] / "bench" / "claims"

LINE, WIDTH = 20.0, 500.0


@dataclass(frozen=True)
class Case:
    """A claim, what its quote stands in, and whether it is ``supported`` or was turned in a way of this
    ``kind``."""

    language: str
    kind: str
    claim: str
    quote: str
    source: PassageSource

    @property
    def supported(self) -> bool:
        return self.kind == ""

    def judged(self) -> Judgement:
        found = prove(cite(1, self.quote, [self.source]).quote, self.source)
        if found is None:
            return Judgement(Support.UNSUPPORTED)
        return judge(self.claim, evidence(self.source, *found))


def cases(name: str) -> list[Case]:
    """The claims of a file: those that were ``tuned`` on, or those that are ``reported``."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [case for line in lines for case in _cases(json.loads(line))]


def _cases(said: Mapping[str, Any]) -> Iterator[Case]:
    source = source_of(said)
    quote = said.get("quote") or said["sentence"]
    for claim in said["supported"]:
        yield Case(said["language"], "", claim, quote, source)
    for kind, claim in said["turned"].items():
        yield Case(said["language"], kind, claim, quote, source)


def source_of(said: Mapping[str, Any]) -> PassageSource:
    """A page with a heading, the lead of a list and a sentence, or a table, as the reader would give it."""
    words: list[Word] = []
    blocks: list[Block] = []
    for kind, name in (
        (BlockKind.HEADING, "heading"),
        (BlockKind.TEXT, "lead"),
        (BlockKind.ITEM if "lead" in said else BlockKind.TEXT, "sentence"),
    ):
        if text := said.get(name):
            blocks.append(_block(kind, text, words, len(blocks)))
    if rows := said.get("table"):
        blocks.append(_table(rows, words, len(blocks)))
    box = Box(0, 0, WIDTH, 800)
    page = Page(1, WIDTH, 800, words=tuple(words), blocks=tuple(blocks))
    headings = (said["heading"],) if "heading" in said else ()
    text = "\n".join(block.text for block in blocks)
    chunk = Chunk("c", "local", "doc", 1, 0, BlockKind.TEXT, text, headings=headings, spans=(Span(1, box),))
    return PassageSource(Hit(chunk, 1.0, title=said.get("title", "")), lambda _: [page])


def _block(kind: BlockKind, text: str, words: list[Word], line: int) -> Block:
    start = len(words)
    _place(text, words, line)
    box = Box(0, line * LINE, WIDTH, (line + 1) * LINE)
    return Block(kind, box, (start, len(words)), text, level=int(kind is not BlockKind.TEXT))


def _place(text: str, words: list[Word], line: int) -> None:
    parts = text.split()
    for at, part in enumerate(parts):
        step = WIDTH / len(parts)
        words.append(Word(part, Box(at * step, line * LINE, (at + 0.9) * step, (line + 1) * LINE)))


def _table(rows: Sequence[Sequence[str]], words: list[Word], line: int) -> Block:
    start = len(words)
    cells: list[Cell] = []
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            _place(text, words, line + number)
            box = Box(column * 100, (line + number) * LINE, column * 100 + 90, (line + number + 1) * LINE)
            cells.append(Cell(number, column, text, box, header=number == 0))
    text = "\n".join(" | ".join(row) for row in rows)
    box = Box(0, line * LINE, WIDTH, (line + len(rows)) * LINE)
    return Block(BlockKind.TABLE, box, (start, len(words)), text, cells=tuple(cells))


def missed(given: Sequence[Case]) -> tuple[list[Case], list[Case]]:
    """Turned claims that were called proven, and supported ones that were not."""
    found = [(case, case.judged().status is Support.PROVEN) for case in given]
    return (
        [case for case, proven in found if proven and not case.supported],
        [case for case, proven in found if not proven and case.supported],
    )
