"""Objects written to Weaviate one by one and in batches, each tried again while that may help.

A batch can succeed in part, and every object has a result of its own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from app.adapters.weaviate.collections import NOT_EMBEDDED
from app.adapters.weaviate.server import FULL, PART, says_full
from app.core.counting import format_count
from app.core.errors import OutOfSpace, Unavailable

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from weaviate.collections import Collection
    from weaviate.collections.classes.filters import _Filters

    from app.core.passage import Vector

TRIES = 4
FIRST_PAUSE = 0.2
"""Seconds before the second try, doubled for each further one."""

WRITERS = 8
"""Objects that are changed at the same time."""

PASSING = (408, 429, 500, 502, 503, 504)


def insert(collection: Collection[Any, Any], objects: Mapping[uuid.UUID, Mapping[str, Any]]) -> None:
    """Add objects, without vectors. Raises ``Unavailable`` if some are refused again and again."""
    from weaviate.classes.data import DataObject
    from weaviate.exceptions import WeaviateInsertManyAllFailedError

    left = [
        # Found by keyword from now on; vectors follow, and the mark tells which passages lack them.
        DataObject(properties={**each, "embedded": NOT_EMBEDDED}, uuid=uuid)
        for uuid, each in objects.items()
    ]
    for tried in range(TRIES):
        if not left:
            return
        _pause(tried)
        try:
            errors = collection.data.insert_many(left).errors
        except WeaviateInsertManyAllFailedError as error:
            _raise_if_full(str(error))
            continue
        _raise_if_full(*(error.message for error in errors.values()))
        # Only those that were refused: the others are in the index already.
        left = [left[index] for index in errors]
    if left:
        raise Unavailable(
            f"The index does not take {len(left):,} of {format_count(len(objects), 'passage')}.", PART
        )


def _raise_if_full(*said: str) -> None:
    if any(map(says_full, said)):
        raise OutOfSpace(FULL, PART)


def merge(
    collection: Collection[Any, Any],
    uuid: uuid.UUID,
    values: Mapping[str, Any],
    vectors: Mapping[str, Vector] | None = None,
) -> Callable[[], None]:
    """Return a write that changes some properties or vectors of an object that may be deleted meanwhile."""
    return partial(_change, partial(collection.data.update, uuid, values, vector=vectors))


def replace(
    collection: Collection[Any, Any],
    uuid: uuid.UUID,
    values: Mapping[str, Any],
    vectors: Mapping[str, Vector],
) -> Callable[[], None]:
    """Return a write that changes an object that may be deleted meanwhile, and drops the vectors that are
    not named."""
    return partial(_change, partial(collection.data.replace, uuid, values, vector=vectors))


def at_once(changes: Iterable[Callable[[], None]]) -> None:
    """Make changes, several at the same time. After an error no further one is begun."""
    with ThreadPoolExecutor(WRITERS) as pool:
        begun = [pool.submit(change) for change in changes]
        try:
            for each in begun:
                each.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def delete(collection: Collection[Any, Any], where: _Filters) -> int:
    """Delete all objects that match, however many; their number. Weaviate deletes 10,000 at a time."""
    deleted, failures = 0, 0
    while True:
        result = collection.data.delete_many(where=where)
        deleted += result.successful
        failures = failures + 1 if result.failed else 0
        # Asked until nothing is left: more may match than one call deletes.
        if result.successful == result.matches:
            return deleted
        if failures == TRIES:
            raise Unavailable(
                f"The index keeps {format_count(result.failed, 'passage')} that should be deleted.", PART
            )
        _pause(failures)


def _change(change: Callable[[], None]) -> None:
    from weaviate.exceptions import UnexpectedStatusCodeError

    for tried in range(TRIES):
        _pause(tried)
        try:
            return change()
        except UnexpectedStatusCodeError as error:
            # Deleted meanwhile: whoever deleted it wins.
            if error.status_code == 404 or "no object with id" in str(error):
                return None
            if error.status_code not in PASSING or tried == TRIES - 1:
                raise
    return None


def _pause(tried: int) -> None:
    """Sleep before each retry, with jitter so that threads do not retry together."""
    if tried:
        time.sleep(FIRST_PAUSE * 2.0 ** (tried - 1) * random.uniform(0.5, 1.0))  # noqa: S311
