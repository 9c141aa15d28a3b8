"""How long tests wait: nothing that a test shows may depend on how fast the machine is."""

from __future__ import annotations

HANG_SECONDS = 300.0
"""How long a test waits for what must come: long enough for a machine that is many times slower than ours
and has other work, so that only what never comes fails by it. ``tests/bench`` prints how fast things are."""

TRY_SECONDS = 15.0
"""How long one try takes at most of those that are repeated for ``HANG_SECONDS``."""
