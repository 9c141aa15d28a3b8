"""``kb search`` and ``kb ask``."""

from __future__ import annotations

import sys
import textwrap
from argparse import Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING

from app.cli import OK
from app.cli.cards import card_filter
from app.cli.shown import PERSON, TENANT, find_document, open_program, print_model
from app.core.answer import Answer, AnswerKind, Citation, Claim, Message, Proof, Support
from app.core.errors import Damaged, OutOfSpace, ReadOnly
from app.core.process.closing import closed_after

if TYPE_CHECKING:
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

SHOWN_CHARACTERS = 300

BROKEN_OFF = "\nkb: the answer is broken off, and kept so; to go on: kb ask --session {session} …"

KINDS = {
    AnswerKind.QUOTES: "Quoted from the documents, word for word:",
    AnswerKind.FIGURES: "From the documents' tables:",
    AnswerKind.GENERATED: "",
    AnswerKind.CLOSEST: "Quoted from the documents, word for word:",
    AnswerKind.NOT_FOUND: "",
    AnswerKind.NO_DOCUMENTS: "",
}

SUPPORTS = {
    Support.PROVEN: "+ PROVEN:     ",
    Support.QUOTED: "~ QUOTED ONLY:",
    Support.UNSUPPORTED: "! UNSUPPORTED:",
}


def _find_ids(knowledge_base: KnowledgeBase, names: list[str]) -> list[str]:
    return [find_document(knowledge_base, name).id for name in names]


def models(options: Namespace, settings: Settings) -> int:
    """Print the models that may write answers, after choosing one or none if that is asked for."""
    with open_program(settings) as program:
        questions = program.knowledge_base.questions
        if options.choose or options.none:
            questions.choose_model(options.choose, by_operator=True)
        offered, choosable = questions.models(), questions.chats.choosable
    if options.json:
        from app.api import schemas

        print_model(schemas.OfferedModels.of(offered, choosable=choosable))
        return OK
    for each in offered:
        print(f"{'*' if each.chosen else ' '} {each.id}  ({each.server})")
    if not any(each.chosen for each in offered):
        print("No model writes: answers are quoted from the documents.")
    return OK


def search(options: Namespace, settings: Settings) -> int:
    """Print the best passages with their places."""
    with open_program(settings) as program:
        knowledge_base = program.knowledge_base
        found = knowledge_base.questions.find(
            TENANT,
            options.question,
            limit=options.limit,
            document_ids=_find_ids(knowledge_base, options.document),
            where=card_filter(options),
        )
    if found.told:
        print(f"kb: {found.told}", file=sys.stderr)
    if options.json:
        from app.api import schemas

        print_model(schemas.Hits.of(found.hits, found.told))
        return OK
    for number, hit in enumerate(found.hits, 1):
        pages = hit.chunk.pages_shown
        path = " › ".join(hit.chunk.headings)
        print(f"{number}. {hit.document_name}, page {pages}{'  ' + path if path else ''}  ({hit.score:.2f})")
        text = textwrap.shorten(hit.chunk.text, SHOWN_CHARACTERS, placeholder=" …")
        print(textwrap.indent(textwrap.fill(text, 100), "   "))
    if not found.hits:
        print("Nothing was found.")
    return OK


def ask(options: Namespace, settings: Settings) -> int:
    """Print an answer as it comes, then its citations and how each was proven."""
    with open_program(settings) as program:
        knowledge_base = program.knowledge_base
        session, events, unkept = _ask_question(knowledge_base, options)
        answer = message = None
        try:
            with closed_after(events):
                for event in events:
                    if isinstance(event, str) and not options.json:
                        print(event, end="", flush=True)
                    elif isinstance(event, Answer):
                        answer = event
                    elif isinstance(event, Message):
                        message = event
        except KeyboardInterrupt:
            # Only what was broken off in the middle: after the message everything is kept.
            if message is None and session:
                print(BROKEN_OFF.format(session=session), file=sys.stderr)
            raise
    if unkept:
        print(f"kb: the conversation is not kept: {unkept}", file=sys.stderr)
    if options.json and message is not None:
        from app.api import schemas

        print_model(schemas.Message.of(message))
    elif answer is not None:
        _print_end(answer, session)
    return OK


def _ask_question(
    knowledge_base: KnowledgeBase, options: Namespace
) -> tuple[str, Iterator[str | Citation | Answer | Message], str]:
    """Return the conversation's id, the events of the answer, and why it is not kept, "" where it is."""
    questions, where = knowledge_base.questions, card_filter(options)
    if options.session is not None:
        return options.session, questions.ask(PERSON, options.session, options.question, where), ""
    documents = _find_ids(knowledge_base, options.document)
    try:
        session = questions.create_session(PERSON, document_ids=documents, where=where).id
        return session, questions.ask(PERSON, session, options.question, where), ""
    # A full disk or a read-only folder keeps nothing, and can be asked all the same.
    except (OutOfSpace, ReadOnly, Damaged) as error:
        return "", questions.ask_unkept(PERSON, options.question, documents, where), error.message


def _print_end(answer: Answer, session: str) -> None:
    print("\n")
    if heading := KINDS[answer.kind]:
        print(heading)
    for citation in answer.citations:
        print(_show_citation(citation))
    for note in answer.notes:
        print(f"  {note}")
    if answer.kind is AnswerKind.GENERATED:
        for claim in answer.claims:
            print(f"  {SUPPORTS[claim.status]} {claim.text}{_why(claim)}")
    if session:
        print(f"\nTo go on: kb ask --session {session} …")


def _why(claim: Claim) -> str:
    """Return why a claim that is quoted is not proven."""
    if claim.status is not Support.QUOTED:
        return ""
    if claim.missing:
        return f" (not in the quote: {', '.join(claim.missing)})"
    if claim.left_out:
        return f" (left out: {', '.join(claim.left_out)})"
    return " (its words are arranged otherwise than in the quote)"


def _show_citation(citation: Citation) -> str:
    if citation.proof is Proof.MISSING:
        return f"  [{citation.number}] NOT FOUND in the source: “{citation.quote}”"
    quote = " ".join(
        part
        for part in (_dim_context(citation.before), f"“{citation.found}”", _dim_context(citation.after))
        if part
    )
    return f"  [{citation.number}] {citation.where} ({citation.proof.value}): {quote}"


def _dim_context(words: str) -> str:
    """Return the source's words around a quote: outside its quotation marks, and dim on a screen."""
    # Not in a file or a pipe: control characters would be part of the text.
    return f"\033[2m{words}\033[22m" if words and sys.stdout.isatty() else words
