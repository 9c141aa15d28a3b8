"""``kb card``, and cards as the terminal shows them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli import OK
from app.cli.shown import TENANT, find_document, open_program, print_model
from app.core.card import NO_CARD, NO_CORRECTIONS, Card, CardField, Corrections, Fact, Origin
from app.core.document import Document, DocumentFilter

if TYPE_CHECKING:
    from app.settings import Settings

LABEL = 6
"""Characters of a label of ``kb show``, at least."""

CORRECTED = "  [corrected]"


def card(options: Namespace, settings: Settings) -> int:
    """Correct a document's card as it is asked, and print it."""
    said = NO_CORRECTIONS
    for each in options.said:
        said = said.change(each)
    with open_program(settings) as program:
        library = program.knowledge_base.library
        document = find_document(program.knowledge_base, options.document)
        if said.fields or options.taken_back:
            document = library.update(TENANT, document.id, said=said, taken_back=options.taken_back)
    if options.json:
        from app.api import schemas

        print_model(schemas.Card.of(document.card, document.corrections))
        return OK
    print(document.name)
    for line in card_lines(document):
        print(line)
    return OK


def card_filter(options: Namespace) -> DocumentFilter:
    """Return which documents options mean by their cards."""
    return DocumentFilter(kind=options.kind, who=options.who, since=options.since, until=options.until)


def card_lines(document: Document) -> Iterator[str]:
    """Yield a line for each fact of a document's card: what it is, and where it stands; last, what a person
    says that the document has not."""
    for label, text, fact in _facts(document.card):
        yield f"  {label:{LABEL}} {text}{_place(fact)}"
    said = document.corrections
    for field in CardField:
        if field in said.fields and Corrections(frozenset({field}), said.card).correct(NO_CARD) == NO_CARD:
            yield f"  {field.value.replace('_', ' '):{LABEL}} none{CORRECTED}"


def _facts(card: Card) -> Iterator[tuple[str, str, Fact | None]]:
    if card.title:
        yield "title", card.title.value, card.title
    if card.kind:
        yield "kind", card.kind.value, card.kind
    for who in card.who:
        yield "who", who.value, who
    for date in card.dates:
        yield date.role.value.replace("_", " "), date.date, date.fact
    for period in card.periods:
        days = f" ({period.starts or '…'} to {period.ends or '…'})" if period.starts or period.ends else ""
        yield "period", f"{period.fact.value}{days}", period.fact
    for identifier in card.identifiers:
        yield identifier.scheme, identifier.fact.value, identifier.fact
    if card.language:
        yield "language", card.language, None


def _place(fact: Fact | None) -> str:
    """Return where a fact was read, in brackets, or that a person says it."""
    if fact is None:
        return ""
    if fact.origin is Origin.PERSON:
        return CORRECTED
    if fact.page:
        return f"  [page {fact.page}]"
    return f"  [{fact.origin.value.replace('_', ' ')}]"
