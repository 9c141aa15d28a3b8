"""The file store's keys: all of a document version stands under one prefix, but for what is on its way.

What a run reads stands in a folder of the run's own below that, so that an earlier run's output answers until
it has ended. What was read before runs had folders stands in the version's own.
"""

from __future__ import annotations

from app.core.document import VersionId
from app.core.errors import BadRequest
from app.core.ids import derived_id
from app.core.process.patterns import defer_regex

_SEGMENT = defer_regex(r"[A-Za-z0-9_@=+,!-][A-Za-z0-9._@=+,!-]{0,199}")
_LONGEST_KEY = 900  # characters; S3 allows 1,024

OUTPUTS = "_outputs/"
"""The prefix of files that are stored for seconds only, so that the bucket's lifecycle rules can remove
leftovers. No tenant's name begins like this."""


UPLOADS = "_uploads/"
"""The prefix of files that clients post themselves, until they are checked; the bucket's lifecycle rules
remove leftovers, too."""


ARCHIVES = "_archives/"
"""The prefix of exports and backups that an administrator requested; the bucket's lifecycle rules remove
old ones."""

ARCHIVE_STATE = "archive.json"
"""The file in an archive's folder with its progress."""

ARCHIVE_WORK = "work/"
"""The file in an archive's folder with what its parts are made from, until it has ended."""


MODELS = "_models/"
"""The prefix of what is kept of embedding models."""


def model_languages(model: str) -> str:
    """Return the key of the languages that an embedding model was found to read."""
    return f"{MODELS}{derived_id(model)}.json"


def archives_prefix(tenant: str) -> str:
    """Return the prefix of all files of a tenant's archives."""
    return f"{ARCHIVES}{tenant}/"


def archive_prefix(tenant: str, archive_id: str) -> str:
    """Return the prefix of all files of an archive."""
    return f"{archives_prefix(tenant)}{archive_id}/"


def check_key(key: str) -> str:
    """Return the key. Raises ``BadRequest`` if it is not a plain path of plain names, safe in any store."""
    if len(key) > _LONGEST_KEY or not all(map(_SEGMENT.fullmatch, key.split("/"))):
        raise BadRequest("The file's key is not a plain path of plain names.")
    return key


def checked_prefix(prefix: str) -> str:
    """Return the prefix, "" for every key. Raises ``BadRequest`` if no key can begin with it."""
    base, slash, rest = prefix.rpartition("/")
    for part in (base, rest):
        if part:
            check_key(part)
    if slash and not base:
        raise BadRequest("A prefix does not begin with a slash.")
    return prefix


def document_prefix(tenant: str, document_id: str) -> str:
    """Return the prefix of all files of a document."""
    return f"{tenant}/{document_id}/"


def outputs_prefix(tenant: str, document_id: str) -> str:
    """Return the prefix of temporary files that belong to a document."""
    return f"{OUTPUTS}{document_prefix(tenant, document_id)}"


def upload(version: VersionId) -> str:
    """Return the key to which a client posts a version's file."""
    return UPLOADS + original(version)


def uploads_prefix(tenant: str, document_id: str) -> str:
    """Return the prefix of files that were posted for a document and are not checked yet."""
    return f"{UPLOADS}{document_prefix(tenant, document_id)}"


def output(key: str, name: str, number: int) -> str:
    """Return the key of a temporary file that is made from the file ``key``."""
    return f"{OUTPUTS}{key.rpartition('/')[0]}/{name}/{number}"


def searchable(version: VersionId, run: int) -> str:
    """Return the key of a copy that can be searched, made of what a run's OCR read."""
    return f"{searchable_prefix(version)}{run}"


def searchable_prefix(version: VersionId) -> str:
    """Return the prefix of a version's copies that can be searched."""
    return f"{OUTPUTS}{version_prefix(version)}searchable/"


def version_prefix(version: VersionId) -> str:
    """Return the prefix of all files of a version."""
    return f"{document_prefix(version.tenant, version.document_id)}{version.number}/"


def original(version: VersionId) -> str:
    """Return the key of the file as it was uploaded."""
    return version_prefix(version) + "original.pdf"


def unlocked_copy(version: VersionId) -> str:
    """Return the key of a decrypted copy of a file, made once with its password, which is not stored."""
    return version_prefix(version) + "unlocked.pdf"


RUNS = "runs/"
"""Folder of the runs' folders."""

_IN_RUN = defer_regex(rf"(?:^|/){RUNS}([0-9]+)/")

OUTPUT_FOLDERS = ("pages/", "figures/")
"""The folders in a run's folder."""


def run_folder(run: int) -> str:
    """Return the folder of a run's output, below its version's."""
    return f"{RUNS}{run}/"


def run_of(key: str) -> int:
    """Return the run that a file belongs to, by its key or folder; 0 for files from before runs had
    folders."""
    found = _IN_RUN.search(key)
    return int(found[1]) if found else 0


def page_range(version: VersionId, folder: str, index: int) -> str:
    """Return the key of the checkpoint of a page range, as the run of this folder read it."""
    return version_prefix(version) + f"{folder}pages/{index:05d}.jsonl.gz"


def description(version: VersionId) -> str:
    """Return the key of the file with the document's name and tags, which are needed if its rows are lost."""
    return version_prefix(version) + "about.json"


def maintenance_report(tenant: str) -> str:
    """Return the key of the findings of a tenant's last repair."""
    return f"_maintenance/{tenant}/findings.json"


def maintenance_begun(tenant: str, job: str) -> str:
    """Return the key of the mark that a job of upkeep, or a delete, leaves while it runs."""
    return f"_maintenance/{tenant}/begun/{job}"


def recognised_page(version: VersionId, page: int) -> str:
    """Return the key of what OCR read of a page."""
    return f"{recognised_prefix(version)}{page:06d}.json"


def recognised_prefix(version: VersionId) -> str:
    """Return the prefix of what OCR read of a version's pages."""
    return version_prefix(version) + "ocr/"


def begun_mark(version: VersionId, job: str) -> str:
    """Return the key of the mark that a job leaves while it runs."""
    return version_prefix(version) + f"begun/{job}"


def outline(version: VersionId) -> str:
    """Return the key of a version's title and bookmarks."""
    return version_prefix(version) + "outline.json"


def page_image(version: VersionId, page: int, dpi: int) -> str:
    """Return the key of a rendered page."""
    return version_prefix(version) + f"images/{page:06d}@{dpi}.jpg"


def figure(version: VersionId, folder: str, name: str) -> str:
    """Return the key of a picture on a page, as the run of this folder found it."""
    return version_prefix(version) + f"{folder}figures/{name}"


def figure_name(page: int, number: int, extension: str) -> str:
    """Return the name of the picture of a page with this number, from 0."""
    return f"{page:06d}-{number:03d}.{extension}"
