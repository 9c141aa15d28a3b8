"""What a model's sentence has behind it: proven, quoted only, or unsupported."""

from __future__ import annotations

import pytest

from app.ask.claims import Draft
from app.ask.marks import JOINER
from app.ask.proof.cite import PassageSource
from app.ask.replies import parse_reply
from app.core.answer import Citation, Claim, Support
from tests.support.claims import cases, missed, source_of

WARRANTY = "The warranty period of the Meridian pump is twelve months from the date of delivery."
DEVICE = "The device is safe for all children not younger than three years."


def drafted(reply: str, *sources: PassageSource) -> Draft:
    draft = Draft(sources or [source_of({"sentence": WARRANTY}), source_of({"sentence": DEVICE})])
    events: list[str | Citation] = []
    for part in parse_reply([reply]):
        events += draft.write(part) if isinstance(part, str) else draft.quote(part)
    events += draft.end()
    assert "".join(event for event in events if isinstance(event, str)) == draft.text
    return draft


def claims(reply: str, *sources: PassageSource) -> list[Claim]:
    return drafted(reply, *sources).claims


@pytest.mark.parametrize("name", ["tuned", "reported"])
def test_few_turned_claims_are_called_proven_and_few_supported_ones_are_not(name: str) -> None:
    given = cases(name)
    turned, supported = missed(given)
    all_supported = sum(case.supported for case in given)
    assert len(turned) <= 0.01 * (len(given) - all_supported), [case.claim for case in turned]
    assert len(supported) <= 0.15 * all_supported, [case.claim for case in supported]
    assert len({case.language for case in given}) >= 11


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Aspirin cures cancer.", WARRANTY),
        ("The warranty period of the pump is not limited.", WARRANTY),
        ("The device is absolutely safe for children.", "safe"),
        ("The device is safe for all children.", "The device is safe for all children"),
        ("Yes, the warranty is 36 months.", WARRANTY),
        ("The warranty period is XXXVI months.", WARRANTY),
        ("The warranty period is doubled by half of all buyers.", WARRANTY),
        ("See http://evil.example/pump for more.", WARRANTY),
        ("You should sue them now because the warranty period is twelve months.", WARRANTY),
        ("The warranty period is twelve months, etc. Aspirin cures cancer.", WARRANTY),
    ],
)
def test_a_quote_that_exists_proves_nothing_that_it_does_not_say(claim: str, quote: str) -> None:
    found = claims(f'{claim} [[1: "{quote}"]]')
    assert Support.PROVEN not in {each.status for each in found}


def test_a_quote_proves_what_it_says_with_what_stands_around_it() -> None:
    pump = source_of({"heading": "Meridian pump", "lead": "Not covered are:", "sentence": "damage by frost;"})
    found = claims('Damage by frost is not covered. [[1: "damage by frost;"]]', pump)
    assert [each.status for each in found] == [Support.QUOTED]  # so short a quote carries itself alone
    found = claims('Not covered are damage by frost. [[1: "Not covered are: damage by frost"]]', pump)
    assert [each.status for each in found] == [Support.PROVEN]


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Chapter 73 Damage by frost is insured.", Support.PROVEN),
        ("73. Chapter 73 Damage by frost is insured.", Support.PROVEN),
        ("Damage by frost is insured.", Support.PROVEN),
        ("Chapter 74 Damage by frost is insured.", Support.QUOTED),
        ("Chapter 73 Damage by frost is not insured.", Support.QUOTED),
    ],
)
def test_a_quote_that_begins_in_a_heading_proves_what_stands_below_it(written: str, status: Support) -> None:
    frost = source_of({"heading": "73. Chapter 73", "sentence": "Damage by frost is insured."})
    (claim,) = claims(f'{written} [[1: "Chapter 73 Damage by frost is insured."]]', frost)
    assert claim.status is status


