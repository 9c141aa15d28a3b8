"""What a folder would cost, from counts that can be checked by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import estimate
from app.ask.prompts import prompt_text
from app.core.costs import prices
from app.core.costs.picture_tokens import picture_tokens
from app.core.costs.tokens import tokens_of
from app.estimate import Counts, Deployment
from tests.support.cli import kb
from tests.support.pdfs import manual, scan

FREE = dict.fromkeys(prices.default().aws, 0.0)
HERE = Deployment("embed", "chat", range_pages=50)


def of(lines: object, what: str) -> float:
    found = {line.what: line.dollars for line in lines}  # type: ignore[attr-defined]
    assert found[what] is not None
    return float(found[what])


def test_the_functions_are_paid_by_memory_and_time() -> None:
    counts = Counts(documents=1, pages=100, ranges=2, batches=1, chunks=10, design_heavy=8, seconds=6.0)
    priced = prices.Prices("now", {}, {**FREE, "lambda_gb_second_x86_64": 1.0})
    lines = list(estimate.ingest_lines(counts, HERE, priced))
    # 6 s of reading, 4 jobs of 1 s, 1 batch put twice at 1.5 s: 13 s of 3008 MB.
    assert of(lines, "main function, GB-s") == pytest.approx(13 * 3008 / 1024)
    assert of(lines, "image processor, GB-s") == pytest.approx(8 * 0.3 * 2)
    assert estimate.total(lines) == pytest.approx(13 * 3008 / 1024 + 4.8)


def test_arm64_has_a_price_of_its_own() -> None:
    priced = prices.Prices("now", {}, {**FREE, "lambda_gb_second_arm64": 1.0})
    counts = Counts(documents=1, seconds=1.0)
    arm64 = Deployment("embed", "chat", range_pages=50, arm64=True)
    assert estimate.total(estimate.ingest_lines(counts, HERE, priced)) == 0
    assert estimate.total(estimate.ingest_lines(counts, arm64, priced)) > 0


def test_a_question_is_paid_by_the_passages_that_it_is_answered_from() -> None:
    priced = prices.Prices("now", {"chat": (1.0, 10.0), "embed": (0.0, 0.0)}, FREE)
    counts = Counts(chunks=10, tokens=2000)
    lines = list(estimate.question_lines(counts, HERE, priced, 1_000_000))
    system = tokens_of(prompt_text("answer"))
    assert of(lines, "chat, tokens in") == pytest.approx(system + 30 + 10 * 200)
    assert of(lines, "chat, tokens out") == pytest.approx(300 * 10)


def test_a_model_without_a_price_is_said_to_have_none() -> None:
    priced = prices.Prices("now", {}, FREE)
    lines = list(estimate.question_lines(Counts(), HERE, priced, 1))
    assert [line.dollars for line in lines if "tokens" in line.what] == [None, None, None]


def test_characters_beyond_ascii_count_as_a_token_each() -> None:
    assert tokens_of("abcdefgh") == 2
    assert tokens_of("第三章") == 3


def test_scanned_pages_are_paid_by_the_size_of_their_pictures(tmp_path: Path) -> None:
    scan(tmp_path / "scan.pdf", [["Nothing but a picture"]] * 2, dpi=30)
    out, _ = kb(tmp_path, "estimate", str(tmp_path / "scan.pdf"), "--json", KB_OCR="model")
    found = json.loads(out)
    # A4 at 150 dpi has 1240 x 1755 pixels: 39 x 55 patches of 32 pixels, made smaller to at most 1,536.
    each = picture_tokens("gpt-4.1-mini", 1240, 1755)
    assert 2000 < each < 1.62 * 1536 + 1
    assert found["counts"]["scanned"] == 2
    assert abs(found["counts"]["picture_tokens"] - 2 * each) <= 2 * 100
    paid = {line["what"]: line["dollars"] for line in found["ingest"]}
    assert paid["gpt-4.1-mini, tokens of scanned pages in"] > 2 * 2000 * 0.4 / 1e6
    assert paid["gpt-4.1-mini, tokens of scanned pages out"] == pytest.approx(2 * 600 * 1.6 / 1e6)
    off, _ = kb(tmp_path, "estimate", str(tmp_path / "scan.pdf"), "--json", KB_OCR="off")
    assert json.loads(off)["counts"]["scanned"] == 0
    assert "scanned" not in str([line["what"] for line in json.loads(off)["ingest"]])


def test_a_folder_is_read_and_priced_and_what_is_no_pdf_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "pdfs"
    folder.mkdir()
    manual(folder / "a.pdf", 3)
    manual(folder / "b.pdf", 2)
    (folder / "broken.pdf").write_bytes(b"nothing")
    own = tmp_path / "prices.json"
    own.write_text(json.dumps({"as_of": "2026-01", "models": {}, "aws": {**FREE, "lambda_request": 1.0}}))
    out, err = kb(tmp_path, "estimate", str(folder), "--prices", str(own), "--json", code=3)
    found = json.loads(out)
    assert {"documents": 2, "refused": 1, "pages": 5}.items() <= found["counts"].items()
    assert found["counts"]["tokens"] > found["counts"]["chunks"] > 0
    assert "broken.pdf" in err
    # Two jobs and a range for each document, and the two requests that bring it in.
    invocations = next(line for line in found["ingest"] if line["what"] == "invocations")
    assert invocations["dollars"] == 2 * (3 + 2)
    assert not (tmp_path / "data" / "files" / "local").exists()


def test_prices_that_lack_something_are_refused(tmp_path: Path) -> None:
    manual(tmp_path / "a.pdf", 1)
    own = tmp_path / "prices.json"
    own.write_text(json.dumps({"as_of": "2026-01", "models": {}, "aws": {}}))
    _, err = kb(tmp_path, "estimate", str(tmp_path / "a.pdf"), "--prices", str(own), code=1)
    assert err.startswith("kb: The price file has no price for 'lambda_gb_second_x86_64'")


def test_the_words_for_people_name_the_sums(tmp_path: Path) -> None:
    manual(tmp_path / "a.pdf", 1)
    out, _ = kb(tmp_path, "estimate", str(tmp_path / "a.pdf"), "--questions", "20")
    assert "1 document, 1 page (" in out
    assert "Answering 20 questions: " in out
    assert f"Prices as of {prices.default().as_of}" in out
