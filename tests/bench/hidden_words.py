"""How many words of ordinary PDFs are hidden: python -m tests.bench.hidden_words FOLDER [PAGES_OF_EACH].

Reads up to PAGES_OF_EACH pages (3) of each PDF, spread over it, and prints the share of words that no reader
sees, and each file with more than ten, with the reasons and some of the words, to be looked at.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from app.core.errors import KnowledgeBaseError
from app.core.page import HiddenWord
from app.pdf import page as extract

FEW = 10
SHOWN = 6


def read_file(path: Path, pages: int) -> tuple[int, list[tuple[int, HiddenWord]]]:
    """The words that are read of a PDF, and those that are hidden, each with its page."""
    with extract.open_pdf(path) as document:
        step = max(1, len(document) // pages)
        read = [extract.read_page(document, number) for number in range(1, len(document) + 1, step)[:pages]]
    hidden = [(page.number, word) for page in read for word in page.hidden]
    return sum(len(page.words) for page in read), hidden


def show_file(path: Path, hidden: list[tuple[int, HiddenWord]]) -> None:
    reasons = ", ".join(f"{count} {why}" for why, count in Counter(word.why for _, word in hidden).items())
    some = " ".join(word.text for _, word in hidden[:: max(1, len(hidden) // SHOWN)][:SHOWN])
    numbers = sorted({number for number, _ in hidden})
    print(f"{path.name}, pages {numbers}: {reasons}: {some}", flush=True)


def main(folder: Path, pages: int) -> None:
    files = words = hidden_words = with_some = 0
    for path in sorted(folder.rglob("*.pdf")):
        try:
            seen, hidden = read_file(path, pages)
        except KnowledgeBaseError:
            continue
        files, words, hidden_words = files + 1, words + seen + len(hidden), hidden_words + len(hidden)
        with_some += bool(hidden)
        if len(hidden) > FEW:
            show_file(path, hidden)
    share = 100 * hidden_words / max(1, words)
    print(f"{files} files, {words} words, {hidden_words} hidden ({share:.2f} %), in {with_some} files")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2:] else 3)
