"""``kb fsck`` and ``kb reindex``: over a data folder, or over AWS where the environment names its stores."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import ERROR, OK
from app.cli.progress import Progress
from app.cli.shown import all_documents, cloud, open_program, print_json
from app.cli.waiting import Wanted, wait_for_ends
from app.core.counting import format_count
from app.core.document import IfExists, Registered, Status, Version
from app.use_cases.consistency import Consistency
from app.use_cases.description_file import Description
from app.use_cases.findings import Code, Finding
from app.use_cases.maintenance import Maintenance
from app.use_cases.rebuild import rebuilt
from app.use_cases.repair import Repair

if TYPE_CHECKING:
    from app.compose import Embedded
    from app.ingest.run import Ingest
    from app.knowledge_base import KnowledgeBase
    from app.settings import Settings

LOST = 4
"""The exit code where something is left that only a person can bring back."""

ROUNDS = 4
"""Rounds of repair. One repair may reveal another fault: a new index has no passages."""

POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Stores:
    """The program over some stores, and what waits until the jobs that were queued are done."""

    knowledge_base: KnowledgeBase
    steps: Ingest
    see_through: Callable[[], None]
    program: Embedded | None = None


@contextmanager
def _stores(settings: Settings) -> Iterator[_Stores]:
    """The stores of the settings: a data folder's, or AWS's with ``IS_LAMBDA`` and what a function needs."""
    if settings.is_lambda:
        with cloud(settings) as function:
            steps = function.steps
            yield _Stores(function.knowledge_base, steps, lambda: _wait_for_functions(steps))
        return
    with open_program(settings) as program:
        yield _Stores(program.knowledge_base, program.steps, program.worker.drain, program)


def _wait_for_functions(steps: Ingest) -> None:
    while left := len(steps.documents.list_unfinished()):
        print(f"\r{format_count(left, 'document')} on the way…", end="", file=sys.stderr, flush=True)
        time.sleep(POLL_SECONDS)
    print("\r", end="", file=sys.stderr)


# -- kb fsck ----------------------------------------------------------------------------------------------


def fsck(options: Namespace, settings: Settings) -> int:
    """Say what is wrong between the stores; ``ERROR`` if something is left that can be mended, ``LOST`` if
    only a person can."""
    with _stores(settings) as stores:
        steps = stores.steps
        progress = Progress(as_json=options.json)
        check = Consistency(steps, options.quick, _teller(progress))
        if options.rebuild:
            _rebuild(stores, progress)
        found = left = list(check.findings())
        # Looked at anew after each round, because repairing is a job that may fail itself.
        for _ in range(ROUNDS if options.repair else 0):
            if not Repair(steps).all(left):
                break
            stores.see_through()
            left = list(check.findings())
        progress.clear()
    _print_findings(found, left, as_json=options.json, repaired=options.repair)
    if any(finding.repairable for finding in left):
        return ERROR
    return LOST if left else OK


def _rebuild(stores: _Stores, progress: Progress) -> None:
    """Make documents anew from their files; a database that cannot be read is set aside first."""
    knowledge_base = stores.knowledge_base
    steps = stores.steps
    found = list(Consistency(steps).findings())
    if stores.program is not None and any(each.code is Code.DATABASE_DAMAGED for each in found):
        # Kept, never deleted: someone may get conversations out of it that no file can bring back.
        aside = stores.program.database.set_aside()
        progress.warn(f"kb: the damaged database stands in {aside}; a new one is made")
        found = list(Consistency(steps).findings())

    def upload(tenant: str, description: Description, path: Path) -> Registered:
        with path.open("rb") as file:
            taken = knowledge_base.uploads.upload(
                tenant, description.origin, file, if_exists=IfExists.VERSION, tags=description.tags
            )
        if description.said.fields:
            steps.documents.update(tenant, taken.document.id, said=description.said)
        return taken

    for _ in rebuilt(found, steps.files, upload, lambda name: progress.say(f"found again  {name}")):
        pass
    stores.see_through()


def _teller(progress: Progress) -> Callable[[str], None]:
    """Tells each document that is looked at, and how many those are so far."""
    looked_at = count(1)
    return lambda name: progress.show(f"looking at document {next(looked_at):,}: {name}")


def _print_findings(found: list[Finding], left: list[Finding], *, as_json: bool, repaired: bool) -> None:
    if as_json:
        print_json({"found": list(map(_as_json, found)), "left": list(map(_as_json, left))})
        return
    for finding in found:
        print(_line(finding))
    lost = sum(not finding.repairable for finding in left)
    mended = f", {len(found) - len(left)} mended" if repaired else ""
    print(f"{len(found)} found{mended}, {len(left)} left, {lost} of them for you to bring back.")


def _as_json(finding: Finding) -> dict[str, object]:
    return asdict(finding) | {"repairable": finding.repairable}


def _line(finding: Finding) -> str:
    what = finding.name or finding.document_id
    version = f" v{finding.version}" if finding.version else ""
    subject = f"{what}{version}: " if what else ""
    return f"{finding.code}  {subject}{finding.message}\n    {finding.remedy}"


# -- kb reindex -------------------------------------------------------------------------------------------


def reindex(options: Namespace, settings: Settings) -> int:
    """Put every passage into the index with its vector: all anew after a change of the model, or only what
    is lost or was left by a run that was broken off."""
    with _stores(settings) as stores:
        steps = stores.steps
        maintenance = stores.knowledge_base.maintenance
        maintenance.try_model()
        tenants = steps.documents.tenants()
        if not maintenance.has_other_vectors() and any(map(_first_left(maintenance), tenants)):
            print("Going on with what is not in the index…", file=sys.stderr)
        else:
            _queue_all(stores, tenants)
        for unread in filter(None, map(maintenance.unread_documents, tenants)):
            print(f"kb: warning: {unread}", file=sys.stderr)
        failed = sum(_see_through(stores, tenant) for tenant in tenants)
    return ERROR if failed else OK


def _first_left(maintenance: Maintenance) -> Callable[[str], bool]:
    return lambda tenant: next(maintenance.list_left(tenant), None) is not None


def _queue_all(stores: _Stores, tenants: list[str]) -> None:
    # Queued before the vectors go: whatever happens in between, the next start finds its work.
    for tenant in tenants:
        for document in all_documents(stores.knowledge_base, tenant=tenant):
            stores.knowledge_base.uploads.reindex(tenant, document.id)
    embedder = stores.steps.embedder
    stores.steps.index.reset(embedder.model, embedder.dimensions)


def _see_through(stores: _Stores, tenant: str) -> int:
    """See the rest of a tenant's documents through; the number that failed."""
    knowledge_base, wanted = stores.knowledge_base, {}
    for document in list(knowledge_base.maintenance.list_left(tenant)):
        version = knowledge_base.library.version(tenant, document.id, document.searchable)
        if version.status.ended:
            knowledge_base.uploads.reindex(tenant, document.id)
        wanted[Wanted(document.id, document.searchable)] = document.name
    progress, failed = Progress(), 0
    for each, last in _wait_for_versions(stores, wanted, progress, tenant):
        good = last is not None and last.status is not Status.FAILED
        failed += not good
        progress.say(f"{'embedded' if good else 'failed'}  {wanted[each]}")
    progress.clear()
    return failed


def _wait_for_versions(
    stores: _Stores, wanted: dict[Wanted, str], progress: Progress, tenant: str
) -> Iterator[tuple[Wanted, Version | None]]:
    if stores.program is not None:
        yield from wait_for_ends(stores.program, wanted, progress, tenant=tenant)
        return
    stores.see_through()
    for each in wanted:
        yield each, stores.knowledge_base.library.version(tenant, *each)
