"""What a stored answer says after a document that it quotes, or a version of it, was deleted."""

from __future__ import annotations

from dataclasses import replace

from app.core.answer import Answer, Citation, Proof

DELETED = "This document was deleted."
DELETED_ANSWER = "A document that this answer quoted was deleted, and what was quoted with it."
VERSION_DELETED = "This version of the document was deleted."


def cited_documents(answer: Answer) -> tuple[str, ...]:
    """Return the documents that an answer cites, each once."""
    return tuple(dict.fromkeys(citation.document_id for citation in answer.citations))


def without_document(answer: Answer, document_id: str, version: int | None = None) -> tuple[Answer, int]:
    """Return the answer without the words of the document, or of one version of it, and the number of its
    citations of it.

    The text may contain words of the document anywhere, quoted or paraphrased, and so may the standalone
    question that a model wrote: both are removed as a whole. Citations of other documents stay.
    """

    def is_gone(citation: Citation) -> bool:
        return citation.document_id == document_id and version in (None, citation.version)

    blanked = [_blank(each, version) if is_gone(each) else each for each in answer.citations]
    count = sum(before != after for before, after in zip(answer.citations, blanked, strict=True))
    if not count:
        return answer, 0
    kept = replace(answer, text=DELETED_ANSWER, claims=(), citations=tuple(blanked), question="", notes=())
    return kept, count


def _blank(citation: Citation, version: int | None) -> Citation:
    """Return the citation without words; the name stays if the document still exists."""
    said, name = (DELETED, DELETED) if version is None else (VERSION_DELETED, citation.document_name)
    return Citation(citation.number, said, Proof.MISSING, citation.document_id, name, citation.version)
