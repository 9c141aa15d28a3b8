"""Design-heavy pages: their meaning stands in their drawing, so that a picture of them is worth having."""

from __future__ import annotations

from app.core.model import Verdict

IMAGE_SHARE = 0.2
COLOUR_SHARE = 0.35

MANY_SHAPES = 12
LITTLE_TEXT = 0.12
"""Of the page's area: the words of a page of running text cover a quarter."""


def judge(signals: dict[str, float]) -> Verdict:
    """The verdict on a page by its signals, with a reason for each that speaks for design-heavy.

    The signals (absent ones count as 0): ``image_share`` and ``coloured_share`` of the page's area,
    ``text_share`` (the words' boxes), ``shapes`` (paths that are more than upright lines and rectangles),
    ``paths``, ``images``, ``fonts``, ``characters``, ``density`` (characters for each 1,000 square points).
    """
    reasons: list[str] = []
    images, coloured = signals.get("image_share", 0.0), signals.get("coloured_share", 0.0)
    shapes, text = signals.get("shapes", 0.0), signals.get("text_share", 0.0)
    if images >= IMAGE_SHARE:
        reasons.append(f"images cover {min(images, 1):.0%} of the page".replace("%", " %"))
    if coloured >= COLOUR_SHARE:
        reasons.append(f"coloured areas cover {min(coloured, 1):.0%} of the page".replace("%", " %"))
    if shapes >= MANY_SHAPES and text < LITTLE_TEXT:
        reasons.append(f"{shapes:,.0f} drawn shapes, and little text")
    return Verdict(bool(reasons), tuple(reasons), signals)
