"""The partial answer while it is being made, and its cost: all that remains if it breaks off."""

from __future__ import annotations

from collections.abc import Iterator

from app.core.answer import Answer, AnswerKind, Citation, Claim
from app.core.costs.tokens import tokens_of
from app.core.ports import ChatModel, Delta, Prompt
from app.core.process.closing import closed_after

LEFT = "Broken off: it was stopped, or whoever asked went away, while it was made."
FAILED = "Broken off: what makes it failed in the middle."
ESTIMATED = "Its tokens are estimated: the model's server had not told them yet."


class SoFar:
    """Notes each part of an answer that is passed on."""

    def __init__(self, chat: ChatModel | None) -> None:
        self.metered = _Metered(chat) if chat else None
        self.claims: list[Claim] = []
        self.whole: Answer | None = None
        self.text = ""
        self.question = ""
        self._citations: list[Citation] = []

    def add(self, event: str | Citation | Answer) -> None:
        """Note what is passed on."""
        if isinstance(event, str):
            self.text += event
        elif isinstance(event, Citation):
            self._citations.append(event)
        else:
            self.whole = event

    def answer(self, why: str) -> Answer:
        """Return the answer as it stands, broken off for a reason; the whole of it where that was there."""
        if self.whole:
            return self.whole
        model = self.metered
        written = bool(model and model.said.strip())
        return Answer(
            kind=AnswerKind.GENERATED if written else AnswerKind.QUOTES,
            text=self.text.rstrip(),
            claims=tuple(self.claims) if written else (),
            citations=tuple(self._citations),
            question=self.question,
            notes=(why, ESTIMATED) if model and model.is_estimated else (why,),
            model=model.model if model and written else "",
            tokens_in=model.tokens_in if model else 0,
            tokens_out=model.tokens_out if model else 0,
            broken_off=True,
        )


class _Metered:
    """A ``ChatModel`` that counts its tokens as they are spent: as the server tells them, at the end of each
    reply, and until then about."""

    def __init__(self, chat: ChatModel) -> None:
        self._chat = chat
        self._told_in = self._told_out = 0
        self._asked = 0
        self.said = ""

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._chat.model

    @property
    def phrases(self) -> bool:
        """Whether it only phrases sentences that code has chosen."""
        return self._chat.phrases

    @property
    def tokens_in(self) -> int:
        """The tokens that the model has read."""
        return self._told_in + self._asked

    @property
    def tokens_out(self) -> int:
        """The tokens that the model has written."""
        return self._told_out + (tokens_of(self.said) if self._asked else 0)

    @property
    def is_estimated(self) -> bool:
        """Whether the server has not reported all of them."""
        return self._asked > 0

    def stream(self, prompt: Prompt, *, max_tokens: int) -> Iterator[Delta]:
        """Yield the answer, piece by piece."""
        # Most servers tell the tokens with the last piece: a stream that breaks off would seem free without
        # this.
        self._asked = sum(map(tokens_of, (prompt.system, *(text for _, text in prompt.turns))))
        self.said = ""
        with closed_after(self._chat.stream(prompt, max_tokens=max_tokens)) as deltas:
            for delta in deltas:
                self.said += delta.text
                if delta.tokens_in or delta.tokens_out:
                    self._told_in += delta.tokens_in
                    self._told_out += delta.tokens_out
                    # What was estimated is now told: both together would count it twice.
                    self._asked = 0
                yield delta

    def check(self) -> None:
        """Raise ``Unavailable`` if the model cannot be used."""
        self._chat.check()
