"""What things cost, from a price file (``app/prices.json`` by default), in US dollars."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DEFAULT = Path(__file__).parents[2] / "prices.json"


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a month: of models by name (dollars for a million tokens in and out), and of AWS's parts
    by name (dollars for one)."""

    as_of: str
    models: dict[str, tuple[float, float]]
    aws: dict[str, float]

    def tokens(self, model: str, tokens_in: int, tokens_out: int = 0) -> float | None:
        """Return the price of this many tokens, ``None`` for a model without a price."""
        # No guess: a wrong price looks like a right one, and "unknown" is shown as that.
        if model not in self.models:
            return None
        price_in, price_out = self.models[model]
        return (tokens_in * price_in + tokens_out * price_out) / 1e6


def load(path: Path = DEFAULT) -> Prices:
    """Return the prices of a file. Raises ``ValueError`` if it is malformed, ``OSError`` if it cannot be
    read."""
    try:
        content = json.loads(path.read_bytes())
        models = {
            name: (float(price["million_tokens_in"]), float(price["million_tokens_out"]))
            for name, price in content["models"].items()
        }
        aws = {name: float(price) for name, price in content["aws"].items()}
        return Prices(str(content["as_of"]), models, aws)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is not a price file: {error}") from error


@lru_cache(maxsize=1)
def default() -> Prices:
    """Return the prices that come with the program."""
    return load()
