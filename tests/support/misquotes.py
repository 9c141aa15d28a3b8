"""Ways to turn a sentence, and ways in which reading damages one."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

Change = Callable[[str], str | None]
"""Gives the changed sentence, ``None`` where there is nothing to change."""


def is_usable(text: str) -> bool:
    """Whether a sentence is running text of words: neither a formula nor a list of references."""
    words = text.split()
    plain = sum(word.strip(".,;:()").isalpha() for word in words)
    unspaced = sum("\u3040" <= c <= "\u9fff" or "\u0e00" <= c <= "\u0e7f" for c in text)
    if unspaced > 10:
        return unspaced > 0.6 * len(text)
    return 8 <= len(words) <= 40 and plain >= 0.75 * len(words)


def _seeded(text: str) -> random.Random:
    return random.Random(text)


def swapped(pairs: str) -> Change:
    """Exchanges the first word of a sentence that is in a pair ("a/b c/d") for the other."""
    table = dict(pair.split("/") for pair in pairs.split())
    both = table | {new: old for old, new in table.items()}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, sorted(both, key=len, reverse=True)))})\b")

    def change(text: str) -> str | None:
        found = pattern.search(text)
        return text[: found.start()] + both[found[1]] + text[found.end() :] if found else None

    return change


def dropped(words: str) -> Change:
    """Leaves out the first of these words in the middle of a sentence."""
    pattern = re.compile(rf"(?<=\s)({'|'.join(words.split())})\s")

    def change(text: str) -> str | None:
        found = pattern.search(text)
        return text[: found.start()] + text[found.end() :] if found else None

    return change


def inserted(word: str) -> Change:
    """Puts a word in the middle."""

    def change(text: str) -> str | None:
        words = text.split()
        if len(words) < 4:
            return None
        middle = len(words) // 2
        return " ".join([*words[:middle], word, *words[middle:]])

    return change


def _without_one(text: str) -> str | None:
    words = text.split()
    if len(words) < 6:
        return None
    at = _seeded(text).randrange(2, len(words) - 2)
    return " ".join([*words[:at], *words[at + 1 :]])


def _twice(text: str) -> str | None:
    words = text.split()
    if len(words) < 6:
        return None
    at = _seeded(text).randrange(2, len(words) - 2)
    return " ".join([*words[:at], words[at], *words[at:]])


def _exchanged(text: str) -> str | None:
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 3 and word.isalpha() and n]
    if len(long) < 2 or words[long[0]].lower() == words[long[-1]].lower():
        return None
    words[long[0]], words[long[-1]] = words[long[-1]], words[long[0]]
    return " ".join(words)


def _neighbours(text: str) -> str | None:
    words = text.split()
    pairs = [n for n in range(1, len(words) - 1) if words[n] != words[n + 1]]
    if not pairs:
        return None
    at = _seeded(text).choice(pairs)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _other_digit(text: str) -> str | None:
    found = [at for at, character in enumerate(text) if character in "0123456789"]
    if not found:
        return None
    at = _seeded(text).choice(found)
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def _digit_more(text: str) -> str | None:
    found = re.search(r"\d(?!\d)", text)
    return text[: found.end()] + "0" + text[found.end() :] if found else None


def _digit_less(text: str) -> str | None:
    found = re.search(r"\d(?=\d)", text)
    return text[: found.end()] + text[found.end() + 1 :] if found else None


def _point_lost(text: str) -> str | None:
    return re.sub(r"(?<=\d)[.,](?=\d)", "", text, count=1)


def _percent_lost(text: str) -> str | None:
    return re.sub(r"(?<=\d)\s?%", "", text, count=1)


def _sign_gained(text: str) -> str | None:
    return re.sub(r"(?<=\s)(?=\d)", "-", text, count=1)


def _number_lost(text: str) -> str | None:
    return re.sub(r"(?<=\s)\d[\d.,]*\s", "", text, count=1)


def _letter(text: str) -> str | None:
    """Another vowel in a longer word: immoral, immortal."""
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 5 and re.search("[aeiou]", word[1:-1])]
    if not long:
        return None
    at = _seeded(text).choice(long)
    inner = re.search("[aeiou]", words[at][1:-1])
    assert inner
    place = inner.start() + 1
    words[at] = words[at][:place] + "aeiou"["aeiou".index(words[at][place]) - 1] + words[at][place + 1 :]
    return " ".join(words)


def _letter_lost(text: str) -> str | None:
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return None
    at = _seeded(text).choice(long)
    words[at] = words[at][:3] + words[at][4:] if words[at][3] != words[at][2] else words[at][:-1]
    return " ".join(words)


def _prefixed(text: str) -> str | None:
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) > 5 and word.isalpha() and word.islower()]
    if not long:
        return None
    at = _seeded(text).choice(long)
    words[at] = "un" + words[at]
    return " ".join(words)


def _plural(text: str) -> str | None:
    words = text.split()
    long = [n for n, word in enumerate(words[:-1]) if len(word) > 4 and word.isalpha() and word.islower()]
    if not long:
        return None
    at = _seeded(text).choice(long)
    words[at] = words[at][:-1] if words[at].endswith("s") else words[at] + "s"
    return " ".join(words)


def _name(text: str) -> str | None:
    found = re.search(r"(?<=[a-z] )[A-Z][a-z]{3,}", text)
    return text[: found.start()] + found[0][:-1] + "x" + text[found.end() :] if found else None


def _accent_lost(text: str) -> str | None:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not "\u0300" <= c <= "\u036f")
    return bare if bare != unicodedata.normalize("NFD", text) else None


def _cut_in_word(text: str) -> str | None:
    words = text.split()
    if len(words) < 6 or len(words[2]) < 6 or not words[2].isalpha():
        return None
    return words[2][3:] + " " + " ".join(words[3:])


def _cut_in_number(text: str) -> str | None:
    found = re.search(r"(?<=\d)\d[\d.,]*\s", text)
    return text[found.start() :] if found and len(text) - found.start() > 30 else None


def _bound_cut(text: str) -> str | None:
    found = re.search(
        r"\b(?:up to|at least|at most|more than|less than|fewer than|over|under|about|nearly|almost"
        r"|not more than|mindestens|höchstens|mehr als|weniger als|etwa|rund|über|bis zu"
        r"|plus de|moins de|environ|jusqu'à|más de|menos de|hasta|casi|più di|meno di|circa|almeno"
        r"|méně než|více než|asi|přibližně|až|более|менее|около|почти|свыше) (?=\d)",
        text,
    )
    return text[found.end() :] if found and len(text) - found.end() > 20 else None


def _negation_cut(text: str) -> str | None:
    found = re.search(
        r"\b(?:not|never|cannot|without|nicht|kein|keine|keinen|jamais|sans|sin|nunca|non|senza|não|sem|niet|geen"
        r"|не|без|není|bez|nejsou)\s+(?=\S+\s+\S+\s+\S+)",
        text,
    )
    return text[found.end() :] if found else None


def _unspaced(text: str, change: Callable[[str], str]) -> str | None:
    places = [n for n, c in enumerate(text) if "\u4e00" <= c <= "\u9fff" or "\u0e01" <= c <= "\u0e30"]
    if len(places) <= 10:
        return None
    at = _seeded(text).choice(places[1:-1])
    return text[:at] + change(text[at]) + text[at + 1 :]


TURNS: dict[str, Change] = {
    "payer and payee": swapped("""
        employer/employee payer/payee trainer/trainee lender/lendee buyer/seller parent/patent
        patient/parent author/editor teacher/student user/system
    """),
    "one letter": _letter,
    "a letter lost": _letter_lost,
    "un-": _prefixed,
    "plural": _plural,
    "opposite": swapped("""
        increase/decrease increased/decreased higher/lower more/less before/after positive/negative
        first/last large/small high/low above/below all/some maximum/minimum include/exclude
        legal/illegal possible/impossible always/never
    """),
    "preposition": swapped("""
        to/from by/of in/on with/for von/zu mit/für de/par en/con van/voor di/da do/od na/v на/от
    """),
    "article": swapped("""
        a/the der/ein le/un el/un il/un het/een
    """),
    "verb": swapped("""
        is/was are/were has/had ist/war sind/waren est/était es/fue è/era was/is have/had je/byl
        был/будет
    """),
    "modal": swapped("""
        may/must can/should will/would could/will should/shall kann/muss soll/darf peut/doit
        puede/debe può/deve pode/deve může/musí
    """),
    "negation lost": dropped("""
        not never no without nicht kein keine keinen ne pas jamais sans sin non senza não sem niet
        geen не без není
    """),
    "hedge lost": dropped("""
        often usually generally almost nearly partly mainly mostly probably possibly likely rarely
        only approximately about some several many most former proposed estimated expected potential
        apparently typically sometimes meist oft fast nur etwa presque souvent casi solo quasi
        spesso bijna často jen asi почти только около
    """),
    "small word lost": dropped("""
        the a of to in and is that der die das und le la de et el los y il e het van a je и в
    """),
    "not slipped in": inserted("not"),
    "only slipped in": inserted("only"),
    "the slipped in": inserted("the"),
    "nicht slipped in": inserted("nicht"),
    "a word lost": _without_one,
    "a word twice": _twice,
    "words exchanged": _exchanged,
    "neighbours exchanged": _neighbours,
    "another digit": _other_digit,
    "a digit more": _digit_more,
    "a digit less": _digit_less,
    "point lost": _point_lost,
    "percent lost": _percent_lost,
    "minus slipped in": _sign_gained,
    "number lost": _number_lost,
    "another name": _name,
    "accents lost": _accent_lost,
    "cut in a word": _cut_in_word,
    "cut in a number": _cut_in_number,
    "bound cut away": _bound_cut,
    "negation cut away": _negation_cut,
    "other unspaced letter": lambda text: _unspaced(text, lambda letter: chr(ord(letter) + 1)),
    "unspaced letter lost": lambda text: _unspaced(text, lambda letter: ""),
}  # fmt: skip
"""By name: what no proof may forgive."""


def _joined(text: str) -> str | None:
    places = [found.start() for found in re.finditer(r"(?<=[a-zà-ž]{4}) (?=[a-zà-ž]{4})", text)]
    at = _seeded(text).choice(places) if places else 0
    return text[:at] + text[at + 1 :] if at else None


def _parted(text: str) -> str | None:
    words = list(re.finditer(r"[a-zà-ž]{7,}", text))
    if not words:
        return None
    at = _seeded(text).choice(words).start() + 4
    return f"{text[:at]} {text[at:]}"


def _line_end(text: str) -> str | None:
    words = list(re.finditer(r"[a-zà-ž]{7,}", text))
    if not words:
        return None
    at = _seeded(text).choice(words).start() + 4
    return f"{text[:at]}-\n{text[at:]}"


def _hyphen_lost(text: str) -> str | None:
    return re.sub(r"(?<=[a-z]{3})-(?=[a-z]{3})", "", text, count=1)


def _ligatures(text: str) -> str | None:
    for letters, one in (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ")):
        text = text.replace(letters, one)
    return text


def _alike(letters: str, other: str) -> Change:
    pattern = re.compile(rf"\b[a-z]{{2,}}{letters}[a-z]{{2,}}\b")

    def change(text: str) -> str | None:
        found = pattern.search(text)
        return (
            text[: found.start()] + found[0].replace(letters, other, 1) + text[found.end() :]
            if found
            else None
        )

    return change


def _quotation(text: str) -> str | None:
    return text.translate(str.maketrans("’‘“”", "''\"\"")) if re.search("[’‘“”]", text) else None


def _accents_apart(text: str) -> str | None:
    apart = {"\u0301": "´", "\u0300": "`", "\u0308": "¨", "\u0302": "ˆ", "\u030c": "ˇ", "\u0303": "˜"}
    changed = re.sub(
        "([^\\W\\d_])([\u0301\u0300\u0308\u0302\u030c\u0303])",
        lambda found: apart[found[2]] + found[1],
        unicodedata.normalize("NFD", text),
    )
    return unicodedata.normalize("NFC", changed)


DAMAGES: dict[str, Change] = {
    "space lost": _joined,
    "space gained": _parted,
    "line's end": _line_end,
    "hyphen lost": _hyphen_lost,
    "ligatures": _ligatures,
    "rn for m": _alike("m", "rn"),
    "m for rn": _alike("rn", "m"),
    "vv for w": _alike("w", "vv"),
    "1 for l": _alike("l", "1"),
    "0 for o": _alike("o", "0"),
    "straight quotation marks": _quotation,
    "no quotation marks": lambda text: re.sub("[“”„«»\"]", "", text),
    "accents apart": _accents_apart,
    "capitals": lambda text: text.upper() if "ß" not in text else None,
    "small letters": lambda text: text[:1].lower() + text[1:],
    "wide spaces": lambda text: text.replace(" ", "\u2003\n"),
}  # fmt: skip
"""By name: what reading does to a sentence, and a proof forgives."""
