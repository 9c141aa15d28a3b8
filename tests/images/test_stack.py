"""``docker compose up``: how its containers run, what it keeps, and what it does while a part is down."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.support.functions import ROOT, docker
from tests.support.http import Answer, ask, send, until
from tests.support.pdfs import FACTS, FILLER, manual, write_page
from tests.support.pictures import jpeg, noise, picture
from tests.support.stack import Stack
from tests.support.uploads import address_of, ended, uploaded

pytestmark = pytest.mark.slow

FUNCTIONS = {"main-api": 3008, "queue-worker": 3008, "image-processor": 2048}

PAGES = 160
PICTURED = 4


def illustrated(folder: Path, number: int) -> Path:
    """A manual of ``PAGES`` pages, the last of them on pictures: another one for each number."""
    path = folder / f"pump-{number}.pdf"
    canvas = Canvas(str(path), invariant=1)
    for page in range(1, PAGES + 1):
        if page > PAGES - PICTURED:
            picture(canvas, jpeg(noise(400, 400)), (0, -440, 595, 400))
        write_page(canvas, f"{number}.{page}. Chapter {page}", [FACTS[page % 5], *FILLER])
    canvas.save()
    return path


@pytest.fixture
def known(stack: Stack, tmp_path: Path) -> str:
    """The address of a document that is ready."""
    address = address_of(stack.url, uploaded(stack.url, manual(tmp_path / "pump.pdf", 5)))
    assert ended(address)["status"] == "ready"
    return address


# -- how it runs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", FUNCTIONS)
def test_a_function_runs_as_in_lambda(stack: Stack, service: str) -> None:
    (container,) = stack.containers(service)
    (found,) = json.loads(docker("inspect", container))
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["Memory"] == host["MemorySwap"] == FUNCTIONS[service] << 20
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert list(host["Tmpfs"]) == ["/tmp"]
    assert host["IpcMode"] == "none"
    assert found["Config"]["User"] == "993:990"
    assert not any(mount["RW"] for mount in found["Mounts"])


def test_only_loopback_reaches_it_and_only_the_gateway_and_the_files(stack: Stack) -> None:
    places = {}
    for service in stack.compose("ps", "--services").split():
        (found,) = json.loads(docker("inspect", *stack.containers(service)))
        bound = (found["HostConfig"]["PortBindings"] or {}).values()
        places[service] = {each["HostIp"] for publications in bound for each in publications}
    assert {service: hosts for service, hosts in places.items() if hosts} == {
        "gateway": {"127.0.0.1"},
        "s3": {"127.0.0.1"},
    }


SEEN = """
import concurrent.futures, json, socket, urllib.error, urllib.request
def sees(place):
    host, port = place.split(":")
    try:
        socket.create_connection((host, int(port)), 2).close()
    except OSError:
        return None
    try:
        return urllib.request.urlopen(f"http://{place}/", data=b"{}", timeout=15).status
    except urllib.error.HTTPError as error:
        return error.code
places = ["s3:7070", "gateway:8000", "gateway:9001", "main-api:8080", "queue-worker:8080", "weaviate:8080",
          "dynamodb:8000", "queue:9324", "model-server:8000", "1.1.1.1:443"]
with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:  # a name that is unknown takes seconds
    print(json.dumps(dict(zip(places, pool.map(sees, places)))))
