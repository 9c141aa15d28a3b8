"""The model that writes answers, chosen among those that servers on this machine offer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.adapters.openai.discovery import SERVERS, LocalServer, Offer, find_offers
from app.adapters.openai.models import OpenAiChat
from app.core.errors import Conflict, NotFound
from app.core.ports import ChatModel, OfferedModel
from app.core.process.storage import translate_errors

FRESH_SECONDS = 30.0
"""Servers are asked again after so long: one that is started is found without a restart."""

LISTED_SECONDS = 2.0
"""A list is as old as this at most, so that somebody who asks for it all the time does not have the servers
asked all the time."""

KEY = "local"
"""Servers on this machine want none, but the client sends one."""


class FoundChats:
    """A ``ChatModels``: what is chosen is kept in a file; until somebody chooses, it is the first model that
    is found. Where the chosen one is not offered, none writes. ``shared`` says that several tenants have it
    write: then none of them chooses for the others, but whoever runs the server."""

    def __init__(
        self, choice: Path, servers: Sequence[LocalServer] = SERVERS, *, shared: bool = False
    ) -> None:
        self.choosable = not shared
        self._choice = choice
        self._servers = servers
        self._lock = threading.Lock()
        self._offers: list[Offer] = []
        self._looked_at = float("-inf")
        self._chats: dict[Offer, OpenAiChat] = {}

    def find_chosen(self) -> ChatModel | None:
        """Return the model that writes, ``None`` where answers are quoted."""
        offer = self._chosen_offer(self._look(FRESH_SECONDS))
        if offer is None:
            return None
        with self._lock:
            if offer not in self._chats:
                self._chats[offer] = OpenAiChat(
                    KEY, offer.server.base_url, offer.name, phrases=True, local=True
                )
            return self._chats[offer]

    def list_offered(self) -> list[OfferedModel]:
        """Return the models that the servers offer now, and which one is chosen."""
        offers = self._look(LISTED_SECONDS)
        chosen = self._chosen_offer(offers)
        return [OfferedModel(each.id, each.name, each.server.name, each == chosen) for each in offers]

    def choose(self, model_id: str | None, *, by_operator: bool) -> None:
        """Have this model write from now on, or none. Raises ``NotFound`` for one that is not offered,
        ``Conflict`` where tenants share it and it is not whoever runs the server that chooses."""
        if not (self.choosable or by_operator):
            raise Conflict(
                "Tenants share the model that writes: whoever runs the server chooses it (kb models)."
            )
        if model_id is not None and model_id not in [each.id for each in self._look(0.0)]:
            raise NotFound(f"No model server on this machine offers {model_id}.")
        with translate_errors("The choice of a model", "files"):
            written = self._choice.with_suffix(".new")
            written.write_text(json.dumps({"model": model_id or ""}), encoding="utf-8")
            written.replace(self._choice)

    def close(self) -> None:
        """Keep nothing open: there is nothing to give back."""

    def _look(self, seconds: float) -> list[Offer]:
        """Return what is offered, as it was found in the last so many seconds or is found now."""
        with self._lock:
            if time.monotonic() - self._looked_at > seconds or seconds == 0.0:
                self._offers = find_offers(self._servers)
                self._chats = {offer: chat for offer, chat in self._chats.items() if offer in self._offers}
                self._looked_at = time.monotonic()
            return self._offers

    def _chosen_offer(self, offers: Sequence[Offer]) -> Offer | None:
        wanted = self._read_choice()
        if wanted is None:
            return next(iter(offers), None)
        return next((each for each in offers if each.id == wanted), None)

    def _read_choice(self) -> str | None:
        """Return the id that was chosen, "" for none, ``None`` where nobody has chosen."""
        # A file that is damaged is no choice.
        with suppress(OSError, ValueError, AttributeError):
            found = json.loads(self._choice.read_text(encoding="utf-8")).get("model")
            return found if isinstance(found, str) else None
        return None
