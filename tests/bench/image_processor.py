"""The image processor in its container, at 2048 MB: python -m tests.bench.image_processor FILE…

Seconds of a first call, with the function's start, and of the next; pictures, and the most memory held.
"""

from __future__ import annotations

import base64
import sys
import time
from pathlib import Path
from typing import Any

from tests.support import services
from tests.support.functions import IMAGE_PROCESSOR, Function, running

PAGES = 20
EVENTS: dict[str, dict[str, Any]] = {
    "extract_images": {"operation": "extract_images"},
    "render_pages at 150 dpi": {"operation": "render_pages", "dpi": 150},
}


def whole(function: Function, event: dict[str, Any]) -> tuple[int, int]:
    """How many pictures all pages have, and in how many calls they came."""
    rest: dict[str, Any] | None = {"page_numbers": list(range(PAGES))}
    pictures = calls = 0
    while rest is not None:
        answer = function.invoke({**event, **rest})
        if "error" in answer:
            raise SystemExit(answer["error"]["message"])
        pictures, calls, rest = pictures + len(answer["images"]), calls + 1, answer["next"]
    return pictures, calls


def measure(path: Path) -> None:
    content = base64.b64encode(path.read_bytes()).decode()
    for name, event in EVENTS.items():
        with running(IMAGE_PROCESSOR) as function:
            seconds = []
            for _ in range(2):
                began = time.monotonic()
                pictures, calls = whole(function, {**event, "file_bytes_base64": content})
                seconds.append(time.monotonic() - began)
            peak = function.peak_bytes() / 1e6
        first, second = seconds
        print(
            f"{path.name}, {name}: {first:.2f} s, again {second:.2f} s; "
            f"{pictures} pictures in {calls} calls, {peak:.0f} MB"
        )


def main() -> None:
    try:
        for name in sys.argv[1:]:
            measure(Path(name))
    finally:
        services.stop_all()


if __name__ == "__main__":
    main()
