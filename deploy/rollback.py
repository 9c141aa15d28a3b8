"""``scripts/rollback``: lists releases and rolls back to one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import samconfig
from deploy.ecr import Ecr
from deploy.samconfig import Environment
from deploy.stack import Stack, find_stack
from deploy.terminal import OK, Refused, run_command
from deploy.versions import ALIAS, Function, Version

ABOUT = """
Without VERSION: list the versions that were released, with the one that serves marked. With it: point the
alias prod of both functions back to it. Nothing is built, pushed or deployed, so that it takes seconds.

It is refused where the image is gone from ECR, where the index belongs to another embedding model or schema
than the version works with, or where the version does not start; what to do is said then.
"""

PRODUCTION = "production"

OTHER_MODEL = "holds vectors of"
"""The text of the program's ``/ready`` for an index with vectors of another model."""

BY_HAND = "aws lambda update-alias --function-name {name} --name {alias} --function-version {number}"


def main(arguments: Sequence[str] | None = None) -> int:
    """List the versions, or go back to one."""
    options = _options(arguments)
    session, stack = _choose_stack(options.env, options.config)
    way = Way.of(session, stack)
    if options.version is None:
        print(way.table())
    elif options.dry_run:
        way.check(options.version)
        print(f"{ALIAS} could go back to version {options.version}")
    else:
        way.back(options.version)
        print(f"{ALIAS} is at version {options.version}. Look at it with scripts/smoke {stack.url}")
    return OK


def _choose_stack(name: str | None, config: Path) -> tuple[Any, Stack]:
    """Return the stack of an environment; without a name that of production, or the only deployed one.
    Raises ``Refused`` with the existing environments otherwise."""
    wanted = samconfig.environment(name, config) if name else None
    there = {}
    for each in [wanted] if wanted else samconfig.environments(config):
        session = each.session()
        if stack := find_stack(session, each):
            there[each.name] = session, stack
    if wanted is None and there:
        chosen = PRODUCTION if PRODUCTION in there else next(iter(there))
        # Never another one by guess: whoever calls this without a name is in a hurry.
        if chosen == PRODUCTION:
            return there[chosen]
        if len(there) == 1:
            print(f"rollback: {chosen} ({there[chosen][1].name})", file=sys.stderr)
            return there[chosen]
    elif wanted and wanted.name in there:
        return there[wanted.name]
    raise Refused(_missing(wanted, config))


def _missing(wanted: Environment | None, config: Path) -> str:
    """Return what is not deployed, and what is."""
    others = {each.name: each.stack for each in samconfig.environments(config)}
    found = [
        f"{name} is ({stack}): --env {name}"
        for name, stack in others.items()
        if (wanted is None or name != wanted.name)
        and find_stack((it := samconfig.environment(name, config)).session(), it)
    ]
    told = f"The stack {wanted.stack} is not deployed" if wanted else f"No stack of {config.name} is deployed"
    if wanted is None and found:
        told = "Several stacks are deployed, and none for production"
    return f"{told}; {'; '.join(found)}." if found else f"{told}: run scripts/release."


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/rollback", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("version", nargs="?", type=int, metavar="VERSION", help="its number in the list")
    parser.add_argument(
        "--env",
        help="an environment of samconfig.toml (default production, or the only one that is deployed)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only look whether it could go back")
    parser.add_argument(
        "--config", type=Path, default=samconfig.FILE, metavar="FILE", help="another samconfig.toml"
    )
    return parser.parse_args(arguments)


