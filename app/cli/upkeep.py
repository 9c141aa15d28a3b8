"""``kb token`` and ``kb eval``."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.ask.stages import Stage
from app.cli import OK
from app.core.errors import BadRequest

if TYPE_CHECKING:
    from app.evaluation import answer_report, retrieval
    from app.settings import Settings


def token(options: Namespace, settings: Settings) -> int:
    """Print a token for the API."""
    from app.api.auth import mint

    roles = tuple(options.roles or ("reader",))
    # A tenant of one's own, as the server gives a token without the claim.
    tenant = options.tenant or options.subject
    print(mint(settings, options.subject, tenant, roles, int(options.hours * 3600)))
    return OK


def evaluate(options: Namespace, settings: Settings) -> int:
    """Measure retrieval or answers on a folder of PDFs with known questions."""
    if not options.ingested:
        print(f"Reading {options.folder} (kept apart from your documents)…", file=sys.stderr)
    report = (_measure_answers if options.what == "answers" else _measure_retrieval)(options, settings)
    print(report.table())
    if options.json:
        options.json.write_text(report.json(), encoding="utf-8")
    return OK


def _measure_retrieval(options: Namespace, settings: Settings) -> retrieval.Report:
    from app.evaluation.retrieval import evaluate_retrieval

    for name in ("ingested", "half", "list", "without", "stages", "markdown", "plot"):
        if getattr(options, name):
            # Refused and not ignored: figures that leave an option out would be taken for others.
            raise BadRequest(f"--{name} is for kb eval answers.")
    return evaluate_retrieval(options.folder, settings)


def _measure_answers(options: Namespace, settings: Settings) -> answer_report.Report:
    from app.evaluation.answers import evaluate_answers

    report = evaluate_answers(
        options.folder,
        settings,
        ingested=options.ingested,
        half=options.half,
        without=[Stage(name) for name in options.without],
        each_stage=options.stages,
        show=(lambda each: print(each.line, flush=True)) if options.list else (lambda _: None),
    )
    if options.markdown:
        options.markdown.write_text(report.markdown(), encoding="utf-8")
    if options.plot:
        options.plot.write_text(report.plot(), encoding="utf-8")
    return report
