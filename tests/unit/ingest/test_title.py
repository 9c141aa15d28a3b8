"""What a document is called where its passages are found."""

from __future__ import annotations

from app.ingest.title import title_and_name


def test_a_title_that_says_less_than_the_file_s_name_has_that_behind_it() -> None:
    assert title_and_name("Form 10-K", "acme_2022.pdf") == "Form 10-K · acme 2022"


def test_a_title_with_all_words_of_the_file_s_name_stands_alone() -> None:
    assert title_and_name("Pump manual, third edition", "pump-manual.pdf") == "Pump manual, third edition"
