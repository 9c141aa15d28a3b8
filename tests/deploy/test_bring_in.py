"""PDFs of a folder or of a bucket come into a running server, once."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support import aws
from tests.support.http import ask
from tests.support.machine import HANG_SECONDS
from tests.support.pdfs import manual
from tests.support.server import free_port, serving

ROOT = Path(__file__).parents[2]


def bring_in(url: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts/bring_in", url, *arguments],
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str]) -> list[list[str]]:
    return [line.split() for line in done.stdout.splitlines()]


def names(url: str) -> set[str]:
    return {item["name"] for item in ask(f"{url}/v1/documents").value["items"]}


def test_a_folder_comes_in_and_a_second_time_nothing_is_sent(tmp_path: Path) -> None:
    folder = tmp_path / "pdfs"
    (folder / "deep").mkdir(parents=True)
    manual(folder / "a.pdf", 2)
    manual(folder / "deep" / "b.PDF", 3)
    (folder / "notes.txt").write_text("no PDF")
    with serving(tmp_path / "data") as server:
        first = bring_in(server.url, folder, "--tag", "pumps")
        assert first.returncode == 0, first.stdout + first.stderr
        assert first.stdout.split() == [
            "sent",
            "a.pdf",
            "sent",
            "deep/b.PDF",
            "ready",
            "a.pdf",
            "ready",
            "deep/b.PDF",
        ]
        assert names(server.url) == {"a.pdf", "b.PDF"}
        assert ask(f"{server.url}/v1/documents?tag=pumps").value["items"]
        second = bring_in(server.url, folder)
        assert second.returncode == 0
        assert second.stdout.split() == [
            "known",
            "a.pdf",
            "known",
            "deep/b.PDF",
            "ready",
            "a.pdf",
            "ready",
            "deep/b.PDF",
        ]


def test_a_bucket_is_read_below_a_prefix_and_left_as_it_is(tmp_path: Path) -> None:
    content = manual(tmp_path / "a.pdf", 2).read_bytes()
    with aws.bucket() as bucket, serving(tmp_path / "data") as server:
        store = aws.client("s3")
        for key in ("old/team/a.pdf", "old/team/readme.txt", "elsewhere/c.pdf"):
            store.put_object(Bucket=bucket, Key=key, Body=content)
        done = bring_in(server.url, f"s3://{bucket}/old")
        assert done.returncode == 0, done.stdout + done.stderr
        assert names(server.url) == {"a.pdf"}
        assert len(store.list_objects_v2(Bucket=bucket)["Contents"]) == 3


def test_what_is_refused_or_cannot_be_read_is_named_and_the_rest_comes_in(tmp_path: Path) -> None:
    folder = tmp_path / "pdfs"
    folder.mkdir()
    manual(folder / "a.pdf", 1)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    (folder / "empty.pdf").write_bytes(b"")
    with serving(tmp_path / "data") as server:
        done = bring_in(server.url, folder)
        assert done.returncode == 1
        lines = done.stdout.splitlines()
        assert "ready     a.pdf" in lines
        assert any(line.startswith("failed    broken.pdf: ") for line in lines)
        assert any(line.startswith("refused   empty.pdf: ") for line in lines)


def test_a_source_or_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    manual(tmp_path / "a.pdf", 1)
    nobody = bring_in(f"http://127.0.0.1:{free_port()}", tmp_path / "a.pdf")
    assert nobody.returncode == 1
    assert "nobody answers" in nobody.stdout + nobody.stderr
    with serving(tmp_path / "data") as server:
        missing = bring_in(server.url, tmp_path / "none.pdf")
        assert (missing.returncode, missing.stderr) == (1, f"bring_in: there is no {tmp_path / 'none.pdf'}\n")
