"""Questions that compare documents: "How do the two plans differ?", "Vergleiche A mit B"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.ask.words.terms import asked_words, terms
from app.core.process.patterns import defer_regex

_COMPARES = defer_regex(
    r"""(?ix)
    \b(?:compare[ds]?|comparing|comparison|versus|vs\.?|differ(?:s|ed)?|differences?|different|differently|in\
    common
      | what\ (?:has\ )?changed | changes\ (?:between|from)
      | vergleich\w* | unterschied\w* | unterscheide\w* | compar(?:er|ez|aison)\w* | différen\w+
      | compara\w* | diferencia\w* | confront\w+ | differenz\w* | vergelijk\w* | verschil\w*
      | porovn\w+ | rozdíl\w* | porówna\w+ | różni\w+ | сравн\w+ | отлич\w+ | разниц\w+
      | karşılaştır\w* | fark\w*
    )\b | 比较 | 区别 | 不同
    """
)


def compares(question: str) -> bool:
    """Return whether a question compares things, which may be documents."""
    return bool(_COMPARES.search(question))


def tell_documents(question: str, names: Mapping[str, str]) -> list[str]:
    """Return the documents that a question names, of all that have ``names`` by id: those with a word in it
    that not all of them have."""
    asked = {form for word in asked_words(question) for form in word.forms}
    together = " ".join(names.values())  # in one language, so that the words that all have are the same
    words = {id_: set(terms(name, together)) for id_, name in names.items()}
    shared = set.intersection(*words.values()) if words else set[str]()
    return [id_ for id_, of_one in words.items() if not asked.isdisjoint(of_one - shared)]


def topic_of(question: str, names: Sequence[str]) -> str:
    """Return what documents are compared by: the words of a question but for those that compare and those of
    their names, "" where it is all of them."""
    called = {form for name in names for form in terms(name)}
    rest = _COMPARES.sub(" ", question)
    kept = [
        word
        for word in asked_words(rest)
        if called.isdisjoint(word.forms) and word.forms[0] not in _DOCUMENTS
    ]
    return " ".join(word.written for word in kept)


_DOCUMENTS = frozenset(
    terms("document documents file files report reports version versions two both plans main")
)
"""Terms of words for documents as such."""
