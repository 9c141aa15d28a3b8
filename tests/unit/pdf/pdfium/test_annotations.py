"""Links, annotations and forms are read with what they say and where they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from app.core.geometry import Box
from app.core.page import Annotation, FieldKind, Page
from app.ingest.chunk import chunks
from app.pages.forms import page_json, page_markdown
from app.pdf.pdfium.annotations import MOST
from tests.support.raw_pdfs import raw_pdf
from tests.support.readers import read_pages

LINE = "BT /F1 12 Tf 60 700 Td (Read the manual of the pump first) Tj ET"


def form(path: Path, *, rotation: int = 0) -> Page:
    canvas = Canvas(str(path / "form.pdf"), pagesize=(600, 800), invariant=1)
    canvas.setPageRotation(rotation)
    labels = (450, 60, "Name:"), (420, 60, "Country:"), (390, 90, "I agree"), (360, 90, "Send me a copy")
    for y, x, label in (*labels, (310, 60, "Remarks")):
        canvas.drawString(x, y, label)
    fields = canvas.acroForm
    line = {"x": 140, "width": 200, "height": 20}
    fields.textfield(name="name", tooltip="Full name", value="Ada Lovelace", y=445, **line)
    fields.choice(name="country", value="Sweden", options=["Sweden", "Norway"], y=415, **line)
    fields.checkbox(name="agree", checked=True, x=60, y=387, size=16)
    fields.checkbox(name="copy", checked=False, x=60, y=357, size=16)
    remark = {"value": "Handle with care, and never on a Sunday: the neighbours complain."}
    fields.textfield(name="remarks", x=60, y=230, width=200, height=70, fieldFlags="multiline", **remark)
    fields.textfield(name="code", value="swordfish", y=150, fieldFlags="password", **line)
    canvas.showPage()
    canvas.save()
    return next(read_pages(path / "form.pdf", [1]))


def annotated(path: Path, *annotations: str) -> Page:
    places = " ".join(f"{number} 0 R" for number in range(10, 10 + len(annotations)))
    objects = [f"<< /Type /Annot {each} >>" for each in annotations]
    made = raw_pdf(path / "a.pdf", objects, content=LINE, page=f"/Annots [{places}]")
    return next(read_pages(made, [1]))


# -- forms --------------------------------------------------------------------------------------------------


def test_fields_have_name_kind_value_and_box(tmp_path: Path) -> None:
    page = form(tmp_path)
    name, country, agree, copy, remarks, code = page.fields
    assert (name.kind, name.name, name.value) == (FieldKind.TEXT, "Full name", "Ada Lovelace")
    assert name.box == Box(140, 335, 340, 355)
    assert (country.kind, country.value) == (FieldKind.CHOICE, "Sweden")
    assert (agree.kind, agree.checked, copy.checked) == (FieldKind.CHECKBOX, True, False)
    assert remarks.value.startswith("Handle with care")
    assert (code.name, code.value) == ("code", "")


def test_what_is_filled_in_stands_in_the_text_beside_its_label(tmp_path: Path) -> None:
    text = " ".join(form(tmp_path).text.split())
    assert "Name: Ada Lovelace Country: Sweden" in text
    assert "☒ I agree" in text
    assert "☐ Send me a copy" in text
    assert "Remarks Handle with care, and never on a Sunday: the neighbours complain." in text
    assert "swordfish" not in text


def test_words_that_are_filled_in_stand_inside_their_field(tmp_path: Path) -> None:
    page = form(tmp_path)
    for field in page.fields:
        for word in page.words:
            if word.text in field.value.split() and len(word.text) > 3:
                assert field.box.x0 - 0.1 <= word.box.x0 < word.box.x1 <= field.box.x1 + 0.1
                assert field.box.top - 0.1 <= word.box.top < word.box.bottom <= field.box.bottom + 0.1


def test_a_passage_holds_what_is_filled_in(tmp_path: Path) -> None:
    (chunk,) = chunks([form(tmp_path)], tenant="t", document_id="d", version=1, title="Form", tags=())
    assert "Name: Ada Lovelace" in chunk.text


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_form_on_a_turned_page_is_read_as_it_is_displayed(tmp_path: Path, rotation: int) -> None:
    page = form(tmp_path, rotation=rotation)
    assert page.rotation == rotation
    assert "Name: Ada Lovelace" in " ".join(page.text.split())


# -- links --------------------------------------------------------------------------------------------------


def link(target: str, rectangle: str = "82 695 175 712") -> str:
    return f"/Subtype /Link /Rect [{rectangle}] {target}"


def test_a_link_has_its_target_and_the_words_that_it_covers(tmp_path: Path) -> None:
    page = annotated(
        tmp_path, link("/A << /S /URI /URI (https://example.com/a) >>"), link("/Dest [3 0 R /Fit]", "0 0 9 9")
    )
    outer, inner = page.links
    assert (outer.uri, outer.text, outer.page) == ("https://example.com/a", "the manual of", None)
    assert (inner.uri, inner.text, inner.page) == ("", "", 1)
    assert [page.words[place].text for place in range(*outer.words)] == ["the", "manual", "of"]
    assert page_json(page)["links"][0]["uri"] == "https://example.com/a"


def test_an_action_that_goes_to_a_page_is_a_link_to_it(tmp_path: Path) -> None:
    (found,) = annotated(tmp_path, link("/A << /S /GoTo /D [3 0 R /XYZ 0 0 0] >>")).links
    assert found.page == 1


def test_markdown_links_what_a_browser_may_open_and_nothing_else(tmp_path: Path) -> None:
    web = annotated(tmp_path, link("/A << /S /URI /URI (https://example.com/a\\(b\\) c) >>"))
    assert page_markdown(web) == "Read [the manual of](https://example.com/a%28b%29%20c) the pump first"
    script = annotated(tmp_path, link("/A << /S /URI /URI (javascript:alert\\(1\\)) >>"))
    assert page_markdown(script) == "Read the manual of the pump first"
    assert script.links[0].uri == "javascript:alert(1)"


@pytest.mark.parametrize("action", ["/S /Launch /F (calc.exe)", "/S /JavaScript /JS (app.alert\\(1\\))"])
def test_what_starts_something_is_no_link(tmp_path: Path, action: str) -> None:
    assert annotated(tmp_path, link(f"/A << {action} >>")).links == ()


# -- annotations --------------------------------------------------------------------------------------------


def test_a_note_has_its_text_and_author(tmp_path: Path) -> None:
    page = annotated(tmp_path, "/Subtype /Text /Rect [300 700 320 720] /Contents (Is this true?) /T (Ada)")
    assert page.annotations == (Annotation("note", Box(300, 80, 320, 100), "Is this true?", "Ada"),)
    assert page_markdown(page) == "Read the manual of the pump first\n\n> Note (Ada): Is this true?"
    assert "true" not in page.text


def test_a_highlight_has_the_text_that_it_covers(tmp_path: Path) -> None:
    quad = "/QuadPoints [82 712 175 712 82 695 175 695]"
    page = annotated(tmp_path, f"/Subtype /Highlight /Rect [82 695 175 712] {quad}")
    assert [(each.kind, each.covers) for each in page.annotations] == [("highlight", "the manual of")]
    assert "> Highlight: the manual of" in page_markdown(page)


def test_free_text_shows_on_the_page_and_is_part_of_its_text(tmp_path: Path) -> None:
    page = annotated(tmp_path, "/Subtype /FreeText /Rect [60 500 200 520] /Contents (Approved by Ada)")
    assert "Approved by Ada" in page.text
    assert [each.kind for each in page.annotations] == ["free_text"]
    assert page_markdown(page).count("Approved") == 1


@pytest.mark.parametrize("flags", [2, 32, 36])
def test_what_does_not_show_on_the_screen_is_left_out_with_a_note(tmp_path: Path, flags: int) -> None:
    page = annotated(tmp_path, f"/Subtype /FreeText /F {flags} /Rect [60 500 200 520] /Contents (Secret)")
    assert page.annotations == ()
    assert "Secret" not in page.text
    assert page.notes == ("Hidden annotations were left out: 1.",)


def test_a_page_without_annotations_has_none(tmp_path: Path) -> None:
    page = annotated(tmp_path)
    assert (page.links, page.annotations, page.fields, page.notes) == ((), (), (), ())


def nested() -> list[str]:
    return ["/Subtype /Text /Rect [0 0 9 9] /Contents (a) /Parent 10 0 R /Popup 10 0 R /IRT 10 0 R"]


def broken() -> list[str]:
    return [
        "",
        "/Subtype /Link",
        "/Subtype /Link /Rect [1 2] /A 10 0 R",
        "/Subtype /Link /Rect [0 0 99 99] /A << /S /URI >>",
        "/Subtype /Widget /Rect [0 0 9 9] /FT /Tx /Parent 14 0 R",
        "/Subtype /Highlight /Rect [0 0 9 9] /QuadPoints [1 2 3]",
        f"/Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://{'x' * 5000}) >>",
    ]


@pytest.mark.parametrize("annotations", [nested, broken])
def test_what_is_broken_costs_nothing_but_itself(
    tmp_path: Path, annotations: Callable[[], list[str]]
) -> None:
    page = annotated(tmp_path, *annotations())
    assert page.text == "Read the manual of the pump first"
    assert page.links == ()


def test_of_very_many_only_the_first_are_read_and_a_note_says_so(tmp_path: Path) -> None:
    page = annotated(tmp_path, *[link("/Dest [3 0 R /Fit]")] * (MOST + 500))
    assert len(page.links) == MOST
    assert page.notes == (f"Only the first {MOST:,} of {MOST + 500:,} annotations were read.",)
