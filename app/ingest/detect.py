"""Design-heavy pages: their meaning stands in their drawing, so that a picture of them is worth having."""

from __future__ import annotations

from app.core.model import Verdict

IMAGE_SHARE = 0.3
COLOUR_SHARE = 0.4
FEW_CHARACTERS = 400
MANY_PATHS = 300


def judge(signals: dict[str, float]) -> Verdict:
    """The verdict on a page by its signals, with a reason for each that speaks for design-heavy.

    The signals (absent ones count as 0): ``image_share`` and ``coloured_share`` of the page's area,
    ``paths``, ``characters``, ``text_share`` (the words' boxes), ``images``, ``fonts``, ``density``
    (characters for each 1,000 square points).
    """
    reasons: list[str] = []
    images, coloured = signals.get("image_share", 0.0), signals.get("coloured_share", 0.0)
    characters, paths = signals.get("characters", 0.0), signals.get("paths", 0.0)
    if images >= IMAGE_SHARE:
        reasons.append(f"images cover {min(images, 1):.0%} of the page".replace("%", " %"))
    if coloured >= COLOUR_SHARE:
        reasons.append(f"coloured areas cover {min(coloured, 1):.0%} of the page".replace("%", " %"))
    if paths >= MANY_PATHS and characters < FEW_CHARACTERS:
        reasons.append(f"{paths:,.0f} drawn shapes and only {characters:,.0f} characters")
    return Verdict(bool(reasons), tuple(reasons), signals)
