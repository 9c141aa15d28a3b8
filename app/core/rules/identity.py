"""Decides what an uploaded file becomes if its source or content exists already, equally for every
document store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.core.document import Document, IfExists, Outcome, Source, Status, Version
from app.core.errors import NameTaken
from app.core.names import is_place

NEVER_ARRIVED = "never_arrived"
"""Why a version failed that was announced and whose file was not posted in time."""


class Held(NamedTuple):
    """A version of a document, and whether it is the current one."""

    document_id: str
    version: Version
    current: bool


class Step(NamedTuple):
    """The decision: use the version ``given``, else add a version to the document ``grown``, else create a
    document. ``outcome`` is what the caller is told."""

    outcome: Outcome
    given: Held | None = None
    grown: str = ""


def step(own: str, name: str, held: Sequence[Held], if_exists: IfExists) -> Step:
    """Return what becomes of a file. ``own`` is the id of the document with its source, "" for none, and
    ``name`` that document's displayed name; ``held`` are the versions that have its content.

    Only the current version of another document with this content counts: otherwise the file would only
    belong to an old version, and nothing at its own source would answer. Raises ``NameTaken`` if the
    source must be new.
    """
    of_own = [each for each in held if each.document_id == own]
    current = [each for each in held if each.current]
    for each in of_own:
        if each.current:
            return Step(Outcome.KNOWN, each)
    if own and if_exists is IfExists.REFUSE:
        raise NameTaken(f"There is a document {name} already.")
    # Its newest version with this content: what was there before is current again, and not read twice.
    for each in reversed(of_own):
        # A version whose file never came, or could not be read, has nothing to go back to.
        arrived = each.version.status not in (Status.UPLOADING, Status.FAILED)
        return Step(Outcome.MADE_CURRENT if arrived else Outcome.NEW_VERSION, each)
    if own and if_exists is IfExists.VERSION:
        return Step(Outcome.NEW_VERSION, grown=own)
    return Step(Outcome.KNOWN, current[0]) if current else Step(Outcome.CREATED)


def is_found_again(document: Document, source: Source) -> bool:
    """Return whether a document with a client-chosen name, as all once had, is the one of a file with the
    same content at this path."""
    return (
        is_place(source.key) and not is_place(document.source) and source.path.endswith(f"/{document.path}")
    )


def may_answer(number: int, document: Document) -> bool:
    """Return whether a version may answer from now on: the one that answers may continue, the current one
    may replace it, and until the current one is ready, so may any version newer than the one that answers."""
    return may_replace(number, document.searchable, document.latest.number)


def may_replace(number: int, answering: int, wanted: int) -> bool:
    """Return the same by the numbers of the answering version, 0 for none, and of the current one."""
    return number in (answering, wanted) or (answering != wanted and number > answering)


def arrives(version: Version) -> bool:
    """Return whether the version's file arrives for the first time when it is queued. The version then
    becomes current if it is newer than the current one."""
    reason = version.reason.code if version.reason else ""
    return version.status is Status.UPLOADING or reason == NEVER_ARRIVED


def chosen_without(number: int, chosen: int, left: Sequence[Version]) -> Version:
    """Return the version that is current after version ``number`` is deleted and these are ``left``: the
    current one if it is left, else the newest that was read, else the newest."""
    read = [each for each in left if each.status.kept]
    # What was read can answer at once; one that failed is current only where there is no other.
    wanted = [each for each in left if each.number == chosen] if number != chosen else read or left
    return max(wanted, key=lambda each: each.number)
