"""Going through the pages of a request until it is answered or a limit is reached."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from imgproc.output import Outputs

if TYPE_CHECKING:
    from imgproc.encode import Encoded
    from imgproc.limits import Limits
    from imgproc.request import Request


@dataclass(frozen=True, slots=True)
class Picture:
    """The ``index``-th picture of a page, and what the contract has to say of it besides its size."""

    index: int
    encoded: Encoded
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a page that was not made into a picture, and why."""

    reason: str


Draw: TypeAlias = "Callable[[Any, Request, Limits, int], Iterator[Picture | LeftOut]]"
"""Yields the pictures of a page from an index on."""


@dataclass(slots=True)
class _Answer:
    """The pictures found so far, within limits on size and time."""

    limits: Limits
    outputs: Outputs
    began: float = field(default_factory=time.monotonic)
    size: int = 0
    images: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def late(self) -> bool:
        return time.monotonic() - self.began > self.limits.seconds

    def add(self, page_number: int, picture: Picture) -> bool:
        """Return whether there was room for it, here or at an address. The first always has: each call
        gets on."""
        if self.images and self.late():
            return False
        held = self._take_output(picture.encoded)
        if held is None:
            return False
        self.images.append(
            {
                "page_number": page_number,
                **held,
                "media_type": picture.encoded.media_type,
                "width": picture.encoded.width,
                "height": picture.encoded.height,
                **picture.more,
            }
        )
        return True

    def _take_output(self, encoded: Encoded) -> dict[str, Any] | None:
        # In base64, a third more, which is what Lambda's limit counts.
        size = self.size + base64_size(encoded.content)
        if size <= self.limits.answer_bytes or not self.images:
            self.size = size
            return {"image_base64": base64.b64encode(encoded.content).decode()}
        output = self.outputs.put(encoded)
        return None if output is None else {"output": output}

    def skip(self, page_number: int, reason: str) -> None:
        self.skipped.append({"page_number": page_number, "reason": reason})

    def to_json(self, rest: Sequence[int] = (), first_index: int = 0) -> dict[str, Any]:
        following = {"page_numbers": list(rest), "first_index": first_index} if rest else None
        return {"images": self.images, "skipped": self.skipped, "next": following}


def answer(document: Any, request: Request, limits: Limits, draw: Draw) -> dict[str, Any]:
    """Return the pictures that ``draw`` makes of each page, what was left out, and how to get the rest."""
    result = _Answer(limits, Outputs(request.output_urls))
    numbers = request.page_numbers
    for place, number in enumerate(numbers):
        # Never before the first page: a call that does nothing would be repeated for ever.
        if place and result.late():
            return result.to_json(numbers[place:])
        if number >= document.page_count:
            result.skip(number, "The PDF ends before this page.")
            continue
        try:
            # Only the page at which the call before stopped is not begun from its first picture.
            first = request.first_index if place == 0 else 0
            for drawn in draw(document[number], request, limits, first):
                if isinstance(drawn, LeftOut):
                    result.skip(number, drawn.reason)
                elif not result.add(number, drawn):
                    return result.to_json(numbers[place:], drawn.index)
        except Exception as error:
            result.skip(number, f"The page could not be drawn: {why(error)}.")
    return result.to_json()


def base64_size(content: bytes) -> int:
    """Return characters of the content as base64."""
    return 4 * ((len(content) + 2) // 3)


def why(error: Exception) -> str:
    """Return the end of a sentence that says what went wrong, without words of the document."""
    logging.getLogger(__name__).debug("could not be drawn", exc_info=error)
    out_of_memory = isinstance(error, MemoryError) or type(error).__name__ == "FzErrorSystem"
    return "it takes too much memory" if out_of_memory else "it is damaged"
