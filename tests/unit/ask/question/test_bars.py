"""Names and numbers of a question that nothing but their own source answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ask.proof.cite import PassageSource
from app.ask.question.bars import barring_words, has_all, is_of, owner_words, phrases_apart
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Hit, Span
from tests.support.chunks import chunk

QUESTIONS = {
    "What was the dividend of Ford?": ["ford"],
    "What was Microsoft's revenue in 2022?": ["microsoft", "2022"],
    "Apple's net sales?": ["apple"],
    "What does clause 5.1.1 say?": ["5·1·1"],
    "How heavy is the pump?": [],
    "How Heavy Is The Pump Of This Machine?": [],
    "Wie schwer ist die Pumpe im Haus 7?": ["7"],
    "Quel est le siège de Renault ?": ["renault"],
    "When did the Boeing 747 fly first?": ["boeing", "747"],
    "What is the price? Answer in English.": [],
    "泵2024年的重量是多少": ["2024"],
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_names_and_numbers_bar_what_does_not_have_them(question: str) -> None:
    assert [word.written for word in barring_words(question)] == QUESTIONS[question]


def source(text: str, name: str = "report.pdf", title: str = "") -> PassageSource:
    words = tuple(Word(word, Box(50 + 30 * n, 100, 75 + 30 * n, 110)) for n, word in enumerate(text.split()))
    block = Block(BlockKind.TEXT, Box(50, 100, 500, 110), text=text, words=(0, len(words)))
    page = Page(1, 600.0, 800.0, words=words, blocks=(block,))
    found = replace(chunk(text), spans=(Span(1, Box(0, 0, 600, 800)),))
    return PassageSource(Hit(found, 0.9, document_name=name, title=title), lambda _: [page])


@pytest.mark.parametrize(
    ("question", "text", "called", "holds"),
    [
        ("What was the dividend of Ford?", "The dividend of Ford was 3 dollars.", "report.pdf", True),
        ("What was the dividend of Ford?", "The dividend was 3 dollars.", "Ford 2022.pdf", True),
        ("What was the dividend of Ford?", "The dividend of Albany was 3 dollars.", "Albany.pdf", False),
        ("What was the dividend in 2021?", "The dividend in 2020 was 3 dollars.", "report.pdf", False),
        ("What was the dividend in 2021?", "The dividend was 3 dollars.", "2021.pdf", True),
        ("Who signed file 34-56-12?", "File 56-34-12 was signed by Ann.", "files.pdf", False),
        ("Who signed it?", "Ann signed it.", "files.pdf", True),
        ("Quelle est la population de Londres ?", "There are 9 million people in London.", "a.pdf", True),
        ("Where is Moscow and what is it for?", "Москва была столицей не только этого.", "a.pdf", True),
        (
            "Quelle est la population de Londres ?",
            "Paris a 2 millions de personnes .",
            "a.pdf",
            False,
        ),
    ],
)
def test_a_source_has_them_on_its_pages_or_in_its_name(
    question: str, text: str, called: str, holds: bool
) -> None:
    assert has_all(source(text, called), barring_words(question), question) is holds


@pytest.mark.parametrize(
    ("question", "apart"),
    [
        (
            "What does the Manager of Technical Product Marketing do?",
            ["Manager of Technical Product Marketing"],
        ),
        ("What does the Senior Manager of Marketing do?", []),
        ("Who sits in the United States Supreme Court?", []),
        ("What does the manager do?", []),
    ],
)
def test_a_name_of_several_words_must_stand_together_in_a_passage(question: str, apart: list[str]) -> None:
    texts = [
        "The Senior Manager of Marketing leads all campaigns.",
        "Product plans are made by the technical staff, as every manager knows who sees to the marketing.",
        "The Supreme Court of the United States has nine members.",
    ]
    assert phrases_apart(question, texts) == apart


@pytest.mark.parametrize(
    ("question", "sentence", "called", "answers"),
    [
        ("What was Borea's revenue in 2022?", "Revenue was 5 million.", "Alba annual report", False),
        ("What was Borea's revenue in 2022?", "Borea had revenue of 5 million.", "Alba annual report", True),
        ("What was Alba's revenue in 2022?", "Revenue was 5 million.", "Alba annual report", True),
        ("What was Alba’s revenue?", "Revenue was 5 million.", "Borea annual report", False),
        ("What was the company's revenue?", "Revenue was 5 million.", "Borea annual report", True),
        ("What was the revenue?", "Revenue was 5 million.", "", True),
    ],
)
def test_what_somebody_owns_is_not_told_by_a_page_that_mentions_them(
    question: str, sentence: str, called: str, answers: bool
) -> None:
    page = source(f"We sell through Borea . {sentence}", title=called)
    assert is_of(page, sentence, owner_words(question)) is answers
