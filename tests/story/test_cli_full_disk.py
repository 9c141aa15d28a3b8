"""``kb ingest`` on a disk without room: one line, nothing lost, and it goes on when there is room."""

from __future__ import annotations

from pathlib import Path

from tests.support.cli import kb
from tests.support.disks import MEGABYTE, small_disk
from tests.support.pdfs import manual

PROGRESS = ("reading", "taking in", "embedding")


def test_a_full_disk_ends_an_ingest_with_one_line_and_the_next_goes_on(tmp_path: Path) -> None:
    paths = [str(manual(tmp_path / f"{count}.pdf", count)) for count in (2, 30)]
    with small_disk(tmp_path / "disk", 16) as disk:
        kb(disk.folder, "ingest", paths[0])
        for left in (0, MEGABYTE // 8):
            disk.fill(leave=left)
            out, error = kb(disk.folder, "ingest", paths[1], code=1)
            said = [line for line in error.splitlines() if not line.startswith(PROGRESS)]
            assert len(said) == 1, error
            assert said[0].startswith("kb: ")
            assert "room" in said[0]
            assert "ready" not in out
            disk.make_room()
        assert "2.pdf" in kb(disk.folder, "search", "warranty period")[0]
        assert "1 file: 1 ready" in kb(disk.folder, "ingest", paths[1])[0]


def test_a_folder_that_may_only_be_read_is_listed_and_asked(tmp_path: Path) -> None:
    path = str(manual(tmp_path / "a.pdf", 3))
    with small_disk(tmp_path / "disk", 16) as disk:
        kb(disk.folder, "ingest", path)
        disk.forbid_writing()
        assert "a.pdf" in kb(disk.folder, "list")[0]
        assert "a.pdf" in kb(disk.folder, "show", "a.pdf")[0]
        assert "thirty-six months" in kb(disk.folder, "search", "warranty period")[0]
        assert "thirty-six months" in kb(disk.folder, "export", "--format", "markdown")[0]
        _, error = kb(disk.folder, "ingest", str(manual(tmp_path / "b.pdf", 2)), code=1)
        assert error.count("\n") == 1
        disk.allow_writing()
