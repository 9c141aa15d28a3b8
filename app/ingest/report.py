"""What was read of a document, page by page, and all in all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from app.core.model import BlockKind, Page


@dataclass(frozen=True, slots=True)
class PageReport:
    """What was read of one page, in counts; ``figures`` are those that pictures were made of."""

    number: int
    characters: int
    words: int
    tables: int
    figures: int
    design_heavy: bool
    reasons: tuple[str, ...]
    signals: Mapping[str, float]
    needs_ocr: bool
    notes: tuple[str, ...]
    error: str | None


@dataclass(slots=True)
class Totals:
    """Sums over the pages that are read so far; the last four count pages."""

    pages: int = 0
    characters: int = 0
    words: int = 0
    tables: int = 0
    figures: int = 0
    design_heavy: int = 0
    needs_ocr: int = 0
    with_notes: int = 0
    failed: int = 0

    def add(self, page: PageReport) -> None:
        """Count a page."""
        self.pages += 1
        self.characters += page.characters
        self.words += page.words
        self.tables += page.tables
        self.figures += page.figures
        self.design_heavy += page.design_heavy
        self.needs_ocr += page.needs_ocr
        self.with_notes += bool(page.notes)
        self.failed += page.error is not None

    def json(self) -> dict[str, int]:
        """The sums by name."""
        return asdict(self)


def report(pages: Iterable[Page]) -> Iterator[PageReport | Totals]:
    """A report of each page, then the totals; one page in memory at a time."""
    totals = Totals()
    for page in pages:
        shown = page_report(page)
        totals.add(shown)
        yield shown
    yield totals


def page_report(page: Page) -> PageReport:
    """What was read of a page."""
    kinds = [block.kind for block in page.blocks]
    return PageReport(
        number=page.number,
        characters=len(page.text),
        words=len(page.words),
        tables=kinds.count(BlockKind.TABLE),
        figures=kinds.count(BlockKind.FIGURE),
        design_heavy=page.verdict.design_heavy,
        reasons=page.verdict.reasons,
        signals=page.verdict.signals,
        needs_ocr=page.needs_ocr,
        notes=page.notes,
        error=page.error,
    )
