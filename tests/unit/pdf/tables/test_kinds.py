"""Kinds of tables, ten drawn by chance of each: every cell is called what a person would call it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from app.pages.cell_names import NamedCell, name_cells
from app.pdf.page import open_pdf, read_page
from tests.support.drawn_kinds import MORE_KINDS
from tests.support.drawn_tables import KINDS, Fact

SEEDS = range(10)


ALL_KINDS = {**KINDS, **MORE_KINDS}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_each_cell_has_its_value_its_label_and_its_heads(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "table.pdf"
    missed: list[tuple[int, Fact]] = []
    for seed in SEEDS:
        sheet = ALL_KINDS[kind](Random(f"{kind} {seed}"))
        sheet.draw(path)
        named = list(_named(path))
        missed += [(seed, fact) for fact in sheet.facts if not any(_says(cell, fact) for cell in named)]
    assert missed == []


def _named(path: Path) -> Iterator[NamedCell]:
    with open_pdf(path) as document:
        for block in read_page(document, 1).blocks:
            yield from name_cells(block)


def _says(named: NamedCell, fact: Fact) -> bool:
    heads = " ".join(named.heads)
    labels = (*named.row_path, named.cell.text)
    return (
        named.cell.text == fact.value
        and (not fact.row or fact.row in labels)
        and all(head in heads for head in fact.heads)
    )
