"""An answer that a model writes from numbered passages, with its quotes proven as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.ask.claims import Draft
from app.ask.fence import Fence
from app.ask.marks import without_marks
from app.ask.prompts import prompt_text
from app.ask.proof.cite import PassageSource
from app.ask.replies import Meter, Quote, parse_reply
from app.core.answer import Answer, AnswerKind, Citation, Claim
from app.core.ports import ChatModel, Prompt
from app.core.process.closing import closed_after

MAX_TOKENS = 1500

TURNS = 4
"""Messages of the conversation that the model sees, each cut at ``TURN_CHARACTERS``."""

TURN_CHARACTERS = 1500

_REFUSAL = "NOTFOUND"


def generate_answer(
    question: str,
    history: Sequence[tuple[str, str]],
    sources: Sequence[PassageSource],
    chat: ChatModel,
    standalone: str,
    claims: list[Claim] | None = None,
) -> Iterator[str | Citation | Answer]:
    """Pieces of text and citations as they come, last the answer: ``not_found`` where the model says so.

    An empty reply gives an answer without text. What the model writes raises nothing; its failing does.
    ``claims`` gets the sentences as they are judged.
    """
    draft = Draft(sources, claims)
    deltas = chat.stream(prompt(question, history, sources, standalone), max_tokens=MAX_TOKENS)
    with closed_after(deltas):
        meter = Meter(deltas)
        for part in _unless_refused(parse_reply(meter)):
            yield from draft.quote(part) if isinstance(part, Quote) else draft.write(part)
    yield from draft.end()
    # It wrote and nothing is shown: it said NOT FOUND. Where it wrote nothing it failed, and quotes follow.
    refused = meter.seen and not draft.text
    yield Answer(
        kind=AnswerKind.NOT_FOUND if refused else AnswerKind.GENERATED,
        text=draft.text,
        claims=tuple(draft.claims),
        citations=tuple(draft.citations),
        model=chat.model,
        tokens_in=meter.tokens_in,
        tokens_out=meter.tokens_out,
    )


def _unless_refused(parts: Iterable[str | Quote]) -> Iterator[str | Quote]:
    """Yield the parts; nothing if they begin with NOT FOUND and hold no quote."""
    held, decided = "", False
    for part in parts:
        if decided:
            yield part
        elif isinstance(part, Quote):
            decided = True
            if held:
                yield held
            yield part
        else:
            # Pieces are as long as the model likes: nothing is shown until they can no longer be a refusal.
            held = held.lstrip() + part
            letters = letters_of(held)
            if not (_REFUSAL.startswith(letters) or letters.startswith(_REFUSAL)):
                decided = True
                yield held
    if not decided and not is_refusal(held) and held.strip():
        yield held


def is_refusal(reply: str) -> bool:
    """Return whether a reply begins with NOT FOUND, which models write with marks, stops and in small
    letters."""
    return letters_of(reply).startswith(_REFUSAL)


def letters_of(reply: str) -> str:
    """Return the letters of a reply alone, as capitals."""
    return "".join(filter(str.isalpha, reply)).upper()


def prompt(
    question: str, history: Sequence[tuple[str, str]], sources: Sequence[PassageSource], standalone: str
) -> Prompt:
    """Instructions, then one turn: the conversation, the passages and the question's meaning between marks
    that their text cannot know, and outside of them the reader's question alone."""
    fence = Fence()
    said = [(role, without_marks(text)) for role, text in history]
    parts = [
        fence.conversation(said, TURNS, TURN_CHARACTERS),
        fence.block("passages", "\n".join(_passage(n, source, fence) for n, source in enumerate(sources, 1))),
        # Inside the fence: it was written from the conversation, which documents may speak through.
        fence.block("meaning", standalone) if standalone != question else "",
        f"Question: {question}",
    ]
    instructions = prompt_text("answer").replace("{nonce}", fence.nonce)
    return Prompt(instructions, (("user", "\n\n".join(filter(None, parts))),))


def _passage(number: int, source: PassageSource, fence: Fence) -> str:
    chunk = source.hit.chunk
    about = {
        "number": str(number),
        "document": source.hit.document_name,
        "pages": chunk.pages_shown,
    }
    if chunk.headings:
        about["section"] = " > ".join(chunk.headings)
    return fence.block("passage", chunk.text, **about)
