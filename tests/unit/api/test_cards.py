"""What documents are, and what people say in place of what was read, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from app.compose import Embedded
from tests.support.api import problem, upload
from tests.support.pdfs import FACTS, manual


def test_a_card_is_corrected_shown_and_taken_back(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf"))
    address, read = f"/v1/documents/{document['id']}", document["card"]
    assert read["title"]["value"] == document["title"]
    assert read["corrected"] == []

    def patch(**card: Any) -> Any:
        answer = client.patch(address, json={"card": card})
        assert answer.status_code == 200, answer.json()
        assert client.get(address).json() == answer.json()
        return answer.json()

    changed = patch(
        title="  Pumps\u202e of Lund ",
        who=["Meridian", ""],
        published="2023-06",
        period=[{"name": "third quarter", "starts": "2023-07-01", "ends": "2023-09-30"}],
        identifiers=[{"scheme": "DOI", "value": "10.1000/182"}],
        language="sv",
    )
    card = changed["card"]
    assert changed["title"] == card["title"]["value"] == "Pumps of Lund"
    assert (card["title"]["origin"], card["title"]["page"]) == ("person", None)
    assert [who["value"] for who in card["who"]] == ["Meridian"]
    assert card["date"] == "2023-09-30"
    assert [(each["role"], each["date"]) for each in card["dates"]] == [("published", "2023-06")]
    assert card["periods"][0]["calendar"] == "Q3 2023"
    assert (card["identifiers"][0]["scheme"], card["identifiers"][0]["value"]) == ("doi", "10.1000/182")
    assert card["corrected"] == ["title", "who", "period", "identifiers", "language", "published"]
    assert patch(title="")["title"] == ""
    left = patch(title=None, who=None, period=None, identifiers=None, language=None)
    assert (left["title"], left["card"]["corrected"]) == (document["title"], ["published"])
    assert patch(published=None)["card"] == read


def test_a_list_is_narrowed_by_what_documents_are(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        document = upload(program, client, manual(tmp_path / name, first_fact=ord(name) % 5), f"{name}.pdf")
        card = {"kind": "report", "who": [f"Company {name.upper()}"], "published": "2023-05-04"}
        client.patch(f"/v1/documents/{document['id']}", json={"card": card})
    for query, found in {
        "kind=Report": ["b.pdf", "a.pdf"],
        "who=company+b": ["b.pdf"],
        "since=2023-06": [],
        "since=2023-05&until=2023-05-04&kind=report": ["b.pdf", "a.pdf"],
        "until=2022": [],
        "who=%20&kind=%20": ["b.pdf", "a.pdf"],
    }.items():
        items = client.get(f"/v1/documents?{query}").json()["items"]
        assert [item["name"] for item in items] == found, query
    problem(client.get("/v1/documents?since=yesterday"), 422, "invalid_request")
    for asked, names in (
        ({"who": "company b"}, {"b.pdf"}),
        ({"kind": "report", "until": "2023"}, {"a.pdf", "b.pdf"}),
        ({"kind": " ", "who": " "}, {"a.pdf", "b.pdf"}),
    ):
        answer = client.post("/v1/search", json={"question": "warranty of the pump", **asked})
        assert {item["document_name"] for item in answer.json()["items"]} == names
    nobody = {"question": "warranty of the pump", "who": "nobody"}
    problem(client.post("/v1/search", json=nobody), 404, "not_found")
    session = client.post("/v1/chat/sessions", json={}).json()["id"]
    problem(client.post(f"/v1/chat/sessions/{session}/messages", json=nobody), 404, "not_found")
    asked = {"question": FACTS[1], "who": "company a"}
    answer = client.post(f"/v1/chat/sessions/{session}/messages", json=asked).json()["answer"]
    assert {each["document_name"] for each in answer["citations"]} <= {"a.pdf"}


def test_what_is_no_correction_is_refused(program: Embedded, client: TestClient, tmp_path: Path) -> None:
    address = f"/v1/documents/{upload(program, client, manual(tmp_path / 'm.pdf'))['id']}"
    for card in (
        {"published": "2023-13"},
        {"published": "2022-02-30"},
        {"due": "0000"},
        {"period": [{"name": "Q1", "starts": "2023-02-30"}]},
        {"language": "English"},
        {"who": "Meridian"},
        {"colour": "red"},
        {"title": "x" * 301},
    ):
        problem(client.patch(address, json={"card": card}), 422, "invalid_request")
