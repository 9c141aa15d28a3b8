"""The pages that a question names: "on page iv", "pages 3 and 4", "Seite A-3"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.passage import Hit, Span
from app.core.process.patterns import defer_regex

_NAME = (
    r"(?<!\w)(?:[A-Z]{1,3}[-–. ]?\d{1,5}|\d{1,5}(?![\d.,]*\d)|[ivxlcdm]{1,9}|(?!I\b)[IVXLCDM]{1,9})(?![\w%])"
)
"""A page's name: a number, a Roman numeral, or a number behind letters. A lone capital I is a person."""

_BETWEEN = r"\s*(?:,|-|–|&|\b(?:and|or|to|und|oder|bis|et|ou|à|y|o|a|e|en|of|i|и)\b)\s*"

_PAGES = defer_regex(
    r"""(?x)
    (?:[,;]?\s*\b(?i:on|in|at|from|of|auf|von|der|den|sur|à|la|les|en|las|los|sulla|alla|na|op|на|по)\s+(?:(?i:the|der|den|la|las)\s+)?)?
    \b(?i:pages?|pgs?\.?|pp?\.|seiten?|páginas?|paginas?|pagin[ae]|pagina's|stran[aeyěu]|strony?|stronie
        |страниц[аеуы]|стр\.|sayfa)\s*(?i:no\.?\s*|number\s*|nr\.?\s*)?
    """
    + f"(?P<names>{_NAME}(?:{_BETWEEN}{_NAME})*)"
    + r"|第\s*(?P<chinese>\d{1,5})\s*(?:页|頁|ページ)的?|(?P<korean>\d{1,5})\s*(?:페이지|쪽)"
    + r"(?:에서는|에서|에는|에|의)?"
)

_RANGE = defer_regex(r"(\d{1,5})\s*(?:-|–|\b(?:to|bis|à|a)\b)\s*(\d{1,5})")

_BEFORE_SIGN = defer_regex(r"\s+(?=[?.!,;:])")

_SAYS = defer_regex(
    r"(?i)^\W*(?:(?:what|which|is|are|was|does|do|did|please|me|there|stands?|sa(?:y|ys|id)|contains?|shows?|tells?|reads?"
    r"|summari[sz]e|summary|describe|show|give|quote|was|steht|sagt|dit|dice|的?(?:讲|说|写)?了?什么)\b\W*)+$"
)
"""A question of which nothing else is left asks for all that its pages say."""

MOST_OF_RANGE = 100
"""Pages of one range; a longer one narrows nothing."""


MOST_SHOWN = 5
"""Pages that are told to have no passage."""


@dataclass(frozen=True, slots=True)
class PagesAsked:
    """The ``names`` of the pages that a question is about, in lower case, the question without them, "" where
    it asks for all that they say, and the pages as they are ``shown``."""

    names: frozenset[str]
    question: str

    @property
    def shown(self) -> str:
        """The pages for a person: ``page iv``, ``pages 3, 4``."""
        names = sorted(self.names, key=lambda name: (not name.isdigit(), len(name), name))
        return f"{'page' if len(names) == 1 else 'pages'} {', '.join(names[:MOST_SHOWN])}"


def pages_asked(question: str) -> PagesAsked | None:
    """Return the pages that a question names, ``None`` where it names none."""
    names: set[str] = set()
    for found in _PAGES.finditer(question):
        names |= _names_in(found["names"] or found["chinese"] or found["korean"])
    if not names:
        return None
    rest = _BEFORE_SIGN.sub("", " ".join(_PAGES.sub(" ", question).split())).lstrip(",;: ")
    return PagesAsked(frozenset(names), "" if _SAYS.fullmatch(rest) else rest)


def _names_in(said: str) -> set[str]:
    names = {name.casefold().replace("–", "-") for name in re.findall(_NAME, said)}
    for first, last in _RANGE.findall(said):
        # Both ends are pages already; "pages 9-3" is no range, but may be two pages.
        if 0 <= int(last) - int(first) < MOST_OF_RANGE:
            names |= {str(number) for number in range(int(first), int(last) + 1)}
    return names


def on_pages(hits: Iterable[Hit], asked: PagesAsked) -> list[Hit]:
    """Return those of the hits that stand on the pages, each with those of its places that do.

    A name means the page that the document itself calls so; its number where it calls none so.
    """
    found = list(hits)
    labelled: dict[tuple[str, int], set[str]] = {}
    for hit in found:
        called = {span.label.casefold() for span in hit.chunk.spans} & asked.names
        labelled.setdefault((hit.chunk.document_id, hit.chunk.version), set()).update(called)
    kept = []
    for hit in found:
        numbers = asked.names - labelled[hit.chunk.document_id, hit.chunk.version]
        if spans := _spans_on(hit.chunk.spans, asked.names, numbers):
            kept.append(replace(hit, chunk=replace(hit.chunk, spans=spans)))
    return kept


def _spans_on(spans: Sequence[Span], names: frozenset[str], numbers: frozenset[str]) -> tuple[Span, ...]:
    return tuple(span for span in spans if span.label.casefold() in names or str(span.page) in numbers)
