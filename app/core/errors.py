"""The errors a person can meet.

KnowledgeBaseError
├── BadRequest            the request makes no sense
│   ├── NotAPdf           the bytes are no PDF
│   ├── EmptyFile         there are no bytes
│   ├── TooLarge          over a limit; says which
│   ├── DamagedPdf        a PDF that cannot be opened
│   └── WrongPassword     encrypted, and the password is missing or wrong
├── NotFound              no such thing for this tenant
│   └── FileMissing       the file store has no such file
├── Conflict              not in the state that this needs
│   ├── ModelChanged      the index holds another model's vectors
│   ├── NameTaken         another document has the name, and none of its name was wanted
│   └── FileChanged       a stored file is not what was uploaded
├── NotAllowed            the token's role is not enough
├── NotAuthenticated      who asks is not known
│   ├── TokenMissing      there is no token
│   ├── TokenExpired      it held once
│   └── TokenInvalid      forged, malformed, or meant for another server
├── RateLimited           try again after ``retry_after`` seconds
└── Unavailable           a dependency is down or slow; names it
    ├── NotSetUp          it is there, but refuses us as the settings are
    ├── OutOfSpace        it has no room left: the same works when there is some
    ├── ReadOnly          it may be read but not written
    └── Damaged           what it keeps is lost or cannot be read; says what mends it
        ├── PagesLost     what was read of some pages is gone or damaged
        ├── IndexMissing  passages that documents answer from are not in the index
        └── DocumentsLost files of documents are there, and the database knows none of them

``code`` is stable and part of the API; the message is one sentence for a person, without secrets or
document text.
"""

from __future__ import annotations

from typing import ClassVar


class KnowledgeBaseError(Exception):
    """The root: every error that is ours to explain."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(KnowledgeBaseError):
    """The request makes no sense."""

    code = "bad_request"


class NotAPdf(BadRequest):
    """The bytes are no PDF."""

    code = "not_a_pdf"


class EmptyFile(BadRequest):
    """There are no bytes."""

    code = "empty_file"


class TooLarge(BadRequest):
    """Something is over a limit; the message says which."""

    code = "too_large"


class DamagedPdf(BadRequest):
    """The file starts like a PDF but cannot be opened."""

    code = "damaged_pdf"


class WrongPassword(BadRequest):
    """The PDF is encrypted, and the password is missing or wrong."""

    code = "password_required"


class NotFound(KnowledgeBaseError):
    """No such thing for this tenant."""

    code = "not_found"


class FileMissing(NotFound):
    """The file store has no such file: it was never there, or it is lost."""

    code = "file_missing"


class Conflict(KnowledgeBaseError):
    """It is not in the state that this needs."""

    code = "conflict"


class ModelChanged(Conflict):
    """The index holds vectors of another embedding model or dimension."""

    code = "embedding_model_changed"


class NameTaken(Conflict):
    """A document of this name exists, and the file was to be refused then."""

    code = "name_exists"


class FileChanged(Conflict):
    """A stored file is not the one that was uploaded: its sha256 differs."""

    code = "file_changed"


class NotAllowed(KnowledgeBaseError):
    """The token's role is not enough."""

    code = "not_allowed"


class NotAuthenticated(KnowledgeBaseError):
    """Who asks is not known."""

    code = "not_authenticated"


class TokenMissing(NotAuthenticated):
    """There is no token."""

    code = "token_missing"


class TokenExpired(NotAuthenticated):
    """The token held once."""

    code = "token_expired"


class TokenInvalid(NotAuthenticated):
    """The token is forged, malformed, or meant for another server."""

    code = "token_invalid"


class RateLimited(KnowledgeBaseError):
    """A dependency or a limit of ours asks to wait ``retry_after`` seconds."""

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
    """A dependency is there, but refuses us: a key or a name in the settings is wrong."""

    code = "not_set_up"


class OutOfSpace(Unavailable):
    """A store has no room left. Nothing of what was to be written is kept, and nothing else is lost."""

    code = "out_of_space"


class ReadOnly(Unavailable):
    """A store may be read but not written."""

    code = "read_only"


class Damaged(Unavailable):
    """What a store keeps is lost or cannot be read; the message says what mends it."""

    code = "damaged"


class IndexMissing(Damaged):
    """Passages that documents answer from are not in the index."""

    code = "index_missing"


class PagesLost(Damaged):
    """What was read of some pages is gone from the file store, or damaged there."""

    code = "pages_lost"


class DocumentsLost(Damaged):
    """Files of documents are there, and the database knows none of them."""

    code = "documents_lost"


def refusal(code: str, message: str) -> BadRequest | None:
    """What another process refused a request with, by its code, which each kind of ``BadRequest`` has for its
    own; ``None`` where no request is refused with this code."""
    kinds: list[type[BadRequest]] = [BadRequest, *BadRequest.__subclasses__()]
    for kind in kinds:
        if kind.code == code:
            return kind(message)
    return None
