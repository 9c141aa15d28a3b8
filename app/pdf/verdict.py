"""Design-heavy pages: their meaning stands in their drawing, so that a picture of them is worth having.

What a page's objects say decides nine of ten pages. Where they are in doubt a thumbnail does, which sees what
hides what, and how much of the page is drawn beside its text.
"""

from __future__ import annotations

from app.core.page import Verdict

IMAGE_SHARE = 0.2
"""Of the page's area: above it stand photographs and charts, below it logos and portraits."""

COLOUR_SHARE = 0.35
"""A page with more coloured ground is a cover or a slide; coloured rows of tables cover less."""

MANY_SHAPES = 12
LITTLE_TEXT = 0.12
"""Of the page's area: the words of a page of running text cover a quarter."""

MUCH_TEXT = 0.2
"""On such a page an image behind the words (a watermark, a paper's texture) is no reason of its own."""

SOME_IMAGE, SOME_COLOUR, SOME_SHAPES = 0.03, 0.03, 3
"""Less of all three is a rule, a bullet or a logo: not worth a look."""

DRAWN_SHARE = 0.08
"""Of the thumbnail's area: two small charts; the edges of letters and rules make up half as much."""

COLOURFUL_SHARE = 0.2
"""Of the thumbnail's area; coloured headings and rules make up a tenth."""

SCAN_SHARE = 0.7
"""Of the page's area: a letter's margins are cut off by some scanners, little else."""

STAMPED = 60
"""Characters that are set on a scan by those who file it: a number, a date."""

MOST_STAMPED = 400
"""Characters that stand on a scan or beside it where no more than ``STAMPED`` are away from the page's edges:
the lines of courts, fax machines, archives and scanner programs, chosen on ten such of each kind."""

STAMPED_SHARE = 0.6
"""Of the page's area: the image of a scan with lines of text above and below it."""

STAMP_SHAPES = 40
"""Paths of a stamp: its frame and a logo; maps and charts have hundreds."""

PAPER_SHARE = 0.8
"""Of the thumbnail's area that is as light as paper, on a scan; of a photograph less is."""

WRITTEN_SHARE = 0.03
"""Of the thumbnail's area that differs from the paper: a letter of few lines; a blank sheet has none."""

PHOTOGRAPH = 0.25
"""Colourful share of the thumbnail above which what covers a page is a photograph and no paper."""


def is_unsure(signals: dict[str, float]) -> bool:
    """Return whether a thumbnail (signals ``drawn_share`` and ``colourful_share``) would help to judge."""
    images, coloured = signals.get("image_share", 0.0), signals.get("coloured_share", 0.0)
    shapes, text = signals.get("shapes", 0.0), signals.get("text_share", 0.0)
    if _covered_by_image(signals) or may_be_stamped(signals):
        return True  # a scan or a photograph
    # The objects say enough: to draw the page would cost tens of milliseconds for the same verdict.
    if (images >= IMAGE_SHARE and text < MUCH_TEXT) or _is_drawing(signals):
        return False
    return images >= SOME_IMAGE or coloured >= SOME_COLOUR or shapes >= SOME_SHAPES


def judge(signals: dict[str, float]) -> Verdict:
    """Return the verdict on a page by its signals, with a reason for each that speaks for design-heavy.

    The signals (absent ones count as 0): ``image_share`` and ``coloured_share`` of the page's area,
    ``text_share`` (the words' boxes), ``shapes`` (paths that are more than upright lines and rectangles),
    ``paths``, ``images``, ``fonts``, ``characters``, ``visible_characters``, ``inner_characters`` (the
    visible ones away from the page's edges), ``left_out`` (objects beyond the limits of what is looked at),
    ``density`` (characters for each 1,000 square points); ``drawn_share``, ``colourful_share`` and
    ``paper_share`` of a thumbnail, where one was made.
    """
    if _is_scan(signals):
        reason = f"a scan: an image covers {percent(signals['image_share'])} of the page"
        return Verdict(True, (reason,), signals, scanned=True)
    reasons = _reasons_of_thumbnail(signals) if "drawn_share" in signals else _reasons_of_objects(signals)
    # What was not looked at is more likely a map or a chart than a table.
    if signals.get("left_out", 0.0) and not reasons:
        reasons.append("a drawing that is more intricate than is looked at")
    return Verdict(bool(reasons), tuple(reasons), signals)


def _reasons_of_objects(signals: dict[str, float]) -> list[str]:
    """Return the reasons by the page's objects alone."""
    reasons = []
    ground = signals.get("image_share", 0.0) >= SCAN_SHARE and signals.get("text_share", 0.0) >= MUCH_TEXT
    if signals.get("image_share", 0.0) >= IMAGE_SHARE and not (ground and _is_set(signals)):
        reasons.append(f"images cover {percent(signals['image_share'])} of the page")
    if signals.get("coloured_share", 0.0) >= COLOUR_SHARE:
        reasons.append(f"coloured areas cover {percent(signals['coloured_share'])} of the page")
    if _is_drawing(signals):
        reasons.append(f"{signals['shapes']:,.0f} drawn shapes, and little text")
    return reasons


def _reasons_of_thumbnail(signals: dict[str, float]) -> list[str]:
    """Return the reasons by what the thumbnail shows, in the words of what makes it up."""
    drawn, colourful = signals["drawn_share"], signals["colourful_share"]
    # Objects may be there and not be seen: white shapes, images under the text, what a clip cuts off.
    reasons = _reasons_of_objects(signals) if drawn >= DRAWN_SHARE else []
    if drawn >= DRAWN_SHARE and not reasons:
        reasons.append(f"pictures and drawings beside the text cover {percent(drawn)} of the page")
    if colourful >= COLOURFUL_SHARE:
        reasons.append(f"{percent(colourful)} of the page is coloured")
    return reasons


def _is_drawing(signals: dict[str, float]) -> bool:
    return signals.get("shapes", 0.0) >= MANY_SHAPES and signals.get("text_share", 0.0) < LITTLE_TEXT


def _covered_by_image(signals: dict[str, float]) -> bool:
    return signals.get("image_share", 0.0) >= SCAN_SHARE and not _is_set(signals)


def _is_set(signals: dict[str, float]) -> bool:
    """Return whether text is set on what covers the page."""
    return signals.get("visible_characters", 0.0) > STAMPED


def may_be_stamped(signals: dict[str, float]) -> bool:
    """Whether a page may be a scan with little more on it than what those who file it set at its edges."""
    return (
        signals.get("image_share", 0.0) >= STAMPED_SHARE
        and signals.get("visible_characters", 0.0) <= MOST_STAMPED
        and signals.get("inner_characters", 0.0) <= STAMPED
        and signals.get("shapes", 0.0) <= STAMP_SHAPES
    )


def _is_scan(signals: dict[str, float]) -> bool:
    return _is_bare_scan(signals) or (
        may_be_stamped(signals)
        and signals.get("paper_share", 0.0) >= PAPER_SHARE
        and signals.get("drawn_share", 0.0) >= WRITTEN_SHARE
        and signals.get("colourful_share", 0.0) < PHOTOGRAPH
    )


def _is_bare_scan(signals: dict[str, float]) -> bool:
    drawn = signals.get("shapes", 0.0) or signals.get("coloured_share", 0.0) >= SOME_COLOUR
    photograph = signals.get("colourful_share", 0.0) >= PHOTOGRAPH
    return _covered_by_image(signals) and not drawn and not photograph


def percent(share: float) -> str:
    """Return a share of 1 in words, never more than all."""
    return f"{min(share, 1):.0%}".replace("%", " %")
