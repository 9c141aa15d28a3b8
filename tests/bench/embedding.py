"""Passages of 200 words a second and core, and memory, of the local model.

python -m tests.bench.embedding
"""

from __future__ import annotations

import random
import resource
import time

import psutil

from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.models import E5

WORDS, PASSAGES = 200, 64


def passages() -> list[str]:
    """Seeded nonsense of whole words: of the model's pieces, those that begin a word of small letters."""
    pieces = Weights(weights_file()).pieces()
    letters = pieces.letters.tobytes().decode("utf-32-le")
    found = (
        letters[at : at + length] for at, length in zip(pieces.starts[:20000], pieces.lengths, strict=False)
    )
    words = [piece[1:] for piece in found if piece[0] == "▁" and piece[1:].isalpha() and piece.islower()]
    chance = random.Random(200)
    return [" ".join(chance.choices(words, k=WORDS)) for _ in range(PASSAGES)]


def main() -> None:
    texts, process = passages(), psutil.Process()
    before = process.memory_info().rss
    model = E5()
    model.query("load")
    loaded = process.memory_info().rss
    cpu, start = time.process_time(), time.monotonic()
    model.documents(texts)
    cpu, wall = time.process_time() - cpu, time.monotonic() - start
    print(f"{model.model}: {PASSAGES / cpu:.1f} passages of {WORDS} words a second and core of CPU time")
    print(
        f"{PASSAGES / wall:.1f} a second by the clock, on {psutil.cpu_count()} cores that others may use, too"
    )
    now, most = process.memory_info().rss, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    for label, size in (("loaded", loaded - before), ("used", now - before), ("at most", most - before)):
        print(f"memory {label}: {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
