"""The web page in a real browser, served by a real server over a folder of its own."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.machine import HANG_SECONDS
from tests.support.server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; CI always has it."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have Chromium")
        pytest.skip("install Chromium (apt-get install chromium) to run this")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "data") as started:
        yield started


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address; at the end no page may have met an error of its own."""
    troubles: list[str] = []
    waiting = Counter[str]()
    failed: list[str] = []
    contexts = []

    def opened(url: str, *, width: int = 1400, height: int = 900) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.set_default_timeout(1000 * HANG_SECONDS)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.extend([said.text] * _is_trouble(said.type, said.text)))
        page.on("request", lambda request: waiting.update([request.url]))
        page.on("requestfinished", lambda request: waiting.subtract([request.url]))
        page.on("requestfailed", lambda request: failed.append(f"{request.url} {request.failure}"))
        page.goto(url)
        return page

    yield opened
    # Shown where a test fails: whether the page waited for the server, or had sent nothing.
    print(f"without an answer: {list(+waiting)}; failed: {failed}")
    for context in contexts:
        context.close()
    assert troubles == []


def _is_trouble(kind: str, text: str) -> bool:
    # The browser itself notes each answer of 400 and more, or none; what the page makes of it is tested.
    return kind in ("error", "warning") and not text.startswith("Failed to load resource")
