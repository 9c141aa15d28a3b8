"""The image processor as a function can be busy, fail and be gone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from app.adapters.aws.files import S3Files
from app.adapters.aws.images import AT_ONCE, BATCH_PAGES, LambdaImager
from app.core.errors import DamagedPdf, RateLimited, Unavailable
from tests.support import aws
from tests.support.lambda_server import ARN, LambdaServer, lambda_server
from tests.support.pictures import jpeg, noise, pdf, picture

KEY = "us/doc_1/1/original.pdf"
PAGES = 6 * BATCH_PAGES
PICTURE = jpeg(noise(160, 120))
CONTENT = pdf(*[lambda canvas: picture(canvas, PICTURE)] * PAGES)


@dataclass(frozen=True, slots=True)
class Setting:
    imager: LambdaImager
    files: S3Files
    server: LambdaServer
    bucket: str


@pytest.fixture
def setting() -> Iterator[Setting]:
    with aws.bucket() as bucket, lambda_server() as server, aws.image_processor(server.url):
        files = S3Files(aws.clients(), bucket)
        files.put(KEY, CONTENT)
        yield Setting(LambdaImager(aws.clients(), ARN, bucket), files, server, bucket)
        assert server.broken == []


def test_pages_are_asked_for_in_batches_a_few_at_a_time(setting: Setting) -> None:
    setting.server.seconds = 0.3
    found = setting.imager.figures(KEY, range(1, PAGES + 1))
    assert [one.page for one in found] == list(range(1, PAGES + 1))
    assert [len(event["page_numbers"]) for event in setting.server.events] == [BATCH_PAGES] * 6
    assert 2 <= setting.server.most_at_once <= AT_ONCE


def test_calls_of_several_threads_are_together_no_more_than_the_function_takes(setting: Setting) -> None:
    from concurrent.futures import ThreadPoolExecutor

    setting.server.seconds = 0.2
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda page: setting.imager.figures(KEY, [page]), range(1, 17)))
    assert 2 <= setting.server.most_at_once <= AT_ONCE


def test_a_function_without_room_is_asked_again_until_it_has_some(setting: Setting) -> None:
    setting.server.throttled = 3
    assert len(setting.imager.figures(KEY, [1])) == 1


def test_a_function_that_never_has_room_is_given_up_as_busy(setting: Setting) -> None:
    hasty = LambdaImager(aws.clients(), ARN, setting.bucket, patience_seconds=0.5)
    setting.server.throttled = 1000
    with pytest.raises(RateLimited):
        hasty.figures(KEY, [1])
    hasty.check()  # it is there


def test_a_page_that_ends_the_function_costs_only_itself(setting: Setting) -> None:
    setting.server.fatal = {2}
    found = setting.imager.figures(KEY, range(1, 9))
    assert [one.page for one in found] == [1, 2, 4, 5, 6, 7, 8]


def test_a_function_that_does_not_start_is_no_fault_of_the_page(setting: Setting) -> None:
    setting.server.fatal, setting.server.error_type = {0}, "Runtime.ImportModuleError"
    with pytest.raises(Unavailable) as caught:
        setting.imager.figures(KEY, [1])
    assert caught.value.part == "image processor"


def test_a_function_that_is_gone_is_said_to_be_unavailable(setting: Setting) -> None:
    setting.server.shutdown()
    setting.server.server_close()
    for use in (lambda: setting.imager.render(KEY, [1]), setting.imager.check):
        with pytest.raises(Unavailable) as caught:
            use()
        assert caught.value.part == "image processor"


def test_a_function_that_is_not_set_up_is_said_to_be_unavailable(setting: Setting) -> None:
    other = LambdaImager(aws.clients(), ARN + "-other", setting.bucket)
    with pytest.raises(Unavailable):
        other.check()


def test_a_file_that_is_not_there_is_said_to_be_unavailable(setting: Setting) -> None:
    with pytest.raises(Unavailable):
        setting.imager.render("us/doc_1/1/other.pdf", [1])


def test_nothing_is_left_in_the_store_where_a_call_fails(setting: Setting) -> None:
    setting.files.put(KEY, b"%PDF-1.7\nnothing")
    with suppress(DamagedPdf):
        setting.imager.render(KEY, [1])
    assert list(setting.files.keys("us/")) == [KEY]
