"""What the start of the image processor needs is there before it starts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "module", ["pymupdf.mupdf", "pypdfium2_raw.bindings", "imgproc.handler", "app.pdf.child"]
)
def test_what_confined_processes_load_is_compiled_with_the_environment(module: str) -> None:
    """They write nothing, and would compile it anew at each start: over a second for PyMuPDF."""
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    assert Path(importlib.util.cache_from_source(found.origin)).exists()
