"""CPU of a passage in the local model, beside other graphs and a fixed load, and the model's memory.

    python -m tests.bench.embedding [XQUAD_FILE] [--beside GRAPH.onnx …]

Passages are XQuAD's paragraphs (``xquad.en.json``), or seeded nonsense of whole words without a file. Graphs
beside are BERT's in ONNX's form, such as another model's, and get the same number of pieces. How fast a
machine is changes with what else it does: everything takes turns, passage by passage, and the fixed load, a
product of floats, says what the figures of two runs have to do with each other. One thread each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import psutil

from app.adapters.embedded.e5.pieces import PieceTable, Splitter
from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.models import E5

WORDS, PASSAGES = 117, 48
LOAD = (185, 384, 1536)
"""Rows, inputs and outputs of the fixed load: the largest product of a layer, for 185 pieces."""

LAYERS, PRODUCTS_OF_A_LAYER = 12, 3
"""So often is it made: as many multiplications as the whole model has for 185 pieces."""


def nonsense() -> list[str]:
    """Of the model's pieces, those that begin a word of small letters."""
    pieces = Weights(weights_file()).pieces()
    letters = pieces.letters.tobytes().decode("utf-32-le")
    found = (
        letters[at : at + length] for at, length in zip(pieces.starts[:20000], pieces.lengths, strict=False)
    )
    words = [piece[1:] for piece in found if piece[0] == "▁" and piece[1:].isalpha() and piece.islower()]
    chance = random.Random(200)
    return [" ".join(chance.choices(words, k=WORDS)) for _ in range(PASSAGES)]


def paragraphs(path: Path) -> list[str]:
    """The first paragraphs of the file."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [pair["context"] for article in articles for pair in article["paragraphs"]][:PASSAGES]


def fixed_load() -> Callable[[int], Any]:
    """A product of floats, as often as fits; it is the same for every passage."""
    rows, inputs, outputs = LOAD
    chance = np.random.default_rng(1)
    one = chance.standard_normal((rows, inputs), np.float32)
    other = chance.standard_normal((inputs, outputs), np.float32)
    return lambda _: [one @ other for _ in range(LAYERS * PRODUCTS_OF_A_LAYER)]


def graph(path: Path) -> Callable[[int], Any]:
    """A BERT on one thread, for a number of pieces."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.enable_mem_pattern, options.log_severity_level = 1, False, 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [each.name for each in session.get_inputs()]

    def run(pieces: int) -> Any:
        given = {name: np.ones((1, pieces), np.int64) for name in names}
        return session.run(None, {name: given[name] * (not name.startswith("token_type")) for name in names})

    return run


def milliseconds(call: Callable[[], Any]) -> float:
    """Of CPU."""
    start = time.process_time()
    call()
    return 1000 * (time.process_time() - start)


def print_cpu(model: E5, texts: Sequence[str], beside: Sequence[Path]) -> None:
    """Print the CPU of a passage: ours with its pieces, then the others and the fixed load."""
    weights = Weights(weights_file())
    splitter = Splitter(PieceTable.of(weights.pieces(), weights.unknown))
    counts = [len(splitter.split(f"passage: {text}")) + 2 for text in texts]
    others = {path.stem: graph(path) for path in beside} | {"fixed load": fixed_load()}
    for run in others.values():
        run(counts[0])
    taken: dict[str, list[float]] = {}
    for text, pieces in zip(texts, counts, strict=True):
        taken.setdefault(model.model, []).append(milliseconds(partial(model.documents, [text])))
        for name, run in others.items():
            taken.setdefault(name, []).append(milliseconds(partial(run, pieces)))
    words = statistics.mean(len(text.split()) for text in texts)
    print(f"{len(texts)} passages of {words:.0f} words, {statistics.mean(counts):.0f} pieces; ms of CPU each")
    ours = statistics.mean(taken[model.model])
    for name, figures in taken.items():
        mean = statistics.mean(figures)
        print(f"{name:28} mean {mean:6.1f}, least {min(figures):6.1f}; ours is {ours / mean:.2f} of it")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("file", type=Path, nargs="?")
    options.add_argument("--beside", type=Path, nargs="*", default=[])
    chosen = options.parse_args()
    texts = paragraphs(chosen.file) if chosen.file else nonsense()
    process = psutil.Process()
    before = process.memory_info().rss
    model = E5()
    model.query("load")
    loaded = process.memory_info().rss
    start = time.monotonic()
    model.documents(texts)
    print(f"{len(texts) / (time.monotonic() - start):.1f} passages a second on {psutil.cpu_count()} cores")
    now, most = process.memory_info().rss, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for label, size in (("loaded", loaded - before), ("used", now - before), ("at most", most - before)):
        print(f"memory {label}: {size / 1e6:.0f} MB")
    print_cpu(model, texts, chosen.beside)


if __name__ == "__main__":
    main()
