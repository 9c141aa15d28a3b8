"""A server that one tenant sends what asks for much, while another goes on with ordinary work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from jose import jwt

from tests.support.http import Answer, ask, post_form, until
from tests.support.machine import HANG_SECONDS
from tests.support.server import Server, serving
from tests.support.uploads import ENDS

SECRET = "a secret of many different letters, 0123456789"


def tree_cpu_seconds(process: psutil.Process) -> float:
    """Of a process and all that it started, ended ones included."""
    times = process.cpu_times()
    living = 0.0
    for child in process.children(recursive=True):
        try:
            living += sum(child.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue
    return float(sum(times[:4])) + living  # its own and that of ended children


def peak_bytes(process: psutil.Process) -> int:
    """The most resident memory that a process has held (VmHWM, proc(5))."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


@dataclass
class Tenant:
    """Somebody who uploads documents and looks at them."""

    url: str
    name: str
    token: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        claims = {"sub": self.name, "tenant": self.name, "roles": ["admin"], "exp": int(time.time()) + 7200}
        self.token = str(jwt.encode(claims, SECRET, "HS256"))

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        seconds: float = HANG_SECONDS,
    ) -> Answer:
        held = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        return ask(self.url + path, body, held, seconds=seconds)

    def post(self, path: str, file: Path) -> Answer:
        return post_form(self.url + path, {}, file, {"Authorization": f"Bearer {self.token}"})

    def upload(self, file: Path) -> str:
        """The id of the document."""
        answer = self.post("/v1/documents", file)
        assert answer.status in (200, 201, 202), answer.body
        return str(answer.value["id"])

    def ended(self, document: str) -> Any:
        """The document, once its ingest has ended."""

        def look() -> Any:
            found = self.ask(f"/v1/documents/{document}").value
            return found if found["status"] in ENDS else None

        return until(look, "the document has ended", 2 * HANG_SECONDS, pause=0.2)


@dataclass
class Neighbour:
    """Looks at pages and uploads documents of its own, again and again; keeps the longest that each took."""

    tenant: Tenant
    folder: Path
    pages: str
    picture_seconds: float = 0.0
    upload_seconds: float = 0.0
    rounds: int = 0
    """Whole ones, so far."""
    faults: list[str] = field(default_factory=list)

    def go_on(self, stop: threading.Event) -> None:
        from tests.support.pdfs import manual

        while not stop.is_set():
            began = time.monotonic()
            picture = self.tenant.ask(
                f"/v1/documents/{self.pages}/pages/1/image?dpi={50 + self.rounds % 200}"
            )
            self.picture_seconds = max(self.picture_seconds, time.monotonic() - began)
            if picture.status != 200:
                self.faults.append(f"picture {picture.status}")
            file = manual(self.folder / f"own-{self.rounds}.pdf", 2, first_fact=self.rounds)
            file.write_bytes(file.read_bytes() + b"%%%d\n" % time.monotonic_ns())
            began = time.monotonic()
            status = self.tenant.ended(self.tenant.upload(file))["status"]
            self.upload_seconds = max(self.upload_seconds, time.monotonic() - began)
            if status != "ready":
                self.faults.append(f"upload {status}")
            self.rounds += 1
            stop.wait(0.5)


@dataclass
class Besieged:
    """The server, who attacks it, and whom that must not disturb."""

    server: Server
    process: psutil.Process
    attacker: Tenant
    neighbour: Tenant
    folder: Path
    pages: str = ""

    def readers(self) -> int:
        """How many processes read PDFs for the server now."""
        found = 0
        for child in self.process.children():
            with suppress(psutil.NoSuchProcess):  # a process that has ended is none
                found += "app.pdf.child" in child.cmdline()
        return found

    @contextmanager
    def watched(self) -> Iterator[Neighbour]:
        """The neighbour at work for as long as the context lasts, and one round at least."""
        neighbour = Neighbour(self.neighbour, self.folder, self.pages)
        stop = threading.Event()
        at_work = threading.Thread(target=neighbour.go_on, args=(stop,))
        at_work.start()
        try:
            yield neighbour
        finally:
            stop.set()
            at_work.join()


@contextmanager
def besieged(folder: Path, settings: dict[str, str]) -> Iterator[Besieged]:
    """A server with these settings, and a first document of the neighbour's."""
    from tests.support.pdfs import manual

    environment = {"JWT_SECRET_KEY": SECRET, "KB_OCR": "off", "OMP_NUM_THREADS": "2", **settings}
    with serving(folder / "data", environment={**os.environ, **environment}) as server:
        found = Besieged(
            server,
            psutil.Process(server.process.pid),
            Tenant(server.url, "attacker"),
            Tenant(server.url, "neighbour"),
            folder,
        )
        found.pages = found.neighbour.upload(manual(folder / "first.pdf", 3))
        assert found.neighbour.ended(found.pages)["status"] == "ready"
        yield found
