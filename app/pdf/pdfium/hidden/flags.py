"""What the compiled library says of a word that may be hidden, and the reason that each flag gives."""

from __future__ import annotations

from app.core.page import WhyHidden

(
    MARKED,
    COVERED,
    PALE,
    FAINT,
    IN_FORM,
    UNPAINTED,
    CLIPPED,
    CLEAR,
    BESIDE,
    TINY,
    OVER_IMAGE,
) = (1 << bit for bit in range(11))
"""Flags of ``doubts.h``."""

CERTAIN = (
    (BESIDE, WhyHidden.OFF_PAGE),
    (CLEAR, WhyHidden.TRANSPARENT),
    (CLIPPED, WhyHidden.CLIPPED),
    (TINY, WhyHidden.TOO_SMALL),
)
"""What needs no picture."""

SHOWN_BY_PICTURE = (
    (MARKED, WhyHidden.LAYER_OFF),
    (COVERED, WhyHidden.COVERED),
    (FAINT, WhyHidden.TRANSPARENT),
    (PALE, WhyHidden.NO_CONTRAST),
    (OVER_IMAGE, WhyHidden.NO_CONTRAST),
    (IN_FORM, WhyHidden.LAYER_OFF),
)
LOOKED_AT = MARKED | COVERED | FAINT | PALE | OVER_IMAGE | IN_FORM
