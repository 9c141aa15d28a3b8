"""The limits on the length of input, which the command line, the API and the settings share."""

from __future__ import annotations

QUESTION_CHARACTERS = 4000

HITS = 50
"""Passages that one search gives at most."""

PASSWORD_CHARACTERS = 256

TAG_CHARACTERS = 50

TAGS = 20
"""The most tags of one document."""

NAME_CHARACTERS = 1000
"""The length of a name in a request; ``names.document_name`` truncates it."""

DOCUMENTS = 100
"""The most documents that one search or conversation may be narrowed to."""

ARCHIVE_BYTES = 256 << 20
"""Of the files in one part of an export or backup: with the largest file that comes last, and a copy of it,
a part fits into the 2 GB of a function's temporary files."""

ARCHIVE_SECONDS = 60.0
"""One part takes, and little more: so often it is told how far an export or backup is."""