@dataclass(frozen=True, slots=True)
class Way:
    """The way back in one stack."""

    main: Function
    image_processor: Function
    ecr: Ecr

    @classmethod
    def of(cls, session: Any, stack: Stack) -> Way:
        """In a deployed stack."""
        client = session.client("lambda")
        return cls(
            Function(client, stack.main), Function(client, stack.image_processor), Ecr(session.client("ecr"))
        )

    def table(self) -> str:
        """Return the versions as lines of text, the newest first; a star marks the one that serves."""
        live = self.main.live()
        rows = [("", "VERSION", "PUBLISHED", "COMMIT", "INDEX", "IMAGE")]
        for each in self.main.versions():
            mark = "*" if live and live.number == each.number else ""
            schema = "?" if each.schema is None else str(each.schema)
            index = f"{each.model}, schema {schema}"
            rows.append((mark, str(each.number), each.published, each.commit or "?", index, each.digest))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
        return "\n".join(lines)

    def back(self, number: int) -> None:
        """Point both functions' aliases to a version of the main function and what was released with it.

        Raises ``Refused`` if that would not work. Where it is already, nothing is done.
        """
        processor = self.check(number)
        if processor:
            self.image_processor.point(processor.number)
        self.main.point(number)

    def check(self, number: int) -> Version | None:
        """Return the image processor's version that belongs to one of the main function's, ``None`` if it
        need not change. Raises ``Refused`` if there is no way back to it."""
        live = self.main.live()
        known = {each.number: each for each in self.main.versions()}
        if number not in known:
            numbers = ", ".join(map(str, known)) or "none"
            raise Refused(f"There is no version {number} of {self.main.name}; there are {numbers}.")
        if live is None:
            raise Refused(f"{self.main.name} has no alias {ALIAS}.")
        # Else CodeDeploy would go on to shift calls to the version that is to be left.
        if live.shifting:
            raise Refused(
                f"{ALIAS} is just being shifted to another version. Stop that first, which goes back by "
                "itself: `aws deploy list-deployments --include-only-statuses InProgress`, then "
                "`aws deploy stop-deployment --auto-rollback-enabled --deployment-id ID`."
            )
        target = known[number]
        processor = self._processor_of(target)
        # The version that serves has shown that it works: a check could only refuse what is there.
        if number != live.number:
            for each in filter(None, (target, processor)):
                self._check_image(each, target)
            self._check_schema(target, known.get(live.number))
            self._check_index(target, known.get(live.number))
        return processor

    def _processor_of(self, target: Version) -> Version | None:
        """Return the newest version that was released with it."""
        for each in self.image_processor.versions():
            if each.released_with(target):
                return each
        return None

    def _check_image(self, version: Version, target: Version) -> None:
        if not self.ecr.holds(version.repository, version.digest):
            raise Refused(
                f"The image {version.image} of version {target.number} is gone from ECR. Build it anew: "
                f"`git checkout {target.commit or 'COMMIT'}`, then scripts/release."
            )

    def _check_schema(self, target: Version, live: Version | None) -> None:
        if target.schema is None:
            by_hand = BY_HAND.format(name=self.main.name, alias=ALIAS, number=target.number)
            raise Refused(
                f"Version {target.number} does not say which index it works with, since scripts/release did "
                f"not make it. If you know that it fits: `{by_hand}`."
            )
        if live and live.schema is not None and live.schema != target.schema:
            raise Refused(
                f"Version {target.number} works with schema {target.schema} of the index, which is now of "
                f"schema {live.schema}. Release a commit that mends what is wrong, on top of {live.commit}."
            )

    def _check_index(self, target: Version, live: Version | None) -> None:
        """Ask the version itself: it knows whether the vectors in the index are of its model. Where the index
        does not answer, it is taken to be that of the version that serves."""
        parts = self._parts(target)
        index = parts.get("index", "")
        told = index if OTHER_MODEL in index else ""
        if index != "ok" and live and live.model != target.model:
            told = told or f"The index cannot be asked, and version {live.number} uses {live.model}."
        if told:
            raise Refused(
                f"Version {target.number} works with the vectors of {target.model}. {told} On AWS that "
                f"means: release commit {target.commit} anew, with the index's model as EmbeddingModel and "
                "EmbeddingDimensions in samconfig.toml."
            )
        for part, state in parts.items():
            if state != "ok":
                print(f"rollback: {part}: {state}", file=sys.stderr)

    def _parts(self, target: Version) -> dict[str, str]:
        answer = self.main.get(target.number, "/ready")
        if "statusCode" not in answer:
            told = answer.get("errorMessage", answer) if isinstance(answer, dict) else answer
            raise Refused(f"Version {target.number} does not start: {told}")
        parts: dict[str, str] = json.loads(answer["body"]).get("parts", {})
        return parts


if __name__ == "__main__":
    sys.exit(run_command(main, "rollback"))
