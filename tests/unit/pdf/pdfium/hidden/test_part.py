"""What no reader sees is no text of the page: it stands apart, with the reason; what is seen stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.page import Page
from app.pages import pages_file
from app.pages.report import Totals, report
from app.pdf.page import open_pdf, read_page
from tests.support.raw_pdfs import raw_pdf

OFF = "/OCProperties << /OCGs [10 0 R 11 0 R] /D << /ON [11 0 R] /OFF [10 0 R] >> >>"
BASE_OFF = "/OCProperties << /OCGs [10 0 R 11 0 R] /D << /BaseState /OFF /ON [11 0 R] >> >>"
VIEW_OFF = (
    "/OCProperties << /OCGs [10 0 R 11 0 R] "
    "/D << /AS [<< /Event /View /Category [/View] /OCGs [10 0 R] >>] >> >>"
)
LAYERS = ["<< /Type /OCG /Name (draft) >>", "<< /Type /OCG /Name (final) >>"]
VIEWED = ["<< /Type /OCG /Name (draft) /Usage << /View << /ViewState /OFF >> >> >>", LAYERS[1]]
BOX = "BT /F1 12 Tf 72 700 Td (Visible line) Tj ET"


def said(text: str, *, at: tuple[float, float] = (72, 600), size: float = 12, before: str = "") -> str:
    """Text in the content stream's language."""
    return f"BT {before} /F1 {size} Tf {at[0]} {at[1]} Td ({text}) Tj ET"


def read(path: Path, *, include_hidden: bool = False) -> Page:
    with open_pdf(path) as document:
        return read_page(document, 1, include_hidden=include_hidden)


def layered(path: Path, content: str, *, catalog: str = OFF, objects: list[str] | None = None) -> Path:
    """A page with two layers, DRAFT that is off and FINAL that is on, and memberships of them."""
    properties = (
        "/Resources << /Font << /F1 4 0 R >> /Properties << /DRAFT 10 0 R /FINAL 11 0 R /M 12 0 R >> "
        "/XObject << /X 13 0 R >> /ExtGState << /NONE << /ca 0 /CA 0 >> /HALF << /ca 0.5 >> >> >>"
    )
    return raw_pdf(path, objects or LAYERS, content=content, catalog=catalog, page=properties)


def membership(entries: str) -> list[str]:
    return [*LAYERS, f"<< /Type /OCMD {entries} >>"]


def form(entries: str, content: str) -> list[str]:
    stream = f"<< /Type /XObject /Subtype /Form {entries} /Length {len(content)} >>"
    return [*LAYERS, "<< /Type /OCMD >>", f"{stream}\nstream\n{content}\nendstream"]


