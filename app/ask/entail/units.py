"""One name for each unit of measure and currency, whatever it is written as."""

from __future__ import annotations

_SPELLINGS = """
    %: percent, prozent, procent, procenta, процент, процента, процентов, pct
    $: dollar, dollars, usd, dólares, dollari, доллар, долларов, доллара
    €: euro, euros, eur, евро, eura
    £: pound, pounds, gbp, pfund
    ¥: yen, jpy
    kg: kilogram, kilograms, kilogramme, kilogrammes, kilogramm, kilo, kilos, kilogramos, chilogrammi
    kg: quilogramas, килограмм, килограммов, кг
    g: gram, grams, gramm, grammes, gramos, grammi, gramas
    mg: milligram, milligrams, milligramm
    t: tonne, tonnes, tonnen
    km: kilometre, kilometres, kilometer, kilometers, kilómetros, chilometri, quilômetros, километров, км
    m: metre, metres, meter, meters, metern, metros, metri, metrů
    cm: centimetre, centimetres, centimeter, centimeters, zentimeter
    mm: millimetre, millimetres, millimeter, millimeters
    l: litre, litres, liter, liters, litros, litri, litrů
    ml: millilitre, millilitres, milliliter, milliliters
    kw: kilowatt, kilowatts
    kwh: kilowattstunden, kilowattuur
    mw: megawatt, megawatts
    h: hour, hours, hrs, hr
    min: minute, minutes, mins
    s: second_, seconds, secs
    mb: megabyte, megabytes
    gb: gigabyte, gigabytes
"""

UNITS: dict[str, str] = {}
"""The one name of each spelling of a unit."""

for _line in _SPELLINGS.strip().splitlines():
    _unit, _, _words = _line.strip().partition(": ")
    UNITS |= dict.fromkeys([_unit, *_words.split(", ")], _unit)

CURRENCIES = frozenset("$€£¥") | {"usd", "eur", "gbp", "jpy", "chf", "czk"}
"""Currencies that may stand before their number."""
