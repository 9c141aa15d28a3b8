"""What the prover catches and what it refuses: python -m tests.bench.quotes CORPUS [even|odd].

Sentences of the corpus's PDFs are turned in each of the ways of ``tests.support.misquotes`` (a misquote that
is proven is missed), damaged as reading damages them (one that is missing is refused), and spliced over what
stands between two blocks (none may be exact). The transformations were written with every second PDF in
sight, the even ones; the figures of the documentation are those of the odd ones.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.ask.proof.cite import PassageSource, cite
from app.ask.sentences import sentences
from app.core.answer import Citation, Proof
from app.core.errors import BadRequest
from app.core.geometry import Box
from app.core.page import BlockKind, Page
from app.core.passage import Chunk, Hit, Span
from app.ingest.furniture import mark_furniture
from tests.support.misquotes import DAMAGES, TURNS, Change, is_usable
from tests.support.readers import open_outline, read_pages
from tests.support.splices import splices

STRAIGHT = 900
"""Sentences that are quoted as they stand."""

EACH = 30
"""Sentences that a transformation is tried on."""

PAGES = 3
SPLICED = 60
"""PDFs that splices are made of."""

SPLICES = 10
"""Of each of them."""


def halves(corpus: Path, which: str) -> list[Path]:
    """Every second PDF, from the first or the second on."""
    found = [
        path
        for folder in ("text", "tables", "design", "xquad")
        for path in sorted((corpus / folder).rglob("*.pdf"))
    ]
    return found[which == "odd" :: 2]


def sources(paths: Sequence[Path], pages: int = PAGES) -> Iterator[PassageSource]:
    """Each PDF's first pages, those that cannot be read left out."""
    for path in paths:
        try:
            last = min(open_outline(path).pages, pages)
            read = list(mark_furniture(read_pages(path, range(1, last + 1))))
        except BadRequest as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        yield source_of(read)


def source_of(pages: Sequence[Page]) -> PassageSource:
    """A passage that is these pages."""
    chunk = Chunk("chunk", "local", "doc", 1, 0, BlockKind.TEXT, "")
    return PassageSource(Hit(chunk, 1.0, document_name="document.pdf"), lambda _: list(pages))


def quotes_of(source: PassageSource) -> list[str]:
    """The page's own sentences that a transformation may be tried on."""
    spans = [Span(page.number, Box(0, 0, page.width, page.height)) for page in source.text.pages]
    found = (each.text for each in sentences(source.text.pages, spans) if not each.row)
    return list(dict.fromkeys(text for text in found if is_usable(text)))


def main(corpus: Path, which: str) -> None:
    """Print the figures."""
    chosen = random.Random(7)
    read = list(sources(halves(corpus, which)))
    quotes = [(source, quote) for source in read for quote in quotes_of(source)]
    chosen.shuffle(quotes)
    print(f"{len(quotes)} sentences of {len(read)} PDFs ({which})")
    report("straight", [Try("straight", *each) for each in quotes[:STRAIGHT]], proven=True)
    report("misquotes", list(transformed(quotes, TURNS)), proven=False)
    report("damage", list(transformed(quotes, DAMAGES)), proven=True)
    made = [[(source, splice) for splice in splices(source.text, SPLICES, chosen)] for source in read]
    some = [each for each in made if each][:SPLICED]
    proofs = Counter(cite(1, splice, [source]).proof.value for each in some for source, splice in each)
    print(f"{proofs.total()} splices of {len(some)} PDFs: {dict(proofs)}")


class Try(NamedTuple):
    """A quote of a kind, and the passage that it is said to be from."""

    kind: str
    source: PassageSource
    quote: str


def transformed(quotes: Sequence[tuple[PassageSource, str]], ways: Mapping[str, Change]) -> Iterator[Try]:
    """The first sentences that each way changes, ``EACH`` of a way at most."""
    for kind, change in ways.items():
        tried = ((source, quote, change(quote)) for source, quote in quotes)
        fitting = (Try(kind, source, other) for source, quote, other in tried if other and other != quote)
        yield from islice(fitting, EACH)


def report(title: str, tried: Sequence[Try], *, proven: bool) -> None:
    """Print how many are as they should be, kind by kind, and those that are not."""
    begun = time.perf_counter()
    count: Counter[str] = Counter()
    wrong: list[tuple[str, Citation]] = []
    for kind, source, quote in tried:
        citation = cite(1, quote, [source])
        count[kind] += 1
        if (citation.proof is not Proof.MISSING) is not proven:
            wrong.append((kind, citation))
    each = 1000 * (time.perf_counter() - begun) / max(1, len(tried))
    right = len(tried) - len(wrong)
    print(f"{title}: {right} of {len(tried)} right ({right / len(tried):.1%}), {each:.1f} ms each")
    failed = Counter(kind for kind, _ in wrong)
    for kind, number in count.items():
        print(f"  {kind}: {number - failed[kind]} of {number}")
    for kind, citation in wrong:
        print(f"    {kind} ({citation.proof.value}): {citation.quote[:160]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "odd")
