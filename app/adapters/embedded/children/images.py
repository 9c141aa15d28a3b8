"""The image processor as a child process: a hostile PDF can break it, but not the server.

The child is the same program as the image processor's Lambda function and follows the same contract
(``imgproc/contract.json``), one JSON line in each direction. It is started at first use, kept between
calls, and ends with this process.
"""

from __future__ import annotations

import base64
import importlib.util
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from typing import Any

from app.adapters.embedded.children.child import Child
from app.core.errors import KnowledgeBaseError, NotSetUp, Unavailable, refusal
from app.core.geometry import Box
from app.core.page import Picture
from app.core.ports import FileStore, Losses
from app.core.process.leaving import held_until_left

PART = "image processor"
IDLE_SECONDS = 60.0
"""The idle timeout of a child: starting one takes a second, keeping one 130 MB."""


class ImageProcess:
    """A ``PageImager`` that asks a child process.

    ``folder`` must hold the files that ``files.local`` gives. A child has ``seconds`` for each answer and may
    take ``memory_bytes``, and twice the file's size, for a file; a page that needs more is left out. As many
    calls run at a time as there may be ``processes``, and ``of_a_tenant`` for the files of one tenant: the
    next wait, until their client leaves. After ``idle_seconds`` without a call a child's memory is given
    back.
    """

    def __init__(
        self,
        files: FileStore,
        folder: Path,
        *,
        memory_bytes: int,
        seconds: float,
        idle_seconds: float = IDLE_SECONDS,
        processes: int = 1,
        of_a_tenant: int | None = None,
    ) -> None:
        self._files = files
        environment = {
            "IMAGE_SOURCE_FOLDER": str(folder.resolve()),
            "IMAGE_MEMORY_BYTES": str(memory_bytes),
        }
        self._children = [
            Child(
                "imgproc",
                environment,
                seconds=seconds,
                idle_seconds=idle_seconds,
                part=PART,
                readable=[folder.resolve()],
            )
            for _ in range(processes)
        ]
        self._room = threading.Semaphore(processes)
        self._of_a_tenant = of_a_tenant or processes
        self._rooms: dict[str, threading.Semaphore] = {}  # by tenant
        self._free: LifoQueue[Child] = LifoQueue()  # one that is warm before one that is not
        for child in self._children:
            self._free.put(child)

    def render(
        self, key: str, pages: Sequence[int], *, dpi: int = 150, losses: Losses | None = None
    ) -> list[Picture]:
        """Return each page (1-based) of the stored PDF as a JPEG. A page that cannot be drawn is left out."""
        return self._pictures(key, pages, {"operation": "render_pages", "dpi": dpi}, losses)

    def figures(self, key: str, pages: Sequence[int], *, losses: Losses | None = None) -> list[Picture]:
        """Return the images that stand on these pages, without masks, slivers and repeats on a page."""
        return self._pictures(key, pages, {"operation": "extract_images"}, losses)

    def check(self) -> None:
        """Raise ``Unavailable`` if the image processor is not installed."""
        missing = [name for name in ("imgproc", "pymupdf", "PIL") if importlib.util.find_spec(name) is None]
        if missing:
            raise NotSetUp(f"Install the extra imgproc: {', '.join(missing)} cannot be found.", part=PART)

    def close(self) -> None:
        """End the children. The next call starts another."""
        for child in self._children:
            child.stop()

    def _pictures(
        self, key: str, pages: Sequence[int], event: dict[str, Any], losses: Losses | None
    ) -> list[Picture]:
        self.check()
        with self._turn_of(key), self._files.local(key) as path:
            event = {**event, "file_url": path.resolve().as_uri()}
            return [_picture(image) for image in self._images(event, [page - 1 for page in pages], losses)]

    def _images(
        self, event: dict[str, Any], numbers: list[int], losses: Losses | None
    ) -> Iterator[dict[str, Any]]:
        """Yield the images of pages (0-based). Pages that together end the child are asked for one by one,
        so that a bad one costs only itself."""
        rest: dict[str, Any] | None = {"page_numbers": numbers} if numbers else None
        while rest is not None and not (losses and losses.over_for_pictures):
            answer = self._ask({**event, **rest})
            if losses:
                losses.spend_pictures(deaths=int(answer is None), cpu_ms=(answer or {}).get("cpu_ms", 0))
            if answer is None:
                numbers = rest["page_numbers"]
                for number in numbers if len(numbers) > 1 else ():
                    yield from self._images(event, [number], losses)
                return
            if "error" in answer:
                raise _error(**answer["error"])
            yield from answer["images"]
            rest = answer["next"]

    @contextmanager
    def _turn_of(self, key: str) -> Iterator[None]:
        """Have one of the processes to oneself inside the context. Raises ``Left``."""
        tenant = key.partition("/")[0]
        room = self._rooms.setdefault(tenant, threading.Semaphore(self._of_a_tenant))
        with held_until_left(room), held_until_left(self._room):
            yield

    def _ask(self, event: dict[str, Any]) -> dict[str, Any] | None:
        child = self._free.get_nowait()
        try:
            return child.ask(event)
        finally:
            self._free.put(child)


def _picture(image: dict[str, Any]) -> Picture:
    return Picture(
        page=image["page_number"] + 1,
        content=base64.b64decode(image["image_base64"]),
        media_type=image["media_type"],
        width=image["width"],
        height=image["height"],
        box=Box(*image["box"]) if "box" in image else None,
    )


def _error(code: str, message: str) -> KnowledgeBaseError:
    return refusal(code, message) or Unavailable(message, part=PART)
