"""Files in a folder."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from app.adapters.embedded import upload_tokens
from app.adapters.embedded.folder_names import name_on_disk, part_of_key, rename_former
from app.adapters.embedded.private import FILE_MODE, make_folders
from app.core import keys
from app.core.document import UploadForm
from app.core.errors import BadRequest, Conflict, FileMissing, Unavailable
from app.core.ports import PDF
from app.core.process.storage import NOT_WRITABLE, translate_errors

SECRET_BYTES = 32

STALE_SECONDS = 3600.0
"""A temporary file this old was left by a process that died: none takes so long to write."""

PLACE_ATTEMPTS = 100
"""A put makes its folder this often while deletes take it away."""

_TEMPORARY = ".tmp"  # no key begins with a dot
_MISSING = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FolderFiles:
    """A ``FileStore``: a key is a path below ``folder``, capitals marked. ``secret`` signs upload forms."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder = folder
        self._secret = secret
        self._digests: dict[str, tuple[tuple[int, int, int], str]] = {}  # by key: of what state, and which
        with _translate_errors(), _unless_read_only():
            make_folders(folder / _TEMPORARY)
            _remove_stale(folder / _TEMPORARY)
            rename_former(folder / prefix for prefix in ("", keys.OUTPUTS, keys.UPLOADS, keys.ARCHIVES))

    # -- one file -----------------------------------------------------------------------------------------

    def put(self, key: str, content: bytes | BinaryIO) -> int:
        """Store all of ``content`` or nothing; when this returns it outlasts a power cut."""
        path = self._path(key)
        temporary = self._new_temporary()
        with _translate_errors():
            try:
                size = _write(temporary, BytesIO(content) if isinstance(content, bytes) else content)
                self._place(temporary, path)
            except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
                raise Conflict(f"The key {key} would be a file and a folder at once.") from error
            finally:
                temporary.unlink(missing_ok=True)
        return size

    def get(self, key: str) -> bytes:
        """Return all bytes of a key."""
        path = self._path(key)
        with _translate_errors():
            try:
                return path.read_bytes()
            except _MISSING as error:
                raise FileMissing(f"There is no file {key}.") from error

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """The stored file itself, to be read only."""
        if self.size(key) is None:
            raise FileMissing(f"There is no file {key}.")
        yield self._path(key)

    def size(self, key: str) -> int | None:
        """Size in bytes, ``None`` if the key does not exist."""
        with _translate_errors():
            try:
                found = self._path(key).stat()
            except _MISSING:
                return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    # -- many files ---------------------------------------------------------------------------------------

    def keys(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin with ``prefix``, ascending."""
        base = self._base(prefix)
        return self._walk(self._folder / name_on_disk(base), base, prefix)

    def delete(self, prefix: str) -> tuple[int, int]:
        """Delete every key that begins with ``prefix``, and the folders that this leaves empty."""
        files = size = 0
        for key in self.keys(prefix):
            path = self._path(key)
            with _translate_errors(), suppress(FileNotFoundError):  # another was quicker
                bytes_held = path.stat().st_size
                path.unlink()
                files, size = files + 1, size + bytes_held
        self._remove_empty(self._folder / name_on_disk(self._base(prefix)))
        return files, size

    # -- clients of their own -----------------------------------------------------------------------------

    def sha256(self, key: str) -> str | None:
        """Return the SHA-256 of a key's bytes in hex, read again when the file has changed since."""
        path = self._path(key)
        with _translate_errors():
            try:
                found = path.stat()
                # What a replacement changes: hashing a large file at each request would take seconds.
                state = found.st_ino, found.st_size, found.st_mtime_ns
                known = self._digests.get(key)
                if known is None or known[0] != state:
                    with path.open("rb") as file:
                        known = state, hashlib.file_digest(file, "sha256").hexdigest()
                    self._digests[key] = known
            except _MISSING:
                self._digests.pop(key, None)
                return None
        return known[1]

    def take(self, key: str, target: str, sha256: str) -> None:
        """Move ``key`` to ``target`` if its bytes have this SHA-256."""
        found = self.sha256(key)
        if found is None:
            raise FileMissing(f"There is no file {key}.")
        if found != sha256:
            raise BadRequest("The file is not the one that was announced: its sha256 differs.")
        with _translate_errors():
            self._place(self._path(key), self._path(target))
        self._digests.pop(key, None)
        self.delete(key)  # the folders that this leaves empty

    def upload_form(self, key: str, size: int, sha256: str, *, seconds: int) -> UploadForm:
        """Return a form whose address holds the permission; ``accept`` reads it back. Whoever receives the
        file looks at its SHA-256."""
        self._path(key)
        expires_at = time.time() + seconds
        # Signed, not stored: any process of the folder can check it, and nothing is left of unused forms.
        token = upload_tokens.sign(self._secret, key, size, expires_at)
        return UploadForm(f"/v1/uploads/{token}", {}, expires_at)

    def accept(self, token: str) -> tuple[str, int]:
        """Return the key and the size in bytes that an upload address allows.

        Raises ``NotAllowed`` if it is forged or has expired.
        """
        return upload_tokens.read(self._secret, token)

    def download_url(self, key: str, *, name: str, seconds: int, media_type: str = PDF) -> str | None:
        """``None``: the API sends the file itself."""
        return None

    def check(self) -> None:
        """Raise ``Unavailable`` if no file can be written."""
        # A write, not a look at permissions: a full disk and a read-only mount show only then.
        probe = self._new_temporary()
        with _translate_errors():
            probe.write_bytes(b"\0")
            probe.unlink()

    # -- the folder ---------------------------------------------------------------------------------------

    def _path(self, key: str) -> Path:
        return self._folder.joinpath(*name_on_disk(keys.check_key(key)).split("/"))

    def _base(self, prefix: str) -> str:
        """Return the part of a prefix that names a folder, with the slash at its end."""
        base, slash, _ = keys.checked_prefix(prefix).rpartition("/")
        return base + slash

    def _new_temporary(self) -> Path:
        return self._folder / _TEMPORARY / secrets.token_hex(16)

    def _place(self, temporary: Path, path: Path) -> None:
        for _ in range(PLACE_ATTEMPTS):
            try:
                make_folders(path.parent)
                temporary.replace(path)
            except FileNotFoundError:  # a delete took the folder, empty as it was
                continue
            except FileExistsError:  # likewise, just as mkdir looked at what it had found there
                if path.parent.is_file():
                    raise
                continue
            self._sync_above(path)
            return
        raise Unavailable("The files' folder changes too fast.", "files")

    def _sync_above(self, path: Path) -> None:
        for folder in path.parents:
            with suppress(FileNotFoundError):  # deleted already
                _sync_folder(folder)
            if folder == self._folder:
                return

    def _walk(self, folder: Path, base: str, prefix: str) -> Iterator[str]:
        # A folder sorts as its keys do: with the slash.
        for name in sorted(_entries(folder)):
            key = base + name
            if name.endswith("/"):
                if key.startswith(prefix) or prefix.startswith(key):
                    yield from self._walk(folder / name_on_disk(name), key, prefix)
            elif key.startswith(prefix):
                yield key

    def _remove_empty(self, folder: Path) -> None:
        for path, _, _ in os.walk(folder, topdown=False):
            if Path(path) not in (self._folder, self._folder / _TEMPORARY):
                with suppress(OSError):  # not empty, or gone
                    Path(path).rmdir()
        above = folder
        while above != self._folder:
            above = above.parent
            if above == self._folder or any(_entries(above)):
                break
            with suppress(OSError):
                above.rmdir()


def load_or_create_secret(path: Path) -> bytes:
    """Return the 32 bytes kept at ``path``, made at random the first time, for the owner's eyes alone.

    Of several processes that start at once one makes it. Where nothing may be written, none is kept:
    nothing can be uploaded there either. Raises ``Unavailable`` if the file is damaged.
    """
    with _translate_errors():
        if not path.exists():
            with _unless_read_only():
                _create_secret(path)
        if not path.exists():
            return secrets.token_bytes(SECRET_BYTES)
        secret = path.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise Unavailable(f"The secret in {path} is damaged: delete it, and a new one is made.", "files")
    return secret


def _create_secret(path: Path) -> None:
    make_folders(path.parent)
    temporary = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    temporary.touch(mode=0o600, exist_ok=False)
    try:
        _write(temporary, BytesIO(secrets.token_bytes(SECRET_BYTES)))
        with suppress(FileExistsError):  # another was quicker: its secret holds
            path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _write(path: Path, content: BinaryIO) -> int:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "wb") as file:
        shutil.copyfileobj(content, file, 1 << 20)
        # On the disk before the file is renamed to its key: after a power cut a name must not lead to an
        # empty file.
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlast a power cut, where the system can (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _entries(folder: Path) -> Iterator[str]:
    """Yield the parts of keys that a folder has, a folder's with a slash at the end; none of our own, which
    begin with a dot."""
    with _translate_errors(), suppress(*_MISSING), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                part = part_of_key(entry.name)
                yield f"{part}/" if entry.is_dir() else part


@contextmanager
def _unless_read_only() -> Iterator[None]:
    """Go on where nothing may be written: what is there can be read."""
    try:
        yield
    except OSError as error:
        if error.errno not in NOT_WRITABLE:
            raise


def _remove_stale(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > STALE_SECONDS:
                path.unlink()


def _translate_errors() -> AbstractContextManager[None]:
    return translate_errors("The files' folder", "files")
