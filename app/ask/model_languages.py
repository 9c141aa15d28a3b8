"""Which languages an embedding model reads, where that is not known beforehand: it is tried, and kept.

In a language that a model does not read its vectors are worse than none. So it is given pairs of sentences
that say the same thing in other words, five in each of twelve languages: where it reads the language, a
sentence is nearest to its own other half.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from app.ask.likeness import cosine
from app.ask.words.scripts import SCRIPTS, tell_script_and_language
from app.core import keys
from app.core.errors import FileMissing
from app.core.passage import Vector
from app.core.ports import Embedder, FileStore

NEEDED = 4
"""Of a language's five sentences, those that must be nearest to their other half. By chance it is one.
multilingual-e5-small finds five in eleven languages and four in Turkish; shared words alone two at most."""

UNRELATED_AT = 0.05
"""Share of the pairs that do not belong together which are less alike than ``unrelated``. With it that of
multilingual-e5-small is .73, where .72 was chosen on questions and passages."""

OTHER_SCRIPTS = 10
"""Of the twelve languages, those that a model must read to be trusted with a script that none has."""

FRESH_SECONDS = 60.0
"""Another process may have tried the model anew: what is kept is read again after this time."""


@dataclass(frozen=True, slots=True)
class ModelLanguages:
    """What was found of a model: of the languages tried those that it reads (ISO 639-1), ascending, and the
    cosine of texts that have nothing to do with each other."""

    model: str
    read: tuple[str, ...]
    unrelated: float

    def reads(self, text: str) -> bool:
        """Return whether the model reads the language of a text: as it was tried, else as most languages of
        its script were."""
        script, language = tell_script_and_language(text)
        if not script or language in self.read:
            return True
        alike = SCRIPTS.get(script, ())
        if language in alike:
            return False
        if not alike:
            return len(self.read) >= OTHER_SCRIPTS
        return 2 * len(set(alike) & set(self.read)) > len(alike)


class TriedEmbedder:
    """An embedder with what was found of its languages, which is kept in a file; until it was tried, it is
    trusted with all."""

    def __init__(self, embedder: Embedder, files: FileStore) -> None:
        self._embedder, self._files = embedder, files
        self._lock = threading.Lock()
        self._found: ModelLanguages | None = None
        self._until = 0.0

    @property
    def model(self) -> str:
        """The model's name."""
        return self._embedder.model

    @property
    def dimensions(self) -> int:
        """The length of its vectors."""
        return self._embedder.dimensions

    @property
    def unrelated(self) -> float:
        """The cosine of texts that have nothing to do with each other, as found, else as the embedder
        says."""
        found = self._recall()
        return self._embedder.unrelated if found is None else found.unrelated

    @property
    def unrelated_in(self) -> Mapping[str, float]:
        """The same by language: as the embedder says while it was not tried. Five pairs of a language are too
        few to find its own."""
        return self._embedder.unrelated_in if self._recall() is None else {}

    def reads(self, text: str) -> bool:
        """Return whether the model reads the language of a text."""
        found = self._recall()
        return self._embedder.reads(text) if found is None else found.reads(text)

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        """Return a unit vector for each passage, in the order given, of at most so many tokens of it."""
        return self._embedder.documents(texts, most_tokens=most_tokens)

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        return self._embedder.query(text)

    def check(self) -> None:
        """Raise ``Unavailable`` if the model cannot be used."""
        self._embedder.check()

    def try_languages(self) -> ModelLanguages:
        """Try the model, and keep what was found. Raises ``Unavailable`` if it cannot be used."""
        found = find_languages(self._embedder)
        self._files.put(keys.model_languages(self.model), json.dumps(asdict(found)).encode())
        with self._lock:
            self._found, self._until = found, time.monotonic() + FRESH_SECONDS
        return found

    def _recall(self) -> ModelLanguages | None:
        with self._lock:
            if time.monotonic() >= self._until:
                # Read under the lock: requests that come together would else all ask the file store at once.
                self._found, self._until = self._load_kept(), time.monotonic() + FRESH_SECONDS
            return self._found

    def _load_kept(self) -> ModelLanguages | None:
        with suppress(FileMissing, ValueError, KeyError):
            kept = json.loads(self._files.get(keys.model_languages(self.model)))
            return ModelLanguages(kept["model"], tuple(kept["read"]), kept["unrelated"])
        return None


def find_languages(embedder: Embedder) -> ModelLanguages:
    """Try a model with every pair of sentences, and return what it reads. Raises ``Unavailable``."""
    pairs = _pairs()
    ones = embedder.documents([pair.one for pair in pairs])
    others = embedder.documents([pair.other for pair in pairs])
    found = Counter(
        pair.language
        for place, pair in enumerate(pairs)
        # Within its language only: sentences of one language are alike by that, in a model that tells no
        # more.
        if place == max(_places(pairs, {pair.language}), key=lambda n: cosine(ones[place], others[n]))
    )
    read = tuple(sorted(language for language, count in found.items() if count >= NEEDED))
    # Over all languages that it reads: sentences of one language are alike by that alone.
    apart = sorted(
        cosine(ones[one], others[other])
        for one, other in product(_places(pairs, read), repeat=2)
        if pairs[one].thing != pairs[other].thing
    )
    unrelated = apart[int(UNRELATED_AT * len(apart))] if apart else embedder.unrelated
    return ModelLanguages(embedder.model, read, max(0.0, unrelated))


def unread_languages(embedder: Embedder, texts: Iterable[str]) -> set[str]:
    """Return the languages of texts that a model does not read: their codes, or the names of their scripts
    where the language is not told."""
    unread = (tell_script_and_language(text) for text in texts if not embedder.reads(text))
    return {language or script.lower() for script, language in unread}


class _Pair(NamedTuple):
    """Two sentences that say the same ``thing``, which has the same number in every language."""

    language: str
    thing: int
    one: str
    other: str


@cache
def _pairs() -> tuple[_Pair, ...]:
    lines = Path(__file__).with_name("sentence_pairs.txt").read_text(encoding="utf-8").splitlines()
    things: Counter[str] = Counter()
    pairs = list[_Pair]()
    for language, one, other in (line.split(" | ") for line in lines if not line.startswith("#")):
        pairs.append(_Pair(language, things[language], one, other))
        things[language] += 1
    return tuple(pairs)


def _places(pairs: Sequence[_Pair], languages: Container[str]) -> list[int]:
    return [place for place, pair in enumerate(pairs) if pair.language in languages]
