"""Cards of documents."""

from __future__ import annotations

from app.core.card import (
    Card,
    CardDate,
    CardField,
    CardPeriod,
    Corrections,
    DateRole,
    Fact,
    Identifier,
    Origin,
)
from app.core.geometry import Box

QUARTERLY = Card(
    title=Fact("Meridian: quarterly report, Q3 2023", Origin.PAGE, 1, (Box(72, 80, 400, 96.5),)),
    kind=Fact("report", Origin.PAGE, 1, (Box(72, 100, 140, 112),)),
    who=(Fact("Meridian Pumps GmbH", Origin.RUNNING_HEAD, 2), Fact("Ann Weiß", Origin.METADATA)),
    dates=(CardDate(DateRole.PUBLISHED, "2023-11-02", Fact("2 November 2023", page=1)),),
    periods=(CardPeriod(Fact("third quarter of 2023", page=1), "2023-07-01", "2023-09-30", "Q3 2023"),),
    identifiers=(Identifier("report number", Fact("MQ-23-3", page=1)),),
    language="en",
)
"""A card that has everything."""


def titled(title: str) -> Card:
    """Return a card that has a title alone."""
    return Card(title=Fact(title))


def said_title(title: str) -> Corrections:
    """Return the correction of a title."""
    return Corrections(frozenset({CardField.TITLE}), Card(title=Fact(title, Origin.PERSON)))
