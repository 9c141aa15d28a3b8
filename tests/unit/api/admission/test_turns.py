"""Requests of one tenant wait for each other before they keep others waiting."""

from __future__ import annotations

import asyncio

from app.api.admission.turns import Turns


async def hold(turns: Turns, tenant: str, log: list[str], end: asyncio.Event) -> None:
    async with turns.turn_of(tenant):
        log.append(tenant)
        await end.wait()


async def begin_many() -> list[list[str]]:
    """Who is in after three of one tenant came, and then one of another; and when all have ended."""
    turns, end, log = Turns(2), asyncio.Event(), list[str]()
    async with asyncio.TaskGroup() as tasks:
        for tenant in ("us", "us", "us", "them"):
            tasks.create_task(hold(turns, tenant, log, end))
        await asyncio.sleep(0.01)
        inside = list(log)
        end.set()
    assert not turns._rooms
    return [inside, log]


def test_a_tenants_request_beyond_its_turns_waits_and_another_tenants_does_not() -> None:
    inside, at_the_end = asyncio.run(begin_many())
    assert inside == ["us", "us", "them"]
    assert at_the_end == ["us", "us", "them", "us"]
