"""``scripts/bring_in``: PDFs of a folder or of a bucket into a running Knowledge Base."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.client import ENDS, Api
from deploy.terminal import FAILED, OK, Refused, run_command

ABOUT = """
Send PDFs to a running Knowledge Base and wait until they answer. Content that it has is not sent again: call
it once more to go on after an interruption. A source is a PDF, a folder, or s3://bucket/prefix, which is read
with your own AWS credentials and left as it is.

exit codes: 0 all are ready, 1 one is not or could not be sent, 2 wrong usage
"""

POLL_SECONDS = 2.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Send what the command line names; an exit code."""
    options = _options(arguments)
    api = Api(
        options.url, options.token or os.environ.get("KB_TOKEN", ""), time.monotonic() + options.seconds
    )
    try:
        # All are sent before one is waited for: the server reads them side by side.
        sent = {name: _send(api, name, content, options.tag) for name, content in pdfs(options.sources)}
        if not sent:
            raise Refused(f"there is no PDF in {', '.join(options.sources)}")
        states = [_wait_for_end(api, name, address) for name, address in sent.items()]
    finally:
        api.close()
    return OK if set(states) == {"ready"} else FAILED


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bring_in", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url", help="where it is: the stack's output KnowledgeBaseAPI")
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="a PDF, a folder, or s3://bucket/prefix")
    parser.add_argument(
        "--token", help="a bearer token of a user who may add documents (or KB_TOKEN; `kb token` mints one)"
    )
    parser.add_argument(
        "--tag", action="append", default=[], help="a tag of the documents; may be given several times"
    )
    parser.add_argument(
        "--seconds", type=float, default=3600, help="for so long it waits in all (default 3600)"
    )
    return parser.parse_args(arguments)


def pdfs(sources: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each PDF, one in memory at a time. Raises ``Refused`` for what is not there."""
    for source in sources:
        if source.startswith("s3://"):
            yield from _in_bucket(source)
        elif Path(source).is_dir():
            below = (each for each in Path(source).rglob("*") if each.suffix.lower() == ".pdf")
            # Sorted, so that a second call goes the same way and its output can be compared.
            for path in sorted(below):
                yield path.relative_to(source).as_posix(), path.read_bytes()
        elif Path(source).is_file():
            yield Path(source).name, Path(source).read_bytes()
        else:
            raise Refused(f"there is no {source}")


def _in_bucket(source: str) -> Iterator[tuple[str, bytes]]:
    import boto3

    place = urlsplit(source)
    prefix = place.path.removeprefix("/")
    client = boto3.client("s3")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=prefix):
        for found in page.get("Contents", ()):
            if found["Key"].lower().endswith(".pdf"):
                content = client.get_object(Bucket=place.netloc, Key=found["Key"])["Body"].read()
                yield found["Key"].removeprefix(prefix).removeprefix("/") or found["Key"], content


def _send(api: Api, name: str, content: bytes, tags: Sequence[str]) -> str | None:
    """Return where the document is, once it is queued; ``None`` where it is refused."""
    announcement = {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        # A file that has changed since the last call is a new version, not a second document.
        "if_exists": "version",
        "tags": list(tags),
    }
    try:
        announced: dict[str, Any] = api.json("POST", "v1/documents/uploads", announcement)
        address = f"v1/documents/{announced['document']['id']}"
        if announced["upload"]:
            api.post_file(announced["upload"], content)
            api.json("POST", f"{address}/ingest", {"version": announced["version"]})
    except Refused as error:
        # The others are sent all the same; the exit code tells at the end.
        print(f"{'refused':9} {name}: {error}", flush=True)
        return None
    print(f"{'sent' if announced['upload'] else 'known':9} {name}", flush=True)
    return address


def _wait_for_end(api: Api, name: str, address: str | None) -> str:
    """Return how it ended; what is still under way when the time is over is told as it is."""
    if address is None:
        return "refused"
    while (found := api.json("GET", address))["status"] not in ENDS and time.monotonic() < api.deadline:
        time.sleep(POLL_SECONDS)
    why = (found["reason"] or {}).get("message", "")
    print(f"{found['status']:9} {name}{': ' if why else ''}{why}", flush=True)
    return str(found["status"])


if __name__ == "__main__":
    sys.exit(run_command(main, "bring_in"))
