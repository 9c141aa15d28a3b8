"""Regular expressions that are compiled when they are first used.

The program has some two hundred, and compiling them took nearly half of the CPU time of its start; a command
uses a few.
"""

from __future__ import annotations

import re
from typing import Any, cast

METHODS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")


class _Deferred:
    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        # Its methods become this object's own: only the first call comes here.
        for method in METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def defer_regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression with the methods and the ``pattern`` of a compiled one; it is compiled at
    the first call of one."""
    return cast("re.Pattern[str]", _Deferred(pattern, flags))
