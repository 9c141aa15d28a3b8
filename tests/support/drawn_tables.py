"""Tables drawn into PDFs by chance, one kind after the other, with what a person would call each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, product
from pathlib import Path
from random import Random

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

PLACES = [
    f"{one} {other}"
    for one, other in product(
        ("North", "South", "Upper", "Lower", "Old", "New", "Great", "Little"),
        ("River", "Forest", "Valley", "Harbor", "Island", "Glacier", "Prairie", "Lagoon"),
    )
]
MEASURES = ["Area", "Depth", "Width", "Count", "Share", "Rate", "Speed"]
TEXTS = [
    "Deep water with strong\ncurrents and cold\nsprings",
    "Shallow and warm",
    "Sand and gravel on\nthe northern bank",
    "Reeds along the\nwhole shore",
    "Rock",
    "Clear in summer,\nmurky in winter",
    "Grazed by goats",
    "Seldom seen by\nanybody in spring",
    "Marked on old maps as\na ford for carts and\nfor cattle",
    "Low banks of clay",
    "A lock keeper lives\nthere all year",
    "Under ice until May",
]
SIZE, LINE, THIN = 9, 10.6, 4.5
"""Points of the letters, from line to line, and of a row that only parts others."""


@dataclass(frozen=True)
class Drawn:
    """A cell to draw: where it is, its text, how it is set (l, c or r), whether a line is under it, by how
    many points a cell set left is indented, and whether its row is too low for text."""

    row: int
    column: int
    text: str
    align: str = "c"
    rows: int = 1
    columns: int = 1
    bold: bool = False
    underlined: bool = False
    indent: float = 0.0
    thin: bool = False


@dataclass(frozen=True)
class Fact:
    """What a cell says: the last of its row's labels, words of its heads, top first, and its text."""

    row: str
    heads: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Sheet:
    """A table to draw: its cells, the widths of its columns, its rows of heads, which lines it has (none,
    over and under heads and body, between all rows, around all cells, around all but the labels, one beside
    the labels, between pairs of columns, or bands of colour), the degrees that it is turned by, and whether
    short cells begin where tall ones do; the lines of its title, the last right above the table."""

    cells: Sequence[Drawn]
    facts: Sequence[Fact]
    widths: Sequence[float]
    heads: int = 1
    lines: str = "none"
    turned: int = 0
    at_top: bool = False
    size: float = SIZE
    font: str = "Helvetica"
    title: Sequence[str] = ("The places and what was seen there", "")

    def draw(self, path: Path) -> None:
        """Write the table as the only page of a PDF, below a title and above some prose."""
        canvas = Canvas(str(path), pagesize=(595, 842))
        left, top = 60.0, 700.0
        if self.turned:
            canvas.rotate(self.turned)
            canvas.translate(*((0, -595) if self.turned == 90 else (-842, 0)))
            top = 470.0
        xs = [left + x for x in accumulate(self.widths, initial=0)]
        ys = [top - y for y in accumulate(self._heights(), initial=0)]
        canvas.setFont(self.font, self.size)
        for number, line in enumerate(self.title):
            canvas.drawString(left, top + 6 + 1.3 * SIZE * (len(self.title) - 1 - number), line)
        if self.lines == "bands":
            self._draw_bands(canvas, xs, ys)
        for cell in self.cells:
            self._draw_cell(canvas, cell, xs, ys)
        self._draw_lines(canvas, xs, ys)
        for number in range(5):
            prose = "The places were visited in the order of the map and seen by four people who took notes."
            canvas.drawString(left, ys[-1] - 30 - number * 1.3 * SIZE, prose)
        canvas.showPage()
        canvas.save()

    def _heights(self) -> Iterator[float]:
        for row in range(max(cell.row + cell.rows for cell in self.cells)):
            cells = [cell for cell in self.cells if cell.row == row and cell.rows == 1]
            lines = (cell.text.count("\n") + 1 for cell in cells)
            yield THIN if cells and all(c.thin for c in cells) else max(lines, default=1) * LINE + SIZE / 2

    def _draw_cell(self, canvas: Canvas, cell: Drawn, xs: Sequence[float], ys: Sequence[float]) -> None:
        font = f"{self.font}-Bold" if cell.bold else self.font
        canvas.setFont(font, self.size)
        x0, x1 = xs[cell.column], xs[cell.column + cell.columns]
        top, bottom = ys[cell.row], ys[cell.row + cell.rows]
        lines = cell.text.split("\n")
        above = SIZE / 4 if self.at_top and cell.rows == 1 else (top - bottom - len(lines) * LINE) / 2
        for number, line in enumerate(lines):
            width = stringWidth(line, font, self.size)
            x = {"l": x0 + 4 + cell.indent, "c": (x0 + x1 - width) / 2, "r": x1 - 4 - width}[cell.align]
            canvas.drawString(x, top - above - number * LINE - SIZE, line)
        if cell.underlined:
            canvas.line(x0 + 4, bottom, x1 - 4, bottom)

    def _draw_lines(self, canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
        if self.lines in ("all", "figures"):
            for cell in self.cells:
                if self.lines == "figures" and cell.column == 0:
                    continue
                x0, x1 = xs[cell.column], xs[cell.column + cell.columns]
                top, bottom = ys[cell.row], ys[cell.row + cell.rows]
                canvas.rect(x0, bottom, x1 - x0, top - bottom)
        across = (0, self.heads, -1)
        ends = {"heads": across, "between groups": across, "beside labels": (self.heads,)}.get(self.lines, ())
        between = range(self.heads, len(ys)) if self.lines == "rows" else ()
        for number in (*ends, *between):
            canvas.line(xs[0], ys[number], xs[-1], ys[number])
        for x in {"beside labels": xs[1:2], "between groups": xs[1:-1:2]}.get(self.lines, ()):
            canvas.line(x, ys[0], x, ys[-1])

    def _draw_bands(self, canvas: Canvas, xs: Sequence[float], ys: Sequence[float]) -> None:
        canvas.saveState()
        for row in range(0, len(ys) - 1, 2):
            canvas.setFillGray(0.9 if row else 0.75)
            canvas.rect(xs[0], ys[row + 1], xs[-1] - xs[0], ys[row] - ys[row + 1], stroke=0, fill=1)
        canvas.restoreState()


def figure(by: Random) -> str:
    """A number as tables have it."""
    value = by.random() * 100
    return by.choice(
        [f"{value:.0f}", f"{value:.2f}", f"{1000 * value + 1000:,.0f}", f"{value:.1f} ± {value / 20:.1f}"]
    )


def counted_heads(by: Random) -> Sheet:
    """Heads over groups of columns, numbers below them, and often a line with the unit."""
    groups, days = by.sample(["Spring", "Dry period", "After rain"], 2), by.sample(["3", "7", "10", "14"], 2)
    cells = [Drawn(0, 0, "Place", "l", bold=True)]
    cells += [
        Drawn(0, 1 + 2 * at, name, columns=2, bold=True, underlined=True) for at, name in enumerate(groups)
    ]
    cells += [Drawn(1, 1 + at, day, bold=True) for at, day in enumerate(days * 2)]
    heads = 2
    if by.random() < 0.5:
        cells.append(Drawn(2, 1, "Share of places (%)", by.choice("lc"), columns=4))
        heads = 3
    over = [(group, day) for group in groups for day in days]
    body, facts = _body(by, heads, by.randint(4, 8), over, "c")
    return Sheet(cells + body, facts, [90, 60, 60, 60, 60], heads, by.choice(["none", "heads"]))


def turned(by: Random) -> Sheet:
    """A table that runs up or down the page."""
    heads = by.sample(MEASURES, by.randint(3, 5))
    cells = [Drawn(0, 0, "Place", "l", bold=True), *_heads(heads, "r")]
    body, facts = _body(by, 1, by.randint(5, 11), [(head,) for head in heads], "r")
    lines = by.choice(["none", "heads", "rows", "all"])
    return Sheet(cells + body, facts, [110] + [66] * len(heads), 1, lines, by.choice([90, 270]))


def narrow_columns(by: Random) -> Sheet:
    """Many columns of small numbers."""
    heads = [f"{by.choice('ABCDEFGH')}{at}" for at in range(by.randint(11, 16))]
    cells = [Drawn(0, 0, "Place", "l", bold=True), *_heads(heads, "r")]
    body, facts = _body(
        by, 1, by.randint(5, 10), [(h,) for h in heads], "r", lambda: str(by.randint(10, 999))
    )
    return Sheet(
        cells + body, facts, [80] + [24] * len(heads), 1, by.choice(["none", "heads", "all"]), size=7
    )


def two_levels_beside(by: Random) -> Sheet:
    """Labels of groups beside those of rows, at their first row or in their middle."""
    heads, methods = by.sample(MEASURES, by.randint(2, 4)), ["Sonar", "Laser survey", "By hand"]
    cells = [
        Drawn(0, 0, "Region", "l", bold=True),
        Drawn(0, 1, "Method", "l", bold=True),
        *_heads(heads, "c", 2),
    ]
    facts: list[Fact] = []
    middle = by.random() < 0.5
    for group, place in enumerate(by.sample(PLACES, 3)):
        first = 1 + 3 * group
        cells.append(Drawn(first, 0, place, "l", 3 if middle else 1))
        cells += [] if middle else [Drawn(first + 1, 0, ""), Drawn(first + 2, 0, "")]
        for below, method in enumerate(methods):
            cells.append(Drawn(first + below, 1, method, "l"))
            values = [figure(by) for _ in heads]
            cells += [Drawn(first + below, 2 + at, value) for at, value in enumerate(values)]
            facts += [Fact(method, (head,), value) for head, value in zip(heads, values, strict=True)]
    return Sheet(cells, facts, [90, 90] + [66] * len(heads), 1, by.choice(["none", "heads", "all"]))


def wrapped_cells(by: Random) -> Sheet:
    """Cells of several lines, set around the middle of their row or from its top."""
    align = by.choice("lc")
    cells = [
        Drawn(0, at, name, align, bold=True) for at, name in enumerate(("Place", "Ground", "Notes", "Count"))
    ]
    facts: list[Fact] = []
    for row, place in enumerate(by.sample(PLACES, by.randint(4, 7)), 1):
        ground, notes = by.sample(TEXTS, 2)
        values = (ground, notes, str(by.randint(10, 999)))
        cells += [Drawn(row, at, text, align) for at, text in enumerate((place, *values))]
        facts += [
            Fact(place, (head,), value.replace("\n", " "))
            for head, value in zip(("Ground", "Notes", "Count"), values, strict=True)
        ]
    lines = by.choice(["heads", "rows"])
    return Sheet(cells, facts, [90, 130, 130, 60], 1, lines, at_top=by.random() < 0.5)


def sections_across(by: Random) -> Sheet:
    """Names of sections in the middle of the table, between its rows."""
    heads = by.sample(MEASURES, by.randint(3, 5))
    cells = [Drawn(0, 0, "Place", bold=True), *_heads(heads, "c")]
    facts: list[Fact] = []
    row = 1
    for name in by.sample(["Places at the coast", "Inland", "All other places seen before"], 3):
        cells.append(Drawn(row, 0, name, columns=1 + len(heads)))
        body, found = _body(by, row + 1, by.randint(2, 4), [(head,) for head in heads], "c")
        cells += body
        facts += found
        row = 1 + max(cell.row for cell in cells)
    return Sheet(cells, facts, [110] + [66] * len(heads), 1, by.choice(["none", "heads", "all"]))


def column_groups(by: Random) -> Sheet:
    """One list in several pairs of columns, side by side."""
    count, pairs = by.randint(6, 11), by.choice([2, 3])
    places = by.sample(PLACES, count * pairs)
    cells: list[Drawn] = []
    facts: list[Fact] = []
    for pair in range(pairs):
        cells += [
            Drawn(0, 2 * pair, "Place", "l", bold=True),
            Drawn(0, 2 * pair + 1, "Count", "r", bold=True),
        ]
        for row, place in enumerate(places[pair * count : (pair + 1) * count], 1):
            value = str(by.randint(2100, 9999))  # no year
            cells += [Drawn(row, 2 * pair, place, "l"), Drawn(row, 2 * pair + 1, value, "r")]
            facts.append(Fact(place, ("Count",), value))
    return Sheet(cells, facts, [95, 55] * pairs, 1, by.choice(["none", "heads", "all"]))


def formulas_beside_a_line(by: Random) -> Sheet:
    """Formulas and signs in cells, with a line beside the labels and one under the heads."""
    heads = by.sample(MEASURES, by.randint(3, 5))
    cells = [Drawn(0, 0, "Type", "l"), *_heads(heads, "c", bold=False)]
    facts: list[Fact] = []
    for row in range(1, by.randint(5, 8)):
        label = f"{chr(64 + row)}: [{by.choice('+-')} {by.choice('+-')} {by.choice('+-')}]"
        values = [f"g(x) = {10 * row + 3}", *(f"{by.random() * 9:.2f} ± 0.{row}1" for _ in heads[1:])]
        cells += [Drawn(row, 0, label, "l"), *(Drawn(row, 1 + at, value) for at, value in enumerate(values))]
        facts += [Fact(label, (head,), value) for head, value in zip(heads, values, strict=True)]
    return Sheet(cells, facts, [90] + [75] * len(heads), 1, "beside labels")


KINDS: Mapping[str, Callable[[Random], Sheet]] = {
    draw.__name__: draw
    for draw in (
        counted_heads,
        turned,
        narrow_columns,
        two_levels_beside,
        wrapped_cells,
        sections_across,
        column_groups,
        formulas_beside_a_line,
    )
}


def _heads(names: Sequence[str], align: str, first: int = 1, *, bold: bool = True) -> list[Drawn]:
    return [Drawn(0, first + at, name, align, bold=bold) for at, name in enumerate(names)]


def _body(
    by: Random,
    first: int,
    count: int,
    over: Sequence[tuple[str, ...]],
    align: str,
    value: Callable[[], str] | None = None,
) -> tuple[list[Drawn], list[Fact]]:
    """Rows of figures under these heads, each with a label, and what they say."""
    cells: list[Drawn] = []
    facts: list[Fact] = []
    for row, place in enumerate(by.sample(PLACES, count), first):
        cells.append(Drawn(row, 0, place, "l"))
        for column, heads in enumerate(over, 1):
            text = value() if value else figure(by)
            cells.append(Drawn(row, column, text, align))
            facts.append(Fact(place, heads, text))
    return cells, facts
