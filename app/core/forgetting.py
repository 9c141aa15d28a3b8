"""What a kept answer says after a document that it quotes was deleted."""

from __future__ import annotations

from dataclasses import replace

from app.core.model import Answer, Citation, Proof

DELETED = "This document was deleted."
DELETED_ANSWER = "A document that this answer quoted was deleted, and what was quoted with it."


def cited_documents(answer: Answer) -> tuple[str, ...]:
    """The documents that an answer cites, each once."""
    return tuple(dict.fromkeys(citation.document_id for citation in answer.citations))


def without_document(answer: Answer, document_id: str) -> tuple[Answer, int]:
    """The answer without a word of the document, and how many citations of it there were.

    Its text may hold the document's words anywhere, quoted or told, and so may the question as a model put
    it: they go as a whole. What it cites of other documents stays.
    """
    blanked = [_blank(each) if each.document_id == document_id else each for each in answer.citations]
    count = sum(each.document_id == document_id and each.quote != DELETED for each in answer.citations)
    if not count:
        return answer, 0
    kept = replace(answer, text=DELETED_ANSWER, claims=(), citations=tuple(blanked), question="", notes=())
    return kept, count


def _blank(citation: Citation) -> Citation:
    return Citation(citation.number, DELETED, Proof.MISSING, citation.document_id, DELETED, citation.version)
