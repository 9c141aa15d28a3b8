"""What the prover catches and what it refuses: python -m tests.bench.quotes CORPUS [even|odd].

Sentences of the corpus's PDFs are turned in each of the ways of ``tests.support.misquotes`` (a misquote called
exact or fuzzy is missed), damaged as reading damages them (one called missing is refused), and spliced over
what stands between two blocks (none may be exact). The transformations are written with the even PDFs in
sight; the figures of the documentation are those of the odd ones.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.ask.cite import Source, cite
from app.ask.sentences import sentences
from app.core.model import BlockKind, Box, Chunk, Hit, Page, Proof, Span
from app.ingest.extract import open_outline, read_pages
from app.ingest.furniture import marked
from tests.support.misquotes import DAMAGES, TURNS, is_usable
from tests.support.splices import splices

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


def sources(paths: Sequence[Path], pages: int = PAGES) -> Iterator[tuple[str, Source]]:
    """Each PDF's first pages, those that cannot be read left out."""
    for path in paths:
        try:
            last = min(open_outline(path).pages, pages)
            read = list(marked(read_pages(path, range(1, last + 1))))
        except Exception as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        yield path.name, source_of(read)


def source_of(pages: Sequence[Page]) -> Source:
    """A passage that is these pages."""
    chunk = Chunk("chunk", "local", "doc", 1, 0, BlockKind.TEXT, "")
    return Source(Hit(chunk, 1.0, document_name="document.pdf"), lambda _: list(pages))


def quotes_of(source: Source) -> list[str]:
    """The page's own sentences that a transformation may be tried on."""
    spans = [Span(page.number, Box(0, 0, page.width, page.height)) for page in source.text.pages]
    found = (each.text for each in sentences(source.text.pages, spans) if not each.row)
    return list(dict.fromkeys(text for text in found if is_usable(text)))


def main(corpus: Path, which: str) -> None:
    """Print the figures."""
    chosen = random.Random(7)
    read = list(sources(halves(corpus, which)))
    quotes = [(name, source, quote) for name, source in read for quote in quotes_of(source)]
    chosen.shuffle(quotes)
    print(f"{len(quotes)} sentences of {len(read)} PDFs ({which})")
    report("straight", [("straight", source, quote, quote) for _, source, quote in quotes[:900]], wanted=True)
    report("misquotes", list(transformed(quotes, TURNS)), wanted=False)
    report("damage", list(transformed(quotes, DAMAGES)), wanted=True)
    made = [[(source, each) for each in splices(source.text, SPLICES, chosen)] for _, source in read]
    some = [each for each in made if each][:SPLICED]
    proofs = Counter(cite(1, splice, [source]).proof.value for each in some for source, splice in each)
    print(f"{proofs.total()} splices of {len(some)} PDFs: {dict(proofs)}")


def transformed(quotes, ways) -> Iterator[tuple[str, Source, str, str]]:
    """The sentences that each way changes, no more than ``EACH`` of a way and one of a PDF and way."""
    for kind, change in ways.items():
        count = 0
        for name, source, quote in quotes:
            changed = change(quote)
            if changed and changed != quote:
                yield kind, source, quote, changed
                count += 1
                if count == EACH:
                    break


def report(title: str, tried, *, wanted: bool) -> None:
    """Print how many were proven, kind by kind."""
    begun = time.perf_counter()
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    wrong: list[tuple[str, str, str]] = []
    for kind, source, _, changed in tried:
        citation = cite(1, changed, [source])
        count[kind] += 1
        good = (citation.proof is not Proof.MISSING) == wanted
        right[kind] += good
        if not good:
            wrong.append((kind, citation.proof.value, changed))
    spent = (time.perf_counter() - begun) / max(1, len(tried))
    total = sum(count.values())
    print(
        f"{title}: {sum(right.values())} of {total} right ({100 * sum(right.values()) / total:.1f} %), {1000 * spent:.1f} ms each"
    )
    for kind in count:
        print(f"  {kind}: {right[kind]} of {count[kind]}")
    for kind, proof, changed in wrong:
        print(f"    {kind} ({proof}): {changed[:160]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "odd")
