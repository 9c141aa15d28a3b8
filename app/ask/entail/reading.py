"""A sentence as it is compared: its words without inflection, its numbers by value, its operators by what
they do, and between them what shows how they hang together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.ask.entail.amounts import ORDINAL, number_words, ordinals, roman, value
from app.ask.entail.joining import apply_scales, join_dates
from app.ask.entail.lexicon import MARKERS, Lexicon, said_words
from app.ask.entail.stemming import stem
from app.ask.entail.term import Kind, Term
from app.ask.entail.units import UNITS
from app.ask.proof.spelling import normalize_spelling
from app.ask.proof.turning_words import (
    word_set,
)
from app.core.process.patterns import defer_regex

_LEXEME = defer_regex(
    r"(?P<address>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.\w+)"
    r"|(?P<iso>\d{4}-\d{2}-\d{2})(?!\d)"
    r"|(?P<number>\d{1,3}(?:[\u00a0\u202f\u2009 ]\d{3})+(?:[.,]\d+)?(?![\w])|\d+(?:[.,:/'’]\d+)*)"
    r"(?=(?P<letters>[^\W\d_]*))"
    r"|(?P<word>[^\W_]+)"
    r"|(?P<sign>[%$€£¥§°<>≤≥~±=½¼¾²³+*/&-]|'|’)"
    r"|(?P<mark>[,;:()\[\]…])"
    r"|(?P<other>[^\w\s.!?\"'`’|_#])"
)
_PERCENT = defer_regex(r"\b(?:per cent|pour cent|por ciento|per cento|por cento)\b", re.IGNORECASE)
_CONTRACTED = {"won": ("will",), "can": ("can",), "shan": ("shall",)}
_SIGNS = {"<": "o.less", ">": "o.more", "≤": "o.max", "≥": "o.min", "~": "o.approx", "±": "o.approx"}
_COMPARING = ("o.more", "o.less")
_PLACES = frozenset(
    ("over", "above", "under", "below", "über", "unter", "oberhalb", "boven", "onder", "nad", "pod", "sotto")
)
"""Words that compare with a number behind them, and else say where or about what."""

_ASKED = defer_regex("[?？؟]")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_EXPANDED = {
    "o.notmay": ("o.not", "o.may"),
    "o.mustnot": ("o.not", "o.may"),
    "o.neednot": ("o.not", "o.must"),
}


BEFORE_MAY = word_set("""
    in since until till by from of during before after through last next early late mid every each
