"""Pages, their images and figures over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.compose import Embedded
from tests.support.api import problem, upload
from tests.support.pdfs import FACTS, manual


def test_a_page_has_its_text_and_blocks_with_boxes_inside_it(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, manual(tmp_path / "m.pdf"))
    page = client.get(f"/v1/documents/{document['id']}/pages/2").json()
    assert page["number"] == 2
    assert FACTS[1] in " ".join(page["text"].split())
    assert (round(page["width"]), round(page["height"])) == (595, 842)
    assert page["blocks"][0]["kind"] == "heading"
    assert page["blocks"][0]["level"] >= 1
    for block in page["blocks"]:
        x0, top, x1, bottom = block["box"]
        assert 0 <= x0 < x1 <= page["width"]
        assert 0 <= top < bottom <= page["height"]
    assert (page["design_heavy"], page["needs_ocr"], page["error"]) == (False, False, None)


def test_a_page_that_is_not_there_is_not_found_and_one_that_is_no_number_refused(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    pages = f"/v1/documents/{upload(program, client, manual(tmp_path / 'm.pdf'))['id']}/pages"
    for rest in ("4", "4/image"):
        problem(client.get(f"{pages}/{rest}"), 404, "not_found")
    for rest in ("0", "-1", "one", "1.5", "99999999"):
        problem(client.get(f"{pages}/{rest}"), 422, "invalid_request")
        problem(client.get(f"{pages}/{rest}/image"), 422, "invalid_request")


def test_a_page_is_a_409_while_its_range_is_not_read(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    content = manual(tmp_path / "m.pdf", 5).read_bytes()
    document = client.post("/v1/documents", files={"file": ("m.pdf", content)}).json()
    for _ in range(2):  # the plan and the first range
        lease = program.steps.jobs.receive(lease=60)
        assert lease is not None
        program.knowledge_base.upkeep.run_job(lease.job)
        program.steps.jobs.forget(lease)
    assert client.get(f"/v1/documents/{document['id']}/pages/1").status_code == 200
    problem(client.get(f"/v1/documents/{document['id']}/pages/5"), 409, "conflict")


def test_a_page_image_is_a_jpeg_of_the_size_asked_for_and_kept_by_browsers(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    from io import BytesIO

    from PIL import Image

    document = upload(program, client, manual(tmp_path / "m.pdf"))
    image = f"/v1/documents/{document['id']}/pages/1/image"
    answer = client.get(f"{image}?dpi=72&version=1")
    assert answer.headers["content-type"] == "image/jpeg"
    width, height = Image.open(BytesIO(answer.content)).size
    assert (abs(width - 595) <= 1, abs(height - 842) <= 1) == (True, True)
    assert "immutable" in answer.headers["cache-control"]
    again = client.get(f"{image}?dpi=72&version=1", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(image).headers["cache-control"] == "private, no-cache"
    client.get(f"{image}?dpi=250")
    kept = [key.rpartition("@")[2] for key in program.files.keys("local") if "/images/" in key]
    assert sorted(kept) == ["150.jpg", "250.jpg"]  # and not one for each resolution that somebody asks for
    for dpi in ("0", "35", "301", "100000", "x"):
        problem(client.get(f"{image}?dpi={dpi}"), 422, "invalid_request")


@pytest.mark.slow
def test_a_figure_is_found_at_the_address_that_its_block_names(
    program: Embedded, client: TestClient, tmp_path: Path
) -> None:
    document = upload(program, client, _poster(tmp_path / "p.pdf"))
    page = client.get(f"/v1/documents/{document['id']}/pages/1").json()
    assert page["design_heavy"], page
    addresses = [block["image"] for block in page["blocks"] if block["kind"] == "figure"]
    assert addresses
    answer = client.get(addresses[0])
    assert answer.status_code == 200
    assert answer.headers["content-type"] in ("image/png", "image/jpeg")
    known = client.get(addresses[0], headers={"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    program.knowledge_base.uploads.ingest("local", document["id"])
    assert client.get(addresses[0]).content == answer.content
    program.worker.drain()
    for headers in ({}, {"If-None-Match": answer.headers["etag"]}):
        problem(client.get(addresses[0], headers=headers), 404, "not_found")
    page = client.get(f"/v1/documents/{document['id']}/pages/1").json()
    again = [block["image"] for block in page["blocks"] if block["kind"] == "figure"]
    assert client.get(again[0]).content == answer.content
    assert again[0] != addresses[0]
    unnamed = client.get(again[0].partition("&run=")[0], headers={"If-None-Match": answer.headers["etag"]})
    assert (unnamed.status_code, unnamed.headers["cache-control"]) == (200, "private, no-cache")
    figures = f"/v1/documents/{document['id']}/figures"
    problem(client.get(f"{figures}/000009-000.png"), 404, "not_found")
    for name in ("..%2Foriginal.pdf", "x.png", "000001-000.exe"):
        assert client.get(f"{figures}/{name}").status_code in (404, 422)


def _poster(path: Path) -> Path:
    """One page: a photograph over most of it, and a line of text."""
    import random

    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    chance = random.Random(1)
    photograph = Image.frombytes("RGB", (300, 300), chance.randbytes(300 * 300 * 3))
    canvas = Canvas(str(path), pagesize=(600, 600))
    canvas.drawImage(ImageReader(photograph), 20, 100, 560, 480)
    canvas.drawString(40, 40, "The Meridian pump at work in the harbour of Lund.")
    canvas.save()
    return path
