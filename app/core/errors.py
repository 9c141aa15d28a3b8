"""The errors a person can meet.

KnowledgeBaseError
├── BadRequest            the request is invalid
│   ├── NotAPdf           the file is not a PDF
│   ├── EmptyFile         the file is empty
│   ├── TooLarge          a limit is exceeded; says which
│   ├── DamagedPdf        a PDF that cannot be opened
│   └── WrongPassword     encrypted, and the password is missing or wrong
├── NotFound              the tenant has no such resource
│   └── FileMissing       the file store has no such file
├── Conflict              the state of the resource does not allow it
│   ├── ModelChanged      the index holds another model's vectors
│   ├── NameTaken         another document has the name, and the file was to be refused then
│   └── FileChanged       a stored file is not what was uploaded
├── NotAllowed            the token's role does not allow it
├── NotAuthenticated      the caller is not known
│   ├── TokenMissing      there is no token
│   ├── TokenExpired      it was valid once
│   └── TokenInvalid      forged, malformed, or meant for another server
├── RateLimited           retry after ``retry_after`` seconds
└── Unavailable           a dependency is down or slow; names it
    ├── NotSetUp          it refuses the key or a name of the settings, or is not installed
    ├── OutOfSpace        it has no space left: the same works when there is some
    ├── ReadOnly          it can be read but not written
    └── Damaged           its data is lost or unreadable; says how to repair it
        ├── PagesLost     stored pages are missing or damaged
        ├── IndexMissing  passages of documents are missing from the index
        └── DocumentsLost files exist, and the database knows none of them

``code`` is stable and part of the API; the message is one sentence for a person, without secrets or
document text.
"""

from __future__ import annotations

from typing import ClassVar


class KnowledgeBaseError(Exception):
    """The root of all errors that the program explains to a person."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(KnowledgeBaseError):
    """The request is invalid."""

    code = "bad_request"


class NotAPdf(BadRequest):
    """The file is not a PDF."""

    code = "not_a_pdf"


class EmptyFile(BadRequest):
    """The file has no bytes."""

    code = "empty_file"


class TooLarge(BadRequest):
    """A limit is exceeded; the message says which."""

    code = "too_large"


class DamagedPdf(BadRequest):
    """The file starts like a PDF but cannot be opened."""

    code = "damaged_pdf"


class WrongPassword(BadRequest):
    """The PDF is encrypted, and the password is missing or wrong."""

    code = "password_required"


class NotFound(KnowledgeBaseError):
    """The resource does not exist in this tenant."""

    code = "not_found"


class FileMissing(NotFound):
    """The file store has no such file: it was never there, or it is lost."""

    code = "file_missing"


class Conflict(KnowledgeBaseError):
    """The state of the resource does not allow the request."""

    code = "conflict"


class ModelChanged(Conflict):
    """The index holds vectors of another embedding model or dimension."""

    code = "embedding_model_changed"


class NameTaken(Conflict):
    """A document with this name exists, and the request asked to refuse the file in this case."""

    code = "name_exists"


class FileChanged(Conflict):
    """A stored file is not the one that was uploaded: its sha256 differs."""

    code = "file_changed"


class NotAllowed(KnowledgeBaseError):
    """The role of the token does not allow this."""

    code = "not_allowed"


class NotAuthenticated(KnowledgeBaseError):
    """The caller is not known."""

    code = "not_authenticated"


class TokenMissing(NotAuthenticated):
    """The request has no token."""

    code = "token_missing"


class TokenExpired(NotAuthenticated):
    """The token was valid once."""

    code = "token_expired"


class TokenInvalid(NotAuthenticated):
    """The token is forged, malformed, or meant for another server."""

    code = "token_invalid"


class RateLimited(KnowledgeBaseError):
    """A dependency, or a limit of the program, asks to retry after ``retry_after`` seconds."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(KnowledgeBaseError):
    """A dependency is down or slow; ``part`` names it."""

    code = "unavailable"

    def __init__(self, message: str, part: str) -> None:
        super().__init__(message)
        self.part = part


class NotSetUp(Unavailable):
    """A dependency refuses the program, since a key or a name in the settings is wrong, or a package is
    missing or of another version: it does not pass by itself."""

    code = "not_set_up"


class OutOfSpace(Unavailable):
    """A store has no space left. Nothing of the write was kept, and no other data was lost."""

    code = "out_of_space"


class ReadOnly(Unavailable):
    """A store can be read but not written."""

    code = "read_only"


class Damaged(Unavailable):
    """A store has lost data or cannot be read; the message says how to repair it."""

    code = "damaged"


class IndexMissing(Damaged):
    """Passages of documents are missing from the index."""

    code = "index_missing"


class PagesLost(Damaged):
    """Stored pages are missing from the file store, or damaged."""

    code = "pages_lost"


class DocumentsLost(Damaged):
    """The file store has files of documents, but the database knows none of them."""

    code = "documents_lost"


def refusal(code: str, message: str) -> BadRequest | None:
    """Return the error with which another process refused a request, by its code: each subclass of
    ``BadRequest`` has its own. Returns ``None`` if no such error has this code."""
    kinds: list[type[BadRequest]] = [BadRequest, *BadRequest.__subclasses__()]
    for kind in kinds:
        if kind.code == code:
            return kind(message)
    return None
