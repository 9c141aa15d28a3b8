"""What a document is called where its passages are found."""

from __future__ import annotations

import re

from app.core.document import Document
from app.core.rules.card_names import full_title
from app.ingest.card.titles import tidy_name


def name_passages(document: Document) -> str:
    """Return what stands before each passage of a document when it is indexed: what its card says that it is,
    and the name of its file."""
    return title_and_name(full_title(document.card), document.name)


def title_and_name(title: str, name: str) -> str:
    """Return the title and the file's name, or the one of them that has all words of the other.

    Titles often say less than the name that a person gave the file: "Form 10-K", "Annual report".
    """
    file = tidy_name(name)
    in_title, in_file = (set(re.findall(r"[^\W_]+", text.lower())) for text in (title, file))
    if in_file <= in_title:
        return title
    return file if in_title <= in_file else f"{title} · {file}"
