"""Cards as the terminal shows them."""

from __future__ import annotations

from app.cli.cards import card_lines
from app.compose import Embedded
from app.core.card import CardField
from app.core.rules.card_said import say_text
from tests.support.cards import QUARTERLY
from tests.support.registering import register


def test_what_is_corrected_to_nothing_is_shown_so_that_it_can_be_taken_back(program: Embedded) -> None:
    documents = program.steps.documents
    document = register(documents, "us", "report.pdf", "a" * 64, 10).document
    said = say_text(CardField.KIND, "").change(say_text(CardField.PERIOD_END, ""))
    said = said.change(say_text(CardField.TITLE, "Pumps"))
    lines = list(card_lines(documents.update("us", document.id, card=QUARTERLY, said=said)))
    assert lines[0] == "  title  Pumps  [corrected]"
    assert lines[-2:] == ["  kind   none  [corrected]", "  period end none  [corrected]"]
    documents.update("us", document.id, taken_back=said.fields)
    assert not [line for line in card_lines(documents.get("us", document.id)) if "none" in line]
