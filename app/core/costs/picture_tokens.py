"""Estimates how many tokens one of OpenAI's models counts for a picture, by its size in pixels.

https://platform.openai.com/docs/guides/images-vision#calculating-costs
"""

from __future__ import annotations

from math import ceil, sqrt

PATCH = 32
MOST_PATCHES = 1536
PATCHED = {
    "gpt-4.1-mini": 1.62,
    "gpt-4.1-nano": 2.46,
    "gpt-5-mini": 1.62,
    "gpt-5-nano": 2.46,
    "o4-mini": 1.72,
}
"""Models that count patches of 32 pixels, with the factor by which each patch is multiplied."""

TILE = 512
LONG_SIDE, SHORT_SIDE = 2048, 768
TILED = {"gpt-4o-mini": (2833, 5667), "gpt-5": (70, 140), "o1": (75, 150), "o3": (75, 150)}
"""Models that count tiles of 512 pixels of a picture made smaller: tokens for any picture, and for a tile."""
USUAL = (85, 170)
"""The numbers of gpt-4o and gpt-4.1, which are used for unknown models."""


def picture_tokens(model: str, width: int, height: int) -> int:
    """Return an estimate of the tokens of one picture."""
    name = _family(model)
    if name in PATCHED:
        return ceil(_patches(width, height) * PATCHED[name])
    whole, each = TILED.get(name, USUAL)
    return whole + each * _tiles(width, height)


def _family(model: str) -> str:
    """Return the longest known name that is a prefix of the model's: dates follow it
    (gpt-4.1-mini-2025-04-14)."""
    known = [name for name in (*PATCHED, *TILED) if model == name or model.startswith(f"{name}-")]
    # The longest: gpt-5-mini begins with gpt-5, which counts in another way.
    return max(known, key=len, default="")


def _patches(width: int, height: int) -> int:
    count = ceil(width / PATCH) * ceil(height / PATCH)
    if count <= MOST_PATCHES:
        return count
    smaller = sqrt(PATCH**2 * MOST_PATCHES / (width * height))
    across, down = width * smaller / PATCH, height * smaller / PATCH
    # Down to whole patches, as OpenAI's page prescribes: patches that stand out are counted whole.
    smaller *= min(int(across) / across, int(down) / down)
    return min(MOST_PATCHES, ceil(width * smaller / PATCH) * ceil(height * smaller / PATCH))


def _tiles(width: int, height: int) -> int:
    smaller = min(1.0, LONG_SIDE / max(width, height))
    smaller *= min(1.0, SHORT_SIDE / (min(width, height) * smaller))
    return ceil(width * smaller / TILE) * ceil(height * smaller / TILE)
