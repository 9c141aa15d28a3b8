"""What TeX sets in its own way is read as what it looks like."""

from __future__ import annotations

import pytest

from app.pdf.pdfium.tex import compose_accents, meanings


def test_the_symbol_font_has_no_letters() -> None:
    font = meanings("ABCDEF+CMSY10")
    assert [font["0"], font["p"], font["h"], font["i"]] == ["′", "√", "⟨", "⟩"]
    assert "A" not in font  # its capitals are letters


def test_the_large_symbols_are_sums_and_integrals() -> None:
    font = meanings("CMEX10")
    assert [font["X"], font["Z"], font["P"]] == ["∑", "∫", "∑"]


@pytest.mark.parametrize("name", ["CMR10", "Helvetica", "", "ABCDEF+CMSY10-Custom"])
def test_other_fonts_mean_what_they_say(name: str) -> None:
    assert meanings(name) == {}


@pytest.mark.parametrize(
    ("set_so", "read"),
    [("Schr¨odinger", "Schrödinger"), ("Erd˝os", "Erdős"), ("na¨ıve", "naïve"), ("ˆlm", "l\u0302m")],
)
def test_an_accent_goes_onto_the_letter_that_it_stands_before(set_so: str, read: str) -> None:
    assert compose_accents(set_so) == read


@pytest.mark.parametrize(
    ("set_so", "read"),
    [("φ˜1", "φ\u03031"), ("(u¯, v)", "(ū, v)"), ("pˆm(y)", "p\u0302m(y)"), ("Aˆ", "Â")],
)
def test_an_accent_of_mathematics_goes_onto_the_letter_that_it_stands_behind(set_so: str, read: str) -> None:
    assert compose_accents(set_so) == read


def test_a_slash_before_a_relation_negates_it() -> None:
    assert compose_accents(f"a {meanings('CMSY10')['6']}= b") == "a ≠ b"


@pytest.mark.parametrize("text", ["¨", "a¨", "¨1", "´q", "don´t", "˚C", "ˆ", "example.org/˜user"])
def test_an_accent_with_no_letter_to_take_it_stays(text: str) -> None:
    assert compose_accents(text) == text


def test_the_fonts_of_other_packages_are_laid_out_alike() -> None:
    assert meanings("ABCDEF+txex") == meanings("LMMathExtension10-Regular") == meanings("CMEX10")
