"""The sentences and rows that an answer may quote."""

from __future__ import annotations

import pytest

from app.ask.sentences import Sentence, sentences
from app.core.geometry import Box, Word
from app.core.page import Block, BlockKind, Page
from app.core.passage import Span
from tests.support.pages import heading, page, table, text

EVERYWHERE = (Span(1, Box(0, 0, 9999, 9999)), Span(2, Box(0, 0, 9999, 9999)))


def texts(*pages: Page) -> list[str]:
    return [sentence.text for sentence in sentences(pages, EVERYWHERE)]


def test_abbreviations_numbers_and_initials_end_no_sentence() -> None:
    said = "Dr. J. Smith measured approx. 3.5 kg, e.g. in Fig. 2. It was Mar. 3. Nobody saw it!"
    assert texts(page(1, text(said))) == [
        "Dr. J. Smith measured approx. 3.5 kg, e.g. in Fig. 2.",
        "It was Mar. 3.",
        "Nobody saw it!",
    ]


def test_a_tables_rows_are_whole_and_know_their_first_row() -> None:
    shown = page(1, table([["Item", "2022", "2023"], ["Net income", "390.2", "406.1"]]))
    assert sentences([shown], EVERYWHERE)[1] == Sentence("Net income 390.2 406.1", "Item 2022 2023", row=True)


def test_a_line_of_a_form_is_quoted_alone_and_is_no_sentence() -> None:
    placed = tuple(
        Word(said, Box(50 + 40 * at, 100 + 12 * row, 85 + 40 * at, 110 + 12 * row))
        for row, line in enumerate(("Tel: 01983 873655", "Produced by: A. Lee"))
        for at, said in enumerate(line.split())
    )
    block = Block(BlockKind.TEXT, Box(50, 100, 300, 130), words=(0, len(placed)), text="")
    form = Page(1, 600.0, 800.0, words=placed, blocks=(block,))
    assert sentences([form], EVERYWHERE) == [
        Sentence("Tel: 01983 873655", row=True),
        Sentence("Produced by: A. Lee", row=True),
    ]


def test_a_sentence_knows_its_heading_and_goes_on_over_the_pages_end() -> None:
    first = page(
        1, heading("Storage"), text("The pump is kept dry and is turned by hand once every"), text("Page 1")
    )
    second = page(2, text("Manual"), text("month while it is not in use. Then it is oiled."))
    found = sentences([first, second], EVERYWHERE)
    assert found[0] == Sentence(
        "The pump is kept dry and is turned by hand once every month while it is not in use.", "Storage"
    )


def test_the_head_of_a_list_comes_with_its_points() -> None:
    shown = page(1, text("Before use, check these: • the oil level • the valve. Then start."))
    assert texts(shown) == ["Before use, check these: • the oil level • the valve. Then start."]


def test_a_list_is_whole_where_it_is_asked_for_also_beyond_the_passage() -> None:
    points = [f"{number}. Step number {number} of the appeal is written down." for number in range(1, 10)]
    shown = page(
        1,
        heading("Appeals"),
        text("The steps are these:", top=100),
        *(text(point, top=100 + 20 * at) for at, point in enumerate(points, 1)),
        text("Nobody reads this.", top=400),
    )
    beginning = [Span(1, Box(0, 90, 9999, 150))]
    (whole,) = sentences([shown], beginning, whole_lists=True)
    assert whole.text == " ".join(["The steps are these:", *points])
    assert len(sentences([shown], beginning)[0].text) < len(whole.text)


def test_the_heads_of_a_table_are_no_answer() -> None:
    shown = page(1, table([["Item", "2022", "2023"], ["Net income", "390.2", "406.1"]], headers=1))
    assert texts(shown) == ["Net income 390.2 406.1"]


def test_what_stands_outside_the_passage_is_left_out() -> None:
    shown = page(1, text("The first line is here.", top=100), text("The second line is there.", top=300))
    found = sentences([shown], [Span(1, Box(0, 290, 9999, 400))])
    assert [sentence.text for sentence in found] == ["The second line is there."]


def test_a_full_width_stop_ends_a_sentence_inside_a_word() -> None:
    said = "泵的净重为41公斤。他说：“可以！”不得 DN50（见图。）手搬运；完"
    assert texts(page(1, text(said))) == [
        "泵的净重为41公斤。",
        "他说：“可以！”",
        "不得 DN50（见图。）",
        "手搬运；",
        "完",
    ]


