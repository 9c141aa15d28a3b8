"""Documents of many kinds and languages say what they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.card import DateRole
from tests.support.drawn_cards import card_of, card_of_page, sized

INVOICES = {
    "en": """Northwind Traders Ltd
!!INVOICE
Invoice No: INV-2023-0456
Invoice date: 14 March 2023
Due date: 13 April 2023
Total due 300.00 GBP""",
    "de": """Müller Maschinenbau GmbH
!!Rechnung
Rechnungsnummer: INV-2023-0456
Rechnungsdatum: 14.03.2023
Zahlbar bis 13.04.2023""",
    "fr": """Société Dupont SARL
!!FACTURE
Facture n° INV-2023-0456
Date de facture : 14 mars 2023
Échéance : 13 avril 2023""",
    "es": """Talleres García S.L.
!!FACTURA
Número de factura: INV-2023-0456
Fecha: 14 de marzo de 2023
Fecha de vencimiento: 13 de abril de 2023""",
    "it": """Rossi Impianti S.r.l.
!!Fattura n. INV-2023-0456
Data fattura: 14 marzo 2023
Scadenza: 13 aprile 2023""",
    "nl": """Bakker Techniek B.V.
!!Factuur
Factuurnummer: INV-2023-0456
Factuurdatum: 14 maart 2023
Vervaldatum: 13 april 2023""",
}

IN_OTHER_LETTERS = {
    "cs": """Novák Stroje s.r.o.
!!Faktura č. INV-2023-0456
Datum vystavení: 14. března 2023
Datum splatnosti: 13.4.2023""",
    "ja": """株式会社山田製作所
!!請求書
請求書番号: INV-2023-0456
発行日: 2023年3月14日
支払期限: 2023年4月13日""",
    "ar": """شركة النور للتجارة
!!فاتورة ضريبية
رقم الفاتورة: INV-2023-0456
التاريخ: 14 مارس 2023
تاريخ الاستحقاق: 13 أبريل 2023""",
}


@pytest.mark.parametrize("language", INVOICES)
def test_an_invoice_has_its_number_its_day_and_when_it_is_due(tmp_path: Path, language: str) -> None:
    card = card_of(tmp_path, sized(INVOICES[language]))
    assert card.kind
    assert (card.kind.value, card.language) == ("invoice", language)
    assert [each.fact.value for each in card.identifiers] == ["INV-2023-0456"]
    days = {each.role: each.date for each in card.dates}
    assert days == {DateRole.PUBLISHED: "2023-03-14", DateRole.DUE: "2023-04-13"}
    assert card.title
    assert "INV-2023-0456" in card.title.value
    assert card.title.value.startswith(card.who[0].value)


@pytest.mark.parametrize("language", IN_OTHER_LETTERS)
def test_an_invoice_in_other_letters_has_them_too(language: str) -> None:
    card = card_of_page(IN_OTHER_LETTERS[language])
    assert card.kind
    assert (card.kind.value, card.language) == ("invoice", language)
    assert [each.fact.value for each in card.identifiers] == ["INV-2023-0456"]
    assert [each.date for each in card.dates] == ["2023-03-14", "2023-04-13"]


def test_a_contract_is_named_by_its_parties(tmp_path: Path) -> None:
    text = """!!SERVICES AGREEMENT
This Services Agreement is entered into as of January 15, 2021
by and between Acme Widgets, Inc., a Delaware corporation, and Blue Sky Consulting LLC.
WHEREAS, the Company wishes to engage the Consultant."""
    card = card_of(tmp_path, sized(text))
    assert card.kind
    assert card.kind.value == "contract"
    assert card.title
    assert card.title.value == "SERVICES AGREEMENT — Acme Widgets, Inc. and Blue Sky Consulting LLC"
    assert [(each.role, each.date) for each in card.dates] == [(DateRole.SIGNED, "2021-01-15")]


def test_a_compound_names_its_kind(tmp_path: Path) -> None:
    card = card_of(tmp_path, sized("!!Stromliefervertrag\nzwischen der Alpha GmbH\nund der Beta AG"))
    assert card.kind
    assert card.kind.value == "contract"


def test_a_letter_is_named_by_who_wrote_it_and_about_what(tmp_path: Path) -> None:
    text = """Harbor Insurance Corporation
June 3, 2022
Re: Claim 55-8812, water damage
Dear Ms. Example,
We have reviewed your claim and write to tell you that it is accepted.
Sincerely,"""
    card = card_of(tmp_path, sized(text))
    assert card.title
    assert card.title.value == (
        "Harbor Insurance Corporation — Letter: Claim 55-8812, water damage, June 3, 2022"
    )


def test_what_addresses_somebody_without_a_day_is_no_letter(tmp_path: Path) -> None:
    text = """!Lied
