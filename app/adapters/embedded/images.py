"""The image processor as a child process: what a hostile PDF can break is not the server.

The child is the same program as the image processor's Lambda function and speaks its contract
(``imgproc/contract.json``), one JSON line each way. It is started when first needed, kept while it is warm,
and ends with this process.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from app.core.errors import (
    BadRequest,
    DamagedPdf,
    EmptyFile,
    KnowledgeBaseError,
    NotAPdf,
    TooLarge,
    Unavailable,
    WrongPassword,
)
from app.core.model import Box
from app.core.ports import FileStore, Picture

PART = "image processor"
IDLE_SECONDS = 60.0
"""To start a child takes a second, to keep one 130 MB."""
CALLS = 500
"""After so many calls a child is replaced, lest it grow."""
ANSWER_BYTES = 8 << 20
"""More than any answer: it holds at most 6 MB."""

ERRORS: dict[str, type[BadRequest]] = {
    error.code: error for error in (BadRequest, NotAPdf, EmptyFile, DamagedPdf, WrongPassword, TooLarge)
}


class ImageProcess:
    """A ``PageImager`` that asks a child process.

    ``folder`` must hold the files that ``files.local`` gives. The child has ``memory_bytes`` of address space
    and ``seconds`` for each answer; a page that needs more is left out. One call runs at a time. After
    ``idle_seconds`` without one the child's memory is given back.
    """

    def __init__(
        self,
        files: FileStore,
        folder: Path,
        *,
        memory_bytes: int,
        seconds: float,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._files = files
        self._child = _Child(folder, memory_bytes, seconds, idle_seconds)

    def render(self, key: str, pages: Sequence[int], *, dpi: int = 150) -> list[Picture]:
        """Each page (1-based) of the stored PDF as a JPEG. A page that cannot be drawn is left out."""
        return self._pictures(key, pages, {"operation": "render_pages", "dpi": dpi})

    def figures(self, key: str, pages: Sequence[int]) -> list[Picture]:
        """The images that stand on these pages, without masks, slivers and repeats on a page."""
        return self._pictures(key, pages, {"operation": "extract_images"})

    def check(self) -> None:
        """Raise ``Unavailable`` if the image processor is not installed."""
        missing = [name for name in ("imgproc", "pymupdf", "PIL") if importlib.util.find_spec(name) is None]
        if missing:
            raise Unavailable(f"Install the extra imgproc: {', '.join(missing)} cannot be found.", part=PART)

    def close(self) -> None:
        """End the child. The next call starts another."""
        self._child.stop()

    def _pictures(self, key: str, pages: Sequence[int], event: dict[str, Any]) -> list[Picture]:
        self.check()
        with self._files.local(key) as path:
            event = {**event, "file_url": path.resolve().as_uri()}
            return [_picture(image) for image in self._images(event, [page - 1 for page in pages])]

    def _images(self, event: dict[str, Any], numbers: list[int]) -> Iterator[dict[str, Any]]:
        """The images of pages (0-based). Pages that together end the child are asked for one by one, so that
        a bad one costs only itself."""
        rest: dict[str, Any] | None = {"page_numbers": numbers} if numbers else None
        while rest is not None:
            answer = self._child.ask({**event, **rest})
            if answer is None:
                numbers = rest["page_numbers"]
                for number in numbers if len(numbers) > 1 else ():
                    yield from self._images(event, [number])
                return
            if "error" in answer:
                raise _error(**answer["error"])
            yield from answer["images"]
            rest = answer["next"]


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
    return ERRORS[code](message) if code in ERRORS else Unavailable(message, part=PART)


class _Child:
    """The process, its life and the limits of one call."""

    def __init__(self, folder: Path, memory_bytes: int, seconds: float, idle_seconds: float) -> None:
        self._environment = {
            "IMAGE_SOURCE_FOLDER": str(folder.resolve()),
            "IMAGE_MEMORY_BYTES": str(memory_bytes),
        }
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        # Linux kills the child when the thread that started it ends: this one lives as long as the program.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="image-processor")
        self._process: subprocess.Popen[bytes] | None = None
        self._calls = 0
        self._idle = threading.Timer(0, self.stop)

    def ask(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to an event, ``None`` if the process died of it or took too long and was killed."""
        with self._lock:
            self._idle.cancel()
            line = self._exchange(self._running(), json.dumps(event).encode() + b"\n")
            if not line.endswith(b"\n") or self._calls >= CALLS:
                self._end()
            self._wait_idle()
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer

    def stop(self) -> None:
        """End the process if there is one, after the call that it is busy with."""
        with self._lock:
            self._idle.cancel()
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._starter.submit(self._start).result()
            self._calls = 0
        self._calls += 1
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                # -P: modules come from the installation, never from the working directory.
                [sys.executable, "-P", "-m", "imgproc"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=self._environment,  # none of this process's secrets
                start_new_session=True,  # Ctrl-C is for the server, which then ends its child in order
            )
        except OSError as error:
            raise Unavailable("The image processor could not be started.", part=PART) from error

    def _exchange(self, process: subprocess.Popen[bytes], line: bytes) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        killer = threading.Timer(self._seconds, process.kill)
        killer.start()
        try:
            process.stdin.write(line)
            process.stdin.flush()
            return process.stdout.readline(ANSWER_BYTES)
        except OSError:  # it died before it read the event
            return b""
        finally:
            killer.cancel()

    def _wait_idle(self) -> None:
        self._idle = threading.Timer(self._idle_seconds, self.stop)
        self._idle.daemon = True
        self._idle.start()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
