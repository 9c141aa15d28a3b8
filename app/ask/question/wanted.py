"""What kind of thing a question asks for, and its words without those that only ask."""

from __future__ import annotations

import re
from enum import Enum

from app.ask.question.instructions import without_instructions
from app.ask.question.overview import without_summary
from app.core.process.patterns import defer_regex


class Wanted(Enum):
    """The kind of answer that a question wants."""

    COUNT = "number of things"
    NUMBER = "number"
    WHEN = "when"
    EMAIL = "e-mail address"
    PHONE = "phone number"
    WEBSITE = "website"
    ANY = "any"


_MEASURES = defer_regex(
    r"""(?ix)\b(?:
        how\ (?:many|much|long|often|old|large|big|high|far|heavy|fast|tall|deep|wide|thick
            |strong|expensive|loud)
      | wie\ ?(?:viele?[nmrs]?|hoch|groß|gross|lange?|oft|alt|weit|schwer|schnell|tief|breit|teuer|dick|stark)
      | combien | quel(?:le)?\ est\ (?:la\ (?:taille|hauteur|longueur|largeur|durée)|le\ (?:poids|prix))
      | cuánt[oa]s? | qué\ (?:tan\ \w+|tamaño|altura|longitud)
      | quant[oaie] | quanto\ è\ (?:grande|alto|lungo|largo)
      | quant[oa]s?
      | hoe\ ?(?:veel|hoog|lang|groot|zwaar|vaak|oud|ver|duur|snel|diep|breed)
      | kolik | jak\ (?:velk\w+|dlouh\w+|vysok\w+|těžk\w+|často|daleko|star\w+)
      | ile | jak\ (?:duż\w+|dług\w+|wysok\w+|ciężk\w+|często|daleko|star\w+)
      | сколько | как(?:ой|ая|ое|ова|ов)?\ (?:высок\w+|велик\w*|долго|часто|далеко|больш\w+)
      | kaç | ne\ kadar
    )\b"""
)
"""Asks for a number, in ten languages. The adjective in it stands beside no answer: "84 m²" is how large
something is."""

_COUNTS = defer_regex(
    r"(?i)\b(?:how m(?:any|uch)|wie ?viel\w*|combien|cuánt[oa]s?|quant[oaie]s?|hoeveel"
    r"|kolik|ile|сколько|kaç)\b"
)
"""Asks for so many of something, which no date says."""

_WHEN = defer_regex(
    r"(?i)\b(?:when|(?:what|which) (?:date|day|month|year)|wann|quand|cuándo|quando|wanneer|kdy|kiedy|когда"
    r"|ne zaman)\b"
)
_ASKED_BY_NAME = {
    Wanted.EMAIL: defer_regex(
        r"(?i)\be-?mail(?:s|[- ]?(?:address(?:es)?|adresse))?\b|\bcorreo electrónico\b"
    ),
    Wanted.PHONE: defer_regex(
        r"(?i)\b(?:(?:tele)?phone|telefon\w*|téléphone|teléfono|telefono|fax)(?: number| numbers)?\b"
    ),
    Wanted.WEBSITE: defer_regex(r"(?i)\b(?:web ?sites?|web page|homepage|url|webseite)\b"),
}
_LISTED = defer_regex(
    r"""(?ix)
    \b(?:what|which)\ (?:are|were)\b
    | \b(?:what|which)\ (?:[\w-]+\ ){0,3}?[\w-]+s\ (?:are|were|do|does|did|must|should|can|will|have|has|is)\b
    | \bhow\ (?:do|does|can|should|to)\b | \b(?:list|name|enumerate)\b | \bsteps\b
    | \b(?:was|wer|welche[nrs]?)\ (?:[\w-]+\ ){0,3}?(?:sind|waren|werden|gehören)\b
    | \bquel(?:le)?s\b | \bcuáles\b | \bquali\b | \bquais\b
    | \bwelke\b.*\bzijn\b | \bjak(?:é|ie)\b.*\b(?:jsou|są)\b
    | \bкакие\b | \bkroky\b | \bschritte\b | \bétapes\b | \bpasos\b | \bpassi\b
    """
)
"""Asks for several things, or for steps, in ten languages."""

_NUMBER = defer_regex(
    r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|ninety|hundred|thousand|million|billion|half|twice|once|daily|weekly|monthly|yearly|annually|none"
    r"|eine[mnrs]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|hundert|tausend|täglich|monatlich"
    r"|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|cent|mille|dos|tres|cuatro|cinco|seis|siete|ocho"
    r"|nueve|diez|doce|cien|mil|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|dodici|cento"
    r"|два|две|три|четыре|пять|шесть|семь|восемь|девять|десять|сто|тысяч\w*)\b"
    r"|[一二三四五六七八九十百千万]"
)
_DATE = defer_regex(
    r"(?i)\b\d{4}-\d\d?-\d\d?\b|\b\d{1,2}([./])\d{1,2}\1(?:\d{4}|\d\d)\b"
    r"|\b\d{1,2}\.?\s+(?:de\s+)?[^\W\d_]{3,10}\.?,?\s+(?:de\s+)?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?,\s+(?:19|20)\d\d\b"
)
"""A day with its year, in figures or with the name of its month."""

_TIME = defer_regex(
    r"(?i)\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|\b(?:daily|weekly|monthly|yearly|annually|always|never|after|before|once|every|während|nach|vor|jede"
    r"|après|avant|chaque|después|antes|cada|dopo|prima|ogni|после|до|кажд)"
)
_PATTERNS = {
    Wanted.COUNT: _NUMBER,
    Wanted.NUMBER: _NUMBER,
    Wanted.WHEN: _TIME,
    Wanted.EMAIL: defer_regex(r"\S@\S|\(at\)|\[at\]"),
    Wanted.PHONE: defer_regex(r"\d(?:[\s()/.\-\u2010-\u2015]*\d){5,}"),
    Wanted.WEBSITE: defer_regex(r"(?i)https?:|www\.|\b[\w-]+\.(?:com|org|net|edu|gov|io|eu|[a-z]{2})\b"),
}


def wanted_of(question: str) -> Wanted:
    """Return the kind of answer that a question wants."""
    said = without_instructions(question)
    for kind, pattern in _ASKED_BY_NAME.items():
        if pattern.search(said):
            return kind
    if _MEASURES.search(said):
        return Wanted.COUNT if _COUNTS.search(said) else Wanted.NUMBER
    return Wanted.WHEN if _WHEN.search(said) else Wanted.ANY


def wants_list(question: str) -> bool:
    """Return whether a question asks for several things, or for the steps of something."""
    said = without_instructions(question)
    return bool(_LISTED.search(said)) and wanted_of(question) is Wanted.ANY


def without_asking(question: str) -> str:
    """Return a question without what only asks: instructions, and "how large" for the number it wants; all
    of it where nothing else is left."""
    said = without_instructions(question)
    told = without_summary(_MEASURES.sub(" ", said))
    return told if re.search(r"\w", told) else said


def can_answer(wanted: Wanted, text: str) -> bool:
    """Return whether a text has something of the kind that is wanted."""
    pattern = _PATTERNS.get(wanted)
    said = _DATE.sub(" ", text) if wanted is Wanted.COUNT else text
    return pattern is None or bool(pattern.search(said))
