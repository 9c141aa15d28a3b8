"""What every embedder does."""

from __future__ import annotations

import math

import pytest

from app.ask.likeness import cosine
from app.core.ports import Embedder
from tests.support.threads import at_once

SENTENCES = (
    "The pump's warranty lasts thirty-six months from delivery.",
    "Delivery of the pump starts its warranty of thirty-six months.",
    "Bananas ripen faster beside apples in a warm kitchen.",
)

ODD = ("", "   \n\t", "\0", "\ufffd\u200b", "🦜🦜🦜", "漢字と仮名", "x" * 900, "!" * 300)


def test_each_passage_gets_a_unit_vector_of_the_announced_length(embedder: Embedder) -> None:
    for vector in (*embedder.documents(SENTENCES), embedder.query("How long is the warranty?")):
        assert len(vector) == embedder.dimensions
        assert math.sqrt(cosine(vector, vector)) == pytest.approx(1.0, abs=1e-4)


def test_vectors_come_in_the_order_of_the_passages(embedder: Embedder) -> None:
    nouns = ("pumps", "valves", "pipes", "boilers", "gauges", "motors", "seals", "hoses", "tanks")
    texts = [f"Passage {n} speaks of {noun}. " * (1 + n % 4) for n, noun in enumerate(nouns)]
    together = embedder.documents(texts)
    for text, vector in zip(texts, together, strict=True):
        assert cosine(vector, embedder.documents([text])[0]) == pytest.approx(1.0, abs=1e-3)
    assert len({tuple(vector) for vector in together}) == len(texts)


def test_similar_sentences_are_nearer_than_foreign_ones(embedder: Embedder) -> None:
    one, same, foreign = embedder.documents(SENTENCES)
    assert cosine(one, same) > cosine(one, foreign) + 0.1


def test_a_question_is_nearest_to_the_passage_that_answers_it(embedder: Embedder) -> None:
    question = embedder.query("How long is the warranty of the pump?")
    one, same, foreign = embedder.documents(SENTENCES)
    assert min(cosine(question, one), cosine(question, same)) > cosine(question, foreign)


def test_a_question_is_as_near_to_foreign_passages_as_the_model_says_unrelated_texts_are(
    embedder: Embedder,
) -> None:
    question = embedder.query("How long is the warranty of the pump?")
    one, same, foreign = (cosine(question, vector) for vector in embedder.documents(SENTENCES))
    assert foreign == pytest.approx(embedder.unrelated, abs=0.15)
    assert min(one, same) > embedder.unrelated + 0.25 * (1 - embedder.unrelated)


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    assert embedder.query(SENTENCES[0]) == embedder.query(SENTENCES[0])


@pytest.mark.parametrize("text", ODD)
def test_odd_text_has_a_vector_too(embedder: Embedder, text: str) -> None:
    alone, _ = embedder.documents([text, SENTENCES[0]])
    asked = embedder.query(text)
    assert math.sqrt(cosine(alone, alone)) == pytest.approx(1.0, abs=1e-4)
    assert all(map(math.isfinite, asked))


def test_a_passage_longer_than_the_model_takes_is_cut(embedder: Embedder) -> None:
    long = "The warranty of the pump lasts thirty-six months. " * 80
    vector, near, foreign = embedder.documents([long, SENTENCES[0], SENTENCES[2]])
    assert cosine(vector, near) > cosine(vector, foreign)


def test_no_passages_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.documents([]) == []


def test_threads_do_not_disturb_each_other(embedder: Embedder) -> None:
    texts = [f"{sentence} {number}" for number in range(2) for sentence in SENTENCES]
    alone = embedder.documents(texts)
    at_the_same_time = at_once([lambda: embedder.documents(texts)] * 3)
    for vectors in at_the_same_time:
        for one, other in zip(alone, vectors, strict=True):
            assert cosine(one, other) == pytest.approx(1.0, abs=1e-4)


def test_a_usable_model_passes_its_check(embedder: Embedder) -> None:
    embedder.check()
    assert embedder.model
