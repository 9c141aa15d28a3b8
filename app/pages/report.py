"""Reports on what was read of a document: for each page, and in total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.core.page import BlockKind, Page, Recognition, Route


@dataclass(frozen=True, slots=True)
class PageReport:
    """How one page was read, in counts: ``images`` are on it, and ``figures`` of them have pictures.
    ``notes`` say what was skipped and why, ``unreadable`` is the share of characters without a meaning,
    ``hidden`` the number of words that no reader sees, by reason; ``label`` is the PDF's own name for the
    page, "" where it has none or the same."""

    number: int
    route: Route
    characters: int
    words: int
    tables: int
    images: int
    figures: int
    design_heavy: bool
    scanned: bool
    reasons: tuple[str, ...]
    signals: Mapping[str, float]
    needs_ocr: bool
    unreadable: float
    recognition: Recognition | None
    notes: tuple[str, ...]
    error: str | None
    hidden: Mapping[str, int] = field(default_factory=dict)
    label: str = ""


@dataclass(slots=True)
class Totals:
    """Sums over the pages read so far; ``design_heavy`` and the fields after it count pages. ``routes``
    counts pages by route, ``unreadable`` is the share of all characters, ``hidden`` counts words by the
    reason why no reader sees them."""

    pages: int = 0
    characters: int = 0
    words: int = 0
    tables: int = 0
    images: int = 0
    figures: int = 0
    design_heavy: int = 0
    scanned: int = 0
    needs_ocr: int = 0
    with_notes: int = 0
    failed: int = 0
    routes: Counter[str] = field(default_factory=Counter)
    unreadable: float = 0.0
    hidden: Counter[str] = field(default_factory=Counter)

    def add(self, page: PageReport) -> None:
        """Count a page."""
        # Back to counts: a mean of shares would weigh an empty page like a full one.
        unread = self.unreadable * self.characters + page.unreadable * page.characters
        self.pages += 1
        self.characters += page.characters
        self.words += page.words
        self.tables += page.tables
        self.images += page.images
        self.figures += page.figures
        self.design_heavy += page.design_heavy
        self.scanned += page.scanned
        self.needs_ocr += page.needs_ocr
        self.with_notes += bool(page.notes)
        self.failed += page.error is not None
        self.routes[page.route.value] += 1
        self.hidden.update(page.hidden)
        self.unreadable = unread / self.characters if self.characters else 0.0

    def json(self) -> dict[str, Any]:
        """Return the sums by name."""
        return asdict(self) | {
            "unreadable": round(self.unreadable, 4),
            "routes": dict(self.routes),
            "hidden": dict(self.hidden),
        }


def report(pages: Iterable[Page]) -> Iterator[PageReport | Totals]:
    """Yield a report of each page, then the totals, with one page in memory at a time."""
    totals = Totals()
    for page in pages:
        shown = page_report(page)
        totals.add(shown)
        yield shown
    yield totals


def page_report(page: Page) -> PageReport:
    """Return the report of a page."""
    kinds = [block.kind for block in page.blocks]
    return PageReport(
        number=page.number,
        route=page.route,
        characters=len(page.text),
        words=len(page.words),
        tables=kinds.count(BlockKind.TABLE),
        images=int(page.verdict.signals.get("images", 0)),
        figures=kinds.count(BlockKind.FIGURE),
        design_heavy=page.verdict.design_heavy,
        scanned=page.verdict.scanned,
        reasons=page.verdict.reasons,
        signals=page.verdict.signals,
        needs_ocr=page.needs_ocr,
        unreadable=page.unreadable,
        recognition=page.recognition,
        notes=page.notes,
        error=page.error,
        hidden=dict(Counter(word.why.value for word in page.hidden)),
        label=page.label,
    )
