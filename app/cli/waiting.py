"""Seeing documents through: a command works on what it was asked for, and on nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.cli.progress import Progress
from app.cli.shown import TENANT
from app.core.counting import format_count
from app.core.document import Stage, Status, Version
from app.core.errors import NotFound

if TYPE_CHECKING:
    from app.compose import Embedded

POLL_SECONDS = 0.1

SHARE = 0.002
"""Seconds of waiting for each version that is waited for: to look at each takes a tenth of that."""


class Wanted(NamedTuple):
    """A version that is waited for."""

    document_id: str
    number: int


def wait_for_ends(
    program: Embedded, wanted: Mapping[Wanted, str], progress: Progress, *, tenant: str = TENANT
) -> Iterator[tuple[Wanted, Version | None]]:
    """Work until these versions, which are queued, have ended; each as it ends, ``None`` if it was deleted.

    Raises ``OutOfSpace``, ``ReadOnly`` or ``NotSetUp``, which only a person can mend: what was done is
    kept, and the next to work on them goes on.
    """
    if not wanted:
        return
    # Of these documents only: another command's jobs may need a password or a patience that is not ours.
    worker = program.own_worker({each.document_id for each in wanted})
    worker.start()
    left, seen = list(wanted), dict[Wanted, Version]()
    while left:
        for each in list(left):
            version = _version(program, tenant, each)
            if version is not None:
                seen[each] = version
            if version is None or version.status.ended:
                left.remove(each)
                yield each, version
        # After the look: a version that ended with the trouble is told first.
        if left and worker.trouble is not None:
            raise worker.trouble
        if left:
            progress.show(_progress_words(list(seen.values()), len(wanted)))
            time.sleep(max(POLL_SECONDS, SHARE * len(left)))
    worker.stop()


def _version(program: Embedded, tenant: str, wanted: Wanted) -> Version | None:
    try:
        return program.knowledge_base.library.version(tenant, *wanted)
    except NotFound:
        return None


def _progress_words(versions: Sequence[Version], count: int) -> str:
    """Return the stage, and how much of it is done: of pages, then of passages, then of scans."""
    over = sum(version.status.ended for version in versions)
    files = f"{over:,} of {format_count(count, 'file')} done"
    embedding = [each for each in versions if each.stage is Stage.EMBED and not each.status.ended]
    reading = [each for each in versions if not each.status.ended and each.stage is not Stage.EMBED]
    if embedding and not any(each.status is Status.RUNNING for each in reading):
        done, chunks = sum(each.chunks_done for each in embedding), sum(each.chunks for each in embedding)
        return f"embedding: {done:,} of {format_count(chunks, 'passage')}, {files}"
    scanned = [each for each in versions if each.stage is Stage.OCR and not each.status.ended]
    if scanned and len(scanned) == len(reading):
        done, pages = (
            sum(each.scans.pages_done for each in scanned),
            sum(each.scans.pages for each in scanned),
        )
        return f"reading scans: {done:,} of {format_count(pages, 'page')}, {files}"
    done, pages = sum(each.pages_done for each in versions), sum(each.pages for each in versions)
    return f"reading: {done:,} of {format_count(pages, 'page')}, {files}"
