"""Pictures of pages read by a vision model behind a server that speaks OpenAI's protocol."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, cast

from app.adapters.openai.client import ModelServer
from app.ask.prompts import prompt_text
from app.core.errors import Unavailable
from app.core.page import Picture
from app.core.ports import ReadLine, ReadPicture

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion

PART = "vision model"
NO_TEXT = "[no text]"

SECONDS, TRY_SECONDS = 180.0, 90.0


class OpenAiVision:
    """A ``TextRecogniser`` that asks ``POST /chat/completions``; it tells no places. ``seconds`` is how long
    a page may take with all tries."""

    def __init__(self, api_key: str, base_url: str | None, model: str, *, seconds: float = SECONDS) -> None:
        self.engine = model
        self._seconds = seconds
        self._server = ModelServer(api_key, base_url, part=PART, model=model)

    def read(self, picture: Picture) -> ReadPicture:
        """Return the lines of text in a picture, without boxes. Raises ``RateLimited`` or ``Unavailable``."""
        image = f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"
        messages = [
            {"role": "system", "content": prompt_text("transcribe")},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": image}}]},
        ]

        def request(client: OpenAI, timeout: float) -> ChatCompletion:
            create = cast(Any, client.chat.completions.create)
            return cast("ChatCompletion", create(model=self.engine, messages=messages, timeout=timeout))

        answer = self._server.call(request, seconds=self._seconds, each=TRY_SECONDS)
        return ReadPicture(tuple(ReadLine(line) for line in _text(answer).splitlines()))

    def check(self) -> None:
        """Raise ``Unavailable`` if the server is not there or refuses the key. Costs no tokens."""
        self._server.check()

    def close(self) -> None:
        """Do nothing: it holds no resources."""


def _text(answer: ChatCompletion) -> str:
    try:
        choice = answer.choices[0]
        text = (choice.message.content or "").strip()
    except (AttributeError, IndexError, TypeError) as error:
        raise Unavailable(f"The {PART}'s server answers in a form that is not OpenAI's.", PART) from error
    # What is read of half a page would be stored as all of it.
    if choice.finish_reason == "length":
        raise Unavailable(f"The {PART}'s transcription broke off.", PART)
    return "" if text == NO_TEXT else text
