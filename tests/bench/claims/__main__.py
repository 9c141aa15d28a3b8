"""``python -m tests.bench.claims``: how many turned claims are called proven, and supported ones not.

The rules were made on the one file; the other counts. ``--show tuned`` prints each that is wrong of a file.
"""

from __future__ import annotations

import sys

from tests.support.claims import cases, missed

for name in ("tuned", "reported"):
    given = cases(name)
    turned, supported = missed(given)
    all_supported = sum(case.supported for case in given)
    print(
        f"{name}: {len(turned)} of {len(given) - all_supported} turned claims called proven,"
        f" {len(supported)} of {all_supported} supported ones not"
    )
    if name in sys.argv:
        for case in (*turned, *supported):
            print(" ", case.language, case.kind or "SUPPORTED", "|", case.claim, "|", case.judged())