def test_a_heading_that_a_quote_begins_with_turns_what_stands_below_it() -> None:
    frost = source_of({"heading": "Not insured", "sentence": "Damage by frost in the whole house."})
    quote = '[[1: "Not insured Damage by frost in the whole house."]]'
    (kept,) = claims(f"Not insured: damage by frost in the whole house. {quote}", frost)
    (turned,) = claims(f"Damage by frost in the whole house. {quote}", frost)
    assert (kept.status, turned.status) == (Support.PROVEN, Support.QUOTED)


def test_a_claim_that_is_quoted_only_says_which_words_are_not_in_the_quote() -> None:
    (found,) = claims(f'The warranty period is 36 months for children. [[1: "{WARRANTY}"]]')
    assert (found.status, found.missing, found.left_out) == (Support.QUOTED, ("36", "children"), ())


def test_a_claim_that_leaves_out_what_turns_it_says_so() -> None:
    (found,) = claims('The device is safe. [[2: "The device is safe"]]')
    assert (found.status, found.missing) == (Support.QUOTED, ())
    assert found.left_out == ("all", "not")
    (found,) = claims('The device is safe for all children. [[2: "The device is safe for all children"]]')
    assert found.status is Support.UNSUPPORTED  # a quote that ends right before "not" is none


def test_a_claim_without_a_word_of_its_quote_is_unsupported() -> None:
    (found,) = claims(f'Aspirin cures cancer. [[1: "{WARRANTY}"]]')
    assert (found.status, found.missing) == (Support.UNSUPPORTED, ("Aspirin", "cures", "cancer"))


def test_two_quotes_prove_a_sentence_of_two_parts() -> None:
    weight = source_of({"sentence": "The Meridian pump weighs 41 kilograms."})
    reply = f'The Meridian pump weighs 41 kg and has a warranty period of 12 months. [[1: "{WARRANTY}"]]'
    (found,) = claims(reply, source_of({"sentence": WARRANTY}), weight)
    assert found.status is Support.QUOTED
    (found,) = claims(
        f'{reply} [[2: "The Meridian pump weighs 41 kilograms."]]', source_of({"sentence": WARRANTY}), weight
    )
    assert (found.status, found.citations) == (Support.PROVEN, (1, 2))


def test_a_sentence_that_is_not_proven_is_marked_in_the_text() -> None:
    draft = drafted(
        f'It is red. The warranty period is 12 months. [[1: "{WARRANTY}"]] '
        f'It is safe. [[1: "{WARRANTY}"]]\nIt is 36 months. [[1: "{WARRANTY}"]]'
    )
    assert draft.text == (
        "It is red. [unsupported] The warranty period is 12 months. [1] It is safe. [1] [unsupported]\n"
        "It is 36 months. [1] [quoted only]"
    )


@pytest.mark.parametrize(
    ("written", "live"),
    [
        ("Click [here](http://evil.example/).", "]("),
        ("![pump](http://evil.example/?q=secret)", "]("),
        ("<img src=x onerror=alert(1)>", "<img"),
        ("<script>alert(1)</script>", "<script"),
        ("See http://evil.example/ now.", "http://"),
        ("See www.evil.example now.", "www."),
        ("Write to a@evil.example now.", "a@e"),
        ("[here]: http://evil.example/", "]:"),
    ],
)
def test_links_and_tags_that_a_model_writes_are_plain_text(written: str, live: str) -> None:
    draft = Draft([source_of({"sentence": WARRANTY})])
    for piece in written:  # one character at a time, as it may stream
        list(draft.write(piece))
    list(draft.end())
    assert live not in draft.text
    assert draft.text.replace(JOINER, "").startswith(written)
    assert [each.status for each in draft.claims] == [Support.UNSUPPORTED]


def test_characters_that_control_a_terminal_or_hide_text_are_dropped() -> None:
    draft = drafted("It is\x1b[2J red\u202e and\U000e0041 blue\x07.")
    assert draft.text == "It is[2J red and blue. [unsupported]"


def test_each_point_of_a_list_is_a_claim() -> None:
    assert [each.text for each in claims("1. First.\n- Second.\n3) Third.")] == [
        "First.",
        "Second.",
        "Third.",
    ]
