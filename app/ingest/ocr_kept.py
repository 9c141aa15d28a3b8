"""What OCR read of a version's pages, kept page by page: whatever ends a job, no page is paid for twice."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.core import keys
from app.core.geometry import Box
from app.core.job import Run
from app.core.page import Picture
from app.core.ports import FileStore, ReadLine, ReadPicture

FORM = 2
"""The format of the files; one of another format counts as missing."""


@dataclass(frozen=True, slots=True)
class KeptPages:
    """The recognised pages of one version in the file store, each with the engine that read it."""

    files: FileStore
    run: Run
    engine: str

    def get(self, number: int) -> tuple[Picture, ReadPicture] | None:
        """Return the picture that was read, without its content, and what was read in it; ``None`` where this
        engine has not read the page yet."""
        key = self._key(number)
        if self.files.size(key) is None:
            return None
        try:
            return self._decode_entry(json.loads(self.files.get(key)))
        except (ValueError, TypeError, LookupError):
            return None

    def put(self, picture: Picture, read: ReadPicture) -> None:
        """Keep what was read in a page's picture."""
        value = {
            "form": FORM,
            "engine": self.engine,
            "picture": asdict(replace(picture, content=b"")) | {"content": ""},
            "read": asdict(read),
        }
        self.files.put(self._key(picture.page), json.dumps(value, ensure_ascii=False).encode())

    def _key(self, number: int) -> str:
        return keys.recognised_page(self.run.version, number)

    def _decode_entry(self, value: dict[str, Any]) -> tuple[Picture, ReadPicture] | None:
        # Another engine was chosen to read it better: what the former one read is no answer.
        if (value["form"], value["engine"]) != (FORM, self.engine):
            return None
        picture = Picture(**{**value["picture"], "content": b"", "box": None})
        read = value["read"]
        rules, shades = (tuple(Box(*box) for box in read[key]) for key in ("rules", "shades"))
        return picture, ReadPicture(tuple(map(_line, read["lines"])), read["angle"], rules, shades)


def _line(value: dict[str, Any]) -> ReadLine:
    words = tuple((text, Box(*box)) for text, box in value["words"])
    box = None if value["box"] is None else Box(*value["box"])
    return ReadLine(**{**value, "box": box, "words": words})
