"""Documents in scripts without spaces are asked, and the answers proven."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import kb
from tests.support.unspaced import CHINESE, JAPANESE, LEFT, LETTERS, SIZE, unspaced

MANUAL = (
    "本手册介绍离心泵的安装、运行和维护。使用前请仔细阅读全部内容，并妥善保存以备日后查阅。",
    "安装时必须使用起重设备。泵的净重为四十一公斤。进水管的直径为五十毫米，法兰符合国家标准。",
    "本产品自购买之日起保修二十四个月。人为损坏、擅自拆卸造成的故障不在保修范围之内。",
)
HOLIDAYS = (
    "公司员工每年享有十五天带薪年假，入职满五年后增加到二十天。未休完的年假可以结转到次年三月底。",
    "员工因病请假需提交医院证明。病假期间工资按照百分之八十发放，最长不超过六个月。",
)
HANDBOOK = (
    "本書はポンプの設置、運転および保守について説明します。ご使用の前に必ずお読みください。",
    "ポンプの重さは四十一キログラムで、定格出力は三キロワットです。設置の際は吊り上げ装置を使用してください。",
    "保証期間はお買い上げの日から二年間です。分解による故障は保証の対象になりません。",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    files = {"manual.pdf": (MANUAL, CHINESE), "holidays.pdf": (HOLIDAYS, CHINESE)}
    files["handbook.pdf"] = HANDBOOK, JAPANESE
    kb(home, "ingest", *(str(unspaced(home / name, *given)) for name, given in files.items()))
    return home


def answered(home: Path, question: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(kb(home, "ask", question, "--json")[0])["answer"]
    return answer


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("泵的净重是多少？", "manual.pdf", "泵的净重为四十一公斤。"),
        ("保修期多长？", "manual.pdf", "本产品自购买之日起保修二十四个月。"),
        ("员工有多少天年假？", "holidays.pdf", HOLIDAYS[0].partition("。")[0] + "。"),
        ("病假工资怎么算", "holidays.pdf", HOLIDAYS[1].partition("。")[2]),
        ("ポンプの重さは何キロですか", "handbook.pdf", HANDBOOK[1].partition("。")[0] + "。"),
        ("保証期間はどのくらいですか", "handbook.pdf", HANDBOOK[2].partition("。")[0] + "。"),
    ],
)
def test_a_question_is_answered_with_a_sentence_from_inside_the_lines(
    home: Path, question: str, document: str, quote: str
) -> None:
    answer = answered(home, question)
    first = answer["citations"][0]
    assert (answer["kind"], first["proof"]) == ("quotes", "exact")
    assert (first["document_name"], first["quote"]) == (document, quote)


def test_what_is_marked_is_the_quoted_part_of_the_line(home: Path) -> None:
    quote = "泵的净重为四十一公斤。"
    (place,) = answered(home, "泵的净重是多少？")["citations"][0]["places"]
    assert place["page"] == 1
    (box,) = place["boxes"]
    start = MANUAL[1].index(quote) % LETTERS
    assert (box[0], box[2]) == pytest.approx(
        (LEFT + SIZE * start, LEFT + SIZE * min(LETTERS, start + len(quote))), abs=0.3 * SIZE
    )


def test_what_the_documents_do_not_say_is_not_answered(home: Path) -> None:
    assert answered(home, "法国的首都是哪里？")["kind"] == "not_found"
