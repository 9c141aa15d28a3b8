"""Tables of pages that run to the left, as page models: labels and sections stand at the right."""

from __future__ import annotations

from random import Random

import pytest

from tests.support.table_pages import Piece, page, rows_of, tables_of

CITIES = ("חיפה", "ירושלים", "אשדוד", "נתניה", "באר שבע", "רמת גן")
SEASONS, TIMES = ("קיץ", "חורף"), ("בקר", "ערב")
COLUMNS = (-400.0, -330.0, -260.0, -190.0)
"""Where figures end, from the right column to the left one."""


def draw_line(*pieces: Piece) -> list[Piece]:
    """A line whose words come from left to right, as in a page's content: the last is read first."""
    return [
        (x, " ".join(reversed(text.split()))) for x, text in sorted(pieces, key=lambda piece: abs(piece[0]))
    ]


@pytest.mark.parametrize("seed", range(5))
def test_statements_that_run_to_the_left_have_heads_over_columns_and_sections(seed: int) -> None:
    by = Random(seed)
    names = by.sample(CITIES, 6)
    lines = [
        draw_line((-360, SEASONS[0]), (-222, SEASONS[1])),
        draw_line((-520, "עיר"), *zip(COLUMNS, TIMES * 2, strict=True)),
    ]
    rows: list[list[str]] = []
    for section, cities in (("צפון", names[:3]), ("דרום", names[3:])):
        lines.append(draw_line((-520, section)))
        rows.append([section, "", "", "", ""])
        for city in cities:
            figures = [f"{by.randint(100, 99_999):,}" for _ in COLUMNS]
            lines.append(draw_line((-510, city), *zip(COLUMNS, figures, strict=True)))
            rows.append([city, *figures])
    (table,) = tables_of(page(*lines))
    assert rows_of(table) == [["", SEASONS[0], "", SEASONS[1], ""], ["עיר", *TIMES, *TIMES], *rows]
    assert [(c.column, c.column_span) for c in table.cells if c.row == 0 and c.text] == [(1, 2), (3, 2)]
    assert {cell.row for cell in table.cells if cell.header} == {0, 1}
