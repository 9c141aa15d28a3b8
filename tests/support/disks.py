"""A disk of its own for a test: small, filled up, given more room, or read-only.

Where the user may mount (root, or sudo without a password, as on CI's machines), it is a tmpfs. Where not, no
file may grow beyond a size (``RLIMIT_FSIZE``), which the system tells with another error (EFBIG) at the same
calls, and writing is forbidden by the folder's rights, which bind everyone but root.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTE = 1 << 20
NO_LIMIT = resource.RLIM_INFINITY


class Disk:
    """A folder with little room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"

    def fill(self, *, leave: int = 0) -> None:
        """Leave room for so many bytes, to the next 4 kB."""
        raise NotImplementedError

    def make_room(self) -> None:
        """Take away what fills it."""
        raise NotImplementedError

    def forbid_writing(self) -> None:
        """Nothing can be written from now on."""
        raise NotImplementedError

    def allow_writing(self) -> None:
        """As before."""
        raise NotImplementedError

    def give_back(self) -> None:
        """The end of it."""
        raise NotImplementedError


class Mounted(Disk):
    """A tmpfs, mounted by ``mount`` (with ``sudo`` before it where that is needed)."""

    def __init__(self, folder: Path, size: int, sudo: list[str]) -> None:
        super().__init__(folder)
        self._sudo = sudo
        owner = f"uid={os.getuid()},gid={os.getgid()}"
        self._run("mount", "-t", "tmpfs", "-o", f"size={size},{owner}", "kb-test", str(folder))

    def _run(self, *command: str) -> None:
        subprocess.run([*self._sudo, *command], check=True, capture_output=True)

    def fill(self, *, leave: int = 0) -> None:
        found = os.statvfs(self.folder)
        self._filler.write_bytes(bytes(max(0, found.f_bavail * found.f_frsize - leave)))

    def make_room(self) -> None:
        self._filler.unlink()

    def forbid_writing(self) -> None:
        self._run("mount", "-o", "remount,ro", str(self.folder))

    def allow_writing(self) -> None:
        self._run("mount", "-o", "remount,rw", str(self.folder))

    def give_back(self) -> None:
        self._run("umount", "-l", str(self.folder))


class Limited(Disk):
    """A folder on the disk there is, with limits on this process and those that it starts."""

    def fill(self, *, leave: int = 0) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (leave, NO_LIMIT))

    def make_room(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))

    def forbid_writing(self) -> None:
        self._change(0o555, 0o444)

    def allow_writing(self) -> None:
        self._change(0o755, 0o644)

    def _change(self, folders: int, files: int) -> None:
        for path, _, names in os.walk(self.folder, topdown=folders & 0o200 == 0):
            for name in names:
                (Path(path) / name).chmod(files)
            Path(path).chmod(folders)

    def give_back(self) -> None:
        self.make_room()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A new folder that is a disk of this size."""
    folder.mkdir(parents=True)
    disk = _made(folder, megabytes * MEGABYTE)
    try:
        yield disk
    finally:
        disk.give_back()


def _made(folder: Path, size: int) -> Disk:
    sudo = shutil.which("sudo")
    for before in ([], [sudo, "-n"] if sudo else []):
        if not before and os.getuid() != 0:
            continue
        try:
            return Mounted(folder, size, before)
        except subprocess.CalledProcessError:
            continue
    if os.getuid() == 0:
        raise AssertionError("root can mount no tmpfs here, and no limit of files' rights binds it")
    return Limited(folder)
