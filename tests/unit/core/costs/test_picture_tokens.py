"""Tokens of a picture, as OpenAI's own examples count them."""

from __future__ import annotations

import pytest

from app.core.costs.picture_tokens import picture_tokens


@pytest.mark.parametrize(
    ("model", "width", "height", "tokens"),
    [
        ("gpt-4o", 1024, 1024, 765),
        ("gpt-4o", 2048, 4096, 1105),
        ("gpt-4.1", 1024, 1024, 765),
        ("gpt-4o-mini", 1024, 1024, 2833 + 4 * 5667),
        ("gpt-4.1-mini", 1024, 1024, 1659),  # 1,024 patches
        ("gpt-4.1-mini-2025-04-14", 1024, 1024, 1659),
        ("gpt-4.1-mini", 1800, 2400, 2353),  # 1,452 patches after it was made smaller
        ("gpt-4.1-nano", 512, 512, 630),
        ("a-model-of-ones-own", 512, 512, 255),
    ],
)
def test_a_picture_counts_by_its_size_and_the_model(model: str, width: int, height: int, tokens: int) -> None:
    assert picture_tokens(model, width, height) == tokens
