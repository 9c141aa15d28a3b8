"""The model that writes answers where the settings say which."""

from __future__ import annotations

from app.core.errors import Conflict
from app.core.ports import ChatModel, OfferedModel


class SetChat:
    """A ``ChatModels`` of one model or none; ``where`` says which setting it is from."""

    choosable = False

    def __init__(self, chat: ChatModel | None, where: str = "") -> None:
        self._chat = chat
        self._where = where

    def find_chosen(self) -> ChatModel | None:
        """Return the model, ``None`` where answers are quoted."""
        return self._chat

    def list_offered(self) -> list[OfferedModel]:
        """Return the model, if there is one."""
        chat = self._chat
        return [OfferedModel(chat.model, chat.model, self._where, chosen=True)] if chat else []

    def choose(self, model_id: str | None, *, by_operator: bool) -> None:
        """Refuse: raises ``Conflict``."""
        raise Conflict("The model that writes is set by the settings: choosing one needs KB_CHAT=auto.")

    def close(self) -> None:
        """Give back what the model keeps."""
        if close := getattr(self._chat, "close", None):
            close()
