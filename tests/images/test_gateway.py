"""The gateway in front of real containers under the emulator: the cloud's events, limits and answers."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from local.gateway.http_api import MOST_AT_ONCE
from tests.support.functions import docker
from tests.support.gateway import Echo, Gateway, echoes, gateway
from tests.support.http import Answer, until
from tests.support.threads import at_once

HELD_SECONDS = 12.0
"""For which calls keep every container busy: fifty others come meanwhile, on a slow machine, too."""

ARN = "arn:aws:lambda:us-east-1:000000000000:function:echo"


@pytest.fixture(scope="module")
def containers() -> Iterator[list[Echo]]:
    with echoes(2) as made:
        yield made


@pytest.fixture(scope="module")
def door(containers: list[Echo], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with gateway(tmp_path_factory.mktemp("gateway"), containers) as running:
        yield running


@pytest.fixture(scope="module")
def functions(door: Gateway) -> Any:
    """boto3's client of the Invoke API."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "lambda",
        endpoint_url=door.lambda_url,
        region_name="us-east-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )


# -- HTTP -------------------------------------------------------------------------------------------------


def test_a_request_becomes_an_event_of_payload_format_2(door: Gateway) -> None:
    headers = {"Cookie": "a=1; b=2", "X-One": "1", "Content-Type": "application/json"}
    answer = door.ask("/event?x=1&x=2&y=a%20b", b'{"q": "\xc3\xa4"}', headers, method="PATCH")
    event = answer.value
    assert answer.status == 201
    assert answer.headers.get_all("set-cookie") == ["a=1; Path=/", "b=2"]
    assert (event["version"], event["rawPath"], event["rawQueryString"]) == (
        "2.0",
        "/event",
        "x=1&x=2&y=a%20b",
    )
    assert event["queryStringParameters"] == {"x": "1,2", "y": "a b"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-one"] == "1"
    assert event["headers"]["host"] == door.url.removeprefix("http://")
    assert event["requestContext"]["http"]["method"] == "PATCH"
    assert (event["body"], event["isBase64Encoded"]) == ('{"q": "ä"}', False)


@pytest.mark.parametrize(
    "media_type", ["application/octet-stream", "multipart/form-data; boundary=x", "text/plain"]
)
def test_bytes_arrive_and_come_back_as_they_are(door: Gateway, media_type: str) -> None:
    content = bytes(range(256)) * 5000
    answer = door.ask("/event", content, {"Content-Type": media_type})
    assert answer.value["isBase64Encoded"]
    assert base64.b64decode(answer.value["body"]) == content
    assert door.ask("/binary", content, {"Content-Type": media_type}).body == content


def test_calls_are_spread_over_the_containers_one_at_a_time_each(
    door: Gateway, containers: list[Echo]
) -> None:
    answers = at_once([partial(door.do, sleep=0.4) for _ in range(6)])
    assert {answer.status for answer in answers} == {200}
    assert len({answer.value["container"] for answer in answers}) == 2
    assert [each.restarts() for each in containers] == [0, 0]  # the emulator dies of a second call


def test_beyond_what_can_be_answered_in_time_a_request_is_asked_to_come_back(
    door: Gateway, containers: list[Echo]
) -> None:
    more = 15
    with ThreadPoolExecutor(len(containers)) as busy:
        held = [busy.submit(door.do, sleep=HELD_SECONDS) for _ in containers]
        time.sleep(1)  # they are there first, so that none of the others is done before all have come
        answers = at_once([door.do] * (MOST_AT_ONCE - len(held) + more))
    assert {each.result().status for each in held} == {200}
    refused = [answer for answer in answers if answer.status == 429]
    assert len(refused) == more
    # Whose turn does not come within the time that the API waits: that is another limit, of a slow machine.
    assert {answer.status for answer in answers} <= {200, 429, 503}
    assert {answer.headers["Retry-After"] for answer in refused} == {"2"}
    assert door.do(x=1).status == 200
    assert [each.restarts() for each in containers] == [0, 0]


@pytest.mark.parametrize("size", [7_000_000, 10_485_761])
def test_a_request_over_the_limit_is_refused_as_by_api_gateway(door: Gateway, size: int) -> None:
    answer = door.ask("/event", bytes(size), {"Content-Type": "application/octet-stream"})
    assert (answer.status, answer.value) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("order", [{"bytes": 7_000_000}, {"raise": 1}, {"exit": 1}])
def test_a_function_that_fails_gives_an_internal_server_error_and_the_next_call_is_fine(
    door: Gateway, order: dict[str, int]
) -> None:
    answer = door.do(**order)
    assert (answer.status, answer.value) == (500, {"message": "Internal Server Error"})
    assert door.do(x=1).status == 200


@pytest.mark.slow
def test_what_takes_over_30_seconds_is_answered_503_and_still_done(
    door: Gateway, containers: list[Echo]
) -> None:
    begun = time.monotonic()
    answer = door.do(sleep=32, note="landed")
    assert (answer.status, answer.value) == (503, {"message": "Service Unavailable"})
    assert time.monotonic() - begun > 29.5  # and before the 32 after which it would be the function's
    until(lambda: any("landed" in each.notes() for each in containers), "the work lands")


def test_a_container_that_is_killed_is_left_out_and_taken_back(door: Gateway, containers: list[Echo]) -> None:
    lost, kept = containers
    docker("kill", lost.name)
    answers = [door.do(x=number) for number in range(4)]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.value["container"] for answer in answers}) == 1
    docker("start", lost.name)
    until(lambda: len({door.do(x=1).value["container"] for _ in range(2)}) == 2, "both answer again")
    assert kept.restarts() == 0


