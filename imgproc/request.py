"""An event that keeps to the contract, as a value."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from imgproc.errors import EventRefused

Operation = Literal["extract_images", "render_pages"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request. Page numbers count from 0; one of the two sources is set."""

    operation: Operation
    page_numbers: tuple[int, ...]
    file_bytes_base64: str | None = None
    file_url: str | None = None
    first_index: int = 0
    dpi: float = 150
    format: Literal["jpeg", "png"] = "jpeg"
    quality: int = 80
    jpx: bool = False
    output_urls: tuple[str, ...] = ()
    trace: str = ""


def parse(event: object) -> Request:
    """Return the request that an event makes. Raises ``EventRefused`` with the field that is wrong."""
    if not isinstance(event, dict):
        raise EventRefused("bad_request", "The event must be an object.")
    operation = str(event.get("operation"))
    if operation not in get_args(Operation):
        raise EventRefused(
            "unknown_operation", f"The operation must be one of: {', '.join(get_args(Operation))}."
        )
    _check(operation, event)
    # JSON knows one kind of number: 1.0 is an integer to the contract, but not to what follows.
    whole = {name: int(event[name]) for name in ("first_index", "quality") if name in event}
    numbers, urls = tuple(map(int, event["page_numbers"])), tuple(event.get("output_urls", ()))
    return Request(**{**event, **whole, "page_numbers": numbers, "output_urls": urls})


def _check(operation: str, event: dict[str, Any]) -> None:
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(operation)(event)
    except JsonSchemaValueException as error:
        if error.rule == "oneOf":
            raise EventRefused("bad_request", "Give either file_bytes_base64 or file_url.") from None
        text = error.message.removeprefix("data.")
        raise EventRefused("bad_request", f"The event does not fit the contract: {text}.") from None


@lru_cache(maxsize=2)
def _validator(operation: str) -> Callable[[object], object]:
    import fastjsonschema

    contract = json.loads((Path(__file__).parent / "contract.json").read_bytes())
    compiled: Callable[[object], object] = fastjsonschema.compile(
        {**contract, "$ref": f"#/$defs/{operation}"}, use_default=False
    )
    return compiled