""")
"""Words that the month follows and the modal does not."""


@dataclass(slots=True)
class _Lexeme:
    kind: str
    text: str
    start: int
    glued: bool  # to the one before: no space between


@dataclass(slots=True)
class _Reader:
    lexicon: Lexicon
    terms: list[Term] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    article: str = ""

    def add(self, kind: Kind, key: str, text: str, *, name: bool = False, cls: str = "") -> None:
        governor = "+".join(mark for mark in self.before if mark.startswith("p."))
        self.terms.append(
            Term(
                kind,
                key,
                text,
                tuple(self.before),
                governor,
                keep=cls == "keep",
                loose=cls == "loose",
                name=name,
                narrow=cls == "narrow",
                article=self.article,
            )
        )
        self.article = ""
        self.before.clear()


def read(text: str, lexicon: Lexicon) -> list[Term]:
    """Return the terms of a sentence in order."""
    # First to one sign: "per cent" is two words, of which "per" would be read as a preposition.
    plain = _PERCENT.sub("%", unicodedata.normalize("NFC", normalize_spelling(text)))
    lexemes = list(_lexemes(plain, lexicon.language))
    # A mark that no word has (\0) keeps numbers and signs from matching the lexicon's words.
    words = [lexeme.text.lower() if lexeme.kind == "word" else f"\0{lexeme.text}" for lexeme in lexemes]
    reader = _Reader(lexicon)
    if words and words[0] in said_words(lexicon.language).get("inverted", ()) and "?" not in text:
        reader.add(Kind.OPERATOR, "o.if", lexemes[0].text)  # "should it fail, …"
    at = 0
    while at < len(lexemes):
        at += _step(reader, lexemes, words, at)
    if _ASKED.search(text):
        reader.add(Kind.OPERATOR, "o.question", "?")
    for mark in [mark for mark in reader.before if mark.startswith("p.")]:  # "votes against"
        reader.add(Kind.WORD, mark, mark.removeprefix("p."))
    return join_dates(apply_scales(reader.terms, lexicon.language))


def _lexemes(text: str, language: str) -> Iterator[_Lexeme]:
    end = 0
    for found in _LEXEME.finditer(text):
        kind, said = str(found.lastgroup if found.lastgroup != "letters" else "number"), found[0]
        glued, end = found.start() == end, found.end()
        if (
            kind == "word"
            and said.lower()
            in (
                "don",
                "doesn",
                "didn",
                "isn",
                "aren",
                "wasn",
                "weren",
                "hasn",
                "haven",
                "hadn",
                "wouldn",
                "couldn",
                "shouldn",
                "mustn",
                "needn",
                "won",
                "can",
                "shan",
                "mightn",
                "ain",
            )
            and text[end : end + 2].lower() == "'t"
        ):
            yield _Lexeme("word", _CONTRACTED.get(said.lower(), (said[:-1],))[0], found.start(), glued)
            yield _Lexeme("word", "not", end, glued=True)
        elif (
            kind == "word"
            and said.lower() in ("t", "s", "ll")
            and text[found.start() - 1 : found.start()] == "'"
        ):
            if said.lower() == "s":
                yield _Lexeme("mark", "'s", found.start(), glued=True)
            elif said.lower() == "ll":
                yield _Lexeme("word", "will", found.start(), glued=True)
        else:
            yield _Lexeme(kind, said, found.start(), glued)


def _step(reader: _Reader, lexemes: Sequence[_Lexeme], words: Sequence[str], at: int) -> int:
    """Read what begins at a lexeme; how many were read."""
    lexeme = lexemes[at]
    if lexeme.kind == "address":
        reader.add(Kind.WORD, lexeme.text.lower(), lexeme.text)
    elif lexeme.kind == "iso":
        year, month, day = lexeme.text.split("-")
        date = (str(int(day)), str(int(month)), year)
        reader.add(Kind.NUMBER, "/".join(date), lexeme.text)
        reader.terms[-1] = replace(reader.terms[-1], date=date)
    elif lexeme.kind == "number":
        return _number(reader, lexemes, at)
    elif lexeme.kind == "other":
        if unicodedata.category(lexeme.text).startswith("S"):  # "≠", or a cross
            reader.add(Kind.WORD, lexeme.text, lexeme.text)
    elif lexeme.kind == "sign":
        _sign(reader, lexemes, at)
    elif lexeme.kind == "mark":
        reader.before.append(lexeme.text)
    else:
        return _word(reader, lexemes, words, at)
    return 1


def _number(reader: _Reader, lexemes: Sequence[_Lexeme], at: int) -> int:
    text, language = lexemes[at].text, reader.lexicon.language
    following = lexemes[at + 1] if at + 1 < len(lexemes) else None
    if following and following.glued and following.kind == "word":
        # "3rd", "5kg", "2b": an ordinal, a number with its unit, or a name of which the number is a part.
        whole = text + following.text
        if found := ORDINAL.fullmatch(whole.lower()):
            reader.add(Kind.NUMBER, f"#{int(found[1])}", whole)
            return 2
        if following.text.lower() in UNITS:
            reader.add(Kind.NUMBER, _sign_of(lexemes, at) + value(text, language), text)
            return 1
        reader.add(Kind.WORD, whole.lower(), whole)
        return 2
    if at and lexemes[at - 1].kind == "word" and lexemes[at].glued and reader.terms:
        # "A4" and "COVID19" are names: their number counts nothing.
        last = reader.terms[-1]
        reader.terms[-1] = replace(last, kind=Kind.WORD, key=last.text.lower() + text, text=last.text + text)
        return 1
    reader.add(Kind.NUMBER, _sign_of(lexemes, at) + value(text, language), text)
    return 1


def _sign_of(lexemes: Sequence[_Lexeme], at: int) -> str:
    """Return the sign of a negative number: it touches the number and nothing else."""
    # "10 -5" has a sign, "2020-2024" and "type-3" a hyphen.
    if at == 0 or not lexemes[at].glued or lexemes[at - 1].text != "-":
        return ""
    return "" if at > 1 and lexemes[at - 1].glued else "-"


def _sign(reader: _Reader, lexemes: Sequence[_Lexeme], at: int) -> None:
    text = lexemes[at].text
    number_before = at > 0 and lexemes[at - 1].kind == "number"
    number_after = at + 1 < len(lexemes) and lexemes[at + 1].kind == "number"
    if text in _SIGNS:
        reader.add(Kind.OPERATOR, _SIGNS[text], text)
    elif text in _FRACTIONS:
        reader.add(Kind.NUMBER, _FRACTIONS[text], text)
    elif text == "-" and number_before and number_after:
        reader.add(Kind.OPERATOR, "o.range", text)
    elif text == "&":
        reader.before.append("and")
    elif text in UNITS or text in "§°²³±=+" or (text in "/*" and number_before and number_after):
        reader.add(Kind.WORD, text, text)


def _word(reader: _Reader, lexemes: Sequence[_Lexeme], words: Sequence[str], at: int) -> int:
    lexicon, text = reader.lexicon, lexemes[at].text
    cls, length = lexicon.find(words, at)
    if (
        text == "May"
        and lexicon.language == "en"
        and (_beside_number(lexemes, at) or (at and words[at - 1] in BEFORE_MAY))
    ):
        cls, length = "month", 1
        months = ["may"]
    else:
        months = [phrase[0] for phrase, name in lexicon.classes.items() if name == "month"]
    if cls == "month":
        # Some languages list a long and a short name of each month, one after the other.
        per = len(months) // 12 or 1
        month = 5 if months == ["may"] else months.index(words[at]) // per + 1
        reader.add(Kind.NUMBER, f"month {month}", text)
        reader.terms[-1] = replace(reader.terms[-1], date=("", str(month), ""))
        return 1
    if (
        cls in _COMPARING
        and length == 1
        and words[at] in _PLACES
        and not _number_follows(words, lexemes, at, lexicon)
    ):
        # "sued over invoices" or "the room above", and of a verb's own "carry over to"
        cls = "" if lexicon.find(words, at + 1)[0].startswith(("o.", "p.")) else "p.over"
    if cls not in ("", "keep", "loose", "narrow"):
        if cls.startswith("o."):
            said = " ".join(lexeme.text for lexeme in lexemes[at : at + length])
            for key in _EXPANDED.get(cls, (cls,)):
                reader.add(Kind.OPERATOR, key, said)
            return length
        if cls in MARKERS or cls.startswith("p."):
            reader.before.append(cls)
            reader.article = words[at] if cls in ("def", "light", "pro") else ""
            return length
    _content(reader, lexemes, words, at, cls)
    return _content_length(reader, words, at)


def _number_follows(words: Sequence[str], lexemes: Sequence[_Lexeme], at: int, lexicon: Lexicon) -> bool:
    following = lexemes[at + 1] if at + 1 < len(lexemes) else None
    if following is None:
        return False
    counted = _number_in_words(words, at + 1, lexicon.language) is not None
    return following.kind == "number" or following.text in UNITS or counted


def _beside_number(lexemes: Sequence[_Lexeme], at: int) -> bool:
    near = [*lexemes[max(0, at - 1) : at], *lexemes[at + 1 : at + 2]]
    return any(lexeme.kind == "number" for lexeme in near)


def _number_in_words(words: Sequence[str], at: int, language: str) -> tuple[int, int] | None:
    """Return a number in words that begins here, and how many words it takes."""
    known = number_words(language)
    # The longest first: "twenty one" begins with "twenty".
    for length in (4, 3, 2, 1):
        part = words[at : at + length]
        if len(part) < length:
            continue
        said = " ".join(part).replace(" \0- ", "-")
        if said in known:
            return known[said], length
    return None


def _content(reader: _Reader, lexemes: Sequence[_Lexeme], words: Sequence[str], at: int, cls: str) -> None:
    text, word, language = lexemes[at].text, words[at], reader.lexicon.language
    if counted := _number_in_words(words, at, language):
        said = " ".join(lexeme.text for lexeme in lexemes[at : at + counted[1]])
        reader.add(Kind.NUMBER, str(counted[0]), said.replace(" - ", "-"))
    elif word in ordinals(language):
        reader.add(Kind.NUMBER, f"#{ordinals(language)[word]}", text)
    elif number := roman(text):
        reader.add(Kind.NUMBER, str(number), text)
    else:
        name = text[:1].isupper() and at > 0 and language != "de"  # where every noun is
        reader.add(Kind.WORD, UNITS.get(word) or stem(word, language), text, name=name, cls=cls)


def _content_length(reader: _Reader, words: Sequence[str], at: int) -> int:
    counted = _number_in_words(words, at, reader.lexicon.language)
    return counted[1] if counted else 1
