"""Search and chat under rising load, against a running stack or deployment (see docs/guides/deploy.md).

    PYTHONPATH=. uvx locust==2.47.0 -f tests/load/locustfile.py --headless --host http://localhost:8000

A PDF is brought in first and deleted at the end. Each step doubles the users; a user asks again as soon as it
is answered, so that as many requests are under way as there are users. A 429 is no error but back-pressure:
the user waits as long as it is told to. ``KB_TOKEN`` is sent where it is set; a step lasts
``KB_LOAD_SECONDS`` (20), and the last has ``KB_LOAD_USERS`` (64). The exit code is 1 where anything else
failed.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import time
from collections import defaultdict
from math import ceil
from typing import Any
from urllib.parse import urljoin

import requests
from locust import HttpUser, LoadTestShape, constant, events, task

from deploy.tiny_pdf import tiny_pdf

SECONDS = float(os.environ.get("KB_LOAD_SECONDS", "20"))
MOST_USERS = int(os.environ.get("KB_LOAD_USERS", "64"))
TOKEN = os.environ.get("KB_TOKEN", "")
HEADERS = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
INGEST_SECONDS = 180.0
TYPES = range(1, 21)

DONE: dict[tuple[int, str], list[float]] = defaultdict(list)
"""Seconds of the answers with status 200, by users and what was asked."""
PUSHED_BACK: dict[tuple[int, str], int] = defaultdict(int)
FAILED: dict[tuple[int, str], int] = defaultdict(int)

PLACE: dict[str, str] = {}
"""``document``: the address of what was brought in."""
READY: list[str] = []
"""The same, once it answers."""


class Steps(LoadTestShape):
    """1, 2, 4, … users, each number for ``SECONDS``."""

    begun: float | None = None

    def tick(self) -> tuple[int, float] | None:
        if not READY:
            return (0, 1.0)
        self.begun = self.begun if self.begun is not None else self.get_run_time()
        users = 2 ** int((self.get_run_time() - self.begun) // SECONDS)
        return (users, 100.0) if users <= MOST_USERS else None


class Person(HttpUser):
    """Searches, and now and then asks in a conversation of its own."""

    wait_time = constant(0)
    session: str | None = None
    asked = 0

    def on_start(self) -> None:
        answer = self.post("/v1/chat/sessions", {"title": "load"}, "session")
        self.session = answer.json()["id"] if answer is not None else None

    def on_stop(self) -> None:
        if self.session:
            requests.delete(f"{self.host}/v1/chat/sessions/{self.session}", headers=HEADERS, timeout=60)

    @task(3)
    def search(self) -> None:
        self.post("/v1/search", {"question": self.question()}, "search")

    @task(1)
    def chat(self) -> None:
        if self.session:
            self.post(f"/v1/chat/sessions/{self.session}/messages", {"question": self.question()}, "chat")
        else:
            self.on_start()

    def question(self) -> str:
        self.asked += 1
        return f"How much does the pump of type {TYPES[self.asked % len(TYPES)]} weigh?"

    def post(self, path: str, body: dict[str, Any], name: str) -> Any:
        """The answer, ``None`` if there was none; pushed back, it waits as it is told."""
        place = self.environment.runner.user_count, name
        with self.client.post(path, json=body, headers=HEADERS, name=name, catch_response=True) as answer:
            if answer.status_code == 429:
                PUSHED_BACK[place] += 1
                answer.success()
                time.sleep(float(answer.headers.get("Retry-After", "1")))
                return None
            if answer.status_code not in (200, 201):
                FAILED[place] += 1
                answer.failure(f"status {answer.status_code}")
                return None
            DONE[place].append(answer.elapsed.total_seconds())
            return answer


@events.test_start.add_listener
def bring_in(environment: Any, **_: Any) -> None:
    """Bring in a PDF that the questions are about."""
    lines = [f"The pump of type {n} weighs {10 + n} kilograms and runs for {100 * n} hours." for n in TYPES]
    content = tiny_pdf("Pumps under load", lines)
    host = environment.host.rstrip("/")
    announcement: dict[str, Any] = {
        "name": "load.pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    announced = requests.post(f"{host}/v1/documents/uploads", json=announcement, headers=HEADERS, timeout=60)
    announced.raise_for_status()
    PLACE["document"] = f"{host}/v1/documents/{announced.json()['document']['id']}"
    if form := announced.json()["upload"]:
        file = {"file": ("load.pdf", content, "application/pdf")}
        address = urljoin(host, form["url"])
        requests.post(address, data=form["fields"], files=file, timeout=60).raise_for_status()
        requests.post(f"{PLACE['document']}/ingest", json={}, headers=HEADERS, timeout=60).raise_for_status()
    end = time.monotonic() + INGEST_SECONDS
    while requests.get(PLACE["document"], headers=HEADERS, timeout=60).json()["status"] != "ready":
        if time.monotonic() > end:
            raise SystemExit("The PDF was not ingested.")
        time.sleep(1)
    READY.append(PLACE["document"])


@events.test_stop.add_listener
def tell(environment: Any, **_: Any) -> None:
    """Take the PDF away, and print what each step gave."""
    if "document" in PLACE:
        requests.delete(PLACE["document"], headers=HEADERS, timeout=60)
    print(f"{'users':>5} {'what':8} {'a second':>9} {'median s':>9} {'p95 s':>7} {'429':>6} {'errors':>7}")
    for users, name in sorted(DONE.keys() | PUSHED_BACK.keys() | FAILED.keys()):
        if users & (users - 1) or name == "session":
            continue  # on the way from one step to the next
        times = sorted(DONE[users, name]) or [float("nan")]
        median, late = statistics.median(times), times[ceil(0.95 * len(times)) - 1]
        rate = len(DONE[users, name]) / SECONDS
        counts = f"{PUSHED_BACK[users, name]:6} {FAILED[users, name]:7}"
        print(f"{users:5} {name:8} {rate:9.1f} {median:9.3f} {late:7.3f} {counts}")
    environment.process_exit_code = 1 if sum(FAILED.values()) else 0