"""
"""What a process in a container reaches, by the status of what answers; ``null`` where nothing does."""


def test_the_image_processor_reaches_the_file_store_and_nothing_else(stack: Stack) -> None:
    seen = json.loads(stack.compose("exec", "--no-TTY", "image-processor", "python3.11", "-c", SEEN))
    assert seen.pop("s3:7070") in (400, 403, 405)  # without a signature
    assert (seen.pop("gateway:8000"), seen.pop("gateway:9001")) == (403, 403)  # it takes no call of it
    assert set(seen.values()) == {None}, seen


def test_no_secret_stands_in_the_file_or_an_environment(stack: Stack) -> None:
    secret = stack.compose("exec", "gateway", "cat", "/secrets/jwt_secret_key")
    assert len(secret) == 64
    for service in ("main-api", "gateway", "s3"):
        (container,) = stack.containers(service)
        assert secret not in docker("inspect", container)
    assert secret not in stack.compose("config")


def test_a_web_page_from_elsewhere_is_nobody(stack: Stack) -> None:
    assert ask(f"{stack.url}/v1/documents").status == 200
    assert ask(f"{stack.url}/v1/documents", headers={"Host": "evil.example"}).status == 401
    refused = ask(f"{stack.url}/v1/chat/sessions", b"{}", {"Origin": "https://evil.example"})
    assert refused.status == 401
    assert ask(f"{stack.url}/v1/documents", headers={"Authorization": "Bearer no"}).status == 401


@pytest.mark.parametrize(("origin", "allowed"), [("", True), ("https://evil.example", False)])
def test_the_page_and_no_other_may_post_to_the_bucket(stack: Stack, origin: str, allowed: bool) -> None:
    headers = {"Origin": origin or stack.url, "Access-Control-Request-Method": "POST"}
    answer = ask(f"http://localhost:{stack.s3_port}/knowledge-base", None, headers, "OPTIONS")
    assert (answer.headers["Access-Control-Allow-Origin"] is not None) == allowed


def test_the_web_page_is_served(stack: Stack) -> None:
    page = ask(stack.url + "/")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert ask(stack.url + "/js/app.js").status == 200


# -- what it keeps ------------------------------------------------------------------------------------------


def test_all_is_kept_when_it_goes_down_and_what_was_under_way_goes_on(
    stack: Stack, known: str, tmp_path: Path
) -> None:
    session = send(f"{stack.url}/v1/chat/sessions", {"title": "kept"}).value["id"]
    begun = address_of(stack.url, uploaded(stack.url, illustrated(tmp_path, 1)))
    until(lambda: ask(begun).value["status"] == "running", "it is under way")
    stack.compose("down", "--timeout", "2")
    stack.up()
    assert ask(known).value["status"] == "ready"
    assert send(f"{stack.url}/v1/search", {"question": "warranty period"}).value["items"]
    assert ask(f"{stack.url}/v1/chat/sessions/{session}").value["title"] == "kept"
    assert ended(begun)["status"] == "ready"


# -- what it does without a part ----------------------------------------------------------------------------


def search(stack: Stack, _: str) -> Answer:
    return send(f"{stack.url}/v1/search", {"question": "warranty period"})


def listing(stack: Stack, _: str) -> Answer:
    return ask(f"{stack.url}/v1/documents")


def page(_: Stack, known: str) -> Answer:
    return ask(f"{known}/pages/1")


def again(_: Stack, known: str) -> Answer:
    return send(f"{known}/ingest", {})


def image(_: Stack, known: str) -> Answer:
    return ask(f"{known}/pages/1/image?dpi={50 + time.time_ns() % 50}")


OUTAGES: dict[str, tuple[set[str], Any, str]] = {
    "weaviate": ({"index"}, search, "index"),
    "dynamodb": ({"documents", "conversations"}, listing, "database"),
    "s3": ({"files"}, page, "files"),
    "queue": ({"jobs"}, again, "queue"),
    "model-server": ({"embedding model", "chat model"}, search, "embedding model"),
    "image-processor": ({"image processor"}, image, "image processor"),
}
"""By service: the parts that /ready says are down, a request that needs it, and its name in the answer."""

GOES_ON = {"model-server"}
"""What a search goes on without, by words, and says so."""


@pytest.mark.parametrize("service", OUTAGES)
def test_without_a_part_requests_fail_fast_and_name_it_and_an_ingest_goes_on_when_it_is_back(
    stack: Stack, known: str, service: str, tmp_path: Path
) -> None:
    parts, request, name = OUTAGES[service]
    path = illustrated(tmp_path, 2 + list(OUTAGES).index(service))
    begun = address_of(stack.url, uploaded(stack.url, path))
    with stack.without(service):
        answer = request(stack, known)  # its own: after 30 seconds the gateway would give another
        if service in GOES_ON:
            assert answer.status == 200
            assert name in answer.value["note"].lower()
        else:
            assert (answer.status, answer.value["code"]) == (503, "unavailable")
            assert name in answer.value["detail"].lower()
        readiness = ask(f"{stack.url}/ready")
        assert readiness.status == 503
        assert {part for part, state in readiness.value["parts"].items() if state != "ok"} == parts
    document = ended(begun)
    assert (document["status"], document["pages_done"]) == ("ready", PAGES)
    assert ended(known)["status"] in (
        "ready",
        "failed",
    )  # what could not be queued says so, and waits for nobody
    ask(begun, method="DELETE")


# -- the index is lost ---------------------------------------------------------------------------------------

QUESTION = {"question": "What is the warranty period?"}
COMMAND = re.compile(r"^curl -X POST http://localhost:8000(/v1/maintenance/reindex)$", re.MULTILINE)


def asked(stack: Stack) -> Answer:
    """A question in a conversation of its own."""
    session = send(f"{stack.url}/v1/chat/sessions", {"title": "lost"}).value["id"]
    return send(f"{stack.url}/v1/chat/sessions/{session}/messages", QUESTION)


def lose_the_index(stack: Stack) -> None:
    """Remove Weaviate's volume, and start it with a new one."""
    stack.compose("rm", "--force", "--stop", "weaviate")
    docker("volume", "rm", f"{stack.project}_weaviate")
    stack.compose("up", "--detach", "--wait", "--no-deps", "weaviate")


