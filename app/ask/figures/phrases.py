"""How questions ask for figures: the words of an operation, of a series, and of what is no figure."""

from __future__ import annotations

import re

from app.ask.words.terms import terms
from app.core.process.patterns import defer_regex

_CHANGE = r"(?:change|increase|decrease|growth|decline|grow|drop|fall|rise)"
PERCENT_CHANGE = defer_regex(
    rf"(?:percent(?:age)?|%|relative)\s+{_CHANGE}|{_CHANGE}\b.{{0,60}}\b(?:in|by|as a|what)\s+(?:percent|%)"
    rf"|growth rate|rate of growth|(?:what|which) percent(?:age)?\s+did\b.{{0,80}}\b{_CHANGE}"
    r"|year[- ]over[- ]year (?:change|growth)",
    re.IGNORECASE,
)
DIFFERENCE = defer_regex(
    r"\b(?:change[sd]?|difference|increase[sd]?|decrease[sd]?|decline[sd]?|by how much|gr[eo]w|growth|fell"
    r"|rose|how much (?:more|less|higher|lower)|variation)\b",
    re.IGNORECASE,
)
ASKS_CHANGE = defer_regex(
    rf"\bby how much\b|\bhow much (?:did|has|have)\b.{{1,80}}\b(?:{_CHANGE}n?|(?:chang|increas|decreas)ed)\b"
    rf"|\bwhat (?:is|was|were) the (?:[\w-]+ )?{_CHANGE} (?:in|of|for)\b",
    re.IGNORECASE,
)
"""Asks for a change without saying of which two periods."""

HIGHEST, LOWEST = (
    defer_regex(
        r"\b(?:which|what) (?:\w+ ){0,2}(?:year|quarter|month|period)s?\b.{0,80}\b(?:" + words + r")\b",
        re.IGNORECASE,
    )
    for words in (
        "highest|largest|most|greatest|biggest|higher|larger|greater|bigger|maximum|peak(?:ed)?",
        "lowest|smallest|least|fewest|lower|smaller|fewer|minimum",
    )
)
"""Asks for the period of the largest or smallest figure."""

AVERAGE = defer_regex(r"\b(?:average|mean)\b", re.IGNORECASE)
SUM = defer_regex(
    r"\b(?:altogether|combined|sum of|total (?:of|for|over) (?:both|all)|cumulative)\b", re.IGNORECASE
)

WANTS_FIGURE = defer_regex(
    r"\bhow (?:much|many|large|big|high|long|old|far|tall|heavy)\b|%"
    r"|\b(?:what|which) (?:is|was|were|are|would be)\b|^\W*(?:give|show|list|report)\b"
    r"|\b(?:what|which)\s+(?:[\w-]+\s+){1,5}(?:did|does|do|has|had|was|were|is|are)\b"
    r"|\b(?:value|amount|total|percent|rate|number|price|cost|revenue|income|sales|margin|ratio)\b"
    r"|\b(?:wie (?:hoch|viele?|groß|lang|teuer)|welche[rsn]?|combien|quel(?:le)?s?|cuánt[oa]s?|cuál(?:es)?"
    r"|quant[oaie]|qual[ei]?|quais|hoeveel|hoe (?:hoog|veel)|welke?|kolik|jak[áýée]|ile|jaki?e?|сколько"
    r"|как(?:ой|ая|ова|ие))\b",
    re.IGNORECASE,
)
"""How a question begins, in ten languages, or what it has in it that a figure may answer."""

PERCENT = defer_regex(r"\bpercent(?:age)?s?\b|%|\bproportion\b|\bshare of\b", re.IGNORECASE)

RATE = defer_regex(
    r"\b(?:rates?|margins?|yields?|returns?|ratios?|interest|growth|occupancy|coupons?|discounts?)\b",
    re.IGNORECASE,
)
"""What may be printed as a percentage though the question says no such word."""

COUNT = defer_regex(
    r"\bhow many (?!(?:\w+ ){0,2}?(?:dollars|euros|pounds|cents|usd|eur|gbp|percent|percentage)\b)"
    r"|\b(?:number|count) of\b|\bwie ?viele\b|\bcombien d(?:e\b|[’'])|\bcuánt[oa]s\b|\bquant[ie]\b"
    r"|\bquant[oa]s\b",
    re.IGNORECASE,
)
"""Asks for a number of things, which is no amount of money, in the languages that tell the two apart."""

FIRST_COUNTED = 3
"""Words behind "how many" among which those are that name what is counted."""

COUNTED = defer_regex(
    r"\b(?:shares?|units?|numbers?|counts?|options?|warrants?|stock|employees|stores|locations)\b",
    re.IGNORECASE,
)
"""What is counted in a table that is otherwise of money."""

SERIES = defer_regex(
    r"\bover (?:time|the (?:\w+ )?(?:quarters|periods|years|months))\b|\btrends?\b"
    r"|\b(?:across|these|those|during these|in each|each|every|all)\s+(?:of\s+)?(?:(?:the|these|those)\s+)?"
    r"(?:\w+\s+)?(?:quarters?|periods?|years?|reports)\b",
    re.IGNORECASE,
)

FURTHER = defer_regex(r",?\s+and\s+(?=(?:how|what|which|why|who|where|when)\b)", re.IGNORECASE)
"""Where a second question begins."""

TELLS = defer_regex(
    r"\b(?:why|summari[sz]e|explain|describe|discuss|analy[sz]e|who|where|risk factors?"
    r"|how (?:do|does|did|might|could|would|will|can)|warum|wer|wo|pourquoi|qui|où|por qué|quién"
    r"|dónde|perché|chi)\b",
    re.IGNORECASE,
)
"""What asks for sentences, whatever figures are in it."""

_COMPUTED = """
    percent percentage relative change changes changed increase decrease growth decline rate year over
    difference average mean altogether combined sum both more less higher lower grow grew fell rose variation
    highest largest most greatest biggest larger greater bigger maximum peak peaked lowest smallest least
    fewest smaller fewer minimum
"""
COMPUTED = frozenset(terms(_COMPUTED))
"""Terms of words that say what is to be computed."""

_CARRIED = """
    value amount amounts figure report reported according annual quarter quarterly period listed respectively
    end ended ending company company's inc corp corporation ltd plc much many filing last latest recent within
    fiscal generate spend spent earn record records compare total number months three six nine twelve december
    march june september january following table given stated years year date current between across
    balance recorded usd million millions thousand
"""
CARRIED = frozenset(terms(_CARRIED))
"""Terms of words that a question for a figure carries and that need not stand beside it."""