IN_M = f"/OC /M BDC {said('SECRET')} EMC {BOX}"
HIDDEN = {
    "a layer that is off": ("layer_off", f"/OC /DRAFT BDC {said('SECRET')} EMC {BOX}", OFF, LAYERS),
    "a layer of a base state": ("layer_off", f"/OC /DRAFT BDC {said('SECRET')} EMC {BOX}", BASE_OFF, LAYERS),
    "a layer that is off for viewing": (
        "layer_off",
        f"/OC /DRAFT BDC {said('SECRET')} EMC {BOX}",
        VIEW_OFF,
        VIEWED,
    ),
    "all layers of a membership": ("layer_off", IN_M, OFF, membership("/OCGs [10 0 R 11 0 R] /P /AllOn")),
    "no layer of a membership": ("layer_off", IN_M, OFF, membership("/OCGs [11 0 R] /P /AllOff")),
    "an expression": ("layer_off", IN_M, OFF, membership("/OCGs [10 0 R] /VE [/Not [/Not 10 0 R]]")),
    "a form of a layer": (
        "layer_off",
        f"{BOX} /X Do",
        OFF,
        form("/OC 10 0 R /BBox [0 0 600 800] /Resources << /Font << /F1 4 0 R >> >>", said("SECRET")),
    ),
    "layers over one another": (
        "layer_off",
        f"/OC /FINAL BDC {said('Visible too')} EMC /OC /DRAFT BDC {said('SECRET')} EMC {BOX}",
        OFF,
        LAYERS,
    ),
    "a form's box": (
        "clipped",
        f"{BOX} /X Do",
        "",
        form("/BBox [0 0 60 60] /Resources << /Font << /F1 4 0 R >> >>", said("SECRET")),
    ),
    "a clip": ("clipped", f"q 60 640 300 100 re W n {BOX} {said('SECRET')} Q", "", LAYERS),
    "a clip to a hair": ("clipped", f"{BOX} q 71 590 3 30 re W n {said('SECRET')} Q", "", LAYERS),
    "a white box": ("covered", f"{BOX} {said('SECRET')} 1 g 60 590 200 40 re f", "", LAYERS),
    "a black box": ("covered", f"{BOX} {said('SECRET')} 0 g 60 590 200 40 re f", "", LAYERS),
    "a box with other words on it": (
        "covered",
        f"{BOX} {said('SECRET')} 1 g 60 590 200 40 re f 0 g {said('Visible too')}",
        "",
        LAYERS,
    ),
    "white on white": ("no_contrast", f"{BOX} 1 g {said('SECRET')}", "", LAYERS),
    "nearly white": ("no_contrast", f"{BOX} 0.97 g {said('SECRET')}", "", LAYERS),
    "blue on blue": (
        "no_contrast",
        f"{BOX} 0 0.2 0.6 rg 60 590 200 40 re f 0.01 0.2 0.6 rg {said('SECRET')}",
        "",
        LAYERS,
    ),
    "white stroke": ("no_contrast", f"{BOX} 1 G {said('SECRET', before='1 Tr')}", "", LAYERS),
    "no opacity": ("transparent", f"{BOX} /NONE gs {said('SECRET')}", "", LAYERS),
    "mode 3": ("not_painted", f"{BOX} {said('SECRET', before='3 Tr')}", "", LAYERS),
    "mode 7": ("not_painted", f"{BOX} q {said('SECRET', before='7 Tr')} Q", "", LAYERS),
    "mode 3 over painted words": (
        "not_painted",
        f"{BOX} {said('Visible too')} {said('SECRET', before='3 Tr')}",
        "",
        LAYERS,
    ),
    "half a point": ("too_small", f"{BOX} {said('SECRET', size=0.5)}", "", LAYERS),
    "off the page": ("off_page", f"{BOX} {said('SECRET', at=(-200, 600))}", "", LAYERS),
}
STAYS = {
    "white on a dark bar": "0 g 60 590 200 40 re f 1 g " + said("SECRET"),
    "half opacity": "/HALF gs " + said("SECRET"),
    "a layer that is on": f"/OC /FINAL BDC {said('SECRET')} EMC",
    "grey": "0.8 g " + said("SECRET"),
    "red on white": "1 0 0 rg " + said("SECRET"),
    "yellow on white": "1 1 0 rg " + said("SECRET"),
    "outlines of white letters": "1 g 0 G " + said("SECRET", before="2 Tr"),
    "a frame drawn later": said("SECRET") + " 60 590 200 40 re S",
    "a highlight of half opacity drawn later": said("SECRET") + " /HALF gs 1 1 0 rg 60 590 200 40 re f",
    "a box beside": said("SECRET") + " 1 g 300 590 200 40 re f",
    "within its clip": f"q 60 580 300 60 re W n {said('SECRET')} Q",
    "shown by a second clip": (
        f"q 60 580 13 60 re W n {said('SECRET')} Q q 73 580 200 60 re W n {said('SECRET')} Q"
    ),
    "shown by a second clip above what covers the first": (
        f"q 60 580 13 60 re W n {said('SECRET')} Q 1 g 60 590 100 40 re f 0 g "
        f"q 73 580 200 60 re W n {said('SECRET')} Q"
    ),
    "small print": said("SECRET", size=3.5),
    "unpainted words over their outlines": " ".join(f"{72 + 8 * i} 600 3 9 re f" for i in range(6))
    + " "
    + said("SECRET", before="3 Tr"),
}


@pytest.mark.parametrize("kind", HIDDEN)
def test_what_no_reader_sees_stands_apart_with_the_reason(tmp_path: Path, kind: str) -> None:
    why, content, catalog, objects = HIDDEN[kind]
    page = read(layered(tmp_path / "hidden.pdf", content, catalog=catalog, objects=objects))
    assert "SECRET" not in page.text
    assert "Visible line" in page.text
    assert "Visible too" not in content or "Visible too" in page.text
    assert [(word.text, word.why.value) for word in page.hidden] == [("SECRET", why)]


@pytest.mark.parametrize("kind", STAYS)
def test_what_a_reader_sees_stays(tmp_path: Path, kind: str) -> None:
    page = read(layered(tmp_path / "shown.pdf", f"{BOX} 0 g {STAYS[kind]}"))
    assert "SECRET" in page.text
    assert page.hidden == ()


@pytest.mark.parametrize(
    ("old", "new"), [("EUR-49.90-a-piece", "EUR-59.90-a-piece"), ("2019-12-01", "2020-11-03")]
)
@pytest.mark.parametrize("cover", ["1 g 60 590 200 40 re f 0 g", "1 g 60 595 200 20 re f 0 g"])
def test_what_is_written_over_a_cover_is_no_copy_of_what_lies_beneath_though_it_is_as_wide(
    tmp_path: Path, old: str, new: str, cover: str
) -> None:
    page = read(layered(tmp_path / "hidden.pdf", f"{BOX} 0 g {said(old)} {cover} {said(new)}"))
    assert new in page.text
    assert old not in page.text
    assert [word.text for word in page.hidden] == [old]


def test_hidden_words_are_counted_in_the_report_and_kept_in_the_stored_page(tmp_path: Path) -> None:
    page = read(layered(tmp_path / "hidden.pdf", f"{BOX} 1 g {said('TWO SECRETS')}"))
    assert "2 words are not shown: of the colour of what lies beneath." in page.notes
    assert pages_file.decode(pages_file.encode(page)).hidden == page.hidden
    *_, totals = report([page, page])
    assert isinstance(totals, Totals)
    assert totals.json()["hidden"] == {"no_contrast": 4}


def test_hidden_words_can_be_included(tmp_path: Path) -> None:
    path = layered(tmp_path / "hidden.pdf", f"{BOX} 1 g {said('SECRET')}")
    page = read(path, include_hidden=True)
    assert "SECRET" in page.text
    assert page.hidden == ()
