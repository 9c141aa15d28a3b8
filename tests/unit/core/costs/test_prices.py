"""What tokens cost, by a price file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.costs import prices


def test_the_prices_that_come_with_the_program_know_its_default_models() -> None:
    found = prices.default()
    assert found.tokens("text-embedding-3-small", 1_000_000) == pytest.approx(
        found.models["text-embedding-3-small"][0]
    )
    cost_in, cost_out = found.models["gpt-4.1-mini"]
    assert found.tokens("gpt-4.1-mini", 2_000_000, 500_000) == pytest.approx(2 * cost_in + cost_out / 2)
    assert all(price > 0 for price in found.aws.values())


def test_a_model_without_a_price_costs_nothing_that_is_known() -> None:
    assert prices.default().tokens("a-model-of-ones-own", 1000) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"as_of": "now", "models": {"m": {}}, "aws": {}}'])
def test_a_file_that_is_none_is_refused_by_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=r"mine\.json is not a price file"):
        prices.load(path)


def test_ones_own_prices_are_read(tmp_path: Path) -> None:
    own = {
        "as_of": "2026-01",
        "models": {"m": {"million_tokens_in": 1, "million_tokens_out": 2}},
        "aws": {"x": 3},
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(own))
    assert prices.load(path) == prices.Prices("2026-01", {"m": (1.0, 2.0)}, {"x": 3.0})
