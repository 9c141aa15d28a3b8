"""Turns names of documents into file names that are distinct and valid on every system."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

MOST_BYTES = 255
"""The longest file name, in bytes of UTF-8 (ext4, APFS; NTFS counts 255 UTF-16 units, which is never
less)."""

FORBIDDEN = frozenset('<>:"|?*\\') | frozenset(map(chr, range(32)))
"""In names on Windows
(https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file), and line ends everywhere."""

PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
DEVICES = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$", *PORTS))
"""Names that Windows keeps for itself, with any ending."""

JOINED = ("\u200d", "\ufe0e", "\ufe0f")
"""Characters that join their neighbours into one: the joiner and the variation selectors."""

PDF = ".pdf"

ENDINGS = {"json": ".json", "markdown": ".md", "pdf": PDF, "csv": ""}
"""The file extensions of an export, by format; a document's tables are files of their own in one folder."""


class FileNames:
    """Gives documents distinct paths, derived from their names.

    Two paths count as equal if some file system treats them as equal: by case, or by Unicode
    normalisation. A number is appended to a path that another document already has. Paths in ``taken`` are
    not given.
    """

    def __init__(self, *taken: str) -> None:
        self._files = set(map(_fold_case, taken))
        self._folders: set[str] = set()

    def give(self, name: str, ending: str) -> PurePosixPath:
        """Return a path for a document of this name, such as ``reports/2024.json`` for
        ``reports/2024.pdf``. Only the extension ``.pdf`` is replaced, or kept as it is written if
        ``ending`` is ``.pdf``, too."""
        *above, last = [part for part in name.split("/") if part] or ["_"]
        folder = PurePosixPath()
        for part in above:
            folder = self._folder(folder, part)
        stem = last[: -len(PDF)] if last.lower().endswith(PDF) and len(last) > len(PDF) else last
        # As it was written: an export gives ``Report.PDF`` back under its own name.
        if ending == PDF and stem != last:
            ending = last[-len(PDF) :]
        number = 1
        while True:
            path = folder / _make_safe(stem, ending, number)
            # Folders, too: a file cannot stand where a folder of the same name does.
            if _fold_case(str(path)) not in self._files | self._folders:
                self._files.add(_fold_case(str(path)))
                return path
            number += 1

    def _folder(self, above: PurePosixPath, part: str) -> PurePosixPath:
        """Return a folder for this part of a name. Other documents may share it, but no file has its path."""
        number = 1
        while True:
            path = above / _make_safe(part, "", number)
            if _fold_case(str(path)) not in self._files:
                self._folders.add(_fold_case(str(path)))
                return path
            number += 1


def _fold_case(path: str) -> str:
    # Upper case first: NTFS compares so, and "ß" or "ı" become what other letters become as well.
    upper = unicodedata.normalize("NFC", path).upper()
    return unicodedata.normalize("NFC", upper.casefold())


def _make_safe(stem: str, ending: str, number: int) -> str:
    """Return one part of a path: characters that some system forbids become ``_``, and a long part is
    truncated between two characters."""
    behind = f" ({number}){ending}" if number > 1 else ending
    clean = "".join("_" if letter in FORBIDDEN else letter for letter in stem).strip()
    # Windows looks only at what stands before the first dot: ``aux.pdf`` is the device as well.
    if clean.split(".")[0].strip().lower() in DEVICES or clean.strip(". ") == "":
        clean = f"_{clean}"
    kept = _truncate(clean, MOST_BYTES - len(behind.encode()))
    whole = f"{kept}{behind}"
    # Windows drops dots and blanks at the end, so that another file would have this name.
    return whole if whole == whole.rstrip(". ") else f"{_truncate(whole.rstrip('. '), MOST_BYTES - 1)}_"


def _truncate(text: str, most: int) -> str:
    """Return the beginning of a text, at most this many bytes long, without separating an accent from its
    letter."""
    kept = text.encode()[:most].decode("utf-8", "ignore")
    left = text[len(kept) :]
    while kept and left and (unicodedata.combining(left[0]) or left[0] in JOINED or kept[-1] == JOINED[0]):
        kept, left = kept[:-1], kept[-1] + left
    return kept
