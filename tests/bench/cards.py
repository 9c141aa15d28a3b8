"""Share of documents whose card says what they are: python -m tests.bench.cards CORPUS [OUT].

CORPUS has documents labelled by eye (``cards/cards.jsonl``) and their judge (``score_cards.py``). Documents
are split in halves by their file's name, so that one half can be looked at while the other tells whether what
was mended holds: the first line printed is the half to look at. OUT is where the answers of both halves are
written; without it they are not kept. The last line is the CPU time of making a card, beside that of reading
its pages.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from app.core.card import Card, DateRole
from app.ingest.card.make import FIRST_PAGES, make_card
from app.ingest.furniture import mark_furniture
from app.ingest.levels import set_levels
from tests.support.readers import open_outline, read_pages

Json: TypeAlias = dict[str, Any]


def half_of(pdf: str) -> int:
    """Half 0 or 1 of a document, by its file's name."""
    return int(sha256(Path(pdf).name.encode()).hexdigest(), 16) % 2


def answer_of(pdf: str, card: Card) -> Json:
    """The card in the form that the judge reads. A period is said by its name and by its last day."""
    ends = [f"year ended {date.fact.value}" for date in card.dates if date.role is DateRole.PERIOD_END]
    return {
        "pdf": pdf,
        "title": card.title.value if card.title else "",
        "kind": card.kind.value if card.kind else "",
        "who": [fact.value for fact in card.who],
        "date": card.dates[0].date if card.dates else "",
        "period": ", ".join([*(period.fact.value for period in card.periods), *ends]),
        "identifiers": [f"{each.scheme} {each.fact.value}" for each in card.identifiers],
    }


def main(corpus: Path, out: Path | None) -> None:
    labels = [json.loads(line) for line in (corpus / "cards/cards.jsonl").read_text("utf-8").splitlines()]
    answers: list[Json] = []
    reading = making = 0.0
    for label in labels:
        path = corpus / label["pdf"]
        begun = time.process_time()
        outline = open_outline(path)
        numbers = range(1, min(outline.pages, FIRST_PAGES) + 1)
        pages = list(set_levels(mark_furniture(read_pages(path, numbers))))
        read = time.process_time()
        answers.append(answer_of(label["pdf"], make_card(pages, outline, path.name)))
        reading, making = reading + read - begun, making + time.process_time() - read
    with TemporaryDirectory() as folder:
        for half in (0, 1):
            judged, got = Path(folder) / f"cards{half}.jsonl", Path(folder) / f"got{half}.jsonl"
            for target, lines in ((judged, labels), (got, answers)):
                chosen = [json.dumps(line) for line in lines if half_of(line["pdf"]) == half]
                target.write_text("\n".join(chosen) + "\n", "utf-8")
            command = [sys.executable, str(corpus / "score_cards.py"), str(judged), str(got)]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(f"half {half}: {said}", end="")
            if out:
                (out / got.name).write_text(got.read_text("utf-8"), "utf-8")
    each = 1000 / len(labels)
    print(f"CPU a document: {making * each:.1f} ms for the card, {reading * each:.0f} ms for its first pages")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
