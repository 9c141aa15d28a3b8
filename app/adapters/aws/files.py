"""Files in S3, or in a server that speaks its protocol."""

from __future__ import annotations

import base64
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from app.adapters.aws.backoff import Backoff
from app.adapters.aws.clients import Clients, code, translate_errors
from app.adapters.backup_folder import write_whole
from app.core import keys
from app.core.document import UploadForm
from app.core.errors import BadRequest, FileMissing, Unavailable
from app.core.ports import PDF
from app.core.process import temporary

PART = "files"

PART_BYTES = 16 << 20
"""A larger file is put in parts of this size (S3 asks for 5 MB), one in memory at a time."""

DELETE_TOGETHER = 1000
"""Keys in one request, by S3's rules."""

_MISSING = {"404", "NoSuchKey", "NotFound"}

# Another request to the same key; or, where a server keeps files in folders, a delete that takes one away.
_IN_THE_WAY = {"OperationAborted", "ExistingObjectIsDirectory", "ObjectParentIsFile"}


class S3Files:
    """A ``FileStore``: a key is an object's key in ``bucket``.

    ``public_endpoint_url`` is where clients reach the bucket's server, if not where this program does. Needs
    the right to list the bucket: without it S3 does not tell what is missing from what is forbidden.
    """

    def __init__(self, clients: Clients, bucket: str, public_endpoint_url: str | None = None) -> None:
        self._clients = clients
        self._bucket = bucket
        self._public_endpoint_url = public_endpoint_url
        self._digests: dict[str, tuple[str, str]] = {}  # by key: of which ETag, and which

    # -- one file -----------------------------------------------------------------------------------------

    def put(self, key: str, content: bytes | BinaryIO) -> int:
        """Store all of ``content`` or nothing: an object appears when its last byte is there."""
        where = {"Bucket": self._bucket, "Key": keys.check_key(key)}
        stream = BytesIO(content) if isinstance(content, bytes) else content
        # One request for most files: a multipart upload takes three at least.
        first = _read_part(stream)
        if len(first) < PART_BYTES:
            self._call("put_object", **where, Body=first)
            return len(first)
        return self._put_parts(where, first, stream)

    def get(self, key: str) -> bytes:
        """Return all bytes of a key."""
        with self._open_object(key) as body:
            content: bytes = body.read()
            return content

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """A copy in the folder for temporary files, which goes when the context ends."""
        with temporary.folder() as folder:
            path = Path(folder) / "content"
            with self._open_object(key) as body:
                _save(body, path)
            yield path

    def size(self, key: str) -> int | None:
        """Size in bytes, ``None`` if the key does not exist."""
        with suppress(FileMissing):
            found = self._call("head_object", Bucket=self._bucket, Key=keys.check_key(key))
            return int(found["ContentLength"])
        return None

    # -- many files ---------------------------------------------------------------------------------------

    def keys(self, prefix: str) -> Iterator[str]:
        """Return the keys that begin with ``prefix``, ascending."""
        return (key for page in self._pages(keys.checked_prefix(prefix)) for key, _ in page)

    def tags(self) -> Iterator[tuple[str, str]]:
        """Return every key with what S3 calls this state of its bytes (the ETag)."""
        return ((each["Key"], each["ETag"]) for page in self._list_objects("") for each in page)

    def fetch(self, key: str, path: Path) -> None:
        """Copy a key's bytes to a file, which is there when it is whole."""
        with self._open_object(key) as body:
            write_whole(path, lambda part: _save(body, part))

    def delete(self, prefix: str) -> tuple[int, int]:
        """Delete every key that begins with ``prefix``. Deletes at the same time may count a file each."""
        files = size = 0
        for page in self._pages(keys.checked_prefix(prefix)):
            for start in range(0, len(page), DELETE_TOGETHER):
                batch = page[start : start + DELETE_TOGETHER]
                self._delete([key for key, _ in batch])
                files, size = files + len(batch), size + sum(bytes_held for _, bytes_held in batch)
        return files, size

    # -- clients of their own -----------------------------------------------------------------------------

    def sha256(self, key: str) -> str | None:
        """Return the SHA-256 of a key's bytes in hex: as S3 keeps it, else read once for each state of it."""
        try:
            where = {"Bucket": self._bucket, "Key": keys.check_key(key)}
            found = self._call("head_object", **where, ChecksumMode="ENABLED")
            kept = found.get("ChecksumSHA256", "")
            # The checksum of a multipart upload is that of its parts' checksums, not of the bytes.
            if kept and "-" not in kept:  # else of parts
                return base64.b64decode(kept).hex()
            known = self._digests.get(key)
            if known is None or known[0] != found["ETag"]:
                with self._open_object(key) as body:
                    known = found["ETag"], _digest(body)
                self._digests[key] = known
        except FileMissing:
            return None
        return known[1]

    def take(self, key: str, target: str, sha256: str) -> None:
        """Move ``key`` to ``target`` if its bytes have this SHA-256. They are copied inside S3, and only as
        they were when they were read."""
        where = {"Bucket": self._bucket, "Key": keys.check_key(key)}
        found = self._call("get_object", **where)
        with translate_errors(PART), found["Body"] as body:
            if _digest(body) != sha256:
                raise BadRequest("The file is not the one that was announced: its sha256 differs.")
        self._call(
            "copy_object",
            Bucket=self._bucket,
            Key=keys.check_key(target),
            CopySource=where,
            # The form is still good: the client could replace the file between the look at it and the copy.
            CopySourceIfMatch=found["ETag"],
            ChecksumAlgorithm="SHA256",
        )
        self._delete([key])

    def upload_form(self, key: str, size: int, sha256: str, *, seconds: int) -> UploadForm:
        """Return a form that S3 takes once it has checked the size, the type, the time and the SHA-256
        itself."""
        expires_at = time.time() + seconds
        fields = {
            "Content-Type": PDF,
            "x-amz-checksum-algorithm": "SHA256",
            "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
        }
        form = self._public().generate_presigned_post(
            self._bucket,
            keys.check_key(key),
            Fields=dict(fields),
            Conditions=[
                # S3 refuses any other size itself: nothing larger than what was announced is ever stored.
                ["content-length-range", size, size],
                *({name: value} for name, value in fields.items()),
            ],
            ExpiresIn=seconds,
        )
        return UploadForm(form["url"], form["fields"], expires_at)

    def download_url(self, key: str, *, name: str, seconds: int, media_type: str = PDF) -> str | None:
        """Return an address that gives the file to whoever has it: a PDF to be shown, else saved as
        ``name``."""
        # What is not a PDF could be a page with scripts, which a browser would run in the bucket's origin.
        kind = "inline" if media_type == PDF else "attachment"
        address: str = self._public().generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": keys.check_key(key),
                "ResponseContentType": media_type,
                "ResponseContentDisposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
            },
            ExpiresIn=seconds,
        )
        return address

    def check(self) -> None:
        """Raise ``Unavailable`` if the bucket cannot be used."""
        try:
            self._call("head_bucket", Bucket=self._bucket)
        except FileMissing as error:
            raise Unavailable("The files could not be used as set up (NoSuchBucket).", PART) from error

    # -- requests -----------------------------------------------------------------------------------------

    def _call(self, operation: str, **parameters: Any) -> Any:
        """Return an answer of S3. Raises ``FileMissing`` for a key that is not there."""
        from botocore.exceptions import ClientError

        backoff = Backoff(PART)
        while True:
            try:
                with translate_errors(PART):
                    return getattr(self._clients.get("s3"), operation)(**parameters)
            except ClientError as error:
                if code(error) == "PreconditionFailed":
                    raise BadRequest("The file was replaced while it was looked at.") from error
                if code(error) in _MISSING:
                    raise FileMissing(f"There is no file {parameters.get('Key', '')}.") from error
                if code(error) not in _IN_THE_WAY:
                    raise
            backoff.wait()

    @contextmanager
    def _open_object(self, key: str) -> Iterator[BinaryIO]:
        found = self._call("get_object", Bucket=self._bucket, Key=keys.check_key(key))
        with translate_errors(PART), found["Body"] as body:
            yield body

    def _pages(self, prefix: str) -> Iterator[list[tuple[str, int]]]:
        """Yield keys with their sizes, up to a thousand at a time."""
        for page in self._list_objects(prefix):
            yield [(each["Key"], each["Size"]) for each in page]

    def _list_objects(self, prefix: str) -> Iterator[list[dict[str, Any]]]:
        """Yield what S3 says of the objects, up to a thousand at a time."""
        parameters = {"Bucket": self._bucket, "Prefix": prefix}
        while True:
            answer = self._call("list_objects_v2", **parameters)
            yield list(answer.get("Contents", ()))
            if not answer["IsTruncated"]:
                return
            # Not the last key: a delete between two pages would not move a token.
            parameters["ContinuationToken"] = answer["NextContinuationToken"]

    def _delete(self, batch: list[str]) -> None:
        if not batch:
            return
        objects = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
        failed = self._call("delete_objects", Bucket=self._bucket, Delete=objects).get("Errors", ())
        # DeleteObjects answers with success though single keys failed.
        codes = sorted({each.get("Code", "") for each in failed} - _MISSING)
        # What was missing is deleted as wanted; anything else would leave a deleted document's bytes behind.
        if codes:
            raise Unavailable(f"Some files could not be deleted ({', '.join(codes)}).", PART)

    def _put_parts(self, where: dict[str, str], first: bytes, stream: BinaryIO) -> int:
        upload = {**where, "UploadId": self._call("create_multipart_upload", **where)["UploadId"]}
        parts: list[dict[str, Any]] = []
        size, part = 0, first
        try:
            while part or not parts:
                number = len(parts) + 1
                tag = self._call("upload_part", **upload, PartNumber=number, Body=part)["ETag"]
                parts.append({"PartNumber": number, "ETag": tag})
                size, part = size + len(part), _read_part(stream)
            # Only now is there an object: a reader never sees half of one.
            self._call("complete_multipart_upload", **upload, MultipartUpload={"Parts": parts})
        except BaseException:
            with suppress(Exception):  # the bucket's own rules remove what is left of it
                self._call("abort_multipart_upload", **upload)
            raise
        return size

    def _public(self) -> Any:
        """Return a client that signs addresses which others can reach; it sends nothing itself."""
        return self._clients.get("s3", self._public_endpoint_url)


def _save(stream: BinaryIO, path: Path) -> None:
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file, 1 << 20)


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _read_part(stream: BinaryIO) -> bytes:
    """Return the next bytes, fewer than ``PART_BYTES`` only at the end."""
    blocks, left = [], PART_BYTES
    while left and (block := stream.read(left)):
        blocks.append(block)
        left -= len(block)
    return b"".join(blocks)
