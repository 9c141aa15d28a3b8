"""multilingual-e5-small: its graph and where it is kept, its pieces beside a library's, its vectors."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from app.adapters.embedded.e5 import made
from app.adapters.embedded.e5.pieces import LONGEST_KEPT, MOST_KEPT, PieceTable, Splitter
from app.adapters.embedded.e5.weights import Weights, weights_file
from app.adapters.embedded.models import E5
from app.ask.likeness import cosine
from app.core.errors import Unavailable

TEXTS = (
    "The pump's warranty lasts 36 months from delivery (see §5.1.1), i.e. until 2027-03-31.",
    "Die Gewährleistungsfrist beträgt vierundzwanzig Monate; Straße, Maß und Größe.",
    "La garantía es de treinta y seis meses. ¿Cuánto cuesta? 1.250,00 €",
    "Гарантия на насос составляет тридцать шесть месяцев. Ёлка, мёд, съёмка.",
    "مدة ضمان المضخة ستة وثلاثون شهرًا من تاريخ التسليم.",
    "本产品自购买之日起保修二十四个月。プリンターの保証期間は二年です。",
    "पंप की वारंटी छत्तीस महीने की है।",
    "การรับประกันปั๊มสามสิบหกเดือนนับจากวันส่งมอบ",
    "Pompanın garantisi teslimattan itibaren otuz altı aydır; ığdır, İstanbul, şişli.",
    "Η εγγύηση της αντλίας διαρκεί τριάντα έξι μήνες.",
    "ﬁne ½ café ＡＢＣ x² \u00ad\u200b 🦜🦜 \ufffd \ue000\ue001 \u3000wide",
    "x" * 900 + " " + "!" * 70,
    " leading and trailing \t\n spaces ",
    "",
)

SENTENCES = {
    "en": "The warranty of the pump lasts thirty-six months.",
    "de": "Die Gewährleistung der Pumpe beträgt sechsunddreißig Monate.",
    "ru": "Гарантия на насос составляет тридцать шесть месяцев.",
    "ar": "مدة ضمان المضخة ستة وثلاثون شهرًا.",
    "zh": "水泵的保修期为三十六个月。",
    "tr": "Pompanın garantisi otuz altı aydır.",
}
OTHERS = ("Bananas ripen faster beside apples.", "Der Zug nach Wien fährt um neun Uhr.", "今天下午会下雨。")


@pytest.fixture(scope="module")
def weights() -> Weights:
    return Weights(weights_file())


@pytest.fixture(scope="module")
def splitter(weights: Weights) -> Splitter:
    return Splitter(PieceTable.of(weights.pieces(), weights.unknown))


@pytest.fixture(scope="module")
def reference(weights: Weights) -> Tokenizer:
    """The library's unigram model with the same pieces."""
    pieces = weights.pieces()
    letters = pieces.letters.tobytes().decode("utf-32-le")
    texts = [
        letters[start : start + length]
        for start, length in zip(pieces.starts.tolist(), pieces.lengths.tolist(), strict=True)
    ]
    tokenizer = Tokenizer(
        models.Unigram(list(zip(texts, pieces.scores.tolist(), strict=True)), unk_id=weights.unknown)
    )
    steps = [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_are_those_of_the_library(splitter: Splitter, reference: Tokenizer, text: str) -> None:
    assert splitter.split(text) == reference.encode(text).ids
    assert splitter.split(text) == reference.encode(text).ids  # from what was kept


def test_a_text_that_spells_a_mark_gets_none(splitter: Splitter) -> None:
    assert not {0, 1, 2} & set(splitter.split("<s> </s> <pad> <mask>"))


def test_a_limited_number_of_words_is_kept_and_none_that_is_long(splitter: Splitter) -> None:
    for start in range(0, MOST_KEPT + 2000, 1000):
        splitter.split(" ".join(f"w{number}" for number in range(start, start + 1000)))
    splitter.split("y" * (LONGEST_KEPT + 1))
    kept = splitter._kept
    assert len(kept) <= MOST_KEPT + 1000
    assert max(map(len, kept)) <= LONGEST_KEPT


def test_the_graph_is_made_where_it_is_not_or_was_changed(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made, "BESIDE_THE_ENVIRONMENT", tmp_path / "environment")
    path = made.graph_file(weights)
    assert path.parent == tmp_path / "environment"
    path.write_bytes(path.read_bytes()[:-1])
    assert made.graph_file(weights) == path
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_where_the_environment_cannot_be_written_to_it_is_made_in_the_data_folder(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(made, "BESIDE_THE_ENVIRONMENT", tmp_path / "file" / "below")
    path = made.graph_file(weights, tmp_path / "data")
    assert path == tmp_path / "data" / made.NAME
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path)] == [0o700, 0o600]
    with pytest.raises(Unavailable, match="can be written nowhere"):
        made.graph_file(weights, tmp_path / "file" / "data")


@pytest.mark.parametrize(
    "question", ["How long is the warranty of the pump?", "Wie lange gilt die Garantie?"]
)
def test_a_question_finds_the_passage_in_every_language(question: str) -> None:
    model = E5()
    vectors, asked = model.documents([*SENTENCES.values(), *OTHERS]), model.query(question)
    likeness = [cosine(asked, each) for each in vectors]
    assert min(likeness[: len(SENTENCES)]) > max(likeness[len(SENTENCES) :])


def test_what_is_behind_the_last_piece_that_is_read_changes_nothing() -> None:
    model, text = E5(), "Each pump is greased once a month. " * 200
    assert model.documents([text]) == model.documents([text + "Something else at its very end."])
