"""The versions of a function that were published, and the alias that says which one serves.

What a version needs is kept with it: its image (by digest) and its environment are Lambda's copy of the day
it was published, and its description says the commit and the version of the index's schema, as
``scripts/release`` wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy.terminal import Refused

ALIAS = "prod"

DESCRIPTION = re.compile(r"(?P<commit>[0-9A-Za-z_-]+)\.index(?P<schema>\d+)")


def description(commit: str, schema: int) -> str:
    """Return what a version says of itself."""
    return f"{commit}.index{schema}"


@dataclass(frozen=True, slots=True)
class Version:
    """A published version. ``image`` is its address by digest; ``published`` is UTC, to the minute."""

    number: int
    published: str
    description: str
    image: str
    variables: Mapping[str, str]

    @property
    def commit(self) -> str:
        """The commit it was built from, empty if it does not say."""
        found = DESCRIPTION.fullmatch(self.description)
        return found["commit"] if found else ""

    @property
    def schema(self) -> int | None:
        """The version of the index's schema that it works with, ``None`` if it does not say."""
        found = DESCRIPTION.fullmatch(self.description)
        return int(found["schema"]) if found else None

    @property
    def model(self) -> str:
        """The embedding model that it is set to, and its dimensions."""
        name = self.variables.get("OPENAI_EMBEDDING_MODEL") or "the default model"
        return f"{name}/{self.variables.get('OPENAI_EMBEDDING_DIMENSIONS') or 'default'}"

    def released_with(self, other: Version) -> bool:
        """Return whether another function's version came of the same release."""
        mine, its = self.variables.get("RELEASE"), other.variables.get("RELEASE")
        # Versions of before releases had ids: the commit and the schema then say which belong together.
        return mine == its if mine and its else self.description == other.description

    @property
    def repository(self) -> str:
        """The name of its image's repository."""
        return self.image.partition("@")[0].partition("/")[2]

    @property
    def digest(self) -> str:
        """Its image's digest."""
        return self.image.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Live:
    """The version that an alias points to; ``shifting`` means that another version gets a part of the
    calls."""

    number: int
    shifting: bool


class Function:
    """A function, through boto3's client of Lambda."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def versions(self) -> list[Version]:
        """Return all that were published, the newest first."""
        return [self.version(number) for number in self._numbers()]

    def newest(self) -> int:
        """Return the number of the one that was published last. Raises ``Refused`` if none was."""
        numbers = self._numbers()
        if not numbers:
            raise Refused(f"No version of {self.name} was published.")
        return numbers[0]

    def _numbers(self) -> list[int]:
        pages = self._client.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        names = [each["Version"] for page in pages for each in page["Versions"]]
        # As numbers: as texts 10 would stand before 9.
        return sorted((int(name) for name in names if name != "$LATEST"), reverse=True)

    def version(self, number: int) -> Version:
        """Return one of them."""
        found = self._client.get_function(FunctionName=self.name, Qualifier=str(number))
        settings, code = found["Configuration"], found["Code"]
        return Version(
            number,
            settings["LastModified"][:16].replace("T", " "),
            settings.get("Description", ""),
            # A tag may be another image by now; the digest is the one that runs.
            code["ImageUri"] if "@" in code["ImageUri"] else code["ResolvedImageUri"],
            settings.get("Environment", {}).get("Variables", {}),
        )

    def live(self) -> Live | None:
        """Return what the alias points to, ``None`` if there is no alias yet."""
        try:
            found = self._client.get_alias(FunctionName=self.name, Name=ALIAS)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return Live(int(found["FunctionVersion"]), bool(weights))

    def point(self, number: int) -> None:
        """Point the alias to a version, for all calls."""
        self._client.update_alias(
            FunctionName=self.name,
            Name=ALIAS,
            FunctionVersion=str(number),
            # Without it a shift that is under way would go on, and send calls to the version that is to be
            # left.
            RoutingConfig={"AdditionalVersionWeights": {}},
        )

    def call_alias(self, path: str) -> tuple[int, Any]:
        """Return the version that the alias gave a GET of API Gateway to, and what that answers."""
        return self._invoke_version(ALIAS, path)

    def get(self, number: int, path: str) -> Any:
        """Return what a version answers to a GET of API Gateway, before any client reaches it: the Lambda
        response, or an object with ``errorMessage`` where the function itself fails."""
        return self._invoke_version(str(number), path)[1]

    def _invoke_version(self, qualifier: str, path: str) -> tuple[int, Any]:
        answer = self._client.invoke(
            FunctionName=self.name, Qualifier=qualifier, Payload=json.dumps(_event(path)).encode()
        )
        executed = answer.get("ExecutedVersion", "")
        return int(executed) if executed.isdecimal() else 0, json.load(answer["Payload"])


def _event(path: str) -> dict[str, Any]:
    """Return an event of API Gateway (payload format 2.0)."""
    http = {
        "method": "GET",
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "deploy",
    }
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "localhost"},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "deploy",
            "domainName": "localhost",
            "http": http,
            "requestId": "deploy",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "isBase64Encoded": False,
    }