def test_a_numbers_full_stop_ends_no_sentence_before_what_german_numbers() -> None:
    said = (
        "Der Mieter muss die Wohnung spätestens am 31. März räumen. Das galt ab dem 2. Weltkrieg und im "
        "19. Jahrhundert, seit dem 1. Mai 1950. Es waren 12. Niemand kam."
    )
    assert texts(page(1, text(said))) == [
        "Der Mieter muss die Wohnung spätestens am 31. März räumen.",
        "Das galt ab dem 2. Weltkrieg und im 19. Jahrhundert, seit dem 1. Mai 1950.",
        "Es waren 12.",
        "Niemand kam.",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "The fee for plan Alba is 12.50 EUR a month, payable in advance.",
        "Radio Cyra works at 2.4 GHz with 100 mW.",
        "Notice is governed by clause 4.2 Termination within thirty days.",
        "The tent was bought by the U.S. Army in Washington D.C. on Tuesday.",
        "See fig. B and vol. IV of it; approx. Half of them are lost.",
        "The curve reaches its maximum at pt. 4 in London.",
        "The curve reaches its maximum at pt. B in London.",
        "Das Haus steht in der Hauptstr. Zwölf in Bonn.",
        "Die Probezeit regelt § 622 Abs. 3 BGB und beträgt z. B. Sechs Monate.",
        "Der Tresor steht im Raum Nr. B 7 der Fa. Meier in Bonn.",
        "Le contrat a été signé par M. Dupont et Mme. Curie à Lyon.",
        "Véase el art. 7 y la pág. 12, firmado por el Sr. García y la Dra. Ruiz.",
        "Il contratto è firmato dal Sig. Rossi e dalla Dott.ssa Bianchi a Roma.",
        "O contrato foi assinado pelo Exmo. Silva e pela Dra. Costa, av. Brasil 5.",
        "Getekend door dhr. Jansen en mevr. De Vries op blz. 3 in Utrecht.",
        "Smlouvu podepsal Ing. Novák podle § 5 odst. 2 písm. b v Praze.",
        "Podpisał inż. Kowalski zgodnie z art. 7 ust. 2 pkt. 3 w Krakowie.",
        "Договор подписал г. Иванов, см. Приложение 3, ул. Мира 5.",
    ],
)
def test_a_decimal_point_a_title_and_an_abbreviation_end_no_sentence_in_any_language(said: str) -> None:
    assert texts(page(1, text(said))) == [said]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("He lives in the U.S. army town.", "It is large."),
        ("She moved to the U.S.", "The house is small."),
        ("They take vitamin C.", "In winter they need more."),
        ("It is a work of art.", "Paintings are next door."),
        ("The answer is no.", "Peter knows it well."),
        ("Sie kauft Äpfel, Birnen usw.", "Der Preis ist hoch."),
        ("Il vend des pommes, etc.", "Le prix est haut."),
        ("The pump weighs 5 kg.", "Its price is low."),
        ("This was said in the report.3", "Nobody heard it at all."),
    ],
)
def test_a_sentence_ends_behind_an_abbreviation_where_a_function_word_begins_the_next(
    first: str, second: str
) -> None:
    assert texts(page(1, text(f"{first} {second}"))) == [first, second]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("Signals are interferon-", "dependent here."), "Signals are interferon-dependent here."),
        (("They feared long-", "term exposure."), "They feared long-term exposure."),
        (("Write to data-", "protection@example.org."), "Write to data-protection@example.org."),
        (("Part AB-X-", "K is old."), "Part AB-X-K is old."),
        (("It was an experi-", "ment of ours."), "It was an experiment of ours."),
        (("Die Kündigungs-", "frist läuft."), "Die Kündigungsfrist läuft."),
    ],
)
def test_a_hyphen_at_a_lines_end_is_read_in_sentences_as_on_the_page(
    lines: tuple[str, str], said: str
) -> None:
    rows = enumerate(lines)
    words = [
        Word(text, Box(50.0 + 60 * at, 100.0 + 15 * row, 100.0 + 60 * at, 112.0 + 15 * row))
        for row, line in rows
        for at, text in enumerate(line.split())
    ]
    block = Block(BlockKind.TEXT, Box(50, 100, 400, 130), (0, len(words)), "")
    assert texts(Page(1, 600, 800, words=tuple(words), blocks=(block,))) == [said]


@pytest.mark.parametrize(
    "said",
    [
        "Total due: 333.90 EUR",
        "Gesamtbetrag: 1.204,00 €",
        "Score: 92 %",
        "Montant à payer : € 45,10",
        "合計金額：48,000円",
        "Net assets: (1,204)",
        "Haemoglobin: 13.4 g/dL",
        "Balance: -45.10",
        "Deadline: 31 March 2026",
        "Punkte: 87 von 100",
    ],
)
def test_a_value_in_large_type_is_said_with_what_stands_above_it(said: str) -> None:
    shown = page(1, heading("Invoice"), text("Bill to: Dora Engel"), heading(said), heading("Invoice"))
    assert sentences([shown], EVERYWHERE)[1] == Sentence(said, "Invoice Bill to: Dora Engel", row=True)


@pytest.mark.parametrize(
    "title",
    ["Chapter 4: Warranty", "Table 3: Sales", "2.1 Method", "10:30", "Results", "Note 7: Leases 2024"],
)
def test_a_title_is_no_sentence(title: str) -> None:
    assert texts(page(1, heading(title), text("The pump is kept dry."))) == ["The pump is kept dry."]
