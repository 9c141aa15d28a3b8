"""What files in S3 do beyond the contract of their port: forms, addresses, large files and many."""

from __future__ import annotations

import hashlib
import io
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.adapters.aws.files import PART_BYTES, S3Files
from app.core.document import UploadForm
from app.core.errors import BadRequest, NotFound, Unavailable
from tests.support import aws
from tests.support.machine import HANG_SECONDS

KEY = "us/doc_1/1/original.pdf"
PDF = b"%PDF-1.7 0123456"
SHA256 = hashlib.sha256(PDF).hexdigest()
BOUNDARY = "a-line-that-no-field-has"


@pytest.fixture
def bucket() -> Iterator[str]:
    with aws.bucket() as name:
        yield name


@pytest.fixture
def files(bucket: str) -> S3Files:
    return S3Files(aws.clients(), bucket)


def status_of(request: urllib.request.Request | str) -> int:
    try:
        with urllib.request.urlopen(request, timeout=HANG_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def posted(form: UploadForm, content: bytes, **changed: str) -> int:
    """The status of a form that is posted as a browser does, the file last."""
    fields = {**form.fields, **changed}
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'name="file"; filename="x.pdf"\r\nContent-Type: application/pdf\r\n\r\n' + content)
    start = f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode()
    body = b"\r\n".join(start + part for part in parts) + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return status_of(urllib.request.Request(form.url, body, headers))


# -- forms ----------------------------------------------------------------------------------------------


def test_a_file_posted_with_its_form_is_there(files: S3Files) -> None:
    before = time.time()
    form = files.upload_form(KEY, len(PDF), SHA256, seconds=60)
    assert posted(form, PDF) == 204
    assert files.get(KEY) == PDF
    assert before + 59 <= form.expires_at <= time.time() + 61


def test_a_form_is_for_the_bytes_whose_sha256_was_said(files: S3Files) -> None:
    form = files.upload_form(KEY, len(PDF), SHA256, seconds=60)
    posted(form, PDF[:-1] + b"!")
    if files.size(KEY) is not None:  # not every server that speaks S3 looks at it
        with pytest.raises(BadRequest):
            files.take(KEY, "us/doc_1/2/original.pdf", SHA256)
    assert list(files.keys("us/doc_1/2/")) == []
    assert form.fields["x-amz-checksum-sha256"]
    assert posted(form, PDF, **{"x-amz-checksum-sha256": "A" * 43 + "="}) in (400, 403)


@pytest.mark.parametrize("content", [PDF + b"!", PDF[:-1], b""])
def test_a_form_takes_no_file_of_another_size(files: S3Files, content: bytes) -> None:
    assert posted(files.upload_form(KEY, len(PDF), SHA256, seconds=60), content) == 400
    assert files.size(KEY) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"Content-Type": "text/html"},
        {"key": "us/doc_2/1/original.pdf"},
        {"key": "them/doc_1/1/original.pdf"},
        {"x-amz-signature": "0" * 64},
        {"acl": "public-read"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_form_that_was_changed_is_refused(files: S3Files, changed: dict[str, str]) -> None:
    assert posted(files.upload_form(KEY, len(PDF), SHA256, seconds=60), PDF, **changed) in (400, 403)
    assert list(files.keys("")) == []


def test_a_form_that_has_expired_is_refused(files: S3Files) -> None:
    form = files.upload_form(KEY, len(PDF), SHA256, seconds=1)
    time.sleep(2.1)
    assert posted(form, PDF) == 403
    assert files.size(KEY) is None


# -- addresses ------------------------------------------------------------------------------------------


def test_a_download_is_shown_as_a_pdf_and_saved_under_its_name(files: S3Files) -> None:
    files.put(KEY, b"<script>alert()</script>")
    address = files.download_url(KEY, name='Pump "2" – manual;.pdf', seconds=60)
    assert address
    with urllib.request.urlopen(address, timeout=HANG_SECONDS) as answer:
        assert answer.read() == b"<script>alert()</script>"
        assert answer.headers["Content-Type"] == "application/pdf"
        name = "Pump%20%222%22%20%E2%80%93%20manual%3B.pdf"
        assert answer.headers["Content-Disposition"] == f"inline; filename*=UTF-8''{name}"


def test_an_address_gives_one_file_until_it_expires(files: S3Files) -> None:
    files.put(KEY, PDF)
    files.put("us/doc_2/1/original.pdf", PDF)
    address = files.download_url(KEY, name="a.pdf", seconds=1)
    assert address
    assert status_of(address.replace("doc_1", "doc_2")) == 403
    time.sleep(2.1)
    assert status_of(address) == 403


def test_clients_are_sent_to_the_public_address(bucket: str) -> None:
    files = S3Files(aws.clients(), bucket, "https://files.example.com:8443")
    address = files.download_url(KEY, name="a.pdf", seconds=60)
    assert address
    for url in (address, files.upload_form(KEY, 1, SHA256, seconds=60).url):
        assert urlsplit(url).netloc == "files.example.com:8443"
    assert files.put(KEY, PDF) == len(PDF)  # itself it takes the other way


# -- large and many -------------------------------------------------------------------------------------


def test_a_file_of_many_parts_is_put_whole_and_copied_back(files: S3Files) -> None:
    content = bytes(range(256)) * (2 * PART_BYTES // 256) + b"the end"
    assert files.put(KEY, io.BytesIO(content)) == len(content)
    with files.local(KEY) as path:
        assert path.read_bytes() == content
        assert path.is_relative_to("/tmp")
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.parametrize("size", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1])
def test_a_file_of_about_one_part_is_put_whole(files: S3Files, size: int) -> None:
    assert files.put(KEY, io.BytesIO(b"x" * size)) == size
    assert files.size(KEY) == size


def test_a_file_of_many_parts_that_fails_half_way_leaves_nothing(files: S3Files, bucket: str) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= PART_BYTES:
                raise RuntimeError("the connection was lost")
            return super().read(size)

    with pytest.raises(RuntimeError, match="connection"):
        files.put(KEY, Broken(b"x" * 2 * PART_BYTES))
    assert files.size(KEY) is None
    assert "Uploads" not in aws.client("s3").list_multipart_uploads(Bucket=bucket)


def test_more_files_than_one_request_can_name_are_listed_and_deleted(files: S3Files) -> None:
    expected = [f"us/doc_1/1/pages/{number:05d}" for number in range(1005)]
    for key in expected:
        files.put(key, b"xy")
    files.put("us/doc_2", b"kept")
    assert list(files.keys("us/doc_1/")) == expected
    assert files.delete("us/doc_1/") == (1005, 2010)
    assert list(files.keys("")) == ["us/doc_2"]


def test_a_bucket_that_is_not_there_is_unavailable_and_no_missing_file() -> None:
    aws.client("s3")
    files = S3Files(aws.clients(), "no-such-bucket-anywhere")
    for call in (
        files.check,
        lambda: files.get(KEY),
        lambda: files.put(KEY, b""),
        lambda: files.delete("us/"),
    ):
        with pytest.raises(Unavailable) as error:
            call()
        assert error.value.part == "files"


def test_a_missing_file_is_named_without_its_bucket(files: S3Files, bucket: str) -> None:
    with pytest.raises(NotFound) as error:
        files.get(KEY)
    assert KEY in error.value.message
    assert bucket not in error.value.message