def test_a_lost_index_is_told_and_one_command_of_the_guide_brings_all_answers_back(
    stack: Stack, known: str
) -> None:
    before = ask(f"{stack.url}/v1/usage").value["chunks"]
    assert "thirty-six months" in asked(stack).value["answer"]["text"]
    lose_the_index(stack)
    told: list[str] = []

    def seen() -> bool:
        answer = asked(stack)
        assert (answer.status, answer.value["code"]) in ((503, "index_missing"), (503, "unavailable"))
        ready = ask(f"{stack.url}/ready")
        told.append(ready.value["parts"].get("passages", ""))
        return ready.status == 503 and "reindex" in told[-1]

    until(seen, "the loss is told")
    refused = send(f"{stack.url}/v1/search", QUESTION)
    assert (refused.status, refused.value["code"]) == (503, "index_missing")
    (listed,) = ask(f"{stack.url}/v1/documents").value["items"]
    assert listed["index_missing"]

    (path,) = COMMAND.findall((ROOT / "docs" / "guides" / "repair.md").read_text())
    assert ask(stack.url + path, method="POST").status == 202
    stack.wait()
    assert "thirty-six months" in asked(stack).value["answer"]["text"]
    state = ask(f"{stack.url}/v1/maintenance").value
    assert (state["running"], state["passages"], state["expected"]) == (0, before, before)
    assert ask(f"{stack.url}/v1/documents").value["items"][0]["index_missing"] is False


# -- a worker that is killed --------------------------------------------------------------------------------


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(stack: Stack, tmp_path: Path) -> None:
    path = illustrated(tmp_path, 10)
    undisturbed = ended(address_of(stack.url, uploaded(stack.url, path)))
    held = ask(f"{stack.url}/v1/usage").value["chunks"]
    ask(address_of(stack.url, undisturbed), method="DELETE")
    stack.up("--scale", "queue-worker=2")
    try:
        begun = address_of(stack.url, uploaded(stack.url, path))
        until(lambda: ask(begun).value["stage"] == "extract", "pages are being read")
        docker("kill", stack.containers("queue-worker")[0])
        document = ended(begun)
    finally:
        stack.up("--scale", "queue-worker=1")
    assert (document["status"], document["pages_done"]) == ("ready", PAGES)
    assert document["chunks"] == undisturbed["chunks"]
    assert ask(f"{stack.url}/v1/usage").value["chunks"] == held
    totals = ask(f"{begun}/report").value["totals"]
    assert (totals["pages"], totals["failed"]) == (PAGES, 0)
