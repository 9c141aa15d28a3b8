"""Pictures of pages and the pictures on them, whoever makes them."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from app.core.errors import BadRequest, DamagedPdf, EmptyFile, NotAPdf, WrongPassword
from tests.contract.conftest import Imaging
from tests.support.pictures import PAGE, decoded, jpeg, noise, pdf, picture

KEY = "us/doc_1/1/original.pdf"
PICTURES = [jpeg(noise(160, 120)) for _ in range(12)]


def pages(*pictures: bytes) -> bytes:
    return pdf(*(lambda canvas, content=content: picture(canvas, content) for content in pictures))


def encrypted() -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 72, "text")
    canvas.save()
    return buffer.getvalue()


def test_pages_come_as_jpegs_in_the_resolution_asked_for(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*PICTURES[:2]))
    first, second = imaging.imager.render(KEY, [1, 2], dpi=144)
    assert (first.page, second.page) == (1, 2)
    assert {one.media_type for one in (first, second)} == {"image/jpeg"}
    for one in (first, second):
        assert decoded(one.content).size == (one.width, one.height) == (2 * PAGE[0], 2 * PAGE[1])
        assert one.box is None


def test_the_pictures_on_pages_come_with_their_places(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*PICTURES[:2]))
    found = imaging.imager.figures(KEY, [2, 1])
    assert [(one.page, one.content) for one in found] == [(2, PICTURES[1]), (1, PICTURES[0])]
    assert {one.box for one in found} == {(50.0, 100.0, 210.0, 220.0)}


def test_many_pages_come_in_their_order(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*PICTURES))
    found = imaging.imager.figures(KEY, range(1, 13))
    assert [one.content for one in found] == PICTURES


def test_more_than_fits_into_one_answer_comes_whole(imaging: Imaging) -> None:
    large = [jpeg(noise(1840, 1380)) for _ in range(3)]
    assert len(base64.b64encode(b"".join(large))) > 6_000_000
    imaging.files.put(KEY, pages(*large))
    assert [one.content for one in imaging.imager.figures(KEY, [1, 2, 3])] == large


def test_a_page_that_is_not_there_is_left_out(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*PICTURES[:1]))
    assert [one.page for one in imaging.imager.render(KEY, [1, 2], dpi=72)] == [1]
    assert imaging.imager.figures(KEY, [7]) == []


def test_no_pages_give_no_pictures(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*PICTURES[:1]))
    assert imaging.imager.figures(KEY, []) == []


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"hello", NotAPdf),
        (b"%PDF-1.7\nnothing", DamagedPdf),
        (encrypted(), WrongPassword),
    ],
    ids=["empty", "text", "damaged", "encrypted"],
)
def test_a_file_that_cannot_be_opened_is_refused_for_what_it_is(
    imaging: Imaging, content: bytes, error: type[BadRequest]
) -> None:
    imaging.files.put(KEY, content)
    with pytest.raises(error):
        imaging.imager.render(KEY, [1])


def test_nothing_is_left_in_the_file_store(imaging: Imaging) -> None:
    imaging.files.put(KEY, pages(*(jpeg(noise(1840, 1380)) for _ in range(3))))
    imaging.imager.figures(KEY, [1, 2, 3])
    assert list(imaging.files.keys("us/")) == [KEY]


def test_one_that_can_be_used_says_so(imaging: Imaging) -> None:
    imaging.imager.check()
