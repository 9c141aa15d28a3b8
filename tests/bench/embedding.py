"""Passages of 200 words a second and core, and memory, of a local model: python -m tests.bench.embedding."""

from __future__ import annotations

import argparse
import random
import resource
import time

import psutil

from app.adapters.embedded.models import VOCABULARY, local_embedder

WORDS, PASSAGES = 200, 64


def passages() -> list[str]:
    """Seeded nonsense of whole words: of the model's 30,000 pieces, those that a text has most often."""
    pieces = VOCABULARY.read_text(encoding="utf-8").split("\n")
    words = [piece for piece in pieces[2000:12000] if piece.isalpha()]
    chance = random.Random(200)
    return [" ".join(chance.choices(words, k=WORDS)) for _ in range(PASSAGES)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("model", nargs="?", default="minilm", choices=("minilm", "e5"))
    name = options.parse_args().model
    texts, process = passages(), psutil.Process()
    before = process.memory_info().rss
    model = local_embedder(name)
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
