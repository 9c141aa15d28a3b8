"""What a document may cost, range by range."""

from __future__ import annotations

import pytest

from app.core.document import Spent
from app.pdf.budget import Budget

BUDGET = Budget()


@pytest.mark.parametrize("limit", ["cpu_ms", "characters", "deaths"])
def test_a_range_after_all_is_spent_reads_no_page(limit: str) -> None:
    spent = Spent(**{limit: getattr(BUDGET.of(500), limit)})
    assert BUDGET.allowance(50, of_pages=500, spent=spent).over
    assert not BUDGET.allowance(50, of_pages=500, spent=spent).over_for_pictures


@pytest.mark.parametrize("limit", ["picture_cpu_ms", "kilopixels", "picture_deaths"])
def test_a_range_after_all_is_spent_on_pictures_makes_none(limit: str) -> None:
    spent = Spent(**{limit: getattr(BUDGET.of(500), limit)})
    assert BUDGET.allowance(50, of_pages=500, spent=spent).over_for_pictures
    assert not BUDGET.allowance(50, of_pages=500, spent=spent).over


def test_a_range_has_its_share_and_no_more_than_what_is_left() -> None:
    own = BUDGET.allowance(50, of_pages=500)
    own.spend(cpu_ms=BUDGET.of(50).cpu_ms)
    assert own.over
    left = Spent(cpu_ms=BUDGET.of(500).cpu_ms - 1000)
    last = BUDGET.allowance(50, of_pages=500, spent=left)
    last.spend(cpu_ms=999)
    assert not last.over
    last.spend(cpu_ms=1)
    assert last.over


def test_a_document_of_many_passages_embeds_less_of_each() -> None:
    budget = Budget()
    usual, many = budget.most_tokens(50, 250), budget.most_tokens(50, budget.most_passages(50))
    assert usual > 256
    assert many * budget.most_passages(50) < 100_000
    assert budget.most_tokens(1, 1_000_000) > 0
