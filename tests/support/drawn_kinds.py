"""More kinds of tables that are drawn by chance: labels that are numbers, heads that hardly stand apart,
sections as wide as labels, rows that only part others, bands of colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random

from tests.support.drawn_tables import MEASURES, PLACES, TEXTS, Drawn, Fact, Sheet, figure

AGES = ["0–4", "5–14", "15–24", "25–34", "35–44", "45–54", "55–64", "65–74", "75–84", "≥85"]
CODES = ["Code", "Number", "Key", "Mark"]


def ages_as_labels(by: Random) -> Sheet:
    """Age groups as labels, and a count, a rate and its range for each of two groups of people."""
    groups, over = by.sample(["Women", "Men", "Rural", "Urban", "Island"], 2), ("No.", "Rate", "(95% CI)")
    cells = [
        Drawn(0, 1 + 3 * at, name, columns=3, bold=True, underlined=True) for at, name in enumerate(groups)
    ]
    cells += [Drawn(1, 0, "Age group", "l", bold=True)]
    cells += [
        Drawn(1, 1 + at, name, "r" if at % 3 < 2 else "c", bold=True) for at, name in enumerate(over * 2)
    ]
    facts: list[Fact] = []
    ages = AGES[by.randint(0, 3) : by.randint(7, 10)]
    for row, age in enumerate(ages, 2):
        cells.append(Drawn(row, 0, age, "l"))
        for at, group in enumerate(groups):
            rate = by.random() * 3000
            values = (
                f"{by.randint(40, 60000):,}",
                f"{rate:,.1f}",
                f"({rate * 0.97:,.1f}–{rate * 1.03:,.1f})",
            )
            cells += [
                Drawn(row, 1 + 3 * at + place, value, "r" if place < 2 else "c")
                for place, value in enumerate(values)
            ]
            facts += [Fact(age, (group, head), value) for head, value in zip(over, values, strict=True)]
    title = ["Table 3. Number of people and what was counted of them, by age and by the place that"]
    title += ["they live in, from the reports of all years"] if by.random() < 0.5 else []
    lines = by.choice(["heads", "rows"])
    return Sheet(cells, facts, [60, 45, 45, 95, 45, 45, 95], 2, lines, title=title)


def groups_between_lines(by: Random) -> Sheet:
    """Pairs of columns with lines between the pairs alone, and ages or places as labels."""
    groups, over = by.sample(["Northern", "Southern", "Island", "Coastal"], 3), ("Male", "Female")
    cells = [Drawn(0, 0, "Age (years)", "l", bold=True)]
    cells += [Drawn(0, 1 + 2 * at, name, columns=2, bold=True) for at, name in enumerate(groups)]
    cells += [Drawn(1, 1 + at, name, bold=True) for at, name in enumerate(over * 3)]
    facts: list[Fact] = []
    labels = AGES[: by.randint(6, 10)] if by.random() < 0.6 else by.sample(PLACES, 7)
    for row, label in enumerate(labels, 2):
        cells.append(Drawn(row, 0, label, "l"))
        for at, (group, head) in enumerate((group, head) for group in groups for head in over):
            value = f"{by.randint(40_000, 15_000_000):,}"
            cells.append(Drawn(row, 1 + at, value, "r"))
            facts.append(Fact(label, (group, head), value))
    if by.random() < 0.5:
        return Sheet(cells, facts, [90] + [56] * 6, 2, "between groups")
    return Sheet(cells, facts, [74] + [67] * 6, 2, "between groups", font="Courier", size=8)


def heads_close_together(by: Random) -> Sheet:
    """Heads of ranges over two lines, each with no more than a blank to the next."""
    starts = [0, 10, 15, 30, 55][: by.randint(4, 5)]
    heads = [f"${a},000–\n{b - 1},999" for a, b in pairwise(starts[1:])]
    heads = ["Less than\n$10,000", *heads, f"${starts[-1]},000\nor more"]
    cells = [Drawn(0, 0, "Kind of place", "l"), Drawn(0, 1, "Average\namount", "r")]
    cells += [Drawn(0, 2 + at, head, "r") for at, head in enumerate(heads)]
    facts: list[Fact] = []
    for row, place in enumerate(by.sample(PLACES, by.randint(5, 9)), 1):
        values = [f"{by.randint(9, 60)},{by.randint(100, 999)}", *(f"{by.random() * 60:.1f}" for _ in heads)]
        cells += [Drawn(row, 0, place, "l"), *(Drawn(row, 1 + at, v, "r") for at, v in enumerate(values))]
        names = ["Average amount", *(head.replace("\n", " ") for head in heads)]
        facts += [Fact(place, (name,), value) for name, value in zip(names, values, strict=True)]
    return Sheet(
        cells, facts, [110, 52] + [by.choice([43, 47])] * len(heads), 1, by.choice(["none", "heads"])
    )


def wide_sections(by: Random) -> Sheet:
    """Names of sections about as wide as the labels, and the rows in them a little deeper."""
    heads = by.sample(MEASURES, by.randint(2, 4))
    cells = [Drawn(0, at, head, "r") for at, head in enumerate(heads, 1)]
    facts: list[Fact] = []
    row = 1
    places = by.sample(PLACES, 9)
    names = ["Kind of the place and of its water", "Ground of the place in summer", "Way to the place"]
    for at, name in enumerate(by.sample(names, 3)):
        cells.append(Drawn(row, 0, name, "l"))
        for place in places[3 * at : 3 * at + 3]:
            row += 1
            label = place if by.random() < 0.5 else f"{place} and what is near"
            values = [f"{by.random() * 90 + 1:.1f}" for _ in heads]
            cells += [
                Drawn(row, 0, label, "l", indent=7),
                *(Drawn(row, i, v, "r") for i, v in enumerate(values, 1)),
            ]
            facts += [Fact(label, (head,), value) for head, value in zip(heads, values, strict=True)]
        row += 1
    return Sheet(cells, facts, [175] + [60] * len(heads), 1, by.choice(["none", "heads"]))


def thin_rows_between(by: Random) -> Sheet:
    """Rows of a grid that thin empty rows part, with the labels in the grid or left of it."""
    heads = by.sample(MEASURES, by.randint(3, 5))
    outside = by.random() < 0.5
    cells = [Drawn(0, at, head, bold=True) for at, head in enumerate(heads, 1)]
    cells += [] if outside else [Drawn(0, 0, "Place", "l", bold=True)]
    facts: list[Fact] = []
    for at, place in enumerate(by.sample(PLACES, by.randint(5, 8))):
        row = 1 + 2 * at
        cells.append(Drawn(row, 0, place, "l"))
        values = [str(by.randint(10, 999)) for _ in heads]
        cells += [Drawn(row, place_, value) for place_, value in enumerate(values, 1)]
        cells += [Drawn(row + 1, column, "", thin=True) for column in range(1 + len(heads))]
        facts += [Fact(place, (head,), value) for head, value in zip(heads, values, strict=True)]
    return Sheet(cells, facts, [90] + [55] * len(heads), 1, "figures" if outside else "all")


def codes_and_names(by: Random) -> Sheet:
    """A list of codes and names without lines, its heads around the middle of three lines."""
    kinds = by.sample(["State", "District", "Village", "Harbor"], 3)
    code = by.choice(CODES)
    heads = [text for kind in kinds for text in (f"{code}\n{kind}", f"Name of {kind}")]
    cells = [Drawn(0, at, head, "l") for at, head in enumerate(heads)]
    facts: list[Fact] = []
    places = by.sample(PLACES, 14)
    for row in range(1, by.randint(9, 13)):
        names = (places[0], places[1 + row // 5], f"{places[row]} [{by.choice(TEXTS).split()[0]}]")
        values = [text for at, name in enumerate(names) for text in (f"{row + at:03d}", name)]
        cells += [Drawn(row, at, value, "l") for at, value in enumerate(values)]
        facts += [
            Fact("", (head.replace("\n", " "),), value) for head, value in zip(heads, values, strict=True)
        ]
    return Sheet(cells, facts, [50, 85, 50, 85, 50, 160], 1, "none")


def first_column_wraps(by: Random) -> Sheet:
    """Texts without lines, the first column over several lines."""
    heads = ["Subject", "Ground", *by.sample(MEASURES, 1)]
    cells = [Drawn(0, at, head, "l", bold=True) for at, head in enumerate(heads)]
    facts: list[Fact] = []
    for row, text in enumerate(by.sample(TEXTS, by.randint(5, 8)), 1):
        values = [by.choice(PLACES), str(by.randint(10, 999))]
        cells += [
            Drawn(row, 0, text, "l"),
            *(Drawn(row, at, value, "l") for at, value in enumerate(values, 1)),
        ]
        facts += [
            Fact(text.replace("\n", " "), (head,), v) for head, v in zip(heads[1:], values, strict=True)
        ]
    return Sheet(cells, facts, [150, 110, 60], 1, by.choice(["none", "heads"]), at_top=by.random() < 0.7)


def bands(by: Random) -> Sheet:
    """Every second row on a band of colour, with centred cells of words and figures."""
    heads = [*by.sample(["Ground", "Keeper", "State"], 1), *by.sample(MEASURES, by.randint(2, 4))]
    cells = [Drawn(0, 0, "Place", bold=True), *(Drawn(0, at, h, bold=True) for at, h in enumerate(heads, 1))]
    facts: list[Fact] = []
    for row, place in enumerate(by.sample(PLACES, by.randint(4, 10)), 1):
        values = [by.choice(["Sand", "Gravel and clay", "Rock", "Reeds"]), *(figure(by) for _ in heads[1:])]
        cells += [Drawn(row, 0, place), *(Drawn(row, at, value) for at, value in enumerate(values, 1))]
        facts += [Fact(place, (head,), value) for head, value in zip(heads, values, strict=True)]
    return Sheet(cells, facts, [100, 100] + [70] * (len(heads) - 1), 1, "bands")


def one_row(by: Random) -> Sheet:
    """Heads and one row of figures."""
    heads = by.sample(MEASURES, by.randint(3, 5))
    place = by.choice(PLACES)
    values = [figure(by) for _ in heads]
    cells = [
        Drawn(0, 0, "Place", "l", bold=True),
        *(Drawn(0, at, h, "r", bold=True) for at, h in enumerate(heads, 1)),
    ]
    cells += [Drawn(1, 0, place, "l"), *(Drawn(1, at, value, "r") for at, value in enumerate(values, 1))]
    facts = [Fact(place, (head,), value) for head, value in zip(heads, values, strict=True)]
    return Sheet(cells, facts, [110] + [66] * len(heads), 1, by.choice(["heads", "all"]))


def fields(by: Random) -> Sheet:
    """Names of fields and their values, without a colon and without heads."""
    values = {
        "Order number": f"PO-20-{by.randint(100, 999)}",
        "Date": f"{by.randint(1, 28)} March 2024",
        "Customer": "Miller & Sons Ltd",
        "Ship to": f"{by.randint(2, 99)} Harbor Road, Oldtown",
        "Contact": "Jane Miller",
        "Phone": f"+44 20 7946 0{by.randint(100, 999)}",
        "Terms": "30 days net",
        "Total": f"{by.randint(1, 9)},250.00",
    }
    names = by.sample([*values], by.randint(5, 8))
    bold = by.random() < 0.5
    cells = [Drawn(row, 0, name, "l", bold=bold) for row, name in enumerate(names)]
    cells += [Drawn(row, 1, values[name], "l") for row, name in enumerate(names)]
    facts = [Fact(name, (), values[name]) for name in names]
    return Sheet(cells, facts, [by.choice([100, 150]), 180], 0, by.choice(["none", "rows"]))


MORE_KINDS: Mapping[str, Callable[[Random], Sheet]] = {
    draw.__name__: draw
    for draw in (
        ages_as_labels,
        groups_between_lines,
        heads_close_together,
        wide_sections,
        thin_rows_between,
        codes_and_names,
        first_column_wraps,
        bands,
        one_row,
        fields,
    )
}
