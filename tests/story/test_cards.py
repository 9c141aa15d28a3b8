"""Reports of one company: listed by what they are, corrected, read again, replaced, cited as corrected."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import kb
from tests.support.pdfs import annual_report

pytestmark = pytest.mark.slow

QUESTION = "What was the revenue from pumps?"


def listed(home: Path, *options: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(kb(home, "list", "--json", *options)[0])["items"]
    return items


def names(home: Path, *options: str) -> set[str]:
    return {item["name"] for item in listed(home, *options)}


def conversations(home: Path) -> int:
    with closing(sqlite3.connect(home / "data" / "knowledge-base.sqlite3")) as database:
        return int(database.execute("SELECT COUNT(*) FROM sessions").fetchone()[0])


def test_a_correction_is_still_there_and_cited_after_reading_again_and_a_new_version(tmp_path: Path) -> None:
    older, newer = annual_report(tmp_path / "a.pdf", 2021, 411), annual_report(tmp_path / "b.pdf", 2022, 523)
    kb(tmp_path, "ingest", str(older), str(newer))
    (kind,) = {item["card"]["kind"]["value"] for item in listed(tmp_path)}
    assert "report" in kind
    assert names(tmp_path, "--kind", kind) == {"a.pdf", "b.pdf"}
    assert names(tmp_path, "--kind", kind, "--since", "2022") == {"b.pdf"}
    assert names(tmp_path, "--who", "meridian", "--until", "2021") == {"a.pdf"}
    assert "No document is of the kind letter" in kb(tmp_path, "list", "--kind", "letter")[1]
    # It is corrected, and shown so at once.
    shown, _ = kb(tmp_path, "card", "b.pdf", "--set", "title=Meridian in 2022", "--set", "published=2023-02")
    assert "Meridian in 2022  [corrected]" in shown
    assert "2023-02  [corrected]" in shown
    # It is read again, indexed again, and gets a new version.
    kb(tmp_path, "retry", "b.pdf")
    kb(tmp_path, "reindex")
    assert "version 2 of b.pdf" in kb(tmp_path, "ingest", str(annual_report(newer, 2022, 537)))[0]
    (item,) = listed(tmp_path, "--since", "2022")
    assert (item["title"], item["version"]) == ("Meridian in 2022", 2)
    assert item["card"]["corrected"] == ["title", "published"]
    answer, _ = kb(tmp_path, "ask", QUESTION, "--since", "2022")
    assert "537 million" in answer
    assert "Meridian in 2022 · b.pdf, page 2 (exact)" in answer
    assert "411 million" in kb(tmp_path, "ask", QUESTION, "--until", "2021")[0]
    one_line = kb(tmp_path, "search", QUESTION, "--kind", "letter", code=1)[1]
    assert "No document is of the kind" in one_line
    # A question about no document begins no conversation.
    begun = conversations(tmp_path)
    kb(tmp_path, "ask", QUESTION, "--kind", "letter", code=1)
    assert conversations(tmp_path) == begun
    # The database is lost, and made again from the files.
    for path in (tmp_path / "data").glob("knowledge-base.sqlite3*"):
        path.unlink()
    kb(tmp_path, "fsck", "--rebuild", "--repair")
    (again,) = (each for each in listed(tmp_path) if each["name"] == "b.pdf")
    assert again["title"] == "Meridian in 2022"
    # It goes out and comes into another library.
    kb(tmp_path, "export", "--format", "pdf", "--out", str(tmp_path / "out"))
    other = tmp_path / "other"
    other.mkdir()
    kb(other, "import", str(tmp_path / "out"))
    assert "Meridian in 2022" in {each["title"] for each in listed(other)}
    # The correction is taken back: what was read is shown.
    taken_back, _ = kb(tmp_path, "card", "b.pdf", "--unset", "title", "--unset", "published")
    assert "[corrected]" not in taken_back
    assert "Annual Report 2022" in taken_back


def test_a_correction_that_nobody_could_have_said_is_refused_and_the_rest_comes_in(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    paths = [annual_report(tmp_path / f"{year}.pdf", year, year) for year in (2019, 2020, 2021, 2022)]
    kb(tmp_path, "ingest", *map(str, paths))
    for path in paths:
        kb(tmp_path, "card", path.name, "--set", "published=2023-02", "--set", "title=Pumps")
    kb(tmp_path, "export", "--format", "pdf", "--out", str(out))
    manifest = json.loads((out / "manifest.json").read_text())
    for entry, (right, wrong) in zip(
        manifest["documents"],
        {
            '"date":"2023-02"': '"date":"2022-99"',
            '"value":"Pumps"': '"value":5',
            '"Pumps"': '"\\ud800"',
        }.items(),
        strict=False,
    ):
        assert right in entry["corrections"]
        entry["corrections"] = entry["corrections"].replace(right, wrong)
    (out / "manifest.json").write_text(json.dumps(manifest))
    other.mkdir()
    said, _ = kb(other, "import", str(out), code=1)
    assert (
        said.count("refused  ") == said.count("The corrections of its card are not as kb export writes") == 3
    )
    (item,) = listed(other)
    assert (item["title"], item["card"]["corrected"]) == ("Pumps", ["title", "published"])
    assert "Pumps" in kb(other, "search", QUESTION)[0]
