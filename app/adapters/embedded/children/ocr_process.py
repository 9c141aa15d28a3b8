"""The child that recognises text, one JSON line each way.

``{"image": base64}`` is answered by ``{"lines": [[text, box, confidence], …]}``, with boxes in pixels, or by
``{"error": name}``.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from typing import Any

from app.pdf.child import Memory, private_stdout

MEMORY_BYTES = 6 << 30
"""The limit of address space: the engine's threads and models reserve more than they use."""

THREADS = 2

PARAMETERS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.log_level": "error",
    "Global.use_cls": False,  # it takes every seventh line of running text to stand on its head
}


def main() -> None:
    """Answer until stdin ends."""
    memory = Memory(own=0)
    memory.leave_no_core()
    memory.bound(MEMORY_BYTES)
    out = private_stdout()
    from rapidocr import RapidOCR

    engine = RapidOCR(params=PARAMETERS)
    for line in sys.stdin.buffer:
        try:
            answer: dict[str, Any] = {"lines": _lines(engine, base64.b64decode(json.loads(line)["image"]))}
        except Exception as error:  # whatever a picture leads to, the next may be sound
            answer = {"error": type(error).__name__}
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


def _lines(engine: Any, image: bytes) -> list[tuple[str, tuple[float, ...], float]]:
    found = engine(image)
    if found.boxes is None:
        return []
    rows = zip(found.boxes, found.txts, found.scores, strict=True)
    return [(text, _around(corners), round(float(score), 4)) for corners, text, score in rows]


def _around(corners: Any) -> tuple[float, ...]:
    """Return the upright box around a line's four corners."""
    xs, ys = zip(*((float(x), float(y)) for x, y in corners), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


if __name__ == "__main__":
    main()
    os._exit(0)  # the engine's threads are not waited for
