"""``/v1/documents`` over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api import schemas
from app.compose import Embedded, embedded
from app.settings import Settings
from tests.support.api import client_of, problem, upload
from tests.support.pdfs import FACTS, manual, scan


def test_an_upload_is_created_and_its_state_can_be_followed_to_ready(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    content = manual(tmp_path / "m.pdf").read_bytes()
    answer = client.post(
        "/v1/documents", files={"file": ("pumps/m.pdf", content)}, data={"tags": ["pumps", "lund"]}
    )
    assert answer.status_code == 201
    created = answer.json()
    assert answer.headers["location"] == f"/v1/documents/{created['id']}"
    assert (created["name"], created["source"], created["status"], created["tags"]) == (
        "m.pdf",
        "pumps/m.pdf",
        "queued",
        ["pumps", "lund"],
    )
    assert (created["version"], created["searchable_version"], created["size"]) == (1, 0, len(content))
    program.worker.drain()
    read = client.get(answer.headers["location"]).json()
    assert (read["status"], read["stage"], read["reason"]) == ("ready", "done", None)
    assert (read["pages"], read["pages_done"], read["searchable_version"]) == (3, 3, 1)
    assert read["chunks"] == read["chunks_done"] > 0


def test_the_same_content_again_is_200_with_the_document_there_is(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf")
    document = upload(program, client, path)
    again = client.post("/v1/documents", files={"file": ("other.pdf", path.read_bytes())})
    assert again.status_code == 200
    assert again.json() == {**document, "outcome": "known", "replaced_version": None}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/x.pdf", "etc/x.pdf"),
        ("C:\\Users\\ann\\x.pdf", "C:/Users/ann/x.pdf"),
        ("/x.pdf", "x.pdf"),
        ("a\x07b.pdf", "ab.pdf"),
        ("u\u0308ber.pdf", "über.pdf"),
        ("exe.\u202efdp", "exe.fdp"),
        ("文書.pdf", "文書.pdf"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_kept_as_a_plain_relative_path(
    client: TestClient, tmp_path: Path, sent: str, kept: str
) -> None:
    content = manual(tmp_path / "m.pdf", 1).read_bytes()
    announced = {"name": sent, "size": len(content), "sha256": "0" * 64}
    assert client.post("/v1/documents/uploads", json=announced).json()["document"]["source"] == kept


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty_file"), (b"<html></html>", 415, "not_a_pdf")],
)
def test_what_is_no_pdf_is_refused(client: TestClient, content: bytes, status: int, code: str) -> None:
    problem(client.post("/v1/documents", files={"file": ("x.pdf", content)}), status, code)
    assert client.get("/v1/documents").json() == {"items": [], "cursor": None}


def test_a_file_that_is_too_large_is_told_the_other_way(tmp_path: Path) -> None:
    program = embedded(Settings(data_folder=tmp_path / "data", max_upload_bytes=1000))
    client = client_of(program)
    content = b"%PDF-1.7" + b" " * 2_000_000
    details = problem(client.post("/v1/documents", files={"file": ("x.pdf", content)}), 413, "too_large")
    assert "/v1/documents/uploads" in details["detail"]
    details = problem(
        client.post("/v1/documents", files={"file": ("x.pdf", content[:2000])}), 413, "too_large"
    )
    assert "1,000 bytes" in details["detail"]
    program.close()


def test_a_password_opens_an_encrypted_pdf_on_upload_or_later(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf", password="lund")
    wrong = client.post(
        "/v1/documents", files={"file": ("m.pdf", path.read_bytes())}, data={"password": "malmö"}
    )
    problem(wrong, 422, "password_required")
    document = upload(program, client, path)
    assert (document["status"], document["reason"]["code"]) == ("failed", "password_required")
    ingest = f"/v1/documents/{document['id']}/ingest"
    problem(client.post(ingest, json={"password": "malmö"}), 422, "password_required")
    answer = client.post(ingest, json={"password": "lund"})
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    program.worker.drain()
    assert client.get(f"/v1/documents/{document['id']}").json()["status"] == "ready"
    assert client.post(ingest).status_code == 202  # and once more, without a body


def test_the_list_goes_on_with_its_cursor_and_is_narrowed_by_filters(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    for number in range(3):
        upload(
            program,
            client,
            manual(tmp_path / f"{number}.pdf", 1, first_fact=number),
            f"{number}.pdf",
            tags=f"t{number}",
        )
    first = client.get("/v1/documents?limit=2").json()
    assert [item["name"] for item in first["items"]] == ["2.pdf", "1.pdf"]
    rest = client.get("/v1/documents", params={"limit": 2, "cursor": first["cursor"]}).json()
    assert ([item["name"] for item in rest["items"]], rest["cursor"]) == (["0.pdf"], None)
    for query in ("tag=t1", "name=1.p"):
        assert [item["name"] for item in client.get(f"/v1/documents?{query}").json()["items"]] == ["1.pdf"]
    assert len(client.get("/v1/documents?status=ready").json()["items"]) == 3
    assert client.get("/v1/documents?status=failed").json()["items"] == []
    problem(client.get("/v1/documents?cursor=nonsense"), 400, "bad_request")
    problem(client.get("/v1/documents?status=done"), 422, "invalid_request")
    problem(client.get("/v1/documents?limit=0"), 422, "invalid_request")


def test_a_document_is_renamed_and_retagged(program: Embedded, client: TestClient, tmp_path: Path) -> None:
    one = upload(program, client, manual(tmp_path / "1.pdf", 1), "one.pdf")
    upload(program, client, manual(tmp_path / "2.pdf", 2), "two.pdf")
    address = f"/v1/documents/{one['id']}"
    changed = client.patch(address, json={"name": "../uno.pdf", "tags": ["pumps"]}).json()
    assert (changed["name"], changed["tags"]) == ("uno.pdf", ["pumps"])
    assert client.patch(address, json={"tags": []}).json()["name"] == "uno.pdf"
    problem(client.patch(address, json={"name": "two.pdf"}), 409, "conflict")
    problem(client.patch(address, json={"name": "/.."}), 400, "bad_request")
    problem(client.patch(address, json={"colour": "red"}), 422, "invalid_request")


def test_a_deleted_document_gives_a_receipt_and_is_gone(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf"))
    receipt = client.delete(f"/v1/documents/{document['id']}").json()
    assert receipt["document_id"] == document["id"]
    assert (receipt["versions"], receipt["chunks"]) == (1, document["chunks"])
    for rest in ("", "/versions", "/content", "/report", "/pages/1", "/pages/1/image"):
        problem(client.get(f"/v1/documents/{document['id']}{rest}"), 404, "not_found")
    problem(client.delete(f"/v1/documents/{document['id']}"), 404, "not_found")


def test_the_file_comes_back_whole_in_ranges_or_not_at_all(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    path = manual(tmp_path / "m.pdf")
    document = upload(program, client, path, "deep/räksmörgås; 1.pdf")
    content = f"/v1/documents/{document['id']}/content"
    whole = client.get(content)
    assert whole.content == path.read_bytes()
    assert whole.headers["content-type"] == "application/pdf"
    assert whole.headers["etag"] == f'"{document["sha256"]}"'
    disposition = whole.headers["content-disposition"]
    assert disposition == "inline; filename*=utf-8''r%C3%A4ksm%C3%B6rg%C3%A5s%3B%201.pdf"
    part = client.get(content, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{document['size']}"
    assert client.get(content, headers={"Range": "bytes=99999999-"}).status_code == 416
    known = client.get(content, headers={"If-None-Match": whole.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_an_older_version_stays_readable(program: Embedded, client: TestClient, tmp_path: Path) -> None:
    old = manual(tmp_path / "a.pdf", 1)
    document = upload(program, client, old)
    upload(program, client, manual(tmp_path / "b.pdf", 1, first_fact=4), if_exists="version")
    address = f"/v1/documents/{document['id']}"
    assert [item["number"] for item in client.get(f"{address}/versions").json()["items"]] == [2, 1]
    assert client.get(f"{address}/content?version=1").content == old.read_bytes()
    assert FACTS[4] in " ".join(client.get(f"{address}/pages/1").json()["text"].split())
    problem(client.get(f"{address}/content?version=3"), 404, "not_found")


def test_the_report_counts_each_page_and_all_of_them(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf", 5))
    report = client.get(f"/v1/documents/{document['id']}/report").json()
    assert (report["document_id"], report["version"]["status"]) == (document["id"], "ready")
    assert [page["number"] for page in report["pages"]] == [1, 2, 3, 4, 5]
    assert report["totals"]["pages"] == 5
    for name in ("characters", "words", "tables", "figures"):
        assert report["totals"][name] == sum(page[name] for page in report["pages"])
    assert report["totals"]["words"] > 100
    assert (report["totals"]["failed"], report["totals"]["needs_ocr"]) == (0, 0)


def test_the_report_says_which_pages_need_ocr_and_why(tmp_path: Path) -> None:
    path = scan(tmp_path / "scan.pdf", [["Invoice 4711"], ["Total: 12 euros"]], stamp="A-1")
    program = embedded(Settings(data_folder=tmp_path / "data", ocr="off"))
    client = client_of(program)
    document = upload(program, client, path)
    program.close()
    report = client.get(f"/v1/documents/{document['id']}/report").json()
    assert [page["route"] for page in report["pages"]] == ["needs_ocr", "needs_ocr"]
    assert all(page["scanned"] and page["needs_ocr"] and page["images"] == 1 for page in report["pages"])
    assert report["pages"][0]["notes"] == ["The page is a scan, and hardly any of it is text: it needs OCR."]
    assert report["pages"][0]["reasons"] == ["a scan: an image covers 100 % of the page"]
    totals = report["totals"]
    assert (totals["routes"], totals["needs_ocr"], totals["scanned"]) == ({"needs_ocr": 2}, 2, 2)
    assert set(schemas.PageReport.model_fields) == set(report["pages"][0])
    assert set(schemas.Totals.model_fields) == set(totals)


def test_the_report_of_a_document_that_is_not_read_yet_has_no_pages(
    client: TestClient, tmp_path: Path
) -> None:
    content = manual(tmp_path / "m.pdf").read_bytes()
    document = client.post("/v1/documents", files={"file": ("m.pdf", content)}).json()
    report = client.get(f"/v1/documents/{document['id']}/report").json()
    assert (report["pages"], report["totals"]["pages"]) == ([], 0)
    problem(client.get(f"/v1/documents/{document['id']}/pages/1"), 409, "conflict")


def test_the_outline_of_a_document_leads_to_its_pages(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf", 2))
    outline = client.get(f"/v1/documents/{document['id']}/outline").json()
    assert (outline["version"], outline["pages"], outline["title"]) == (1, 2, "Meridian pump manual")
    assert outline["outline"] == [
        {"title": "1. Chapter 1", "level": 1, "page": 1, "top": None},
        {"title": "2. Chapter 2", "level": 1, "page": 2, "top": None},
    ]
    assert (outline["cut"], outline["labels"]) == (False, [])


def test_what_the_pdf_calls_its_pages_stands_in_the_outline_the_report_and_the_hits(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf", 4, labelled=True))
    labels = ["i", "ii", "1", "A-1"]
    assert client.get(f"/v1/documents/{document['id']}/outline").json()["labels"] == labels
    report = client.get(f"/v1/documents/{document['id']}/report").json()
    assert [page["label"] for page in report["pages"]] == labels
    (hit,) = client.post("/v1/search", json={"question": "What is on page A-1?"}).json()["items"]
    assert (hit["pages"], hit["page_labels"]) == ([4], ["A-1"])


def test_a_file_that_was_not_opened_has_an_outline_without_entries(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf", password="lund"))
    outline = client.get(f"/v1/documents/{document['id']}/outline").json()
    assert (outline["pages"], outline["outline"]) == (0, [])


def test_a_name_that_exists_is_a_choice_and_the_answer_says_what_happened(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    one, two, three = (manual(tmp_path / f"{n}.pdf", 1, first_fact=n).read_bytes() for n in range(3))

    def post(content: bytes, **form: str) -> Any:
        answer = client.post("/v1/documents", files={"file": ("report.pdf", content)}, data=form)
        program.worker.drain()
        return answer

    first = post(one).json()
    assert (first["outcome"], first["replaced_version"]) == ("created", None)
    problem(post(two, if_exists="refuse"), 409, "name_exists")
    beside = post(two).json()
    assert (beside["outcome"], beside["name"]) == ("created", "report (2).pdf")
    newer = post(three, if_exists="version")
    assert newer.status_code == 201
    assert (newer.json()["id"], newer.json()["outcome"]) == (first["id"], "new_version")
    assert newer.json()["replaced_version"] == 1
    again = post(one, if_exists="version")
    assert (again.status_code, again.json()["outcome"]) == (200, "made_current")
    now = client.get(f"/v1/documents/{first['id']}").json()
    assert (now["version"], now["searchable_version"], now["status"]) == (1, 1, "ready")


def test_a_version_is_made_current_and_deleted(program: Embedded, client: TestClient, tmp_path: Path) -> None:
    document_id = upload(program, client, manual(tmp_path / "a.pdf", 1))["id"]
    upload(program, client, manual(tmp_path / "b.pdf", 1, first_fact=4), if_exists="version")
    assert client.post(f"/v1/documents/{document_id}/versions/1/current").status_code == 202
    program.worker.drain()
    hits = client.post("/v1/search", json={"question": "Meridian pump"}).json()["items"]
    assert {hit["version"] for hit in hits} == {1}
    receipt = client.delete(f"/v1/documents/{document_id}/versions/1").json()
    assert (receipt["document_id"], receipt["versions"]) == (document_id, 1)
    assert min(receipt["files"], receipt["chunks"]) > 0
    assert client.post("/v1/search", json={"question": "Meridian pump"}).json()["items"] == []
    program.worker.drain()
    assert client.get(f"/v1/documents/{document_id}").json()["searchable_version"] == 2
    problem(client.delete(f"/v1/documents/{document_id}/versions/1"), 404, "not_found")
    client.delete(f"/v1/documents/{document_id}/versions/2")
    problem(client.get(f"/v1/documents/{document_id}"), 404, "not_found")


def test_a_stored_file_that_was_changed_is_not_shown_and_uploading_it_again_restores_it(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    path = manual(tmp_path / "a.pdf", 1)
    document_id = upload(program, client, path)["id"]
    key = f"local/{document_id}/1/original.pdf"
    program.files.put(key, b"%PDF-1.7 another")
    problem(client.get(f"/v1/documents/{document_id}/content"), 409, "file_changed")
    again = client.post("/v1/documents", files={"file": ("manual.pdf", path.read_bytes())})
    assert (again.status_code, again.json()["outcome"]) == (200, "restored")
    assert client.get(f"/v1/documents/{document_id}/content").content == path.read_bytes()
    program.files.delete(key)
    again = client.post("/v1/documents", files={"file": ("manual.pdf", path.read_bytes())})
    assert again.json()["outcome"] == "restored"
