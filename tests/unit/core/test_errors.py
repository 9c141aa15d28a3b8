"""Errors that cross from one process to another."""

from __future__ import annotations

import pytest

from app.core.errors import BadRequest, DamagedPdf, KnowledgeBaseError, Unavailable, refusal


def kinds(of: type[KnowledgeBaseError]) -> list[type[KnowledgeBaseError]]:
    return [of, *(kind for each in of.__subclasses__() for kind in kinds(each))]


def test_every_kind_of_error_has_a_code_of_its_own() -> None:
    # An adapter's own kind, which it translates before anybody sees it, has its parent's.
    known = [kind for kind in kinds(KnowledgeBaseError) if kind.__module__ == KnowledgeBaseError.__module__]
    codes = [kind.code for kind in known]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("kind", kinds(BadRequest))
def test_what_a_process_refuses_a_request_with_is_known_again_by_its_code(
    kind: type[KnowledgeBaseError],
) -> None:
    error = refusal(kind.code, "The PDF is cut off.")
    assert (type(error), str(error)) == (kind, "The PDF is cut off.")
    assert DamagedPdf in kinds(BadRequest)


@pytest.mark.parametrize("code", ["", "out_of_memory", Unavailable.code])
def test_any_other_code_is_no_refusal(code: str) -> None:
    assert refusal(code, "It is down.") is None
