"""The process that makes pictures keeps to its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.adapters.embedded.children.images import ImageProcess
from app.adapters.embedded.files import FolderFiles
from tests.support.hostile_pages import huge_image
from tests.support.pdfs import manual

SIDE = 7000
"""Pixels: an image with such sides is below the limit of its own, and takes some 150 MB."""

LITTLE, ENOUGH = 60_000_000, 600_000_000


@pytest.fixture
def files(tmp_path: Path) -> FolderFiles:
    store = FolderFiles(tmp_path / "files", b"s" * 32)
    for key, path in {
        "large": huge_image(tmp_path / "large.pdf", side=SIDE),
        "plain": manual(tmp_path / "plain.pdf"),
    }.items():
        with path.open("rb") as file:
            store.put(f"us/{key}.pdf", file)
    return store


@contextmanager
def imager(files: FolderFiles, folder: Path, memory_bytes: int) -> Iterator[ImageProcess]:
    process = ImageProcess(files, folder / "files", memory_bytes=memory_bytes, seconds=60)
    yield process
    process.close()


def test_a_picture_that_needs_more_memory_than_the_process_may_take_is_left_out(
    files: FolderFiles, tmp_path: Path
) -> None:
    with imager(files, tmp_path, ENOUGH) as process:
        assert process.figures("us/large.pdf", [1])
    with imager(files, tmp_path, LITTLE) as process:
        assert not process.figures("us/large.pdf", [1])
        assert [picture.page for picture in process.render("us/plain.pdf", [1, 2, 3])] == [1, 2, 3]
