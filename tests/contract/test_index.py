"""What every ``Index`` does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from app.adapters.index_model import FORMER
from app.core.document import VersionId
from app.core.errors import ModelChanged
from app.core.page import BlockKind
from app.core.passage import Chunk, Hit, IndexQuery, Vector
from app.core.ports import Index
from tests.support.chunks import chunk, unit
from tests.support.threads import at_once

EAST, NORTH, UP = unit(1, 0, 0, 0), unit(0, 1, 0, 0), unit(0, 0, 1, 0)

PUMP = chunk("The pump weighs forty-one kilograms.", ordinal=0)
VALVE = chunk("The valve opens at sixteen bar.", ordinal=1)
PAINT = chunk("The paint is applied in two layers.", ordinal=2)

OpenIndex = Callable[[str, int], Index]


def filled(index: Index) -> Index:
    """The three chunks with a direction each."""
    index.put("us", [PUMP, VALVE, PAINT])
    index.set_vectors("us", {PUMP.id: EAST, VALVE.id: NORTH, PAINT.id: UP})
    return index


def ids(hits: list[Hit]) -> list[str]:
    return [hit.chunk.id for hit in hits]


def by_words(index: Index, text: str, tenant: str = "us") -> list[str]:
    return ids(index.search(IndexQuery(tenant, text)))


def by_vector(index: Index, vector: Vector, tenant: str = "us") -> list[str]:
    return ids(index.search(IndexQuery(tenant, "", vector, alpha=1.0)))


def test_what_has_no_vector_is_counted_and_a_versions_chunks_are_named(index: Index) -> None:
    assert (
        index.unembedded_count(VersionId("us", "doc_1", 1)),
        index.chunk_ids(VersionId("us", "doc_1", 1)),
    ) == (0, [])
    filled(index)
    other = chunk("The hose is two metres long.", ordinal=3)
    newer = replace(chunk("The pump weighs forty kilograms.", version=2), ordinal=0)
    index.put("us", [other, newer])
    assert index.unembedded_count(VersionId("us", "doc_1", 1)) == 1
    assert index.unembedded_count(VersionId("us", "doc_1", 2)) == 1
    assert sorted(index.chunk_ids(VersionId("us", "doc_1", 1))) == sorted(
        [PUMP.id, VALVE.id, PAINT.id, other.id]
    )
    assert index.chunk_ids(VersionId("us", "doc_1", 2)) == [newer.id]
    assert index.chunk_ids(VersionId("them", "doc_1", 1)) == []


def test_what_has_no_vector_is_given_in_order_from_an_ordinal_on(index: Index) -> None:
    texts = [f"Step {number} takes a minute." for number in range(6)]
    put = [chunk(text, ordinal=number) for number, text in enumerate(texts)]
    index.put("us", put)
    version = VersionId("us", "doc_1", 1)
    assert index.list_unembedded(version, 2) == put[:2]
    index.set_vectors("us", {each.id: EAST for each in put[:4]})
    assert index.list_unembedded(version, 2) == put[4:]
    assert index.list_unembedded(version, 10, start=5) == put[5:]


# -- found ----------------------------------------------------------------------------------------------


def test_a_chunk_is_found_by_keyword_at_once_and_comes_back_as_it_was_put(index: Index) -> None:
    whole = chunk(
        "Ä table | 41 kg", context="Manual › Weights", pages=(3, 4), labels=("iv", ""), tags=("pumps",)
    )
    whole = replace(whole, kind=BlockKind.TABLE, ordinal=7)
    index.put("us", [whole])
    (hit,) = index.search(IndexQuery("us", "table"))
    assert hit.chunk == whole
    assert (hit.similarity, hit.score) == (None, 1.0)


def test_what_another_tenant_writes_changes_no_bit_of_a_score(index: Index) -> None:
    texts = ("pump pump pump", "pump valve", "valve gasket paint and much more", "gasket", "paint pump bar")
    index.put("us", [chunk(text, ordinal=n, document_id=f"doc_{n}") for n, text in enumerate(texts)])
    query = IndexQuery("us", "pump valve gasket bar")
    before = index.search(query)
    assert len({hit.score for hit in before}) > 3
    written = [chunk(f"valve gasket {n}", ordinal=n, tenant="them") for n in range(40)]
    index.put("them", written)
    assert index.search(query) == before
    index.delete("them", written[0].document_id)
    assert index.search(query) == before


def test_words_are_found_in_the_context_line_too(index: Index) -> None:
    index.put("us", [chunk("It is 41 kg.", context="Meridian manual › Weights")])
    assert len(by_words(index, "meridian")) == 1


def test_words_are_found_in_other_cases_and_forms(index: Index) -> None:
    filled(index)
    assert by_words(index, "WEIGHING PUMPS?") == [PUMP.id]


def test_words_of_other_languages_are_found_in_other_forms_and_by_their_parts(index: Index) -> None:
    texts = {
        "Wie viele Pumpen?": "Die Pumpe ist in der Halle und hat ein Ventil.",
        "Welches Gericht?": "Das ist das Bundesverfassungsgericht und nicht mehr.",
        "Сколько насосов?": "Вес насоса был не более того, что это значит.",
        "पंपों का वजन?": "यह पंप बहुत भारी है।",
        "كم المضخات؟": "تقع الْمِضَخَّةُ في هذا القبو",
    }
    found = {question: chunk(text, ordinal=n) for n, (question, text) in enumerate(texts.items())}
    index.put("us", list(found.values()))
    for question, passage in found.items():
        assert by_words(index, question) == [passage.id], question


def test_a_number_with_parts_is_one_word_that_no_other_of_the_same_digits_is(index: Index) -> None:
    texts = ["Clause 3.5.1: 314 kPa", "Clause 5.1.1: 614 kPa", "Clause 5.1.1.2: 714 kPa", "Fee: 2,820.00"]
    chunks = [chunk(text, ordinal=n) for n, text in enumerate(texts)]
    index.put("us", chunks)
    assert by_words(index, "5.1.1") == [chunks[1].id]
    assert by_words(index, "2.820,00") == [chunks[3].id]
    assert by_words(index, "820") == [chunks[3].id]


def test_words_of_scripts_without_spaces_are_found_inside_a_line(index: Index) -> None:
    texts = (
        "安装泵时不得用手搬运。",
        "ポンプの重さは四十一キロです。",
        "ปั๊มน้ำหนัก41กิโลกรัม",
        "公司员工每年享有年假",
    )
    chunks = [chunk(text, ordinal=ordinal) for ordinal, text in enumerate(texts)]
    index.put("us", chunks)
    for text, found in (("搬运", 0), ("泵", 0), ("重さ", 1), ("ﾎﾟﾝﾌﾟ", 1), ("น้ำหนัก", 2), ("年假有多少天", 3)):
        assert by_words(index, text) == [chunks[found].id], text
    assert by_words(index, "运搬 病假") == []


def test_any_word_of_the_question_is_enough_and_more_of_them_rank_higher(index: Index) -> None:
    both = chunk("Pump and valve are checked.", ordinal=5)
    filled(index).put("us", [both])
    found = by_words(index, "checked pump valve unknown")
    assert found[0] == both.id
    assert set(found) == {both.id, PUMP.id, VALVE.id}


def test_the_nearest_vector_comes_first(index: Index) -> None:
    filled(index)
    hits = index.search(IndexQuery("us", "", unit(0.9, 0.4, 0.1, 0), alpha=1.0))
    assert ids(hits) == [PUMP.id, VALVE.id, PAINT.id]
    assert hits[0].similarity == pytest.approx(0.909, abs=0.002)


def test_alpha_weighs_vectors_against_keywords(index: Index) -> None:
    filled(index)
    query = IndexQuery("us", "paint layers", EAST)
    assert index.search(replace(query, alpha=0.9))[0].chunk == PUMP
    assert index.search(replace(query, alpha=0.1))[0].chunk == PAINT


def test_scores_lie_between_0_and_1_and_fall(index: Index) -> None:
    filled(index)
    scores = [hit.score for hit in index.search(IndexQuery("us", "pump valve", unit(0.5, 0.4, 0.3, 0)))]
    assert len(scores) == 3
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)


def test_a_hit_found_by_keyword_knows_its_similarity(index: Index) -> None:
    filled(index)
    hits = index.search(IndexQuery("us", "paint", EAST, limit=3))
    similarities = {hit.chunk.id: hit.similarity for hit in hits}
    assert similarities[PAINT.id] == pytest.approx(0.0, abs=0.001)
    assert similarities[PUMP.id] == pytest.approx(1.0, abs=0.001)


def test_no_more_are_given_than_the_limit(index: Index) -> None:
    filled(index)
    assert len(index.search(IndexQuery("us", "the", unit(1, 1, 1, 0), limit=2))) == 2
    assert index.search(IndexQuery("us", "pump", EAST, limit=0)) == []


def test_a_chunk_without_vector_is_found_beside_those_that_have_one(index: Index) -> None:
    late = chunk("The gasket is green.", ordinal=9)
    filled(index).put("us", [late])
    hits = index.search(IndexQuery("us", "green gasket", EAST))
    assert hits[0].chunk == late
    assert hits[0].similarity is None


def test_nothing_is_found_in_an_empty_index(index: Index) -> None:
    assert index.search(IndexQuery("us", "pump", EAST)) == []
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == []
    assert index.count("us") == 0
    assert index.document_ids("us") == set()
    assert index.delete("us", "doc_1") == 0
    index.check()


ABOUT_PUMPS = {
    "quotes": 'the "pump',
    "operators": "pump AND OR NOT NEAR(",
    "column filter": "text: pump - {context} ^pump*",
    "emoji": "🔧 pump 🔩",
    "nul": "pu\0mp pump",
    "right to left": "pump \u202eمضخة",
    "very long": "pump " * 20_000,
    "many different words": " ".join(f"word{n}" for n in range(2_000)) + " pump",
}
ABOUT_NOTHING = {
    "empty": "",
    "white space": " \n\t ",
    "a quote alone": '"',
    "operators alone": "AND OR NOT",
    "sql": "'; DROP TABLE chunks; --",
    "beyond the basic plane": "🦜🦜 𐎀𐎁",
    "one long word": "x" * 100_000,
}


@pytest.mark.parametrize("text", ABOUT_PUMPS.values(), ids=ABOUT_PUMPS)
def test_an_odd_question_finds_the_words_it_has(index: Index, text: str) -> None:
    filled(index)
    assert by_words(index, text) == [PUMP.id]
    assert len(index.search(IndexQuery("us", text, EAST))) == 3


@pytest.mark.parametrize("text", ABOUT_NOTHING.values(), ids=ABOUT_NOTHING)
def test_an_odd_question_without_a_known_word_is_left_to_the_vectors(index: Index, text: str) -> None:
    filled(index)
    assert by_words(index, text) == []
    assert ids(index.search(IndexQuery("us", text, EAST)))[0] == PUMP.id
    assert by_words(index, "valve") == [VALVE.id]


# -- tenants, documents, tags -----------------------------------------------------------------------------


def test_a_tenant_never_sees_or_changes_what_is_another_s(index: Index) -> None:
    filled(index)
    theirs = replace(PUMP, tenant="them", text="Their pump is secret.")
    index.put("them", [theirs])
    index.set_vectors("them", {theirs.id: EAST, VALVE.id: EAST})
    index.retag("them", "doc_1", ["theirs"])
    assert by_words(index, "secret") == []
    assert index.search(IndexQuery("them", "pump", EAST))[0].chunk.text == theirs.text
    assert by_vector(index, EAST)[0] == PUMP.id
    assert by_vector(index, NORTH)[0] == VALVE.id
    assert (index.count("us"), index.count("them"), index.count("nobody")) == (3, 1, 0)
    assert index.list_unembedded(VersionId("nobody", "doc_1", 1), 10) == []
    assert index.publish(VersionId("them", "doc_1", 1), []) == 1
    assert index.delete("nobody", "doc_1") == 0
    assert [hit.chunk for hit in index.search(IndexQuery("us", "pump"))] == [PUMP]
    assert by_words(index, "pump", "nobody") == []
    assert index.document_ids("them") == set()


@pytest.mark.parametrize("vector", [None, EAST], ids=["keywords", "hybrid"])
def test_a_search_is_narrowed_by_document_and_by_tag_before_it_is_cut(
    index: Index, vector: Vector | None
) -> None:
    many = [chunk(f"pump pump {n}", ordinal=n, document_id="many", tags=["x"]) for n in range(150)]
    one = chunk("A longer text with one pump in it.", document_id="one", tags=["rare", "y"])
    index.put("us", [*many, one])
    index.set_vectors("us", {each.id: EAST for each in many} | {one.id: NORTH})
    query = IndexQuery("us", "pump", vector, limit=5)
    assert ids(index.search(replace(query, document_ids=("one", "gone")))) == [one.id]
    assert ids(index.search(replace(query, tags=("rare",)))) == [one.id]
    assert ids(index.search(replace(query, tags=("rare", "unknown")))) == [one.id]
    assert index.search(replace(query, document_ids=("many",), tags=("rare",))) == []
    assert index.search(replace(query, document_ids=("gone",))) == []
    assert len(index.search(replace(query, document_ids=("one", "many")))) == 5


def test_new_tags_replace_the_old_ones_of_a_document(index: Index) -> None:
    index.put("us", [replace(PUMP, tags=("old",)), chunk("Another pump.", document_id="doc_2", tags=["old"])])
    index.retag("us", "doc_1", ["new", "newer"])
    (hit,) = index.search(IndexQuery("us", "pump", tags=("new",)))
    assert hit.chunk.tags == ("new", "newer")
    (other,) = index.search(IndexQuery("us", "pump", tags=("old",)))
    assert other.chunk.document_id == "doc_2"


# -- written ----------------------------------------------------------------------------------------------


def test_a_chunk_put_again_is_replaced_and_keeps_its_vector(index: Index) -> None:
    filled(index)
    again = replace(PUMP, text="The compressor weighs more.", ordinal=5, tags=("new",))
    index.put("us", [again])
    assert by_words(index, "pump") == []
    (hit,) = index.search(IndexQuery("us", "compressor"))
    assert hit.chunk == again
    assert by_vector(index, EAST)[0] == PUMP.id
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == []
    assert index.count("us") == 3


def test_a_vector_set_again_replaces_the_former(index: Index) -> None:
    filled(index)
    assert by_vector(index, EAST)[0] == PUMP.id
    index.set_vectors("us", {PUMP.id: unit(0, 0, 0, 1), PAINT.id: EAST})
    assert by_vector(index, EAST)[0] == PAINT.id
    assert by_vector(index, unit(0, 0, 0, 1))[0] == PUMP.id


def test_what_another_version_says_in_the_same_words_has_its_vector(index: Index) -> None:
    filled(index)
    again = [chunk(each.text, version=2, ordinal=n) for n, each in enumerate((VALVE, PUMP))]
    new = chunk("The hose is two metres long.", version=2, ordinal=2)
    elsewhere = chunk(PUMP.text, document_id="doc_2")
    index.put("us", [*again, new], staged=True)
    index.put("us", [elsewhere])
    second = VersionId("us", "doc_1", 2)
    assert index.copy_vectors(second) == 2
    assert index.copy_vectors(second) == index.copy_vectors(VersionId("us", "doc_2", 1)) == 0
    assert index.list_unembedded(second, 10) == [new]
    index.publish(second, [each.id for each in (*again, new)], instead_of=[1])
    assert by_vector(index, EAST)[:2] == [again[1].id, again[0].id]
    assert by_vector(index, NORTH)[0] == again[0].id


def test_vectors_of_unknown_chunks_are_passed_over(index: Index) -> None:
    filled(index)
    index.set_vectors("us", {"gone": EAST})
    index.put("us", [])
    index.set_vectors("us", {})
    assert len(by_vector(index, EAST)) == 3


def test_what_has_no_vector_is_listed_in_reading_order(index: Index) -> None:
    chunks = [chunk(f"Part {n}.", ordinal=n) for n in range(12)]
    index.put("us", [*reversed(chunks), chunk("Another version.", version=2)])
    index.put("us", [chunk("Another document.", document_id="doc_2")])
    index.set_vectors("us", {chunks[0].id: EAST, chunks[3].id: EAST})
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 4) == [chunks[n] for n in (1, 2, 4, 5)]
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 100) == [
        chunks[n] for n in (1, 2, 4, 5, 6, 7, 8, 9, 10, 11)
    ]


def test_publishing_keeps_the_named_chunks_of_the_version_and_removes_the_others(index: Index) -> None:
    newer = [chunk(f"Newer pump {n}.", version=2, ordinal=n) for n in range(3)]
    other = chunk("Other pump.", document_id="doc_2")
    filled(index).put("us", [*newer, other])
    index.set_vectors("us", {each.id: NORTH for each in newer})
    assert index.publish(VersionId("us", "doc_1", 2), (each.id for each in newer[:2]), instead_of=[1]) == 4
    assert set(by_words(index, "pump valve paint")) == {newer[0].id, newer[1].id, other.id}
    assert set(by_vector(index, EAST)) == {newer[0].id, newer[1].id}
    assert index.publish(VersionId("us", "doc_1", 2), [newer[0].id, newer[1].id]) == 0


def test_what_is_staged_is_found_by_nothing_before_it_is_published_and_takes_the_place_of_what_was(
    index: Index,
) -> None:
    filled(index)
    newer = chunk("The pump weighs forty-two kilograms.", ordinal=4)
    index.put("us", [newer, VALVE], staged=True)
    index.set_vectors("us", {newer.id: EAST})
    assert by_words(index, "pump") == [PUMP.id]
    assert by_words(index, "valve") == [VALVE.id]
    assert newer.id not in by_vector(index, EAST)
    assert index.count("us") == index.count("us", "doc_1") == 3
    assert newer.id not in index.chunk_ids(VersionId("us", "doc_1", 1))
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == []
    assert index.publish(VersionId("us", "doc_1", 1), [newer.id, VALVE.id]) == 2
    assert by_words(index, "pump") == [newer.id]
    assert by_vector(index, EAST) == [newer.id, VALVE.id]
    assert sorted(index.chunk_ids(VersionId("us", "doc_1", 1))) == sorted([newer.id, VALVE.id])
    assert index.faults() == []


def test_what_is_staged_waits_for_its_vector_and_is_withdrawn_alone(index: Index) -> None:
    filled(index)
    newer, other = chunk("The pump is new.", ordinal=4), chunk("The pump is old.", version=2)
    index.put("us", [newer], staged=True)
    index.put("us", [other], staged=True)
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == [newer]
    assert index.unembedded_count(VersionId("us", "doc_1", 2)) == 1
    assert index.withdraw(VersionId("us", "doc_1", 1)) == 1
    assert index.withdraw(VersionId("us", "doc_1", 1)) == index.withdraw(VersionId("them", "doc_1", 1)) == 0
    assert index.list_unembedded(VersionId("us", "doc_1", 2), 10) == [other]
    assert index.delete("us", "doc_1", 2) == 1
    assert by_words(index, "pump") == [PUMP.id]
    assert index.faults() == []


def test_what_was_staged_and_is_put_again_to_be_found_is_found_by_words_and_vector(index: Index) -> None:
    index.put("us", [PUMP], staged=True)
    index.set_vectors("us", {PUMP.id: EAST})
    index.put("us", [PUMP])
    assert by_words(index, "pump") == by_vector(index, EAST) == [PUMP.id]
    index.put("us", [PUMP], staged=True)
    assert by_words(index, "pump") == by_vector(index, EAST) == [PUMP.id]
    assert index.publish(VersionId("us", "doc_1", 1), []) == 1
    assert index.faults() == []


def test_publishing_a_version_leaves_those_that_it_does_not_answer_for(index: Index) -> None:
    oldest, older, newer = (chunk(f"Pump {n}.", version=n) for n in (1, 2, 3))
    index.put("us", [oldest, older, newer])
    assert index.publish(VersionId("us", "doc_1", 1), [oldest.id], instead_of=iter([2, 7])) == 1
    assert set(by_words(index, "pump")) == {oldest.id, newer.id}
    assert index.publish(VersionId("us", "doc_1", 1), []) == 1
    assert by_words(index, "pump") == [newer.id]


def test_one_version_of_a_document_can_be_removed(index: Index) -> None:
    older, newer = (chunk(f"Pump {n}.", version=n) for n in (1, 2))
    index.put("us", [older, newer, chunk("Other pump.", document_id="doc_2", version=2)])
    index.set_vectors("us", {older.id: EAST, newer.id: EAST})
    assert index.delete("us", "doc_1", 2) == 1
    assert index.delete("us", "doc_1", 2) == 0
    assert index.delete("us", "nothing", 1) == 0
    assert by_vector(index, EAST) == [older.id]
    assert index.count("us") == 2


def test_deleting_a_document_removes_its_chunks_for_words_and_vectors(index: Index) -> None:
    other = chunk("Other pump.", document_id="doc_2")
    filled(index).put("us", [other])
    assert index.document_ids("us") == {"doc_1", "doc_2"}
    assert len(by_vector(index, EAST)) == 3
    assert index.delete("us", "doc_1") == 3
    assert index.delete("us", "doc_1") == 0
    assert by_words(index, "pump valve paint") == [other.id]
    assert by_vector(index, EAST) == []
    assert (index.count("us"), index.count("us", "doc_1"), index.count("us", "doc_2")) == (1, 0, 1)
    assert index.document_ids("us") == {"doc_2"}


# -- the model --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "dimensions"), [("other", 4), ("model", 8), ("other", 8)])
def test_vectors_of_another_model_are_refused_never_mixed(
    open_index: OpenIndex, model: str, dimensions: int
) -> None:
    first = filled(open_index("model", 4))
    other = open_index(model, dimensions)
    vector = unit(*[1.0] * dimensions)
    with pytest.raises(ModelChanged):
        other.check()
    with pytest.raises(ModelChanged):
        other.set_vectors("us", {PUMP.id: vector})
    with pytest.raises(ModelChanged):
        other.search(IndexQuery("us", "pump", vector))
    assert by_words(other, "pump") == [PUMP.id]
    first.check()
    assert by_vector(first, EAST)[0] == PUMP.id


def test_vectors_of_a_model_that_the_program_had_before_count_as_missing_until_they_are_replaced(
    open_index: OpenIndex,
) -> None:
    filled(open_index(FORMER[0], 4))
    index = open_index("model", 4)
    index.check()
    hits = index.search(IndexQuery("us", "pump", EAST))
    assert [(hit.chunk.id, hit.similarity) for hit in hits] == [(PUMP.id, None)]
    assert index.unembedded_count(VersionId("us", "doc_1", 1)) == 3
    index.set_vectors("us", {PUMP.id: NORTH})
    assert index.unembedded_count(VersionId("us", "doc_1", 1)) == 2
    assert by_vector(index, NORTH)[0] == PUMP.id


def test_a_vector_of_another_length_than_announced_is_refused(index: Index) -> None:
    index.put("us", [PUMP])
    with pytest.raises(ModelChanged):
        index.set_vectors("us", {PUMP.id: unit(1, 1)})
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == [PUMP]


def test_after_a_reset_words_find_what_they_found_and_vectors_are_the_new_model_s(
    open_index: OpenIndex,
) -> None:
    former, index = filled(open_index("model", 4)), open_index("wider", 6)
    index.reset("wider", 6)
    index.check()
    assert by_words(index, "pump") == [PUMP.id]
    assert index.unembedded_count(VersionId("us", "doc_1", 1)) == index.count("us") == 3
    direction = unit(0, 0, 0, 0, 0, 1)
    assert by_vector(index, direction) == []
    index.set_vectors("us", {VALVE.id: direction})
    assert by_vector(index, direction) == [VALVE.id]
    assert index.list_unembedded(VersionId("us", "doc_1", 1), 10) == [PUMP, PAINT]
    again = open_index("model", 4)
    for outdated in (former, again):
        with pytest.raises(ModelChanged):
            outdated.check()
        with pytest.raises(ModelChanged):
            outdated.set_vectors("us", {PUMP.id: EAST})


# -- faults -----------------------------------------------------------------------------------------------


def test_an_index_that_works_has_no_faults_and_its_words_made_anew_find_the_same(index: Index) -> None:
    assert index.faults() == []
    filled(index).put("them", [chunk("Their pump.")])
    before = index.search(IndexQuery("us", "pump valve", EAST))
    index.rebuild_keywords()
    assert index.faults() == []
    assert index.search(IndexQuery("us", "pump valve", EAST)) == before
    assert len(by_words(index, "pump", "them")) == 1
    assert index.delete("us", "doc_1") == 3
    assert by_words(index, "pump valve paint") == []


@pytest.mark.parametrize(("model", "dimensions"), [("model", 4), ("wider", 6)])
def test_a_renewed_index_is_empty_and_takes_everything_again(
    open_index: OpenIndex, model: str, dimensions: int
) -> None:
    filled(open_index("model", 4)).put("them", [chunk("Their pump.")])
    index = open_index(model, dimensions)
    index.renew()
    index.check()
    assert index.faults() == []
    assert (index.count("us"), index.count("them"), index.document_ids("us")) == (0, 0, set())
    direction = unit(*range(1, dimensions + 1))
    assert index.search(IndexQuery("us", "pump", direction)) == []
    index.put("us", [PUMP, VALVE])
    assert index.unembedded_count(VersionId("us", "doc_1", 1)) == 2
    index.set_vectors("us", {PUMP.id: direction})
    assert by_vector(index, direction) == [PUMP.id]
    assert by_words(open_index(model, dimensions), "pump valve") == [PUMP.id, VALVE.id]


# -- several at once --------------------------------------------------------------------------------------


def test_what_one_process_writes_another_sees_at_its_next_search(open_index: OpenIndex) -> None:
    writer, reader = open_index("model", 4), open_index("model", 4)
    assert reader.search(IndexQuery("us", "pump", EAST)) == []
    filled(writer)
    assert by_vector(reader, NORTH)[0] == VALVE.id
    writer.set_vectors("us", {PAINT.id: NORTH, VALVE.id: UP})
    assert by_vector(reader, NORTH)[0] == PAINT.id
    writer.publish(VersionId("us", "doc_1", 1), [PUMP.id])
    assert by_vector(reader, NORTH) == [PUMP.id]
    assert by_words(reader, "pump valve paint") == [PUMP.id]


def test_threads_that_write_and_search_at_once_lose_nothing(open_index: OpenIndex) -> None:
    indexes = [open_index("model", 4), open_index("model", 4)]
    groups = [
        [chunk(f"Pump {n} of {group}.", document_id=f"doc_{group}", ordinal=n) for n in range(40)]
        for group in range(4)
    ]

    def write(index: Index, chunks: list[Chunk]) -> int:
        for each in chunks:
            index.put("us", [each])
            index.set_vectors("us", {each.id: EAST})
        return len(chunks)

    def search(index: Index) -> int:
        for _ in range(30):
            hits = index.search(IndexQuery("us", "pump", EAST, limit=200))
            assert len(set(ids(hits))) == len(hits)
        return 0

    at_once(
        [partial(write, indexes[n % 2], group) for n, group in enumerate(groups)]
        + [partial(search, index) for index in indexes]
    )
    everything = {each.id for group in groups for each in group}
    for index in indexes:
        assert set(ids(index.search(IndexQuery("us", "pump", EAST, limit=200)))) == everything
        assert index.count("us") == 160
