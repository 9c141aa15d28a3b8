"""Names of documents: what is left of a file's name or path that a client sends, and how those that are
alike are told apart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from app.core.document import Source
from app.core.errors import BadRequest

LONGEST = 255

_PLACE = re.compile(r"/|[A-Za-z]:/")

PATTERN = r"[^\s./\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
"""What a name needs one of, as a regular expression of JSON Schema: ``document_name`` takes the others away
where they lead, and some of them everywhere."""

_LEADING = re.compile(r"^[\s./]+")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a name read as another: ``fdp.exe`` for ``exe.pdf``."""


def composed(text: str) -> str:
    """Text with its accents in one piece with their letters (NFC), as names and tags are kept: a Mac types
    and stores them apart."""
    return unicodedata.normalize("NFC", text)


def composed_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags composed (NFC), each once: two that were kept as they had been typed may be one."""
    return tuple(dict.fromkeys(map(composed, tags)))


def spellings(text: str) -> tuple[str, str]:
    """Text composed (NFC) and decomposed (NFD): tags were once kept as they had been typed."""
    return composed(text), unicodedata.normalize("NFD", text)


def document_name(text: str) -> str:
    """A relative path without ``..`` or control characters, composed (NFC), e.g. ``reports/2024.pdf``.

    The end is kept where it is too long. Raises ``BadRequest`` if nothing is left.
    """
    whole = _LEADING.sub("", _clean(text.replace("\\", "/")))
    if not whole:
        raise BadRequest("A document needs a name.")
    return _LEADING.sub("", whole[-LONGEST:]) or whole[:LONGEST]


def shown_text(text: str) -> str:
    """Text without what makes it read as another, and without what a terminal obeys."""
    return "".join(filter(_is_shown, text))


def named(name: str) -> Source:
    """The source of a file that comes under a name of the client's choice. Raises ``BadRequest``."""
    clean = document_name(name)
    return Source(clean, clean)


def located(file: Path) -> Source:
    """The source of a file of this machine: its absolute path, without links, composed (NFC)."""
    whole = file.resolve().as_posix().encode("utf-8", "backslashreplace").decode()
    return Source(composed(whole), f"/{_clean(whole)}")


def kept(key: str, path: str) -> Source:
    """The source of a document that was kept outside the program, such as by an export. Raises
    ``BadRequest`` if nothing is left of either."""
    if not is_place(key):
        return Source(document_name(key), document_name(path))
    clean = _clean(path)
    return Source(composed(key), f"/{clean}" if path.startswith("/") else document_name(clean))


def renamed(source: Source, name: str) -> Source:
    """The source of a document that is given another name: a file stays known by its place, what is known by
    its name alone is known by the new one."""
    return Source(source.key if is_place(source.key) else name, name)


def is_place(key: str) -> bool:
    """Whether a source is an absolute path of a machine and no chosen name."""
    return _PLACE.match(key) is not None


def base(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def tails(path: str) -> Iterator[str]:
    """The ends of a path, from its last part to the whole of it."""
    parts = path.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1) if any(parts[start:]))


def shortest(paths: Mapping[str, str]) -> dict[str, str]:
    """By key, the shortest end of each path that is the end of no other; the whole path where there is none.

    Paths whose last parts differ have nothing to do with each other.
    """
    counts = Counter(tail for path in paths.values() for tail in tails(path))
    return {
        key: next((tail for tail in tails(path) if counts[tail] == 1), path) for key, path in paths.items()
    }


def free(path: str, is_taken: Callable[[str], bool]) -> str:
    """The path itself, or the first like ``report (2).pdf`` that is not taken."""
    stem, dot, ending = path.rpartition(".")
    if not stem or "/" in ending:
        stem, dot, ending = path, "", ""
    found, number = path, 1
    while is_taken(found):
        number += 1
        counted = f" ({number}){dot}{ending}"
        found = stem[: LONGEST - len(counted)] + counted if not path.startswith("/") else stem + counted
    return found


def _clean(path: str) -> str:
    shown = shown_text(composed(path.encode("utf-8", "replace").decode()))
    parts = [part.strip() for part in shown.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _is_shown(letter: str) -> bool:
    return letter not in _BIDI and unicodedata.category(letter) not in ("Cc", "Zl", "Zp")