Liebe Schwester, komm mit mir,
Beide Hände reich ich dir,
Einmal hin, einmal her,
Rundherum, das ist nicht schwer.
Mit den Füßchen tapp, tapp, tapp,
Mit den Händchen klapp, klapp, klapp,
Einmal hin, einmal her,
Rundherum, das ist nicht schwer."""
    card = card_of(tmp_path, sized(text))
    assert card.kind
    assert card.kind.value == "poem"


def test_a_paper_is_named_by_its_title_and_not_by_its_journal(tmp_path: Path) -> None:
    text = """!!The Open Pump Journal
!On the Care of Pumps in Winter
Ann Example 1, Ben Sample 2 and Cyril Probe 1
1 Department of Hydraulics, University of Lund
doi: 10.1234/pumps.2016.015
Received: 3 May 2015; Accepted: 4 June 2016; Published: 7 July 2016
!Abstract
Pumps are cared for in winter."""
    card = card_of(tmp_path, sized(text))
    assert card.title
    assert card.title.value == "On the Care of Pumps in Winter"
    assert [each.value for each in card.who] == ["Ann Example", "Ben Sample", "Cyril Probe"]
    assert [each.date for each in card.dates] == ["2016-07-07"]
    assert [each.fact.value for each in card.identifiers] == ["10.1234/pumps.2016.015"]


def test_a_paper_of_a_court_is_named_by_its_parties(tmp_path: Path) -> None:
    text = """UNITED STATES COURT OF APPEALS
FOR THE NINTH CIRCUIT
JOHN ROE, Plaintiff-Appellant,
v.
CITY OF OAKLAND, Defendant-Appellee.
No. 19-15566
!OPINION
Filed March 5, 2020"""
    card = card_of(tmp_path, sized(text))
    assert card.kind
    assert card.kind.value == "court opinion"
    assert card.title
    assert card.title.value == "OPINION — JOHN ROE v. CITY OF OAKLAND"
    assert "19-15566" in [each.fact.value for each in card.identifiers]


def test_a_report_bound_behind_letters_is_named_as_the_annual_report_that_it_is(tmp_path: Path) -> None:
    filing = """UNITED STATES SECURITIES AND EXCHANGE COMMISSION
!FORM 10-K
For the fiscal year ended October 31, 2009
Commission File No. 1-7819
!Meridian Devices, Inc.
(Exact name of registrant as specified in its charter)"""
    card = card_of(tmp_path, sized("!Dear Shareholders:\nThe year was hard."), sized(filing))
    assert card.title
    assert card.title.value == (
        "Meridian Devices, Inc. — 2009 Annual Report, Form 10-K, fiscal year ended October 31, 2009"
    )


def test_a_document_that_names_nobody_is_of_the_site_that_it_names(tmp_path: Path) -> None:
    text = """!!A guide to the care of pumps in winter
See pumps.example/winter and doi.org/10.1/2 for more, or write to info@pumps.example today."""
    assert [each.value for each in card_of(tmp_path, sized(text)).who] == ["pumps.example"]


def test_minutes_are_named_by_whose_they_are_and_when_they_met(tmp_path: Path) -> None:
    text = """!!Minutes of the Board Meeting
Greenfield Housing Association
Held on 12 September 2022 at 18:00
Apologies for absence: C. Green"""
    card = card_of(tmp_path, sized(text))
    assert card.title
    assert card.title.value == (
        "Greenfield Housing Association — Minutes of the Board Meeting, 12 September 2022"
    )


def test_two_companies_in_one_line_are_two(tmp_path: Path) -> None:
    text = """!Mutual Non-Disclosure Agreement
This agreement is made as of 3 May 2020 between Foo Labs Ltd and Bar Systems GmbH."""
    card = card_of(tmp_path, sized(text))
    assert [each.value for each in card.who] == ["Foo Labs Ltd", "Bar Systems GmbH"]


def test_a_number_alone_on_a_cover_is_the_report_s(tmp_path: Path) -> None:
    card = card_of(tmp_path, sized("!!Cybersecurity of Water Systems\nGAO-21-123\nJune 2021"))
    assert [each.fact.value for each in card.identifiers] == ["GAO-21-123"]


def test_the_day_on_which_a_report_s_year_ends_is_the_one_that_its_headline_names(tmp_path: Path) -> None:
    cover = "!!!Kestrel Group Limited\n!!ANNUAL REPORT 2022\nABN 25 124 908 363"
    inside = """Directors' report for the year ended 30 June 2022
Compared with the year ended 30 June 2021 revenue rose."""
    card = card_of(tmp_path, sized(cover), sized(inside))
    assert card.dates[0].date == "2022-06-30"
    assert [(each.fact.value, each.calendar) for each in card.periods] == [("fiscal year 2022", "2022")]
    assert [each.fact.value for each in card.identifiers] == ["ABN 25 124 908 363"]
