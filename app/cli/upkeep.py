"""``kb token``, ``fsck``, ``reindex`` and ``eval``."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli import ERROR, OK
from app.cli.documents import wait
from app.cli.shown import TENANT, all_documents, opened, print_json

if TYPE_CHECKING:
    from app.settings import Settings


def token(options: Namespace, settings: Settings) -> int:
    """Print a token for the API."""
    from app.api.auth import mint

    roles = tuple(options.roles or ("reader",))
    tenant = options.tenant or options.subject
    print(mint(settings, options.subject, tenant, roles, int(options.hours * 3600)))
    return OK


def fsck(options: Namespace, settings: Settings) -> int:
    """Print what the stores disagree about; ``ERROR`` if anything is left to mend."""
    from app.ingest.consistency import Consistency

    with opened(settings) as program:
        parts = program.knowledge_base
        consistency = Consistency(parts.files, parts.documents, parts.index, parts.jobs)
        findings = list(consistency.findings())
        if options.repair:
            for finding in findings:
                consistency.repair(finding)
            program.worker.drain()
            findings_left = list(consistency.findings())
        else:
            findings_left = findings
    if options.json:
        print_json({"found": findings, "left": findings_left})
    else:
        for finding in findings:
            print(f"{finding.code}  {finding.tenant}/{finding.document_id}  {finding.message}")
        print(f"{len(findings)} found, {len(findings) - len(findings_left)} mended.")
    return ERROR if findings_left else OK


def reindex(options: Namespace, settings: Settings) -> int:
    """Embed every document anew with the model of the settings."""
    with opened(settings) as program:
        knowledge_base = program.knowledge_base
        program.index.reset(knowledge_base.embedder.model, knowledge_base.embedder.dimensions)
        wanted = {}
        for document in all_documents(knowledge_base):
            if document.searchable:
                knowledge_base.reindex(TENANT, document.id)
                wanted[document.id, document.searchable] = document.name
        return ERROR if wait(program, wanted) else OK


def evaluate(options: Namespace, settings: Settings) -> int:
    """Measure retrieval on a folder of PDFs with known questions."""
    from app.evaluation import evaluate_retrieval

    print(f"Reading {options.folder} (kept apart from your documents)…", file=sys.stderr)
    report = evaluate_retrieval(options.folder, settings)
    print(report.table())
    if options.json:
        options.json.write_text(report.json(), encoding="utf-8")
    return OK
