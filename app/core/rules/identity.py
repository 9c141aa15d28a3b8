"""What a file becomes whose source or content there is already, decided alike in every document store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.core.document import Document, IfExists, Outcome, Source, Status, Version
from app.core.errors import NameTaken
from app.core.names import is_place

NEVER_ARRIVED = "never_arrived"
"""Why a version failed that was announced and whose file was not posted in time."""


class Held(NamedTuple):
    """A version of a document, and whether it is the one that was chosen last."""

    document_id: str
    version: Version
    current: bool


class Step(NamedTuple):
    """What to do: give the version ``given``, else add one to the document ``grown``, else begin a document.
    ``outcome`` is what it comes to."""

    outcome: Outcome
    given: Held | None = None
    grown: str = ""


def step(own: str, name: str, held: Sequence[Held], if_exists: IfExists) -> Step:
    """What becomes of a file. ``own`` is the id of the document of its source, "" for none, and ``name`` what
    that is shown by; ``held`` are the versions that have its content.

    Of content that another document has, only that document's current version counts: what no longer answers
    would be lost at the place where the file is. Raises ``NameTaken`` where the source is to be new.
    """
    of_own = [each for each in held if each.document_id == own]
    current = [each for each in held if each.current]
    for each in of_own:
        if each.current:
            return Step(Outcome.KNOWN, each)
    if own and if_exists is IfExists.REFUSE:
        raise NameTaken(f"There is a document {name} already.")
    for each in reversed(of_own):
        arrived = each.version.status not in (Status.UPLOADING, Status.FAILED)
        return Step(Outcome.MADE_CURRENT if arrived else Outcome.NEW_VERSION, each)
    if own and if_exists is IfExists.VERSION:
        return Step(Outcome.NEW_VERSION, grown=own)
    return Step(Outcome.KNOWN, current[0]) if current else Step(Outcome.CREATED)


def is_found_again(document: Document, source: Source) -> bool:
    """Whether a document that is known by a name a client chose, as all were once, is that of a file with the
    same content at this place of the machine."""
    return (
        is_place(source.key) and not is_place(document.source) and source.path.endswith(f"/{document.path}")
    )


def may_answer(number: int, document: Document) -> bool:
    """Whether a version of a document may answer from now on: the one that does may go on, the one that was
    chosen may take its place, and until that is ready a newer one than what answers."""
    return may_replace(number, document.searchable, document.latest.number)


def may_replace(number: int, answering: int, wanted: int) -> bool:
    """The same by the numbers of the version that answers, 0 for none, and of the chosen one."""
    return number in (answering, wanted) or (answering != wanted and number > answering)


def arrives(version: Version) -> bool:
    """Whether the version's file is here for the first time when it is queued: from then on it is chosen, if
    it is newer than what was."""
    reason = version.reason.code if version.reason else ""
    return version.status is Status.UPLOADING or reason == NEVER_ARRIVED


def chosen_without(number: int, chosen: int, left: Sequence[Version]) -> Version:
    """The version that is chosen when version ``number`` is deleted and these are ``left``: the one that was,
    else the newest that was read, else the newest."""
    read = [each for each in left if each.status in (Status.READY, Status.PARTIAL)]
    wanted = [each for each in left if each.number == chosen] if number != chosen else read or left
    return max(wanted, key=lambda each: each.number)
