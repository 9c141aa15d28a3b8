"""Memory that a process has freed, which GNU's C library keeps unless it is told otherwise."""

from __future__ import annotations

import ctypes

_LARGE_APART, _TRIM_FROM = -3, -1
"""``M_MMAP_THRESHOLD`` and ``M_TRIM_THRESHOLD`` of ``mallopt(3)``."""

LARGE = 1 << 20
"""Bytes of what is given back as soon as it is freed. Unless it is set, the library's limit grows up to 32 MB
with the pieces that are freed."""


def hold_large_apart() -> None:
    """Have large pieces of memory go back to the system as they are freed; nothing where the C library is
    another one."""
    if (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)) is not None:
        mallopt(_LARGE_APART, LARGE)
        mallopt(_TRIM_FROM, LARGE)


def give_back() -> None:
    """Give back what was freed between pieces that are still in use; it takes some milliseconds."""
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
