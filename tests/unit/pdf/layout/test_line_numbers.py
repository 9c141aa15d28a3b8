"""The numbers of a court paper's or a draft's lines are apart from its sentences; those of lists and tables
are content."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from app.core.page import Furniture, Page
from tests.support.readers import read_pages

PROSE = (
    "The plaintiff alleges that on the third of May the defendant delivered the machine without its "
    "guard and that he was told of it in writing. The defendant answers that the guard was taken off "
    "by the plaintiff's own men before the machine was used, and that no notice was ever given to "
    "him. He asks that the claim be dismissed with costs, and that the bond be returned to him "
    "within thirty days of the order of this court. Neither party has called a witness who saw the "
    "machine before it was unloaded at the yard of the plaintiff. The court has heard both sides and "
    "finds that the guard was in its place when the machine left the works."
)
LINES = wrap(PROSE, 40)
WHOLE = " ".join(PROSE.split())


def draw(
    path: Path,
    lines: list[str],
    numbers: list[str],
    *,
    at: float = 50.0,
    aligned_right: bool = True,
    size: float = 12.0,
    text_at: float = 80.0,
    pitch: float = 24.0,
    numbers_first: bool = False,
    number_pitch: float = 0.0,
) -> Page:
    canvas = Canvas(str(path / "page.pdf"), pagesize=(612, 792), invariant=1)

    def number(row: int) -> None:
        canvas.setFont("Helvetica", size)
        shift = stringWidth(numbers[row], "Helvetica", size) if aligned_right else 0
        canvas.drawString(at - shift, 720 - row * (number_pitch or pitch), numbers[row])

    def line(row: int) -> None:
        canvas.setFont("Times-Roman", 12)
        canvas.drawString(text_at, 720 - row * pitch, lines[row])

    if numbers_first:
        for row in range(len(numbers)):
            number(row)
    for row in range(len(lines)):
        if not numbers_first and row < len(numbers) and numbers[row]:
            number(row)
        line(row)
    canvas.save()
    (page,) = read_pages(path / "page.pdf", [1])
    return page


def count(first: int, length: int, step: int = 1) -> list[str]:
    """Numbers of lines; between those that are written stand empty ones."""
    return [str(first + at) if (first + at) % step == 0 else "" for at in range(length)]


@pytest.mark.parametrize(
    ("numbers", "how"),
    [
        (count(1, len(LINES)), {}),
        (count(1, len(LINES)), {"numbers_first": True}),
        (count(1, 28), {"numbers_first": True}),
        (count(1, 28), {"numbers_first": True, "aligned_right": False, "at": 40.0}),
        (count(113, len(LINES)), {"size": 6.0, "pitch": 14.0}),
        (count(996, len(LINES)), {"size": 7.0, "pitch": 15.0}),
        (count(1, len(LINES), 5), {}),
        (count(8, len(LINES), 5), {"size": 8.0, "pitch": 15.0}),
        (count(1, len(LINES)), {"at": 560.0}),
        (count(1, 28), {"numbers_first": True, "number_pitch": 23.0, "pitch": 23.0}),
        (count(1, len(LINES)), {"aligned_right": False, "at": 30.0, "pitch": 13.0}),
    ],
)
def test_numbers_of_lines_are_apart_from_the_sentences(
    tmp_path: Path, numbers: list[str], how: dict[str, float]
) -> None:
    page = draw(tmp_path, LINES, numbers, **how)  # type: ignore[arg-type]
    (block,) = [block for block in page.blocks if block.furniture]
    assert (block.furniture, block.text) == (Furniture.MARGIN, " ".join(filter(None, numbers)))
    assert [word.text for word in page.words[slice(*block.words)]] == block.text.split()
    text = " ".join(" ".join(each.text for each in page.blocks if not each.furniture).split())
    assert text == WHOLE


@pytest.mark.parametrize(
    ("lines", "how"),
    [
        ([f"{name} was born in the year of the great flood of Exampletown" for name in "ABCDEFGHIJ"], {}),
        (["pump", "valve", "pipe", "tank", "meter", "lamp", "cable", "switch", "motor", "belt"], {}),
        ([f"Item {n}                    {n * 3}.50                   {n}00" for n in range(10)], {}),
        (LINES[:3], {}),
    ],
)
def test_numbers_of_items_and_rows_stay_with_them(
    tmp_path: Path, lines: list[str], how: dict[str, float]
) -> None:
    page = draw(tmp_path, lines, count(1, len(lines)), **how)  # type: ignore[arg-type]
    assert not any(block.furniture for block in page.blocks)
    assert all(str(number) in page.text.split() for number in range(1, len(lines) + 1))
