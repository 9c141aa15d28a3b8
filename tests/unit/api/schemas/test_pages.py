"""What ``kb extract`` writes is what is described: in OpenAPI, and in docs/reference/extract.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from starlette.testclient import TestClient

from app.api import schemas
from app.api.schemas.pages import Annotation, Block, Cell, FormField, Link, Page, Recognition, TableLink
from tests.support.cli import kb
from tests.support.pdfs import FACTS, manual, scan, write_page

DOCUMENTED = (schemas.Pages, Page, Block, Cell, TableLink, Link, Annotation, FormField, Recognition)
REFERENCE = Path(__file__).parents[4] / "docs/reference/extract.md"


def closed() -> dict[str, Any]:
    """The schema of ``Pages`` that allows no field but those it names."""
    schema = schemas.Pages.model_json_schema()
    for each in (schema, *schema["$defs"].values()):
        if each.get("type") == "object" and "properties" in each:
            each["additionalProperties"] = False
    return schema


def varied(path: Path) -> Path:
    """Text, a table, a link, a form field and a note."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.linkURL("https://example.org/pump", (72, 760, 200, 790))
    canvas.acroForm.textfield(name="serial", value="MP-41", x=72, y=100, width=120, height=20)
    canvas.acroForm.checkbox(name="tested", checked=True, x=72, y=60)
    canvas.textAnnotation("Check this figure.", (300, 700, 320, 720))
    canvas.grid([72, 172, 272], [300, 320, 340, 360])
    for row, texts in enumerate((("Part", "Price"), ("Seal", "12"), ("Rotor", "90"))):
        for column, text in enumerate(texts):
            canvas.drawString(80 + 100 * column, 346 - 20 * row, text)
    write_page(canvas, "1. Chapter", list(FACTS))
    canvas.save()
    return path


@pytest.fixture(params=["manual", "varied", "scan"])
def pdf(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"{request.param}.pdf"
    if request.param == "manual":
        return manual(path, 2)
    return varied(path) if request.param == "varied" else scan(path, [["Invoice 4711"]])


@pytest.mark.slow
def test_what_is_written_has_no_field_that_is_not_described(
    client: TestClient, pdf: Path, tmp_path: Path
) -> None:
    printed = json.loads(kb(tmp_path, "extract", str(pdf))[0])
    jsonschema.validate(printed, closed())
    sent = client.post("/v1/extract", files={"file": ("a.pdf", pdf.read_bytes())}).json()
    jsonschema.validate(sent, closed())
    assert sent == printed


def test_an_undescribed_field_would_be_found(tmp_path: Path) -> None:
    printed = json.loads(kb(tmp_path, "extract", str(varied(tmp_path / "a.pdf")))[0])
    for part in (printed, printed["pages"][0], printed["pages"][0]["blocks"][0]):
        part["unheard_of"] = 1
        with pytest.raises(jsonschema.ValidationError, match="unheard_of"):
            jsonschema.validate(printed, closed())
        del part["unheard_of"]


@pytest.mark.parametrize("model", DOCUMENTED)
def test_the_reference_names_every_field(model: type[BaseModel]) -> None:
    named = set(re.findall(r"`(\w+)`", REFERENCE.read_text(encoding="utf-8")))
    assert set(model.model_fields) <= named


def test_all_kinds_of_things_are_in_the_files_that_are_looked_at(tmp_path: Path) -> None:
    (page,) = json.loads(kb(tmp_path, "extract", str(varied(tmp_path / "a.pdf")))[0])["pages"]
    assert page["tables"] == [[["Part", "Price"], ["Seal", "12"], ["Rotor", "90"]]]
    assert all(page[name] for name in ("links", "annotations", "fields", "blocks", "signals"))
