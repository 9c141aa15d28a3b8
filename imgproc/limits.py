"""How much one call may cost. Over a limit it answers in part and says how to go on, or what it left out."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults fit the Lambda function: 2048 MB, 300 s, and answers of at most 6 MB."""

    page_pixels: int = 16_000_000
    """The approximate pixels of a rendered page; the resolution is lowered to fit. A4 at 400 dpi has 15.5
    million."""
    side_pixels: int = 16_000
    """The most pixels of either side of a rendered page."""
    figure_pixels: int = 50_000_000
    """The most pixels of an image in the file; a larger one is left out, because it takes at least 3 bytes
    a pixel."""
    painted_pixels: int = 250_000_000
    """The most pixels of all images that a page paints. A page with more is not rendered, because each
    image is decoded as a whole."""
    figures_per_page: int = 50
    """The largest ones are taken."""
    picture_bytes: int = 4_000_000
    """The most bytes of one encoded picture; a larger one is made smaller."""
    answer_bytes: int = 5_500_000
    """The most base64 characters of all pictures in an answer."""
    seconds: float = 20.0
    """The time after which no other picture is begun."""
    source_bytes: int = 512 << 20
    """The largest PDF that is fetched: the same as for uploads. Lambda's ``/tmp`` must have space for it."""


FILE_TIMES = 2
"""How many copies of a file may be in memory, besides what its pages need."""


@lru_cache(maxsize=1)
def _own_bytes() -> int:
    """Return the address space that this process takes without a file."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])  # proc(5)
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return 0


def bound_memory(file_bytes: int) -> None:
    """Keep this process to the memory that a file of this size may take: ``IMAGE_MEMORY_BYTES`` and twice the
    file, beside what it takes without one; where that is set and can be.

    A hostile PDF then meets a failed allocation, which is an error, instead of the system's killer.
    """
    room = int(os.environ.get("IMAGE_MEMORY_BYTES") or 0)
    if room:
        wanted = _own_bytes() + room + FILE_TIMES * file_bytes
        with suppress(ImportError, OSError, ValueError):  # not every system knows this limit
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
