"""Names of documents: how a file name or path of a client is cleaned, and how equal names are
distinguished."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from app.core.document import Source
from app.core.errors import BadRequest
from app.core.process.patterns import defer_regex

LONGEST = 255

_PLACE = defer_regex(r"/|[A-Za-z]:/")

PATTERN = r"[^\s./\\\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
"""What a name needs one of, as a regular expression of JSON Schema: ``document_name`` takes the others away
where they lead, and some of them everywhere."""

_LEADING = defer_regex(r"^[\s./]+")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They make a name read as another: ``fdp.exe`` for ``exe.pdf``."""


def compose(text: str) -> str:
    """Return the text in composed Unicode form (NFC), in which names and tags are stored: macOS types and
    stores them decomposed."""
    return unicodedata.normalize("NFC", text)


def compose_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags in composed form (NFC), each once: two tags that were stored as typed may be equal."""
    return tuple(dict.fromkeys(map(compose, tags)))


def spellings(text: str) -> tuple[str, str]:
    """Return the text composed (NFC) and decomposed (NFD): older versions stored tags as they were typed."""
    return compose(text), unicodedata.normalize("NFD", text)


def document_name(text: str) -> str:
    """Return a relative path without ``..`` or control characters, composed (NFC), such as
    ``reports/2024.pdf``.

    A long name is truncated at its beginning. Raises ``BadRequest`` if nothing is left.
    """
    # Windows sends backslashes, and some browsers the whole path with its drive.
    whole = _LEADING.sub("", _clean(text.replace("\\", "/")))
    if not whole:
        raise BadRequest("A document needs a name.")
    # The end tells documents apart, and has the ending.
    return _LEADING.sub("", whole[-LONGEST:]) or whole[:LONGEST]


def shown_text(text: str) -> str:
    """Return the text without characters that disguise it and without control characters of a terminal."""
    return "".join(filter(_is_shown, text))


def source_of_name(name: str) -> Source:
    """Return the source of a file whose name the client chose. Raises ``BadRequest``."""
    clean = document_name(name)
    return Source(clean, clean)


def source_of_path(file: Path) -> Source:
    """Return the source of a file on this machine: its absolute path, with links resolved, composed (NFC)."""
    # A name on the disk need not be UTF-8, and the database takes nothing else.
    whole = file.resolve().as_posix().encode("utf-8", "backslashreplace").decode()
    return Source(compose(whole), f"/{_clean(whole)}")


def source_of_stored(key: str, path: str) -> Source:
    """Return the source of a document that was stored outside the program, for example by an export.
    Raises ``BadRequest`` if nothing is left of name and source."""
    if not is_place(key):
        return Source(document_name(key), document_name(path))
    clean = _clean(path)
    return Source(compose(key), f"/{clean}" if path.startswith("/") else document_name(clean))


def rename_source(source: Source, name: str) -> Source:
    """Return the source of a document under another name. A path stays the source; a chosen name is
    replaced by the new one."""
    return Source(source.key if is_place(source.key) else name, name)


def is_place(key: str) -> bool:
    """Return whether a source is an absolute path, and not a chosen name."""
    return _PLACE.match(key) is not None


def base(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def tails(path: str) -> Iterator[str]:
    """Return the ends of a path, from its last part to the whole path."""
    parts = path.split("/")
    return ("/".join(parts[start:]) for start in range(len(parts) - 1, -1, -1) if any(parts[start:]))


def shortest(paths: Mapping[str, str]) -> dict[str, str]:
    """Return, by key, the shortest end of each path that is not the end of another; the whole path if
    there is none.

    Paths with different last parts do not affect each other.
    """
    counts = Counter(tail for path in paths.values() for tail in tails(path))
    return {
        key: next((tail for tail in tails(path) if counts[tail] == 1), path) for key, path in paths.items()
    }


def free(path: str, is_taken: Callable[[str], bool]) -> str:
    """Return the path itself, or the first like ``report (2).pdf`` that is not taken."""
    stem, dot, ending = path.rpartition(".")
    # A dot in a folder's name, or at the beginning, begins no ending.
    if not stem or "/" in ending:
        stem, dot, ending = path, "", ""
    found, number = path, 1
    while is_taken(found):
        number += 1
        counted = f" ({number}){dot}{ending}"
        found = stem[: LONGEST - len(counted)] + counted if not path.startswith("/") else stem + counted
    return found


def _clean(path: str) -> str:
    shown = shown_text(compose(path.encode("utf-8", "replace").decode()))
    parts = [part.strip() for part in shown.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _is_shown(letter: str) -> bool:
    return letter not in _BIDI and unicodedata.category(letter) not in ("Cc", "Zl", "Zp")


def searchable_name(name: str) -> str:
    """Return the name of the file of a document's copy that can be searched."""
    last = name.rpartition("/")[2]
    stem = last[: -len(".pdf")] if last.lower().endswith(".pdf") else last
    return f"{stem}-searchable.pdf"
