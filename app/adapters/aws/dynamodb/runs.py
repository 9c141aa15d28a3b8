"""The runs of a version: planned, counted range by range, ended.

What is counted again and again (ranges, progress) changes the version's row alone, in one conditional update
that waits for nobody. What changes its status changes the document's row with it, which lists are made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from app.adapters.aws.backoff import Backoff
from app.adapters.aws.dynamodb.document_items import (
    OPEN,
    SPENT,
    TOMBSTONED,
    announced_of,
    as_ranges,
    chosen_of,
    document_key,
    passages_of,
    range_words,
    version_key,
    version_of,
)
from app.adapters.aws.dynamodb.document_rows import LIVING, DocumentRows
from app.adapters.aws.dynamodb.dynamo import ConditionFailed, Write, update
from app.adapters.aws.dynamodb.items import Item, now
from app.adapters.reading_json import encode_reading, encode_scans
from app.core.document import Reason, Scans, Spent, Stage, Status, Version, VersionId
from app.core.errors import NotFound
from app.core.job import Run
from app.core.rules import identity
from app.core.rules.runs import begin_run, begin_scans

_THIS_RUN = "#run = :run AND #status = :old_status"


def restart(rows: DocumentRows, version_id: VersionId, *, anew: bool, scans: bool | None) -> Run:
    """Begin a new run: the first for a file that has arrived, the next for one that had ended."""
    backoff = Backoff(rows.dynamo.part)
    while True:
        document, row = rows.both(version_id)
        version = version_of(row)
        run = Run(version_id, version.run + version.status.ended)
        if version.status in (Status.QUEUED, Status.RUNNING):
            return run
        reading, earlier = begin_run(version, run.number, anew=anew)
        kept: dict[str, Any] = {
            "folder": reading.folder,
            "scans": encode_scans(begin_scans(version, anew=anew, wanted=scans)),
            **({"ranges": range_words(reading.ranges)} if reading.ranges else {}),
            **({"done": set(reading.done)} if reading.done else {}),
            **({"earlier": encode_reading(earlier)} if earlier else {}),
        }
        outdated = ["reason_code", "reason_message", *(f"spent_{name}" for name in SPENT)]
        # What a former run's pages failed with is told until its pages are replaced.
        outdated += [] if reading == version.current else ["failed"]
        outdated += [name for name in ("ranges", "done", "earlier") if name not in kept]
        clean = _update(
            rows,
            run,
            row,
            "SET #run = :new_run, #status = :status, #stage = :stage, #open = :open, #updated = :now, "
            "#pages_done = :pages_done, #chunks = :none, #chunks_done = :none"
            + "".join(f", #{name} = :{name}" for name in kept)
            + " REMOVE "
            + ", ".join(f"#{name}" for name in outdated),
            new_run=run.number,
            status=Status.QUEUED.value,
            stage=Stage.WAITING.value,
            open=OPEN,
            none=0,
            pages_done=reading.pages_done,
            **kept,
        )
        with suppress(ConditionFailed):
            chosen = max(version_id.number, chosen_of(document)) if identity.arrives(version) else None
            # In one transaction: lists are made of the document's row alone, and must not say another status.
            summed = _change_sums(rows, document, row, Status.QUEUED, pages=version.pages, chosen=chosen)
            rows.dynamo.transact([clean, summed])
            return run
        backoff.wait()


def require_unchanged(rows: DocumentRows, document: Item, version: Item) -> Write:
    """Return a write that changes nothing, and asks that a version's run and status are those of this row."""
    run = Run(VersionId(document["pk"], document["id"], version["number"]), version["run"])
    return _update(rows, run, version, "SET #run = :run")


def plan(rows: DocumentRows, run: Run, ranges: Sequence[tuple[int, int]]) -> Version:
    """Keep the page ranges of a run that is queued, unless it took over those of another."""
    backoff = Backoff(rows.dynamo.part)
    while True:
        document, row = rows.both(run.version)
        version = version_of(row)
        if version.run != run.number or version.status is not Status.QUEUED:
            return version
        ranges = version.ranges or ranges
        pages = sum(last - first + 1 for first, last in ranges)
        planned = _update(
            rows,
            run,
            row,
            "SET #status = :status, #stage = :stage, #pages = :pages, #ranges = :ranges, #updated = :now",
            status=Status.RUNNING.value,
            stage=Stage.EXTRACT.value,
            pages=pages,
            ranges=range_words(ranges),
        )
        with suppress(ConditionFailed):
            rows.dynamo.transact([planned, _change_sums(rows, document, row, Status.RUNNING, pages=pages)])
            return version_of(rows.both(run.version)[1])
        backoff.wait()


def finish_range(
    rows: DocumentRows, run: Run, index: int, failed_pages: Sequence[int], spent: Spent
) -> Version:
    """Count a checkpointed range once. Raises ``NotFound`` for a range that was not planned."""
    _, row = rows.both(run.version)
    version = version_of(row)
    if not _is_under_way(version, run) or index in version.ranges_done:
        return version
    if not 0 <= index < len(version.ranges):
        raise NotFound("The page range does not exist.")
    first, last = version.ranges[index]
    failed = "#failed = list_append(if_not_exists(#failed, :empty), :failed), " if failed_pages else ""
    costs = {f"spent_{name}": cost for name, cost in asdict(spent).items() if cost}
    counted = update(
        rows.table,
        version_key(run.version),
        f"SET {failed}#pages_done = #pages_done + :pages, #updated = :now ADD #done :index"
        + "".join(f", #{name} :{name}" for name in costs),
        # A range is delivered at least once: the second time must not count its pages and costs again.
        when=f"{_THIS_RUN} AND NOT contains(#done, :number)",
        run=run.number,
        old_status=row["status"],
        now=now(),
        pages=last - first + 1,
        index={index},
        number=index,
        empty=[],
        failed=[range_words(as_ranges(failed_pages))],
        **costs,
    )
    with suppress(ConditionFailed):
        return version_of(rows.dynamo.write(counted) or {})
    return version_of(rows.both(run.version)[1])  # counted by another, or over


