"""Retrieval is measured on a folder of PDFs with known questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.cli import main
from app.core.errors import BadRequest
from app.evaluation.retrieval import evaluate_retrieval
from app.settings import Settings
from tests.support.pdfs import FILLER, manual, write_page

OPTIONS = {".json": "json", ".md": "markdown", ".svg": "plot"}
QUESTIONS: list[dict[str, object]] = [
    {
        "question": "How heavy is the Meridian pump?",
        "pdf": "pump.pdf",
        "evidence_pages": [5],
        "source": "pump",
    },
    {
        "question": "Where does the Meridian pump leave the factory? Give the town only.",
        "pdf": "pump.pdf",
        "evidence_pages": [4],
        "answerable": True,
        "source": "pump",
    },
    {
        "question": "Who may open the archive of the library?",
        "pdf": "library.pdf",
        "evidence_pages": [2],
        "source": "library",
    },
    {"question": "What is the capital of France?", "answerable": False, "source": "foreign"},
    {"question": "Which spices go into a Thai green curry?", "answerable": False, "source": "foreign"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "measured"
    folder.mkdir()
    manual(folder / "pump.pdf", pages=5)
    canvas = Canvas(str(folder / "library.pdf"), pagesize=A4, invariant=1)
    write_page(canvas, "Opening hours", ["The library is open from nine to five on working days.", *FILLER])
    write_page(canvas, "Archive", ["The archive is opened by the chief librarian and nobody else.", *FILLER])
    canvas.save()
    questions(folder, QUESTIONS)
    return folder


def questions(folder: Path, lines: list[dict[str, object]]) -> None:
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "questions.jsonl").write_text(text, encoding="utf-8")


def test_the_figures_are_printed_and_written_beside_plain_search(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KB_DATA_FOLDER", str(tmp_path / "mine"))
    assert main(["eval", "retrieval", str(folder), "--json", str(tmp_path / "figures.json")]) == 0
    printed = capsys.readouterr().out
    assert "2 documents, 7 pages" in printed
    assert "recall@5" in printed
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert (figures["documents"], figures["pages"]) == (2, 7)
    assert figures["overall"]["questions"] == 3
    assert figures["overall"]["program"]["recall@5"] == 1.0
    assert set(figures["overall"]["program"]) == set(figures["overall"]["plain_hybrid"])
    assert [row["source"] for row in figures["by_source"]] == ["pump", "library"]
    assert figures["not_found"] == {"answerable": 0.0, "unanswerable": 1.0}
    assert not (tmp_path / "mine" / "index.sqlite3").exists()


def test_a_folder_without_usable_questions_is_refused(folder: Path, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path / "mine")
    questions(folder, [{"question": "Why?", "pdf": "gone.pdf", "evidence_pages": [1]}])
    with pytest.raises(BadRequest, match=r"gone\.pdf"):
        evaluate_retrieval(folder, settings)
    questions(folder, [{"question": "Why?", "answerable": False}])
    with pytest.raises(BadRequest, match="evidence"):
        evaluate_retrieval(folder, settings)
    (folder / "questions.jsonl").unlink()
    with pytest.raises(BadRequest, match=r"questions\.jsonl"):
        evaluate_retrieval(folder, settings)


def test_answers_are_judged_by_what_they_say_and_where_they_are_cited(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KB_DATA_FOLDER", str(tmp_path / "mine"))
    known = [
        {**QUESTIONS[2], "answer": "the chief librarian", "answer_kind": "who"},
        {**QUESTIONS[2], "answer": ["nobody", "the mayor"], "scope": "document"},
        {**QUESTIONS[3], "answer_kind": "where"},
    ]
    questions(folder, known)
    assert main(["ingest", str(folder)]) == 0
    written = [tmp_path / name for name in ("answers.json", "answers.md", "answers.svg")]
    files = [text for path in written for text in (f"--{OPTIONS[path.suffix]}", str(path))]
    assert main(["eval", "answers", str(folder), "--ingested", "--list", "--stages", *files]) == 0
    printed = capsys.readouterr().out
    assert "holds quotes" in printed
    assert "without gate" in printed
    measured = json.loads(written[0].read_text(encoding="utf-8"))
    (everything,) = measured["groups"]["all"]
    assert (everything["answerable"], everything["others"]) == (2, 1)
    assert (everything["holds"], everything["right"]) == (0.5, 0.5)
    assert (everything["refused"], everything["refused rightly"]) == (0.0, 1.0)
    assert {row["name"] for row in measured["groups"]["kind of answer"]} == {"who", "where", "not said"}
    assert "| all questions | 2 | 1 | 50.0 | 50.0 |" in written[1].read_text(encoding="utf-8")
    assert written[2].read_text(encoding="utf-8").startswith("<svg")


def test_options_of_answers_are_refused_for_retrieval(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", "retrieval", str(folder), "--list"]) == 1
    assert "--list is for kb eval answers" in capsys.readouterr().err
