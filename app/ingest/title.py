"""What a document is called where its passages are found."""

from __future__ import annotations

import re

from app.ingest.card.titles import tidy_name


def title_and_name(title: str, name: str) -> str:
    """Return the file's name and the title, or the one of them that has all words of the other.

    Titles often say less than the name that a person gave the file: "Form 10-K", "Annual report".
    """
    file = tidy_name(name)
    in_title, in_file = (set(re.findall(r"[^\W_]+", text.lower())) for text in (title, file))
    if in_file <= in_title:
        return title
    return file if in_title <= in_file else f"{file} · {title}"
