"""``kb token``, ``fsck``, ``reindex`` and ``eval``."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli import ERROR, OK
from app.cli.progress import Progress
from app.cli.shown import all_documents, opened, print_json
from app.cli.waiting import Wanted, ended
from app.core.errors import ModelChanged
from app.core.model import Status

if TYPE_CHECKING:
    from app.compose import Embedded
    from app.core.model import Document
    from app.core.ports import Index
    from app.knowledge_base import KnowledgeBase
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
    """Embed every document anew with the model of the settings, or go on where that was broken off."""
    with opened(settings) as program:
        parts = program.knowledge_base
        parts.embedder.query("check")  # a wrong key or dimension shows before any vector is dropped
        tenants = parts.documents.tenants()
        if _holds_its_vectors(parts.index) and any(_left(parts, tenant) for tenant in tenants):
            print("Going on where an earlier run was broken off…", file=sys.stderr)
        else:
            # Queued before the vectors go: whatever happens in between, the next start finds its work.
            for tenant in tenants:
                for document in all_documents(parts, tenant=tenant):
                    parts.reindex(tenant, document.id)
            program.index.reset(parts.embedder.model, parts.embedder.dimensions)
        return ERROR if sum(_embed_left(program, tenant) for tenant in tenants) else OK


def _holds_its_vectors(index: Index) -> bool:
    try:
        index.check()
    except ModelChanged:
        return False
    return True


def _left(parts: KnowledgeBase, tenant: str) -> list[Document]:
    """The documents whose version that answers is being worked on, or has passages without a vector."""
    return [
        document
        for document in all_documents(parts, tenant=tenant)
        if document.searchable
        and (
            not parts.documents.version(tenant, document.id, document.searchable).status.ended
            or parts.index.unembedded(tenant, document.id, document.searchable, limit=1)
        )
    ]


def _embed_left(program: Embedded, tenant: str) -> int:
    """See the rest of a tenant's documents through; the number that failed."""
    parts, wanted = program.knowledge_base, {}
    for document in _left(parts, tenant):
        if parts.documents.version(tenant, document.id, document.searchable).status.ended:
            parts.reindex(tenant, document.id)
        wanted[Wanted(document.id, document.searchable)] = document.name
    progress, failed = Progress(), 0
    for each, version in ended(program, wanted, progress, tenant=tenant):
        good = version is not None and version.status is not Status.FAILED
        failed += not good
        progress.say(f"{'embedded' if good else 'failed'}  {wanted[each]}")
    progress.clear()
    return failed


def evaluate(options: Namespace, settings: Settings) -> int:
    """Measure retrieval on a folder of PDFs with known questions."""
    from app.evaluation import evaluate_retrieval

    print(f"Reading {options.folder} (kept apart from your documents)…", file=sys.stderr)
    report = evaluate_retrieval(options.folder, settings)
    print(report.table())
    if options.json:
        options.json.write_text(report.json(), encoding="utf-8")
    return OK
