"""Who may call the gateway is looked up once in a while for each address, and not for each request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from local.gateway.__main__ import every_path
from local.gateway.callers import Callers
from local.gateway.containers import LOOK_SECONDS

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"


class Names(list[str]):
    """Names of containers, and how often they were looked up."""

    looks = 0

    def __iter__(self) -> Iterator[str]:
        self.looks += 1
        return super().__iter__()


class Gateway:
    """A gateway with a clock that stands still."""

    def __init__(self, *names: str) -> None:
        self.names, self.now = Names(names), 1000.0
        self.callers = Callers(every_path(_answer), self.names, clock=lambda: self.now)

    def is_refused(self, host: str = HERE) -> bool:
        status = TestClient(self.callers, client=(host, 50000)).get("/v1/documents").status_code
        assert status in (200, 403)
        return status == 403


async def _answer(_: Request) -> Response:
    return Response("answered")


@pytest.mark.parametrize("refused", [True, False])
def test_an_address_is_looked_up_once_in_a_while(refused: bool) -> None:
    gateway = Gateway(*["localhost:8080"] * refused)
    for _ in range(5):
        assert gateway.is_refused() is refused
    assert gateway.names.looks == 1
    gateway.now += LOOK_SECONDS + 0.1
    assert gateway.is_refused() is refused
    assert gateway.names.looks == 2


def test_what_was_found_of_one_address_says_nothing_of_another() -> None:
    gateway = Gateway("localhost:8080")
    assert not gateway.is_refused(ELSEWHERE)
    assert gateway.is_refused(HERE)
    assert not gateway.is_refused(ELSEWHERE)
    assert gateway.names.looks == 2


def test_a_container_that_comes_is_refused_and_one_that_goes_is_not_once_that_is_looked_up() -> None:
    gateway = Gateway()
    assert not gateway.is_refused()
    gateway.names.append("localhost:8080")
    gateway.now += LOOK_SECONDS + 0.1
    assert gateway.is_refused()
    gateway.names.clear()
    assert gateway.is_refused()  # until it is looked up again
    gateway.now += LOOK_SECONDS + 0.1
    assert not gateway.is_refused()


def test_addresses_that_are_not_seen_again_take_no_memory() -> None:
    gateway = Gateway("localhost:8080")
    for number in range(1, 200):
        gateway.is_refused(f"192.0.2.{number}")
        gateway.now += LOOK_SECONDS / 10
    assert len(gateway.callers._verdicts) <= 12
