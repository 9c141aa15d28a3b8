"""The child that recognises text, one JSON line each way.

``{"image": base64}`` is answered by ``{"lines": [[text, box, confidence, [[word, box], …]], …], "angle":
degrees, "rules": [box, …], "shades": [box, …]}``, with boxes in pixels of the picture turned upright, or by
``{"error": name}``.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from statistics import median
from typing import Any, TypeAlias

from app.adapters.embedded.children import ocr_drawing
from app.adapters.embedded.children.ocr_drawing import Sides
from app.pdf.child import Memory, private_stdout

MEMORY_BYTES = 6 << 30
"""The limit of address space: the engine's threads and models reserve more than they use."""

THREADS = os.cpu_count() or 1
"""All cores: a page at a time is recognised."""

POLITE = 5
"""Steps below the priority of the program: pages with text and questions go first on a busy machine."""

Line: TypeAlias = tuple[str, Sides, float, list[tuple[str, Sides]]]
"""Text, box, confidence, and words with their boxes."""

DASH, SURE = "—", 0.9
"""A dash is found by its shape."""

MARGIN = 0.125
"""Of a line's height: what the engine leaves above and below the letters."""

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
    memory.limit_file(MEMORY_BYTES)
    if hasattr(os, "nice"):
        os.nice(POLITE)
    out = private_stdout()
    from rapidocr import RapidOCR

    engine = RapidOCR(params=PARAMETERS)
    for line in sys.stdin.buffer:
        try:
            answer = read(engine, base64.b64decode(json.loads(line)["image"]))
        except Exception as error:  # whatever a picture leads to, the next may be sound
            answer = {"error": type(error).__name__}
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


def read(engine: Any, content: bytes) -> dict[str, Any]:
    """What the engine and a look at its drawing find in a picture."""
    import cv2
    import numpy as np

    image: Any = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    drawn = ocr_drawing.read_drawing(image)
    height, width = image.shape
    matrix = ocr_drawing.turning(width, height, drawn.angle)
    found = engine(content, return_word_box=True)
    lines = [] if found.boxes is None else _lines(found, matrix)
    lines = sorted([*lines, *_dash_lines(drawn.dashes, lines)], key=lambda line: line[1][1])
    return {"lines": lines, "angle": drawn.angle, "rules": drawn.rules, "shades": drawn.shades}


def _dash_lines(dashes: Iterable[Sides], lines: Sequence[Line]) -> Iterator[Line]:
    """The dashes that stand in no line of text, as lines as high as the others."""
    if not lines:
        return
    half = median(bottom - top for _, (_, top, _, bottom), _, _ in lines) / 2
    for x0, top, x1, bottom in dashes:
        middle = (top + bottom) / 2
        if not any(box[0] <= x1 and x0 <= box[2] and box[1] <= middle <= box[3] for _, box, _, _ in lines):
            sides = round(x0, 2), round(middle - half, 2), round(x1, 2), round(middle + half, 2)
            yield DASH, sides, SURE, [(DASH, _trim(sides))]


def _lines(found: Any, matrix: Any) -> list[Line]:
    rows = zip(found.boxes, found.txts, found.scores, found.word_results, strict=True)
    return [
        (text, _around(corners, matrix), round(float(score), 4), _words(text, parts, matrix))
        for corners, text, score, parts in rows
    ]


def _words(text: str, parts: Iterable[Any], matrix: Any) -> list[tuple[str, Sides]]:
    """The words of a line with their boxes, none where the engine's parts are not made of the same letters;
    its parts are words of Latin script and single letters of others."""
    left = [(part, _around(corners, matrix)) for part, _, corners in parts]
    words: list[tuple[str, Sides]] = []
    for word in text.split():
        read, boxes = "", []
        while left and len(read) < len(word):
            part, box = left.pop(0)
            read += "".join(part.split())
            boxes.append(box)
        if read != word:
            return []
        x0, tops, x1, bottoms = zip(*boxes, strict=True)
        words.append((word, _trim((min(x0), min(tops), max(x1), max(bottoms)))))
    return words


def _trim(sides: Sides) -> Sides:
    """A word's box without the margin that the engine leaves above and below the letters."""
    x0, top, x1, bottom = sides
    margin = MARGIN * (bottom - top)
    return x0, round(top + margin, 2), x1, round(bottom - margin, 2)


def _around(corners: Any, matrix: Any) -> Sides:
    """The box around four corners in the upright picture: its height is that of the line, not of its lean."""
    points = [matrix @ (float(x), float(y), 1.0) for x, y in corners]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = ((float(x), float(y)) for x, y in points)
    sides = min(ax, dx), (ay + by) / 2, max(bx, cx), (cy + dy) / 2
    x0, top, x1, bottom = (round(side, 2) for side in sides)
    return x0, top, x1, bottom


if __name__ == "__main__":
    main()
    os._exit(0)  # the engine's threads are not waited for
