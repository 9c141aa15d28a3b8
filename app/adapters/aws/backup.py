"""Backup of AWS's stores into a folder while the program runs, and restore.

Rows are copied first: a file that is added meanwhile is superfluous in the copy, and none is missing. The
index is not part of it, because it can be rebuilt. Files that have not changed since an earlier backup
into the same folder are not copied again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from app.adapters.aws.clients import Clients
from app.adapters.aws.dynamodb.dynamo import Dynamo, Key
from app.adapters.aws.dynamodb.items import Item, decode_item, encode_item
from app.adapters.aws.files import S3Files
from app.adapters.backup_folder import AWS, Copied, check_backup, check_target, finish, write_whole
from app.core import keys
from app.core.errors import Conflict
from app.core.process.storage import close_folder, translate_errors

FILES = "files"
DIGESTS = "files.json"
"""The file of a backup that has the ETag of each copied object, by key."""

LEFT_OUT = (keys.OUTPUTS, keys.UPLOADS, keys.ARCHIVES)
"""Prefixes of temporary files, and of archives, which are copies themselves."""

DOCUMENTS, SESSIONS, MESSAGES = "documents", "chat-sessions", "chat-messages"
"""The tables, as a backup names them."""

PART = "database"


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores to copy: ``tables`` by the names that a backup gives them."""

    clients: Clients
    tables: Mapping[str, str]
    files: S3Files

    def back_up(self, target: Path) -> Copied:
        """Copy everything into ``target``, a new folder or one with an earlier copy.

        Raises ``BadRequest`` for a folder that holds something else. Needs the right to scan the tables.
        """
        check_target(target, AWS)
        with translate_errors("The backup's folder", "backup"):
            close_folder(target)
            for name in self.tables:
                write_whole(rows_file(target, name), partial(self._write, name))
            self._mirror(target)
            paths = [path for path in target.rglob("*") if path.is_file()]
            return finish(target, paths, AWS)

    def restore(self, backup: Path) -> Copied:
        """Restore files and rows. If interrupted, the next call continues.

        Raises ``BadRequest`` for a folder that is no such backup, ``Conflict`` if a table has rows that
        the backup lacks: existing data is never overwritten.
        """
        check_backup(backup, AWS)
        for name in self.tables:
            self._check_none_else(backup, name)
        with translate_errors("The backup's folder", "backup"):
            copied = [path for path in sorted((backup / FILES).rglob("*")) if path.is_file()]
            for path in copied:
                with path.open("rb") as file:
                    self.files.put(path.relative_to(backup / FILES).as_posix(), file)
        for name, table in self.tables.items():
            self._dynamo.fill(table, self._rows(backup, name))
        return Copied(len(copied), sum(path.stat().st_size for path in copied), 0.0, AWS)

    # -- rows ---------------------------------------------------------------------------------------------

    @property
    def _dynamo(self) -> Dynamo:
        return Dynamo(self.clients, PART)

    def _write(self, name: str, path: Path) -> None:
        write_rows(path, self._dynamo.every(self.tables[name]))

    def _rows(self, backup: Path, name: str) -> Iterator[Item]:
        with rows_file(backup, name).open(encoding="utf-8") as file:
            for line in file:
                yield decode_item(json.loads(line, object_hook=_bytes_again))

    def _check_none_else(self, backup: Path, name: str) -> None:
        ours = {Key(row["pk"], row["sk"]) for row in self._rows(backup, name)}
        if any(Key(row["pk"], row["sk"]) not in ours for row in self._dynamo.every(self.tables[name])):
            raise Conflict(
                f"The table {self.tables[name]} has rows that the backup has not: restore into new tables."
            )

    # -- files --------------------------------------------------------------------------------------------

    def _mirror(self, target: Path) -> None:
        """Make the copy's folder equal to the bucket, without temporary files."""
        before: dict[str, str] = {}
        if (target / DIGESTS).exists():
            before = json.loads((target / DIGESTS).read_text(encoding="utf-8"))
        there: dict[str, str] = {}
        for key, tag in self.files.tags():
            if key.startswith(LEFT_OUT):
                continue
            there[key] = tag
            path = target / FILES / key
            if before.get(key) != tag or not path.exists():
                self.files.fetch(key, path)
        for path in (target / FILES).rglob("*"):
            if path.is_file() and path.relative_to(target / FILES).as_posix() not in there:
                path.unlink()
        write_whole(target / DIGESTS, lambda part: part.write_text(json.dumps(there), encoding="utf-8"))


def rows_file(folder: Path, name: str) -> Path:
    """Return the file of a table's rows in a backup."""
    return folder / f"{name}.jsonl"


def write_rows(path: Path, items: Iterable[Item]) -> None:
    """Write rows, one a line."""
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            file.write(json.dumps(encode_item(item), default=bytes.hex) + "\n")


def _bytes_again(value: dict[str, Any]) -> dict[str, Any]:
    """Return a value of DynamoDB as it was before it was converted to JSON."""
    if set(value) == {"B"} and isinstance(value["B"], str):
        return {"B": bytes.fromhex(value["B"])}
    return value
