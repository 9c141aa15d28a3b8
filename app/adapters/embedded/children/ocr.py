"""OCR on this machine, in a separate process: its models take a second to load and 800 MB of memory."""

from __future__ import annotations

import base64
import importlib.util
from typing import Any

from app.adapters.embedded.children.child import Child
from app.core.errors import DamagedPdf, NotSetUp
from app.core.geometry import Box
from app.core.page import Picture
from app.core.ports import ReadLine, ReadPicture
from app.settings import UNREPORTED

PART = "OCR"
IDLE_SECONDS = 60.0
SECONDS = 120.0
"""A page of small type takes ten seconds of one core."""


class LocalOcr:
    """A ``TextRecogniser``: PP-OCR's models, which come inside the package ``rapidocr``."""

    engine = "rapidocr"

    def __init__(self, *, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        module = "app.adapters.embedded.children.ocr_process"
        self._child = Child(module, UNREPORTED, seconds=seconds, idle_seconds=idle_seconds, part=PART)

    def read(self, picture: Picture) -> ReadPicture:
        """Return the lines of text in a picture with their words and boxes, and what is drawn in it."""
        self.check()
        answer = self._child.ask({"image": base64.b64encode(picture.content).decode()})
        if answer is None or "error" in answer:
            raise DamagedPdf("its picture takes too long or cannot be read")
        return decode(answer)

    def check(self) -> None:
        """Raise ``Unavailable`` if the engine is not installed."""
        if not is_installed():
            raise NotSetUp("Install the extra ocr: rapidocr cannot be found.", part=PART)

    def close(self) -> None:
        """End the process. The next call starts another."""
        self._child.stop()


def decode(answer: dict[str, Any]) -> ReadPicture:
    """Return what ``ocr_process`` answered."""
    lines = [
        ReadLine(text, Box(*box), confidence, tuple((word, Box(*sides)) for word, sides in words))
        for text, box, confidence, words in answer["lines"]
    ]
    rules, shades = (tuple(Box(*sides) for sides in answer[key]) for key in ("rules", "shades"))
    return ReadPicture(tuple(lines), answer["angle"], rules, shades)


def is_installed() -> bool:
    """Return whether the engine is there."""
    return importlib.util.find_spec("rapidocr") is not None
