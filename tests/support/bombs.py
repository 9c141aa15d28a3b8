"""PDFs whose structure asks a reader for much: tables, streams and trees of objects."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

WORD = b"BT /F1 12 Tf 72 700 Td (survivor) Tj ET"


def written(path: Path, objects: dict[int, bytes], tail: bytes = b"") -> Path:
    """A PDF of these objects, whose table of them a reader has to make itself, unless the ``tail`` is one."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in sorted(objects.items()))
    tail = tail or b"trailer << /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (max(objects) + 1)
    path.write_bytes(b"%PDF-1.7\n" + body + tail)
    return path


def stream(content: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Filter /FlateDecode %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(packed), packed)


def paged(
    contents: list[bytes], more: dict[int, bytes] | None = None, resources: bytes = b""
) -> dict[int, bytes]:
    """The objects of a document whose pages show these streams, in Helvetica as F1."""
    kids = b" ".join(b"%d 0 R" % (100 + 2 * n) for n in range(len(contents)))
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        **(more or {}),
    }
    for n, content in enumerate(contents):
        objects[100 + 2 * n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (101 + 2 * n, resources)
        )
        objects[101 + 2 * n] = content
    return objects


def many_entries(path: Path, *, entries: int = 4_100_000) -> Path:
    """A cross-reference stream of millions of entries that are all alike."""
    objects = paged([stream(WORD)])
    table = b"\x01\x00\x00\x09\x00" * entries
    entry = b"/Type /XRef /W [1 3 1] /Index [0 %d] /Size %d /Root 1 0 R" % (entries, entries)
    return _with_table(path, objects, entry, table)


def huge_size(path: Path) -> Path:
    """A cross-reference stream that announces far more entries than it has."""
    objects = paged([stream(WORD)])
    entry = b"/Type /XRef /W [1 3 1] /Index [0 2000000000] /Size 2147483647 /Root 1 0 R"
    return _with_table(path, objects, entry, b"\x01\x00\x00\x09\x00" * 1000)


def many_generations(path: Path) -> Path:
    """Tables that each name the one before, and the first of them the last."""
    objects = paged([stream(WORD)])
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in sorted(objects.items()))
    places, before = [], 0
    for _ in range(20_000):
        places.append(len(body))
        body += b"xref\n0 1\n0000000000 65535 f \ntrailer << /Root 1 0 R /Size 200 /Prev %d >>\n" % before
        before = places[-1]
    path.write_bytes(body + b"startxref\n%d\n%%%%EOF\n" % before)
    return path


def object_streams(path: Path) -> Path:
    """Compressed object streams that each hold hundreds of thousands of empty objects."""
    count = 300_000
    index = b" ".join(b"%d 0" % (1000 + n) for n in range(count))
    held = index + b" null"
    objects = paged([stream(WORD)])
    for n in range(10, 20):
        objects[n] = stream(held, b"/Type /ObjStm /N %d /First %d" % (count, len(index)))
    return written(path, objects)


def deep_tree(path: Path, *, depth: int = 100_000) -> Path:
    """Pages below a chain of a hundred thousand nodes."""
    objects = paged([stream(WORD)])
    objects[2] = b"<< /Type /Pages /Kids [1000 0 R] /Count 1 >>"
    for n in range(1000, 1000 + depth):
        objects[n] = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (n - 1, n + 1)
    objects[1000 + depth] = objects[100]
    return written(path, objects)


def _with_table(path: Path, objects: dict[int, bytes], entries: bytes, table: bytes) -> Path:
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in sorted(objects.items()))
    held = b"9 0 obj\n" + stream(table, entries) + b"\nendobj\n"
    path.write_bytes(body + held + b"startxref\n%d\n%%%%EOF\n" % len(body))
    return path


BOMBS: dict[str, Callable[..., Path]] = {
    "many entries": many_entries,
    "a size that is a lie": huge_size,
    "tables in a circle": many_generations,
    "full object streams": object_streams,
    "a deep tree of pages": deep_tree,
}