def progress(rows: DocumentRows, run: Run, stage: Stage, chunks: int | None, chunks_done: int | None) -> None:
    """Note the stage and counts of a running version."""
    _, row = rows.both(run.version)
    if row["run"] != run.number or row["status"] != Status.RUNNING:
        return
    counts = {"chunks": chunks, "chunks_done": chunks_done}
    given = {name: count for name, count in counts.items() if count is not None}
    change = "SET #stage = :stage, #updated = :now" + "".join(f", #{name} = :{name}" for name in given)
    with suppress(ConditionFailed):  # it has just ended
        rows.dynamo.write(_update(rows, run, row, change, stage=stage.value, **given))


def count_scans(rows: DocumentRows, run: Run, scans: Scans, stage: Stage | None) -> None:
    """Note which pages of a running version need OCR, and the stage that this begins."""
    _, row = rows.both(run.version)
    if not _is_under_way(version_of(row), run):
        return
    change = "SET #scans = :scans, #updated = :now" + (", #stage = :stage" if stage else "")
    with suppress(ConditionFailed):  # it has just ended
        rows.dynamo.write(_update(rows, run, row, change, scans=encode_scans(scans), stage=stage or ""))


def note_scans(
    rows: DocumentRows, run: Run, index: int, left: int, failed_pages: Sequence[int] | None
) -> Version:
    """Note how many pages of a range wait for OCR; ranges are read at the same time, and none overwrites what
    another has noted."""
    backoff = Backoff(rows.dynamo.part)
    while True:
        _, row = rows.both(run.version)
        version = version_of(row)
        if not _is_under_way(version, run):
            return version
        change = "SET #scans = :scans, #updated = :now"
        failed: dict[str, Any] = {}
        if failed_pages is not None:
            first, last = version.ranges[index]
            others = [page for page in version.failed_pages if not first <= page <= last]
            failed["failed"] = [range_words(as_ranges([*others, *failed_pages]))]
            change += ", #failed = :failed"
        noted = update(
            rows.table,
            version_key(run.version),
            change,
            when=f"{_THIS_RUN} AND #scans = :before",
            run=run.number,
            old_status=row["status"],
            now=now(),
            scans=encode_scans(version.scans.without(index, left)),
            before=row.get("scans", ""),
            **failed,
        )
        with suppress(ConditionFailed):
            return version_of(rows.dynamo.write(noted) or {})
        backoff.wait()


def finish(rows: DocumentRows, run: Run, status: Status, reason: Reason | None) -> Version:
    """End a run, once."""
    if not status.ended:
        raise ValueError(f"A run does not end as {status}.")
    backoff = Backoff(rows.dynamo.part)
    while True:
        document, row = rows.both(run.version)
        version = version_of(row)
        if version.status.ended or version.run != run.number:
            return version
        why = ", #reason_code = :code, #reason_message = :message" if reason else ""
        ended = _update(
            rows,
            run,
            row,
            f"SET #status = :status, #stage = :stage, #updated = :now{why} REMOVE #open"
            + ("" if status is Status.FAILED else ", #earlier"),
            status=status.value,
            stage=Stage.DONE.value,
            code=reason.code if reason else "",
            message=reason.message if reason else "",
        )
        with suppress(ConditionFailed):
            rows.dynamo.transact([ended, _change_sums(rows, document, row, status, pages=version.pages)])
            return version_of(rows.both(run.version)[1])
        backoff.wait()


def _is_under_way(version: Version, run: Run) -> bool:
    return version.run == run.number and version.status in (Status.QUEUED, Status.RUNNING)


def _update(rows: DocumentRows, run: Run, row: Item, change: str, **values: Any) -> Write:
    """Return a change of a version's row that holds only as long as its run and status are those of
    ``row``."""
    return update(
        rows.table,
        version_key(run.version),
        change,
        when=_THIS_RUN,
        run=row["run"],
        old_status=row["status"],
        now=now(),
        **values,
    )


def _change_sums(
    rows: DocumentRows,
    document: Item,
    version: Item,
    status: Status,
    *,
    pages: int,
    chosen: int | None = None,
) -> Write:
    """Return the change of the document's row that goes with a version's new status and page count, with
    the number of the version that is ``chosen`` now, and with the passages of the one that answers."""
    number = chosen_of(document) if chosen is None else chosen
    change = "SET #pages = #pages + :more, #current = :chosen"
    if number == version["number"]:
        change += ", #status = :status"
    if document["searchable"] == version["number"]:
        change += ", #passages = :passages"
    if announced_of(document) == version["number"]:
        change += " REMOVE #announced"
    before = "#current = :before" if "current" in document else "attribute_not_exists(#current)"
    return update(
        rows.table,
        document_key(document["pk"], document["id"]),
        change,
        when=f"{LIVING} AND #latest = :latest AND #searchable = :searchable AND {before}",
        tombstoned=TOMBSTONED,
        latest=document["latest"],
        searchable=document["searchable"],
        passages=passages_of({**version, "status": status.value}),
        chosen=number,
        before=chosen_of(document),
        more=pages - version["pages"],
        status=status.value,
    )
