"""Writes a graph in ONNX's format (https://onnx.ai/onnx/repo-docs/IR.html): the few messages of its protocol
buffers that a graph of ours needs. The library for it has 31 MB, and would be there for this one file.

The same graph gives the same bytes, whichever versions are installed: its hash can be known beforehand.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLOAT, INT8, INT64 = 1, 3, 7
"""``TensorProto.DataType``."""

TYPES = {"float32": FLOAT, "int8": INT8, "int64": INT64}

IR_VERSION, OPERATORS = 9, 20
"""Versions of the format and of the operators: 20 is the first with ``Gelu``."""

ONNX_RUNTIME, ITS_OPERATORS = "com.microsoft", 1
"""The operators that ONNX Runtime has beside the standard's, and their version."""

_FLOAT_ATTRIBUTE, _INT_ATTRIBUTE, _INTS_ATTRIBUTE, _STRING_ATTRIBUTE = 1, 2, 7, 3


@dataclass(slots=True)
class Graph:
    """A graph as it grows: ``add`` gives the name of what a node puts out, for the nodes behind it."""

    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _tensors: list[bytes] = field(default_factory=list)

    def tensor(self, name: str, values: NDArray[Any]) -> str:
        """Keep a constant, and return its name."""
        dimensions = b"".join(_number(1, size) for size in values.shape)
        content = _number(2, TYPES[str(values.dtype)]) + _text(8, name) + _bytes(9, values.tobytes())
        self._tensors.append(dimensions + content)
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes: Any) -> Any:
        """Add a node; the name of its output, or the names where it has several."""
        names = [f"{operator}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(
            b"".join(_text(1, each) for each in inputs)
            + b"".join(_text(2, each) for each in names)
            + _text(4, operator)
            + b"".join(_bytes(5, _attribute(*each)) for each in sorted(attributes.items()))
            + _text(7, domain)
        )
        return names[0] if outputs == 1 else names

    def file(self, given: tuple[str, Sequence[int | str]], out: tuple[str, Sequence[int | str]]) -> bytes:
        """Return the file: what the graph takes and gives, each with its shape, are floats."""
        graph = (
            b"".join(_bytes(1, node) for node in self._nodes)
            + _text(2, self.name)
            + b"".join(_bytes(5, tensor) for tensor in self._tensors)
            + _bytes(11, _value(*given))
            + _bytes(12, _value(*out))
        )
        versions = ("", OPERATORS), (ONNX_RUNTIME, ITS_OPERATORS)
        used = b"".join(_bytes(8, _text(1, domain) + _number(2, version)) for domain, version in versions)
        return _number(1, IR_VERSION) + _bytes(7, graph) + used


def _attribute(name: str, value: Any) -> bytes:
    if isinstance(value, float):
        return _text(1, name) + _key(2, 5) + struct.pack("<f", value) + _number(20, _FLOAT_ATTRIBUTE)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, _STRING_ATTRIBUTE)
    return _text(1, name) + b"".join(_number(8, each) for each in value) + _number(20, _INTS_ATTRIBUTE)


def _value(name: str, shape: Iterable[int | str]) -> bytes:
    dimensions = (_text(2, each) if isinstance(each, str) else _number(1, each) for each in shape)
    held = b"".join(_bytes(1, each) for each in dimensions)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, held)))


# -- protocol buffers' wire format (https://protobuf.dev/programming-guides/encoding/) ----------------------


def _key(number: int, kind: int) -> bytes:
    return _varint(number << 3 | kind)


def _number(number: int, value: int) -> bytes:
    return _key(number, 0) + _varint(value & 0xFFFFFFFFFFFFFFFF)


def _text(number: int, value: str) -> bytes:
    return _bytes(number, value.encode())


def _bytes(number: int, value: bytes) -> bytes:
    return _key(number, 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
