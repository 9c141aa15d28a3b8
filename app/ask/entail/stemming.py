"""Words without their inflection: "periods" is "period", "paid" is "pay", but no "payer" is a "payee"."""

from __future__ import annotations

from functools import lru_cache

_NAMES = {
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
    "cs": "czech",
    "ru": "russian",
}

_IRREGULAR_FORMS = """
    pay paid; sell sold; buy bought; begin began begun; give gave given; take took taken; make made;
    write wrote written; rise rose risen; fall fell fallen; grow grew grown; know knew known; hold held;
    keep kept; leave left; lose lost; meet met; send sent; spend spent; build built; bring brought;
    find found; get got gotten; go went gone; come came; become became; choose chose chosen; drive drove
    driven; eat ate eaten; fly flew flown; lead led; lie lay lain; run ran; see saw seen; sit sat; speak spoke
    spoken; stand stood; teach taught; tell told; think thought; understand understood; win won; wear wore
    worn; child children; man men; woman women; person people; foot feet; tooth teeth; mouse mice;
    seek sought; catch caught; fight fought; draw drew drawn; break broke broken; steal stole stolen;
    shrink shrank shrunk; sink sank sunk; swim swam swum; throw threw thrown; withdraw withdrew withdrawn;
    undergo underwent undergone; overtake overtook overtaken; bind bound; feed fed; hear heard; sue sued;
    shoot shot; strike struck; swear swore sworn; tear tore torn; wake woke woken; wind wound; half halves;
    use uses used using; die dies died dying; business businesses; agree agrees agreed; free frees freed;
    series; species; news; means; goods; customs; arms; physics; always; process processes; basis bases;
    analysis analyses; crisis crises; bus buses; gas gases; status; tie tied tying; pass passes
"""

_IRREGULAR = {form: forms.split()[0] for forms in _IRREGULAR_FORMS.split(";") for form in forms.split()}

_VOWELS = frozenset("aeiouy")

_AGENTS = (
    "er",
    "or",
    "ee",
    "ist",
    "ant",
    "ent",
    "eur",
    "euse",
    "ant",
    "tor",
    "trice",
    "dor",
    "dora",
    "ник",
    "тель",
)
"""Endings of who does or suffers something: an algorithm that takes them off would make the two one."""


@lru_cache(1 << 16)
def stem(word: str, language: str) -> str:
    """Return a word (lower case) as it is compared with others of its language; as it is where that is
    unknown."""
    if language == "en":
        return _english(word)
    name = _NAMES.get(language)
    if name is None:
        return word
    from snowballstemmer import stemmer

    found = str(stemmer(name).stemWord(word))  # a new one each time: threads must not share it
    return found + _agent(word, found)


def _agent(word: str, found: str) -> str:
    """Return what an ending that was taken off says of who acts."""
    lost = word[len(found) :] if word.startswith(found) else ""
    return "".join(
        f"+{ending}" for ending in _AGENTS if len(lost) >= len(ending) > 2 and lost.startswith(ending)
    )


def _english(word: str) -> str:
    if word in _IRREGULAR or len(word) < 4:
        return _IRREGULAR.get(word, word)
    if word.endswith(("ies", "ied")) and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    # "glass", "status" and "basis" are no plurals.
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _silent(word[:-1])
    for ending in ("ed", "ing"):
        stemmed = word.removesuffix(ending)
        if stemmed != word and len(stemmed) > 1 and _VOWELS.intersection(stemmed):
            return _silent(_undouble_consonant(stemmed))
    return _silent(word)


def _undouble_consonant(stemmed: str) -> str:
    """As "shipp" is "ship", and "mak" is "make"."""
    # "fall", "pass" and "buzz" have two of their own.
    if len(stemmed) > 3 and stemmed[-1] == stemmed[-2] and stemmed[-1] not in "lsz":
        return stemmed[:-1]
    if (
        len(stemmed) <= 3
        and stemmed[-1] not in "aeiouywx"
        and stemmed[-2] in _VOWELS
        and stemmed[-3:-2] not in _VOWELS
    ):
        return stemmed + "e"
    return stemmed


def _silent(word: str) -> str:
    # So that "operate" meets "operating", which has lost the e.
    return word[:-1] if len(word) > 4 and word.endswith("e") and not word.endswith("ee") else word
