"""A document's versions on the terminal: which there are, which answers, and what a file becomes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.cli import kb
from tests.support.pdfs import manual
from tests.support.server import serving

WARRANTY, SPARE_PARTS = "thirty-six months", "twelve years"
ASK_WARRANTY, ASK_PARTS = "What is the warranty period?", "How long are spare parts kept in stock?"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A file that is ingested twice, with another content each time: version 1 tells of the warranty, version
    2 of spare parts."""
    path = manual(tmp_path / "report.pdf", 1)
    kb(tmp_path, "ingest", str(path))
    manual(path, 1, first_fact=1)
    assert "version 2 of report.pdf" in kb(tmp_path, "ingest", str(path))[0]
    return path


def two_years(folder: Path) -> tuple[Path, Path]:
    """Two folders that hold a different file of one name."""
    for fact, year in enumerate(("2023", "2024")):
        (folder / year).mkdir()
        manual(folder / year / "report.pdf", 1, first_fact=fact)
    return folder / "2023", folder / "2024"


def test_two_folders_with_a_file_of_one_name_give_two_documents_that_both_answer(tmp_path: Path) -> None:
    out, _ = kb(tmp_path, "ingest", *map(str, two_years(tmp_path)))
    assert out.splitlines()[-1] == "2 files: 2 ready"
    assert "2023/report.pdf: " in out
    assert "2024/report.pdf: " in out
    listed = {item["name"]: item for item in json.loads(kb(tmp_path, "list", "--json")[0])["items"]}
    assert set(listed) == {"2023/report.pdf", "2024/report.pdf"}
    assert {item["version"] for item in listed.values()} == {1}
    for name, question, said in (
        ("2023/report.pdf", ASK_WARRANTY, WARRANTY),
        ("2024/report.pdf", ASK_PARTS, SPARE_PARTS),
    ):
        answer = kb(tmp_path, "ask", question)[0]
        assert said in answer
        assert f"{name}, page 1 (exact)" in answer


def test_a_name_that_may_be_two_documents_is_one_line_that_names_them(tmp_path: Path) -> None:
    kb(tmp_path, "ingest", *map(str, two_years(tmp_path)))
    for command in (
        ("show", ""),
        ("versions", ""),
        ("current", "", "1"),
        ("delete", "--yes", ""),
        ("ask", "why?", "--document", ""),
    ):
        _, error = kb(tmp_path, *(word or "report.pdf" for word in command), code=1)
        assert error.startswith("kb: 'report.pdf' may be "), command
        assert "2023/report.pdf" in error
        assert "2024/report.pdf" in error
        assert error.count("\n") == 1
    assert len(json.loads(kb(tmp_path, "list", "--json")[0])["items"]) == 2
    assert kb(tmp_path, "show", "2023/report.pdf")[0].startswith("2023/report.pdf\n")


def test_the_versions_of_a_document_are_listed_newest_first(report: Path, tmp_path: Path) -> None:
    lines = kb(tmp_path, "versions", "report.pdf")[0].splitlines()
    assert [line.split()[0] for line in lines] == ["v2", "v1"]
    assert "ready, current, answers" in lines[0]
    assert "current" not in lines[1]
    told = json.loads(kb(tmp_path, "versions", "report.pdf", "--json")[0])["items"]
    assert [each["number"] for each in told] == [2, 1]
    assert told[0]["sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()


def test_an_earlier_version_is_made_current_and_answers(report: Path, tmp_path: Path) -> None:
    assert SPARE_PARTS in kb(tmp_path, "ask", ASK_PARTS)[0]
    assert kb(tmp_path, "current", "report.pdf", "1")[0] == "current  report.pdf: version 1\n"
    assert WARRANTY in kb(tmp_path, "ask", ASK_WARRANTY)[0]
    assert SPARE_PARTS not in kb(tmp_path, "ask", ASK_PARTS)[0]
    lines = kb(tmp_path, "versions", str(report))[0].splitlines()
    assert ["current, answers" in line for line in lines] == [False, True]
    _, error = kb(tmp_path, "current", "report.pdf", "9", code=1)
    assert error == "kb: The document or version does not exist.\n"


def test_the_older_content_given_again_is_current_again(report: Path, tmp_path: Path) -> None:
    manual(report, 1)
    out, _ = kb(tmp_path, "ingest", str(report))
    assert "version 1 of report.pdf is current again" in out
    assert out.splitlines()[-1] == "1 file: 1 ready"
    assert WARRANTY in kb(tmp_path, "ask", ASK_WARRANTY)[0]
    assert len(json.loads(kb(tmp_path, "versions", "report.pdf", "--json")[0])["items"]) == 2


def test_one_version_is_deleted_and_the_other_answers(report: Path, tmp_path: Path) -> None:
    out, _ = kb(tmp_path, "delete", "report.pdf", "--version", "2", "--yes")
    assert out.startswith("deleted  version 2 of report.pdf: 1 version, ")
    lines = kb(tmp_path, "versions", "report.pdf")[0].splitlines()
    assert [line.split()[0] for line in lines] == ["v1"]
    assert WARRANTY in kb(tmp_path, "ask", ASK_WARRANTY)[0]
    _, error = kb(tmp_path, "delete", "report.pdf", "--version", "2", "--yes", code=1)
    assert error == "kb: The document or version does not exist.\n"


def test_a_version_that_is_announced_is_told_beside_the_one_that_answers(
    report: Path, tmp_path: Path
) -> None:
    announcement = {"name": "report.pdf", "size": 5, "sha256": "0" * 64, "if_exists": "version"}
    with serving(tmp_path / "data") as server:
        told = server.post("/v1/documents/uploads", announcement)
    assert told["version"] == 3
    (line,) = kb(tmp_path, "list")[0].splitlines()
    assert "ready    v2 " in line
    assert line.endswith("report.pdf  Meridian pump manual  (waiting for the file of v3)")
    for command in ("show", "versions"):
        shown = kb(tmp_path, command, "report.pdf")[0]
        assert "uploading, waiting for its file" in shown
        assert "ready, current, answers" in shown
    assert SPARE_PARTS in kb(tmp_path, "ask", ASK_PARTS)[0]
