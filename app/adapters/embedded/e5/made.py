"""The graph's file: made once, beside the environment, and verified whenever it is loaded.

``python -m app.adapters.embedded.e5.made`` makes it beforehand, as the set-up does.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from app.adapters.embedded.e5.graph import make_graph
from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.private import FILE_MODE, make_folders
from app.adapters.embedded.verified import PART, verify
from app.core.errors import Unavailable

NAME = "multilingual-e5-small-int8.onnx"

SHARED_MODE = 0o644

SHA256 = "fa0b37505ae9bec4e8474fe2e8b379b810d04ff931e0fcf682c52bb8ce485101"
"""Of what ``make_graph`` makes of the weights, on every machine."""

BESIDE_THE_ENVIRONMENT = Path(sys.prefix) / "share" / "knowledge-base"


def graph_file(weights: Weights, folder: Path | None = None) -> Path:
    """Return where the graph's file is; it is made if it is not there, or is not the expected.

    It is kept beside the environment, or in ``folder`` if nothing can be written there. Raises
    ``Unavailable`` if it can be written nowhere.
    """
    folders = [each for each in (BESIDE_THE_ENVIRONMENT, folder) if each is not None]
    for each in folders:
        with suppress(Unavailable):
            verify(each / NAME, SHA256)
            return each / NAME
    content = make_graph(weights)
    for each in folders:
        with suppress(OSError):
            _write(each / NAME, content, shared=each == BESIDE_THE_ENVIRONMENT)
            verify(each / NAME, SHA256)
            return each / NAME
    raise Unavailable(f"{NAME} of the embedding model can be written nowhere: {folders[-1]}.", PART)


def _write(path: Path, content: bytes, *, shared: bool) -> None:
    """Write the file, readable for everybody where it is ``shared``: whoever set the environment up may be
    somebody else than who runs the program. The data folder is its owner's alone."""
    if shared:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        make_folders(path.parent)
    # Several processes may make it at once: each writes its own, and the last one stays.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(SHARED_MODE if shared else FILE_MODE)
    Path(file.name).replace(path)


if __name__ == "__main__":
    graph_file(Weights(weights_file()))
