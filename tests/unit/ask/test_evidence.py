"""Whether the passages found are enough to answer from."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.adapters.embedded.models import E5
from app.ask.evidence import is_enough
from app.ask.likeness import cosine, likeness
from app.core.passage import Hit
from tests.support.chunks import chunk
from tests.support.pdfs import manual

if TYPE_CHECKING:
    from app.compose import Embedded

FOREIGN = (
    "What is the capital of France?",
    "Who wrote Romeo and Juliet?",
    "How long do I boil an egg?",
    "Which spices go into a Thai green curry?",
    "What is a good recipe for lasagne?",
    "Who won the football world cup in 1998?",
    "How do I teach my dog to sit?",
    "How far is the moon from the earth?",
    "How many strings does a violin have?",
    "When did the dinosaurs die out?",
)

ANSWERABLE = (
    "How long is the warranty period?",
    "warranty",
    "What does the pump weigh?",
    "Where is the pump tested? Answer in one sentence.",
    "At which temperature may the pump be operated?",
    "How often are gaskets replaced?",
    "Is the supply switched off before work begins?",
    "Who carries out maintenance?",
)


def hit(text: str, similarity: float | None) -> Hit:
    return Hit(chunk(text), score=1.0, similarity=similarity)


def test_nothing_found_is_not_enough() -> None:
    assert not is_enough("How heavy is the pump?", [])


def test_a_similar_passage_is_enough_and_so_is_a_less_similar_one_with_all_the_words() -> None:
    question = "How heavy is the pump?"
    assert is_enough(question, [hit("Something else.", 0.1), hit("It weighs 41 kg.", 0.85)])
    assert is_enough(question, [hit("The heavy pumps are blue.", 0.25)])
    assert not is_enough(question, [hit("It is blue.", 0.25)])
    assert not is_enough(question, [hit("A heavy valve.", 0.1)])


def test_a_passage_that_waits_for_its_vector_is_judged_by_its_words() -> None:
    question = "How heavy is the Meridian pump?"
    assert is_enough(question, [hit("The Meridian pump has 41 kg.", None)])
    assert not is_enough(question, [hit("The pump is blue.", None)])


def test_a_passage_in_another_language_is_judged_by_its_meaning_alone() -> None:
    english = "The warranty period of this pump is two years from the day of delivery."
    asked = "Wie lange dauert die Garantie für diese Pumpe nach der Lieferung?"
    assert is_enough(asked, [hit(english, 0.3)])
    assert is_enough("Сколько длится гарантия на этот насос?", [hit(english, 0.3)])
    assert not is_enough(asked, [hit(english, 0.2)])
    german = "Die Rechnung ist nach dem Erhalt der Ware in zehn Tagen zu bezahlen."
    assert not is_enough("Wie lange dauert die Reise zu dem Mond?", [hit(german, 0.3)])


@pytest.fixture(scope="module")
def pump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    from app.compose import embedded
    from app.settings import Settings

    folder: Path = tmp_path_factory.mktemp("evidence")
    program = embedded(Settings(data_folder=folder / "data"))
    content = manual(folder / "pump.pdf", pages=5).read_bytes()
    program.knowledge_base.uploads.upload("us", "pump.pdf", io.BytesIO(content))
    program.worker.drain()
    yield program
    program.close()


@pytest.mark.parametrize("question", FOREIGN)
def test_a_question_that_has_nothing_to_do_with_the_documents_finds_too_little(
    pump: Embedded, question: str
) -> None:
    assert not is_enough(question, pump.knowledge_base.questions.search("us", question))


@pytest.mark.parametrize("question", ANSWERABLE)
def test_a_question_that_the_documents_answer_finds_enough(pump: Embedded, question: str) -> None:
    assert is_enough(question, pump.knowledge_base.questions.search("us", question))


@pytest.mark.parametrize(
    "question",
    ["谁写了歌剧《卡门》？", "华沙有多少人口？", "哪条河流经维也纳？", "定居者为什么离开了这个岛？"],
)
def test_what_a_library_in_chinese_does_not_hold_is_not_enough_there_either(question: str) -> None:
    """In Chinese all texts are nearer to each other, with the local model, than in other languages."""
    model = E5()
    texts = [
        "水泵的保修期是两年。",
        "每月应给水泵加一次润滑油。",
        "该水泵重四十一公斤。",
        "电机在安装前必须断电。",
    ]

    def found(asked: str) -> list[Hit]:
        query, vectors = model.query(asked), model.documents(texts)
        alike = [
            likeness(cosine(query, vector), model, asked, text)
            for text, vector in zip(texts, vectors, strict=True)
        ]
        return [hit(text, similarity) for text, similarity in zip(texts, alike, strict=True)]

    assert not is_enough(question, found(question))
    assert is_enough("水泵的保修期多长？", found("水泵的保修期多长？"))
