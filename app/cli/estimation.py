"""``kb estimate``."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import OK, REFUSED
from app.cli.files import pdfs, tell_skipped
from app.cli.shown import open_program, print_json
from app.core.costs.prices import DEFAULT, load
from app.core.counting import format_count

if TYPE_CHECKING:
    from app.core.errors import BadRequest
    from app.estimate import Counts, Line
    from app.settings import Settings


def estimate(options: Namespace, settings: Settings) -> int:
    """Print what a folder would cost on AWS; ``REFUSED`` if any file could not be opened."""
    from app.estimate import Deployment, total
    from app.estimate import estimate as estimated

    prices = load(options.prices or DEFAULT)
    reads_scans = settings.ocr in ("auto", "model")  # there is no engine of its own there
    deployment = Deployment(
        settings.embedding_model,
        settings.chat_model,
        settings.range_pages,
        arm64=options.arm64,
        vision_model=(settings.vision_model or settings.chat_model) if reads_scans else "",
    )
    files = pdfs(options.paths)
    tell_skipped(files)
    with open_program(settings) as program:
        found = estimated(
            files.files,
            lambda path: program.knowledge_base.extraction.extract(path).pages,
            deployment,
            prices,
            questions=options.questions,
            refused=_tell,
        )
    if options.json:
        print_json(found)
        return REFUSED if found.counts.refused else OK
    _print_counts(found.counts)
    _print_lines("Ingesting them once", found.ingest, total(found.ingest))
    _print_lines(f"Answering {format_count(found.questions, 'question')}", found.asking, total(found.asking))
    if found.counts.documents:
        thousand = 1000 * total(found.ingest) / found.counts.documents
        print(f"For 1,000 documents like these: {thousand:.2f} dollars.")
    print(f"Prices as of {found.prices_as_of}; what serves Weaviate is not in them.")
    return REFUSED if found.counts.refused else OK


def _tell(name: Path, error: BadRequest) -> None:
    print(f"kb: {name}: {error.message}", file=sys.stderr)


def _print_counts(counts: Counts) -> None:
    print(
        f"{format_count(counts.documents, 'document')}, {format_count(counts.pages, 'page')} "
        f"({counts.design_heavy:,} design-heavy, "
        f"{counts.scanned:,} for a vision model), "
        f"{format_count(counts.chunks, 'passage')}, {format_count(counts.tokens, 'token')}, "
        f"{counts.bytes / 1e6:,.1f} MB; "
        f"read in {counts.seconds:.1f} s."
    )


def _print_lines(title: str, lines: Sequence[Line], dollars: float) -> None:
    print(f"\n{title}: {dollars:.4f} dollars")
    for line in lines:
        price = "no price" if line.dollars is None else f"{line.dollars:.6f}"
        print(f"  {line.what:<44} {line.amount:>16,.2f}  {price:>12}")
    print()
