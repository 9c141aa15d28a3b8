"""The web page over ``docker compose up``: files go to the store by themselves, past the gateway's limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import stack as stacks
from tests.support.http import ask
from tests.support.pdfs import manual

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BEYOND = 12_000_000
"""Bytes: more than the gateway takes."""


@pytest.fixture
def stack() -> Iterator[stacks.Stack]:
    with stacks.held() as running:
        yield running


def test_a_file_over_the_gateways_limit_goes_up_and_can_be_opened(
    stack: stacks.Stack, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    path = manual(tmp_path / "large.pdf")
    with path.open("ab") as file:  # readers pass over what stands behind the end
        file.write(b"\n%" + b" " * BEYOND)
    page = open_page(stack.url)
    page.set_input_files("#files", str(path))
    row = page.locator("#documents > li").filter(has=page.get_by_role("button", name="large.pdf", exact=True))
    row.locator(".ready").wait_for()
    document = next(
        each for each in ask(f"{stack.url}/v1/documents").value["items"] if each["name"] == "large.pdf"
    )
    assert document["size"] > BEYOND
    page.evaluate(
        "async address => { if (!(await (await fetch(address)).blob()).size) throw new Error('empty') }",
        f"/v1/documents/{document['id']}/content",
    )
    ask(f"{stack.url}/v1/documents/{document['id']}", method="DELETE")
