"""What can be wrong between the stores, and what mends each kind of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mend(StrEnum):
    """The repair of a finding."""

    NOTHING = "nothing"
    REINDEX = "reindex"
    """Pages whose checkpoint is lost are read again; the passages are cut, put and embedded anew where they
    are not there; those that do not belong go."""
    READ_AGAIN = "read_again"
    DELETE_FILES = "delete_files"
    DELETE_PASSAGES = "delete_passages"
    DELETE_OUTDATED = "delete_outdated"
    DELETE_AGAIN = "delete_again"
    GO_ON = "go_on"
    ANSWER_FROM = "answer_from"
    KEYWORDS = "keywords"
    NEW_INDEX = "new_index"
    OUTLINE = "outline"
    DESCRIPTION = "description"
    ADOPT = "adopt"
    """Rows are made anew from the files: only where it is asked for (``--rebuild``)."""


UPLOAD_AGAIN = "Upload the file again: it takes its place, and what was made of it stays."
REPAIR = "kb fsck --repair"
REBUILD = "kb fsck --rebuild"


class Code(StrEnum):
    """The kinds of findings, by their stable names."""

    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_CHANGED = "file_changed"
    PAGES_LOST = "pages_lost"
    FIGURES_LOST = "figures_lost"
    OUTLINE_LOST = "outline_lost"
    PASSAGES_MISSING = "passages_missing"
    PASSAGES_EXTRA = "passages_extra"
    VECTORS_MISSING = "vectors_missing"
    KEYWORDS_DAMAGED = "keywords_damaged"
    INDEX_DAMAGED = "index_damaged"
    DATABASE_DAMAGED = "database_damaged"
    ANSWERS_FROM_NOTHING = "answers_from_nothing"
    ANSWERS_FROM_NONE = "answers_from_none"
    UNFINISHED = "unfinished"
    HALF_DELETED = "half_deleted"
    OUTDATED_FILES = "outdated_files"
    ORPHAN_FILES = "orphan_files"
    ORPHAN_PASSAGES = "orphan_passages"
    DOCUMENT_LOST = "document_lost"
    DESCRIPTION_LOST = "description_lost"


MENDS: dict[Code, Mend] = {
    Code.FILE_MISSING: Mend.NOTHING,
    Code.FILE_EMPTY: Mend.NOTHING,
    Code.FILE_CHANGED: Mend.NOTHING,
    Code.PAGES_LOST: Mend.REINDEX,
    Code.FIGURES_LOST: Mend.READ_AGAIN,
    Code.OUTLINE_LOST: Mend.OUTLINE,
    Code.PASSAGES_MISSING: Mend.REINDEX,
    Code.PASSAGES_EXTRA: Mend.REINDEX,
    Code.VECTORS_MISSING: Mend.REINDEX,
    Code.KEYWORDS_DAMAGED: Mend.KEYWORDS,
    Code.INDEX_DAMAGED: Mend.NEW_INDEX,
    Code.DATABASE_DAMAGED: Mend.NOTHING,
    Code.ANSWERS_FROM_NOTHING: Mend.ANSWER_FROM,
    Code.ANSWERS_FROM_NONE: Mend.ANSWER_FROM,
    Code.UNFINISHED: Mend.GO_ON,
    Code.HALF_DELETED: Mend.DELETE_AGAIN,
    Code.OUTDATED_FILES: Mend.DELETE_OUTDATED,
    Code.ORPHAN_FILES: Mend.DELETE_FILES,
    Code.ORPHAN_PASSAGES: Mend.DELETE_PASSAGES,
    Code.DOCUMENT_LOST: Mend.ADOPT,
    Code.DESCRIPTION_LOST: Mend.DESCRIPTION,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. ``document_id`` is "" for what is about no document, ``version`` 0 for what is
    about none. ``mend`` is what repairing does, ``nothing`` where only a person can; ``remedy`` says what to
    do."""

    code: Code
    tenant: str
    document_id: str
    name: str
    message: str
    remedy: str
    mend: Mend
    version: int = 0

    @property
    def repairable(self) -> bool:
        """Whether ``--repair`` repairs it."""
        return self.mend not in (Mend.NOTHING, Mend.ADOPT)


def make_finding(
    code: Code,
    message: str,
    *,
    tenant: str = "",
    document_id: str = "",
    name: str = "",
    version: int = 0,
    remedy: str = "",
    mend: Mend | None = None,
) -> Finding:
    """Return a finding, with the usual repair of its kind unless another is given."""
    chosen = MENDS[code] if mend is None else mend
    usual = {Mend.NOTHING: UPLOAD_AGAIN, Mend.ADOPT: REBUILD}.get(chosen, REPAIR)
    return Finding(code, tenant, document_id, name, message, remedy or usual, chosen, version)
