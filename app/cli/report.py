"""``kb show --pages``: how each page was read, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.counting import format_count
from app.core.page import Route
from app.core.page_numbers import show_page
from app.pages.report import PageReport, Totals

ROUTES = {
    Route.TEXT: "text",
    Route.TEXT_AND_PICTURES: "text, pictures",
    Route.PICTURES: "pictures",
    Route.TEXT_LAYER: "scan, its text",
    Route.OCR: "scan, OCR",
    Route.NEEDS_OCR: "needs OCR",
    Route.EMPTY: "empty",
    Route.FAILED: "failed",
}
"""The routes in words that fit a column."""

HEAD = f"{'page':>10}  {'read by':14}  {'characters':>10}  {'words':>7}  {'tables':>6}  {'images':>6}"
INDENT = " " * (len(HEAD) + 2)


def print_report(report: Iterable[PageReport | Totals]) -> None:
    """Print a line for each page and more where there is more to say, then the sums."""
    print(f"{HEAD}  what to know")
    for item in report:
        if isinstance(item, Totals):
            print(_sums(item))
        else:
            print(_line(item))


def _line(page: PageReport) -> str:
    figures = (page.characters, page.words, page.tables, page.images)
    # The first beside the figures, the others below it: a line longer than the terminal would wrap into the
    # columns.
    words = [word for word in _list_notes(page) if word]
    first = _row(show_page(page.number, page.label), ROUTES[page.route], figures)
    return "\n".join([f"{first}  {words[0]}" if words else first, *(INDENT + word for word in words[1:])])


def _list_notes(page: PageReport) -> Iterable[str]:
    if page.error:
        yield page.error
    if page.recognition:
        sure = page.recognition.confidence
        yield f"read by {page.recognition.engine}" + ("" if sure is None else f", {sure:.0%} sure")
    yield from page.notes
    yield "; ".join(page.reasons)


def _row(number: str, route: str, figures: tuple[int, int, int, int]) -> str:
    characters, words, tables, images = figures
    return f"{number:>10}  {route:14}  {characters:>10,}  {words:>7,}  {tables:>6,}  {images:>6,}"


def _sums(totals: Totals) -> str:
    figures = (totals.characters, totals.words, totals.tables, totals.images)
    routes = ", ".join(f"{ROUTES[Route(route)]}: {count:,}" for route, count in totals.routes.items())
    unreadable = f"; {totals.unreadable:.1%} of the characters unreadable" if totals.unreadable else ""
    hidden = f"; {format_count(totals.hidden.total(), 'word')} not shown" if totals.hidden else ""
    return f"{_row('all', format_count(totals.pages, 'page'), figures)}  {routes}{unreadable}{hidden}"
