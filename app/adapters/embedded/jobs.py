"""Jobs in SQLite: a queue that delivers a job again when its lease expires or its holder dies."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable

from app.adapters.embedded.processes import is_gone, this_process
from app.adapters.embedded.sqlite.database import Database
from app.core.document import VersionId
from app.core.job import Job, JobKind, Lease, Run

DUE = """due_at <= :now
    AND (:only IS NULL OR document_id IN (SELECT value FROM json_each(:only)))
    AND (:scans IS NULL OR :scans = (kind = 'scans'))
    AND (:suspects IS NULL OR :suspects = (unended > 0 OR token IS NOT NULL))"""
"""A row whose lease has run out still has its token: its worker vanished."""


NEXT = f"""
WITH held AS (SELECT tenant, document_id FROM jobs WHERE token IS NOT NULL AND due_at > :now),
     tenants AS (SELECT tenant, count(*) AS held FROM held GROUP BY tenant),
     documents AS (SELECT document_id, count(*) AS held FROM held GROUP BY document_id)
SELECT jobs.* FROM jobs LEFT JOIN tenants USING (tenant) LEFT JOIN documents USING (document_id)
WHERE {DUE} AND NOT (:only_others AND tenants.held IS NOT NULL)
ORDER BY coalesce(tenants.held, 0), coalesce(documents.held, 0), due_at, seq LIMIT 1
"""  # noqa: S608 - a constant
"""The job to hand out."""


class SqliteJobs:
    """A ``JobQueue``. The next job is, of those that are due, one of the tenant, and then of the document,
    with the fewest jobs in progress: no tenant delays another. Of these it is the one that is due longest.

    ``clock`` gives seconds since 1970. With ``only`` it delivers jobs of documents with these ids alone,
    with ``only_others`` none of a tenant that has a job in progress. ``suspects`` says whether it delivers
    jobs with a worker that vanished, or the others; ``scans`` says so of those that read scans. By
    default both are delivered.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float] = time.time,
        *,
        only: Iterable[str] | None = None,
        only_others: bool = False,
        suspects: bool | None = None,
        scans: bool | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._only = None if only is None else json.dumps(sorted(only))
        self._only_others = only_others
        self._suspects = suspects
        self._scans = scans

    def send(self, job: Job, *, delay: float = 0.0) -> None:
        """Queue a job, unless one with its id is waiting or in progress."""
        with self._database.write() as connection:
            connection.execute(
                """
                INSERT INTO jobs (id, kind, tenant, document_id, version, run, range, set_at, due_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                (job.id, job.kind, *job.run.version, job.run.number, job.range, *self._times(delay)),
            )

    def receive(self, *, lease: float) -> Lease | None:
        """Receive the next job. A job whose holder has died is due at once."""
        # A process that was killed leaves its lease: without this its jobs wait until it ends, for minutes.
        self._reclaim()
        self._follow_clock()
        if not self._any_due():  # looking is cheap and holds up nobody
            return None
        with self._database.write() as connection:
            now = self._clock()
            row = connection.execute(NEXT, self._query_values(now)).fetchone()
            # Looked for again inside the write transaction: another worker may have taken it since.
            if row is None:  # another was quicker
                return None
            taken = Lease(_job_of(row), secrets.token_hex(16), row["attempts"] + 1, now + lease)
            connection.execute(
                """
                UPDATE jobs SET set_at = ?, due_at = ?, attempts = ?, unended = ?, token = ?, owner = ?
                WHERE id = ?
                """,
                (
                    now,
                    taken.until,
                    taken.attempt,
                    taken.job.unended,
                    taken.token,
                    this_process(),
                    taken.job.id,
                ),
            )
            return taken

    def extend(self, lease: Lease, seconds: float) -> bool:
        """Extend the lease to ``seconds`` from now; ``False`` if it was lost."""
        with self._database.write() as connection:
            kept = connection.execute(
                "UPDATE jobs SET set_at = ?, due_at = ? WHERE id = ? AND token = ?",
                (*self._times(seconds), lease.job.id, lease.token),
            )
            return kept.rowcount == 1

    def forget(self, lease: Lease) -> None:
        """Delete the job, unless the lease was lost."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM jobs WHERE id = ? AND token = ?", (lease.job.id, lease.token))

    def release(self, lease: Lease, *, delay: float = 0.0) -> None:
        """Make the job available again, unless the lease was lost."""
        with self._database.write() as connection:
            connection.execute(
                """
                UPDATE jobs SET set_at = ?, due_at = ?, token = NULL, owner = NULL
                WHERE id = ? AND token = ?
                """,
                (*self._times(delay), lease.job.id, lease.token),
            )

    def idle(self) -> bool:
        """Return whether there is no job."""
        with self._database.read() as connection:
            return connection.execute("SELECT 1 FROM jobs LIMIT 1").fetchone() is None

    def worked_on(self) -> bool:
        """Return whether a living process holds a job now."""
        with self._database.read() as connection:
            owners = connection.execute(
                "SELECT DISTINCT owner FROM jobs WHERE token IS NOT NULL AND due_at > ?", (self._clock(),)
            ).fetchall()
        return any(not is_gone(row["owner"]) for row in owners)

    def check(self) -> None:
        """Raise ``Unavailable`` if the database cannot be read."""
        self._database.check()

    def _any_due(self) -> bool:
        with self._database.read() as connection:
            due = connection.execute(
                f"SELECT 1 FROM jobs WHERE {DUE} LIMIT 1",  # noqa: S608 - a constant
                self._query_values(self._clock()),
            )
            return due.fetchone() is not None

    def _query_values(self, now: float) -> dict[str, object]:
        return {
            "now": now,
            "only": self._only,
            "only_others": self._only_others,
            "suspects": self._suspects,
            "scans": self._scans,
        }

    def _reclaim(self) -> None:
        """Make the jobs of processes that are gone due now, without waiting for their leases to run out."""
        with self._database.read() as connection:
            owners = connection.execute("SELECT DISTINCT owner FROM jobs WHERE token IS NOT NULL").fetchall()
        gone = [row["owner"] for row in owners if is_gone(row["owner"])]
        if gone:
            with self._database.write() as connection:
                connection.executemany(
                    """
                    UPDATE jobs
                    SET set_at = ?, due_at = ?, token = NULL, owner = NULL, unended = unended + 1
                    WHERE token IS NOT NULL AND owner = ?
                    """,
                    [(*self._times(), owner) for owner in gone],
                )

    def _times(self, delay: float = 0.0) -> tuple[float, float]:
        """Return the time now, and that in ``delay`` seconds."""
        now = self._clock()
        return now, now + delay

    def _follow_clock(self) -> None:
        """Take jobs whose time was set by a clock that was set back since as if it had been set now: they
        wait for the seconds that they were to wait, not for the hours that the clock lost."""
        now = self._clock()
        with self._database.read() as connection:
            ahead = connection.execute("SELECT 1 FROM jobs WHERE set_at > ? LIMIT 1", (now,)).fetchone()
        if ahead:
            with self._database.write() as connection:
                connection.execute(
                    "UPDATE jobs SET due_at = due_at - set_at + :now, set_at = :now WHERE set_at > :now",
                    {"now": now},
                )


def _job_of(row: sqlite3.Row) -> Job:
    run = Run(VersionId(row["tenant"], row["document_id"], row["version"]), row["run"])
    return Job(JobKind(row["kind"]), run, row["range"], row["unended"] + (row["token"] is not None))
