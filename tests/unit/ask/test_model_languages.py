"""What an embedding model reads is found by trying it, and what it does not read is found by words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pytest

from app.adapters.embedded.files import FolderFiles
from app.adapters.embedded.models import E5
from app.ask import model_languages
from app.ask.model_languages import ModelLanguages, TriedEmbedder, find_languages, unread_languages
from app.core.passage import Vector
from tests.support.openai_server import embedding

ALL = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")
GERMAN, ENGLISH, FRENCH = (
    "Wie schwer ist die Pumpe?",
    "How heavy is the pump?",
    "Quel est le poids de la pompe ?",
)
GREEK, CHINESE, JAPANESE, KOREAN = (
    "Πόσο ζυγίζει η αντλία;",
    "水泵有多重?",
    "ポンプの重さは?",
    "펌프의 무게는 얼마입니까?",
)

SENTENCES = Path(model_languages.__file__).with_name("sentence_pairs.txt")


class WordModel:
    """A model that compares words, whatever they mean."""

    model, dimensions, unrelated = "words", 64, 0.0
    unrelated_in: Mapping[str, float] = MappingProxyType({})

    def __init__(self, of: Callable[[str], Vector] | None = None) -> None:
        self._of = of or (lambda text: embedding(text, self.dimensions))

    def reads(self, text: str) -> bool:
        return True

    def documents(self, texts: Sequence[str], *, most_tokens: int | None = None) -> list[Vector]:
        return [self._of(text) for text in texts]

    def query(self, text: str) -> Vector:
        return self._of(text)

    def check(self) -> None:
        pass


def test_the_local_model_reads_all_languages_that_are_tried() -> None:
    found = find_languages(E5())
    assert found.read == ALL
    assert abs(found.unrelated - E5.unrelated) < 0.03  # which was chosen on questions and passages


def test_a_model_that_compares_words_reads_none() -> None:
    assert find_languages(WordModel()).read == ()


def test_a_model_that_knows_some_languages_reads_those() -> None:
    e5, lines = E5(), SENTENCES.read_text(encoding="utf-8").splitlines()
    known = {text for line in lines if line[:2] in ("de", "th") for text in line.split(" | ")}

    def compare(text: str) -> Vector:
        return e5.documents([text])[0] if text in known else embedding(text, e5.dimensions)

    assert find_languages(WordModel(compare)).read == ("de", "th")


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (ALL, (GERMAN, ENGLISH, FRENCH, GREEK, CHINESE, JAPANESE, KOREAN, "", "2024")),
        (("de", "en", "es", "ro", "tr", "vi"), (GERMAN, ENGLISH, FRENCH, "2024")),
        (("de", "en"), (GERMAN, ENGLISH)),
        (("zh",), (CHINESE, JAPANESE)),
        ((), ("", "2024")),
    ],
)
def test_texts_are_read_as_others_of_their_language_and_script_are(
    read: tuple[str, ...], texts: tuple[str, ...]
) -> None:
    found = ModelLanguages("some", read, 0.0)
    asked = (GERMAN, ENGLISH, FRENCH, GREEK, CHINESE, JAPANESE, KOREAN, "", "2024")
    assert {text for text in asked if found.reads(text)} == {*texts, "", "2024"}


def test_what_was_found_is_kept_for_other_processes(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "files", b"secret")
    model = TriedEmbedder(WordModel(), files)
    assert model.reads(GREEK)  # until it is tried
    assert model.try_languages().read == ()
    for each in (model, TriedEmbedder(WordModel(), files)):
        assert not each.reads(GREEK)
        assert unread_languages(each, [GREEK, CHINESE, ENGLISH, "2024"]) == {"el", "zh", "en"}
