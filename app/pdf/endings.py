"""How a process that reads PDFs ends, as it and its parent agree.

Apart from both: the process imports no more than it needs, as each start takes that long.
"""

from __future__ import annotations

LEFT = 0
"""The exit code of a child that left of its own accord."""

OUT_OF_TIME = 114
"""The exit code of a child that ends itself when a step takes too long, where the kernel does not."""

NOT_BUILT = 113
"""The exit code of a child without the compiled library, which says on standard error what is wrong."""

ALARM = 14
"""SIGALRM's number: the end of a child that took too long, whoever ended it."""

TOO_MUCH_MEMORY = "it needs more memory than the {megabytes:,} MB that it may take"
"""Why a page was not read, with how much it might have taken."""
