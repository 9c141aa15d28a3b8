"""What a file says of its layers (optional content, ISO 32000-1, 8.11), without reading all of it."""

from __future__ import annotations

import mmap
import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

LAYERED = re.compile(rb"/OC[\s/]*\d+\s+\d+\s+R|/OC\s*<<")
"""A form, an image or an annotation that belongs to a layer, as it stands in a file: no such dictionary is
compressed or encrypted but an annotation's."""

SWITCHED_OFF = re.compile(
    rb"/OFF\s*(?:\[\s*\d|\d)|/BaseState\s*/(?:OFF|Unchanged)|/(?:All|Any)Off|/VE\s*[\[\d]|/ViewState\s*/OFF"
)
"""What may keep a layer from being shown (ISO 32000-1, 8.11)."""

PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
"""Begins dictionaries that are compressed together."""

MOST_UNPACKED = 20_000_000
"""Bytes of such dictionaries that are looked through; with more, layers may be off."""


class Layers(NamedTuple):
    """What a file says of layers: whether ``any`` may be off, and whether ``forms`` may be of layers."""

    off: bool
    forms: bool


def read_layers(page: Any) -> Layers:
    """Return what the file of a pypdfium2 page says of layers; each may be off where that cannot be told."""
    source = page.pdf._input  # pypdfium2 has no other way to the file
    # A file that is not on a disk is not searched: then every layer may be off.
    return _layers_of(Path(source)) if isinstance(source, (str, Path)) else Layers(off=True, forms=True)


# Pages of one file ask one after the other, and a pool of readers has few files open.
@lru_cache(maxsize=4)
def _layers_of(path: Path) -> Layers:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return Layers(_may_be_off(content), LAYERED.search(content) is not None)
    except (OSError, ValueError):
        return Layers(off=True, forms=True)


def _may_be_off(content: mmap.mmap) -> bool:
    if SWITCHED_OFF.search(content):
        return True
    left = MOST_UNPACKED
    for found in PACKED.finditer(content):
        try:
            unpacked = zlib.decompressobj().decompress(content[found.end() : found.end() + left], left)
        except zlib.error:  # encrypted, or packed in another way
            return True
        left -= len(unpacked)
        if left <= 0 or SWITCHED_OFF.search(unpacked):
            return True
    return False
