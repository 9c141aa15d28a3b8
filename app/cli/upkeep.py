"""``kb token`` and ``kb eval``."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli import OK

if TYPE_CHECKING:
    from app.settings import Settings


def token(options: Namespace, settings: Settings) -> int:
    """Print a token for the API."""
    from app.api.auth import mint

    roles = tuple(options.roles or ("reader",))
    tenant = options.tenant or options.subject
    print(mint(settings, options.subject, tenant, roles, int(options.hours * 3600)))
    return OK


def evaluate(options: Namespace, settings: Settings) -> int:
    """Measure retrieval on a folder of PDFs with known questions."""
    from app.evaluation.retrieval import evaluate_retrieval

    print(f"Reading {options.folder} (kept apart from your documents)…", file=sys.stderr)
    report = evaluate_retrieval(options.folder, settings)
    print(report.table())
    if options.json:
        options.json.write_text(report.json(), encoding="utf-8")
    return OK