def test_without_any_container_the_answer_is_503(door: Gateway, containers: list[Echo]) -> None:
    for each in containers:
        docker("kill", each.name)
    answer = door.do(x=1)
    assert (answer.status, answer.value) == (503, {"message": "Service Unavailable"})
    for each in containers:
        docker("start", each.name)
    until(lambda: door.do(x=1).status == 200, "the containers answer again")


# -- the Invoke API ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["echo", "echo:prod", ARN, f"{ARN}:prod", "000000000000:function:echo"])
def test_a_function_is_called_by_its_name_or_arn(functions: Any, name: str) -> None:
    answer = functions.invoke(FunctionName=name, Payload=b'{"x": 7}')
    assert (answer["StatusCode"], "FunctionError" in answer) == (200, False)
    assert json.load(answer["Payload"])["order"] == {"x": 7}


def test_an_unknown_function_is_not_found(functions: Any) -> None:
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName="nobody")


def test_an_exception_is_a_function_error_with_its_type(functions: Any) -> None:
    answer = functions.invoke(FunctionName=ARN, Payload=b'{"raise": 1}')
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
    payload = json.load(answer["Payload"])
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "as told")


def test_a_response_over_6_mb_is_the_clouds_error(functions: Any) -> None:
    answer = functions.invoke(FunctionName=ARN, Payload=b'{"bytes": 7000000}')
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


def test_a_payload_over_6_mb_is_refused(functions: Any) -> None:
    with pytest.raises(functions.exceptions.RequestTooLargeException, match="smaller than 6291456 bytes"):
        functions.invoke(FunctionName=ARN, Payload=json.dumps("x" * 6_300_000).encode())


def test_an_asynchronous_call_is_accepted_and_done(functions: Any, containers: list[Echo]) -> None:
    answer = functions.invoke(FunctionName=ARN, InvocationType="Event", Payload=b'{"note": "later"}')
    assert answer["StatusCode"] == 202
    until(lambda: any("later" in each.notes() for each in containers), "the work is done")


def test_a_call_beyond_the_containers_is_throttled(door: Gateway, functions: Any) -> None:
    def invoke() -> Any:
        try:
            return functions.invoke(FunctionName=ARN, Payload=b'{"sleep": 4}')["StatusCode"]
        except functions.exceptions.TooManyRequestsException:
            return 429

    assert sorted(at_once([invoke] * 3)) == [200, 200, 429]


def test_a_call_without_any_container_is_an_error_of_the_service(
    functions: Any, containers: list[Echo], door: Gateway
) -> None:
    from botocore.exceptions import ClientError

    for each in containers:
        docker("kill", each.name)
    with pytest.raises(ClientError) as caught:
        functions.invoke(FunctionName=ARN)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    for each in containers:
        docker("start", each.name)

    def back() -> bool:
        answer: Answer = door.do(x=1)
        return answer.status == 200

    until(back, "the containers answer again")
