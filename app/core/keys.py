"""The file store's keys: all of a document version stands under one prefix, but for what is on its way.

What a run reads stands in a folder of the run's own below that, so that an earlier run's output answers until
it has ended. What was read before runs had folders stands in the version's own.
"""

from __future__ import annotations

import re

from app.core.document import VersionId
from app.core.errors import BadRequest

_SEGMENT = re.compile(r"[A-Za-z0-9_@=+,!-][A-Za-z0-9._@=+,!-]{0,199}")
_LONGEST_KEY = 900  # characters; S3 allows 1,024

OUTPUTS = "_outputs/"
"""Of what is stored for seconds only, so that the bucket's own rules can remove what is left. No tenant's
name begins like this."""


UPLOADS = "_uploads/"
"""Of files that clients post themselves, until they are looked at: what is left of these goes by the bucket's
own rules, too."""


ARCHIVES = "_archives/"
"""Of exports and backups that an administrator has asked for: the bucket's own rules remove old ones, too."""

ARCHIVE_STATE = "archive.json"
"""In an archive's folder: how far it is."""

ARCHIVE_WORK = "work/"
"""In an archive's folder: what its parts are made from, until it has ended."""


def archives_prefix(tenant: str) -> str:
    """Of every file of a tenant's archives."""
    return f"{ARCHIVES}{tenant}/"


def archive_prefix(tenant: str, archive_id: str) -> str:
    """Of every file of an archive."""
    return f"{archives_prefix(tenant)}{archive_id}/"


def checked(key: str) -> str:
    """The key itself. Raises ``BadRequest`` if it is not a plain path of plain names, safe in any store."""
    if len(key) > _LONGEST_KEY or not all(map(_SEGMENT.fullmatch, key.split("/"))):
        raise BadRequest("The file's key is not a plain path of plain names.")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself, "" for every key. Raises ``BadRequest`` if no key can begin with it."""
    base, slash, rest = prefix.rpartition("/")
    for part in (base, rest):
        if part:
            checked(part)
    if slash and not base:
        raise BadRequest("A prefix does not begin with a slash.")
    return prefix


def document_prefix(tenant: str, document_id: str) -> str:
    """Of every file of a document."""
    return f"{tenant}/{document_id}/"


def outputs_prefix(tenant: str, document_id: str) -> str:
    """Of every file on its way that belongs to a document."""
    return f"{OUTPUTS}{document_prefix(tenant, document_id)}"


def upload(version: VersionId) -> str:
    """Where a client posts a version's file."""
    return UPLOADS + original(version)


def uploads_prefix(tenant: str, document_id: str) -> str:
    """Of every file that was posted for a document and not taken in."""
    return f"{UPLOADS}{document_prefix(tenant, document_id)}"


def output(key: str, name: str, number: int) -> str:
    """A file on its way that is made from the file ``key``."""
    return f"{OUTPUTS}{key.rpartition('/')[0]}/{name}/{number}"


def version_prefix(version: VersionId) -> str:
    """Of every file of a version."""
    return f"{document_prefix(version.tenant, version.document_id)}{version.number}/"


def original(version: VersionId) -> str:
    """The file as it was uploaded."""
    return version_prefix(version) + "original.pdf"


def unlocked(version: VersionId) -> str:
    """An encrypted file's copy without encryption, made once with its password, which is kept nowhere."""
    return version_prefix(version) + "unlocked.pdf"


RUNS = "runs/"
"""Folder of the runs' folders."""

_IN_RUN = re.compile(rf"(?:^|/){RUNS}([0-9]+)/")

OUTPUT_FOLDERS = ("pages/", "figures/")
"""What stands in a run's folder."""


def run_folder(run: int) -> str:
    """The folder of a run's output, below its version's."""
    return f"{RUNS}{run}/"


def run_of(key: str) -> int:
    """The run that a file belongs to, by its key or folder; 0 before runs had folders of their own."""
    found = _IN_RUN.search(key)
    return int(found[1]) if found else 0


def page_range(version: VersionId, folder: str, index: int) -> str:
    """The checkpoint of a page range: its pages as the run of this folder read them."""
    return version_prefix(version) + f"{folder}pages/{index:05d}.jsonl.gz"


def description(version: VersionId) -> str:
    """What the file's document is called, should its rows be lost."""
    return version_prefix(version) + "about.json"


def maintenance_report(tenant: str) -> str:
    """What the last repair of a tenant's documents found."""
    return f"_maintenance/{tenant}/findings.json"


def recognised(version: VersionId, page: int) -> str:
    """What OCR read of a page."""
    return f"{recognised_prefix(version)}{page:06d}.json"


def recognised_prefix(version: VersionId) -> str:
    """Of what OCR read of a version's pages."""
    return version_prefix(version) + "ocr/"


def begun(version: VersionId, job: str) -> str:
    """What says that a job was begun, while it runs."""
    return version_prefix(version) + f"begun/{job}"


def outline(version: VersionId) -> str:
    """What opening the file told: its title and bookmarks."""
    return version_prefix(version) + "outline.json"


def page_image(version: VersionId, page: int, dpi: int) -> str:
    """A rendered page."""
    return version_prefix(version) + f"images/{page:06d}@{dpi}.jpg"


def figure(version: VersionId, folder: str, name: str) -> str:
    """A picture that stands on a page, as the run of this folder found it."""
    return version_prefix(version) + f"{folder}figures/{name}"


def figure_name(page: int, number: int, extension: str) -> str:
    """The name of a page's picture with this number, from 0."""
    return f"{page:06d}-{number:03d}.{extension}"
