"""Limits make an answer partial, never endless and never empty-handed."""

from __future__ import annotations

import base64
from typing import Any

from imgproc.handler import handle
from imgproc.limits import Limits
from tests.support.pictures import decoded, jpeg, noise, pdf, picture, quarters


def event(content: bytes, pages: list[int], operation: str = "extract_images") -> dict[str, Any]:
    return {
        "operation": operation,
        "file_bytes_base64": base64.b64encode(content).decode(),
        "page_numbers": pages,
    }


def all_answers(request: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """The answers to an event and to what each says to ask next."""
    answers = [handle(request, limits)]
    while answers[-1]["next"]:
        answers.append(handle({**request, **answers[-1]["next"]}, limits))
        assert len(answers) < 100
    return answers


def three_pages() -> bytes:
    """Three pages with two pictures each."""

    def page(number: int) -> Any:
        def draw(canvas: Any) -> None:
            picture(canvas, jpeg(quarters(80 + number, 60)), (50, 20, 210, 140))
            picture(canvas, jpeg(quarters(60, 80 + number)), (50, 150, 210, 370))

        return draw

    return pdf(page(0), page(1), page(2))


def test_an_answer_that_grows_too_large_is_cut_and_the_rest_comes_with_the_next() -> None:
    whole = all_answers(event(three_pages(), [0, 1, 2]), Limits())
    parts = all_answers(event(three_pages(), [0, 1, 2]), Limits(answer_bytes=1))
    assert len(whole) == 1
    assert [len(part["images"]) for part in parts] == [1] * 6
    assert [part["images"][0] for part in parts] == whole[0]["images"]


def test_the_next_event_names_the_pages_that_are_left_and_the_first_picture_of_them() -> None:
    two_fit = 2 * max(
        len(image["image_base64"]) for image in handle(event(three_pages(), [0]), Limits())["images"]
    )
    answer = handle(event(three_pages(), [0, 2]), Limits(answer_bytes=two_fit))
    assert answer["next"] == {"page_numbers": [2], "first_index": 0}
    (cut, *_) = all_answers(event(three_pages(), [2, 1]), Limits(answer_bytes=1))
    assert cut["next"] == {"page_numbers": [2, 1], "first_index": 1}


def test_an_answer_that_takes_too_long_is_cut_after_a_picture() -> None:
    parts = all_answers(event(three_pages(), [0, 1, 2]), Limits(seconds=0))
    assert [len(part["images"]) for part in parts] == [1] * 6


def test_pages_without_pictures_take_time_too() -> None:
    empty = pdf(*[lambda canvas: None] * 4)
    parts = all_answers(event(empty, [0, 1, 2, 3]), Limits(seconds=0))
    assert [part["next"] and part["next"]["page_numbers"] for part in parts] == [[1, 2, 3], [2, 3], [3], None]


def test_a_picture_that_is_too_large_in_bytes_is_made_smaller() -> None:
    content = pdf(lambda canvas: picture(canvas, jpeg(noise(600, 450))))
    (full,) = handle(event(content, [0]), Limits())["images"]
    (small,) = handle(event(content, [0]), Limits(picture_bytes=20_000))["images"]
    assert full["width"] == 600
    assert len(base64.b64decode(small["image_base64"])) <= 20_000
    assert decoded(base64.b64decode(small["image_base64"])).size == (small["width"], small["height"])
    assert abs(small["width"] / small["height"] - 600 / 450) < 0.05


def test_a_page_beyond_the_end_is_skipped_and_the_others_come() -> None:
    answer = handle(event(three_pages(), [99, 1], "render_pages"), Limits())
    assert [image["page_number"] for image in answer["images"]] == [1]
    assert answer["skipped"] == [{"page_number": 99, "reason": "The PDF ends before this page."}]
    assert answer["next"] is None


def test_the_largest_pictures_of_a_crowded_page_are_taken_in_the_order_they_are_painted() -> None:
    def crowded(canvas: Any) -> None:
        for place in range(6):
            side = 40 + 10 * (place % 3)
            left, top = 90 * (place % 3), 120 * (place // 3)
            picture(canvas, jpeg(quarters(40 + place, 40)), (left, top, left + side, top + side))

    answer = handle(event(pdf(crowded), [0]), Limits(figures_per_page=2))
    assert [image["width"] for image in answer["images"]] == [42, 45]
    assert [image["index"] for image in answer["images"]] == [0, 1]
    assert answer["skipped"][0]["reason"] == "Only the 2 largest of 6 pictures are taken."


def test_a_picture_of_too_many_pixels_is_left_out_and_said_to_be() -> None:
    content = pdf(lambda canvas: picture(canvas, jpeg(quarters(400, 300))))
    answer = handle(event(content, [0]), Limits(figure_pixels=100_000))
    assert answer["images"] == []
    assert "megapixels" in answer["skipped"][0]["reason"]


def test_a_page_of_a_gigantic_size_is_drawn_at_a_lower_resolution() -> None:
    content = pdf(lambda canvas: canvas.line(0, 0, 9, 9), size=(14_400, 14_400))
    (image,) = handle(event(content, [0], "render_pages"), Limits())["images"]
    assert image["width"] * image["height"] <= 1.01 * Limits().page_pixels
    assert abs(image["dpi"] - 72 * image["width"] / 14_400) < 0.1


def test_a_page_like_a_ribbon_keeps_to_the_longest_side() -> None:
    content = pdf(lambda canvas: None, size=(14_400, 3))
    (image,) = handle(event(content, [0], "render_pages"), Limits(side_pixels=2000))["images"]
    assert image["width"] <= 2001
    assert image["height"] >= 1
