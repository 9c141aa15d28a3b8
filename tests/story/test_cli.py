"""The terminal face, run as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import kb
from tests.support.pdfs import manual, scan
from tests.support.server import free_port, serving
from tests.support.terminal import on_a_terminal
from tests.unit.pages.test_continued import price_list


class Terminal:
    def __init__(self, home: Path) -> None:
        self.home = home

    def kb(self, *arguments: str, code: int = 0, **environment: str) -> tuple[str, str]:
        return kb(self.home, *arguments, code=code, **environment)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_folder_is_ingested_and_asked(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "pdfs"
    (folder / "deep").mkdir(parents=True)
    manual(folder / "a.pdf", 2)
    manual(folder / "deep" / "b.PDF", 5)
    (folder / "notes.txt").write_text("not a PDF")
    out, _ = terminal.kb("ingest", str(folder), "--tag", "pumps")
    assert out.count("ready    ") == 2
    assert out.splitlines()[-1] == "3 files: 2 ready, 1 skipped"
    listed = json.loads(terminal.kb("list", "--json", "--tag", "pumps")[0])["items"]
    assert {item["name"] for item in listed} == {"a.pdf", "b.PDF"}
    out, _ = terminal.kb("ask", "How much does the pump weigh?")
    assert "41 kilograms" in out
    assert "b.PDF, page 5 (exact)" in out
    assert "known" in terminal.kb("ingest", str(folder))[0]


def test_an_answer_as_json_has_its_proof(terminal: Terminal, tmp_path: Path) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf")))
    answer = json.loads(terminal.kb("ask", "What is the warranty period?", "--json")[0])["answer"]
    assert answer["kind"] == "quotes"
    assert answer["citations"][0]["proof"] == "exact"
    assert answer["citations"][0]["places"][0]["page"] == 1


def test_a_conversation_goes_on(terminal: Terminal, tmp_path: Path) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf", 5)))
    first = terminal.kb("ask", "What is the warranty period of the Meridian pump?", "--json")[0]
    session = json.loads(first)["session_id"]
    assert "41 kilograms" in terminal.kb("ask", "And its weight?", "--session", session)[0]


def test_an_encrypted_pdf_says_what_it_needs(terminal: Terminal, tmp_path: Path) -> None:
    path = str(manual(tmp_path / "a.pdf", password="lund"))
    out, _ = terminal.kb("ingest", path, code=1)
    assert "password" in out
    assert "--ask-password" in out
    assert "1 file: 1 needs a password" in out
    _, error = terminal.kb("retry", "a.pdf", "--password", "lund")
    assert "can be read by others" in error
    assert "ready" in terminal.kb("list")[0]


def test_a_document_s_pages_are_shown_with_what_was_skipped(terminal: Terminal, tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.pdf", [["Invoice 4711"], ["Total: 12 euros"]])
    terminal.kb("ingest", str(path), KB_OCR="off")
    out, _ = terminal.kb("show", "scan.pdf", "--pages")
    lines = out.splitlines()
    assert lines[0] == "scan.pdf"
    assert lines[2].split() == [
        "page",
        "read",
        "by",
        "characters",
        "words",
        "tables",
        "images",
        "what",
        "to",
        "know",
    ]
    assert "needs OCR" in lines[3]
    assert "No text could be read on this page: it needs OCR." in lines[3]
    assert "a scan: an image covers 100 % of the page" in lines[4]
    assert lines[-1].split()[:3] == ["all", "2", "pages"]
    assert lines[-1].endswith("needs OCR: 2")
    report = json.loads(terminal.kb("show", "scan.pdf", "--pages", "--json")[0])
    assert [page["route"] for page in report["pages"]] == ["needs_ocr", "needs_ocr"]
    assert report["totals"]["needs_ocr"] == 2


def test_extracted_pages_have_the_documented_shape(terminal: Terminal, tmp_path: Path) -> None:
    path = manual(tmp_path / "a.pdf", 3)
    extracted = json.loads(terminal.kb("extract", str(path), "--pages", "2-3")[0])
    assert extracted["title"] == "Meridian pump manual"
    assert [entry["page"] for entry in extracted["outline"]] == [1, 2, 3]
    pages = extracted["pages"]
    assert [page["number"] for page in pages] == [2, 3]
    assert "twelve years" in pages[0]["text"]
    assert {"number", "text", "tables", "design_heavy"} <= pages[0].keys()
    terminal.kb("extract", str(path), "--format", "markdown", "--out", str(tmp_path / "out"))
    assert "# 1. Chapter 1" in (tmp_path / "out" / "a.md").read_text()


def test_a_refused_file_is_an_error_object_and_exit_code_3(terminal: Terminal, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"<html></html>")
    good = manual(tmp_path / "good.pdf")
    _, error = terminal.kb("extract", str(bad), str(good), "--out", str(tmp_path / "out"), code=3)
    assert "not a PDF" in json.loads((tmp_path / "out" / "bad.json").read_text())["error"]
    assert json.loads((tmp_path / "out" / "good.json").read_text())["pages"]
    assert error.count("\n") == 1


def test_an_export_holds_what_was_read_and_the_file_itself(terminal: Terminal, tmp_path: Path) -> None:
    path = manual(tmp_path / "a.pdf")
    terminal.kb("ingest", str(path))
    terminal.kb("export", "--format", "pdf", "--out", str(tmp_path / "out"))
    assert (tmp_path / "out" / "a.pdf").read_bytes() == path.read_bytes()
    assert "thirty-six months" in terminal.kb("export", "a.pdf", "--format", "markdown")[0]


def test_tables_go_out_as_csv_one_file_each_or_one_after_the_other(
    terminal: Terminal, tmp_path: Path
) -> None:
    path = price_list(tmp_path / "pumps 1.2.pdf", 2)
    said, error = terminal.kb("extract", "--format", "csv", str(path), "--out", str(tmp_path / "out"))
    written = tmp_path / "out" / "pumps 1.2" / "page-0001-table-1.csv"
    assert (said, error) == ("", "")
    assert written.read_bytes().startswith(b"\xef\xbb\xbfPump model,Weight,Flow\r\nModel 0,40 kg,0 l/min\r\n")
    terminal.kb("ingest", str(path))
    printed = terminal.kb("export", "--format", "csv")[0]
    assert printed.splitlines() == written.read_text("utf-8").splitlines()
    for _ in ("new", "again"):
        assert "1 exported" in terminal.kb("export", "--format", "csv", "--out", str(tmp_path / "kept"))[0]
    kept = tmp_path / "kept"
    (entry,) = json.loads((kept / "manifest.json").read_text())["documents"]
    assert (kept / entry["file"] / written.name).read_bytes() == written.read_bytes()


def test_documents_go_out_under_names_of_their_own_and_come_in_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder, out = tmp_path / "pdfs", tmp_path / "out"
    folder.mkdir()
    names = ("Annex 1.1.pdf", "Annex 1.2.pdf", "report.pdf", "REPORT.PDF", f"{'é' * 120}.pdf")
    for count, name in enumerate(names, 2):
        manual(folder / name, count)
    terminal.kb("ingest", str(folder), "--tag", "old")
    said, _ = terminal.kb("export", "--format", "pdf", "--out", str(out))
    assert "5 documents: 5 exported" in said
    assert len(list(out.glob("*.[pP][dD][fF]"))) == len({path.name.lower() for path in out.glob("*.pdf")}) + 1
    assert "5 exported" in terminal.kb("export", "--format", "pdf", "--out", str(out))[0]

    other = Terminal(tmp_path / "other")
    other.home.mkdir()
    assert "5 files: 5 ready" in other.kb("import", str(out))[0]
    before, after = (
        {
            (item["name"], item["sha256"], *item["tags"])
            for item in json.loads(each.kb("list", "--json")[0])["items"]
        }
        for each in (terminal, other)
    )
    assert before == after
    _, error = terminal.kb("import", str(folder), code=1)
    assert "kb export --format pdf" in error


def test_an_export_writes_over_nobody_s_file_and_says_what_it_left_out(
    terminal: Terminal, tmp_path: Path
) -> None:
    for count, name in enumerate(("a.pdf", "b.pdf"), 2):
        terminal.kb("ingest", str(manual(tmp_path / name, count)))
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.json").write_text("mine")
    said, error = terminal.kb("export", "--out", str(out), code=1)
    assert "2 documents: 1 exported" in said
    assert error.startswith(
        "kb: a.pdf was not exported: a.json exists already and is not from an earlier export."
    )
    assert (out / "a.json").read_text() == "mine"
    assert json.loads((out / "b.json").read_text())["pages"]


def test_two_files_of_one_name_are_extracted_to_two(terminal: Terminal, tmp_path: Path) -> None:
    paths = [tmp_path / folder / "x.pdf" for folder in ("a", "b")]
    for count, path in enumerate(paths, 2):
        path.parent.mkdir()
        manual(path, count)
    _, error = terminal.kb("extract", *map(str, paths), "--out", str(tmp_path / "out"))
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "out").iterdir()}
    assert {name: len(each["pages"]) for name, each in written.items()} == {"x.json": 2, "x (2).json": 3}
    assert "b/x.pdf is written to" in error


def test_what_the_terminal_prints_as_json_is_what_the_api_answers(terminal: Terminal, tmp_path: Path) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf", 2)), "--tag", "pumps")

    def printed(*arguments: str) -> Any:
        return json.loads(terminal.kb(*arguments)[0])

    with serving(tmp_path / "data") as server:
        listed = server.get("/v1/documents")
        address = f"/v1/documents/{listed['items'][0]['id']}"
        assert printed("list", "--json") == listed
        assert printed("show", "a.pdf", "--json") == {
            "document": server.get(address),
            "versions": server.get(f"{address}/versions"),
            "outline": server.get(f"{address}/outline"),
        }
        assert printed("show", "a.pdf", "--pages", "--json") == server.get(f"{address}/report") | {
            "error": None
        }
        question = {"question": "warranty period", "limit": 5}
        assert printed("search", "warranty period", "--json") == server.post("/v1/search", question)
        pages = printed("export", "a.pdf")["pages"]
        assert pages == [server.get(f"{address}/pages/{number}") for number in (1, 2)]
        message = printed("ask", "What is the warranty period?", "--json")
        kept = server.get(f"/v1/chat/sessions/{message['session_id']}/messages")["items"]
        assert message == kept[-1]
        assert set(printed("delete", "a.pdf", "--json")["items"][0]) >= {"document_id", "bytes"}


def test_a_reader_of_the_output_may_leave_before_its_end(terminal: Terminal, tmp_path: Path) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf", 40)))
    command = [sys.executable, "-m", "app.cli", "--data", str(tmp_path / "data"), "export"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    process.stdout.read(10)
    process.stdout.close()
    with process:
        assert process.stderr
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_a_delete_asks_on_a_terminal_and_deletes_nothing_before_all_are_found(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf")))
    terminal.kb("delete", "a.pdf", "nothing.pdf", code=1)
    code, shown = on_a_terminal(tmp_path, "delete", "a.pdf", typed={"[y/N]": "n"})
    assert (code, "nothing was deleted" in shown) == (1, True)
    assert "a.pdf" in terminal.kb("list")[0]
    code, shown = on_a_terminal(tmp_path, "delete", "a.pdf", typed={"[y/N]": "y"})
    assert (code, "deleted  a.pdf" in shown) == (0, True)
    assert "There are no documents" in terminal.kb("list")[1]


def test_a_conversation_takes_no_other_documents_than_it_began_with(terminal: Terminal) -> None:
    _, error = terminal.kb("ask", "why?", "--session", "ses_x", "--document", "a.pdf", code=2)
    assert "not allowed with" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nothing.pdf"), "no document 'nothing.pdf'"),
        (("ingest", "nowhere.pdf"), "no file nowhere.pdf"),
        (("ask", "hello", "--session", "ses_none"), "conversation does not exist"),
        (("serve", "--host", "0.0.0.0"), "JWT_SECRET_KEY"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(
    terminal: Terminal, arguments: tuple[str, ...], words: str
) -> None:
    _, error = terminal.kb(*arguments, code=1)
    assert error.startswith("kb: ")
    assert words in error
    assert error.count("\n") == 1


def test_a_setting_out_of_range_is_one_line_and_exit_code_2(terminal: Terminal) -> None:
    for name, value in {"KB_RANGE_PAGES": "-5", "KB_WORKERS": "0", "KB_PORT": "80000", "KB_OCR": "x"}.items():
        _, error = terminal.kb("list", code=2, **{name: value})
        assert error.startswith(f"kb: {name} must be ")
        assert error.count("\n") == 1


def test_another_model_is_refused_until_everything_is_embedded_anew(
    terminal: Terminal, tmp_path: Path
) -> None:
    from tests.support.openai_server import OpenAiServer

    terminal.kb("ingest", str(manual(tmp_path / "a.pdf")))
    with OpenAiServer(dimensions=64) as server:
        other = {
            "OPENAI_API_KEY": "test",
            "OPENAI_BASE_URL": server.url,
            "OPENAI_EMBEDDING_DIMENSIONS": "64",
        }
        _, error = terminal.kb("search", "warranty", code=1, **other)
        assert "kb reindex" in error
        terminal.kb("reindex", code=0, **other)
        assert "a.pdf" in terminal.kb("search", "warranty", code=0, **other)[0]


def test_interrupted_work_is_found_and_mended(terminal: Terminal, tmp_path: Path) -> None:
    terminal.kb("ingest", str(manual(tmp_path / "a.pdf")))
    lost = tmp_path / "data" / "files" / "local" / "doc_gone" / "1" / "outline.json"
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"{}")
    assert "orphan_files" in terminal.kb("fsck", code=1)[0]
    assert "1 found, 1 mended" in terminal.kb("fsck", "--repair")[0]
    assert not lost.exists()


def test_a_model_server_that_is_not_there_is_no_error(terminal: Terminal) -> None:
    out, _ = terminal.kb("models", OPENAI_API_KEY="", KB_CHAT="off")
    assert out == "No model writes: answers are quoted from the documents.\n"
    assert json.loads(terminal.kb("models", "--json", KB_CHAT="off")[0]) == {"items": [], "choosable": False}
    _, problem = terminal.kb("models", "--none", KB_CHAT="off", code=1)
    assert problem == "kb: The model that writes is set by the settings: choosing one needs KB_CHAT=auto.\n"


def test_a_model_s_file_that_cannot_be_used_ends_the_server_with_one_line(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "model.gguf"
    for content, said in ((b"GGUF" + b"\0" * 40, "cannot be loaded"), (b"%PDF-", "is not a GGUF file")):
        file.write_bytes(content)
        _, problem = terminal.kb("serve", KB_PORT=str(free_port()), KB_CHAT_FILE=str(file), code=1)
        assert problem.startswith("kb: KB_CHAT_FILE: model.gguf ")
        assert said in problem
        assert problem.count("\n") == 1
