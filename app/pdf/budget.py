"""What one document may cost: computing, text, passages, pictures and processes.

A file of a few kilobytes can ask for hours of computing or gigabytes of text. Each limit leaves an honest
document of its length several times what it takes; what is beyond one is left out, and the document says so.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from app.core.document import NOTHING_SPENT, Spent

LEAST_TOKENS = 32
"""Of a passage, which are embedded in any case: most of its context line, which says what it is about."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A document's limits: most of them a share for the document and one for each of its pages."""

    cpu_seconds: float = 20.0
    cpu_seconds_a_page: float = 0.5
    characters: int = 1_000_000
    characters_a_page: int = 20_000
    passages: int = 100
    passages_a_page: int = 10
    tokens: int = 20_000
    tokens_a_page: int = 1_500
    megapixels: int = 100
    megapixels_a_page: int = 20
    deaths: int = 3
    pages_a_death: int = 100
    picture_deaths: int = 3
    picture_cpu_seconds: float = 20.0
    picture_cpu_seconds_a_page: float = 1.0

    def most_passages(self, pages: int) -> int:
        """Return how many passages a document with this many pages may have."""
        return self.passages + self.passages_a_page * pages

    def most_tokens(self, pages: int, passages: int) -> int:
        """Return how many tokens of each passage are embedded, for a document with these numbers of pages
        that have words, and of passages."""
        return max(LEAST_TOKENS, (self.tokens + self.tokens_a_page * pages) // max(1, passages))

    def of(self, pages: int) -> Spent:
        """All that a document with this many pages may spend."""
        return Spent(
            cpu_ms=round(1000 * (self.cpu_seconds + self.cpu_seconds_a_page * pages)),
            characters=self.characters + self.characters_a_page * pages,
            kilopixels=1000 * (self.megapixels + self.megapixels_a_page * pages),
            deaths=self.deaths + pages // self.pages_a_death,
            picture_deaths=self.picture_deaths,
            picture_cpu_ms=round(1000 * (self.picture_cpu_seconds + self.picture_cpu_seconds_a_page * pages)),
        )

    def pictures_left_out(self, pages: int, spent: Spent) -> str:
        """Why a document with this many pages and costs lacks pictures, "" where it does not."""
        allowance = self.allowance(pages)
        allowance.spent = spent
        return allowance.over_for_pictures

    def allowance(
        self, pages: int, *, of_pages: int | None = None, spent: Spent = NOTHING_SPENT
    ) -> Allowance:
        """What reading ``pages`` pages may spend of a document that has ``of_pages`` and has ``spent`` so
        much: ranges that are read at the same time do not know of each other's costs, so that none has more
        than its share."""
        total = self.of(of_pages or pages)
        # The lesser of both: a range has its share, and no more than what the document has left.
        return Allowance(_least(self.of(pages), _rest(total, spent)), total, of_pages or pages)


class Allowance:
    """What reading some pages may spend, and what they have ``spent``. Each limit is passed by one page at
    most for each process that reads."""

    def __init__(self, most: Spent, document: Spent, pages: int) -> None:
        self._most = most
        self._document = document
        self._pages = pages
        self.spent = NOTHING_SPENT

    def spend(self, *, cpu_ms: int = 0, characters: int = 0, deaths: int = 0) -> None:
        """Note what a page took."""
        self.spent += Spent(cpu_ms=cpu_ms, characters=characters, deaths=deaths)

    def spend_pictures(self, *, kilopixels: int = 0, deaths: int = 0, cpu_ms: int = 0) -> None:
        """Note what pictures took."""
        self.spent += Spent(kilopixels=kilopixels, picture_deaths=deaths, picture_cpu_ms=cpu_ms)

    @property
    def over(self) -> str:
        """Why no further page is read, "" while one may be."""
        # Deaths first: where they end the reading, what was computed for them is the lesser news.
        if self.spent.deaths >= self._most.deaths:
            return "too many of the document's other pages took too long, too much memory or crashed"
        if self.spent.cpu_ms >= self._most.cpu_ms:
            seconds = self._document.cpu_ms / 1000
            return (
                f"the document takes more than the {seconds:,.0f} s of computing that {self._named} may take"
            )
        if self.spent.characters >= self._most.characters:
            return (
                f"the document has more than the {self._document.characters:,} characters that "
                f"{self._named} may have"
            )
        return ""

    @property
    def over_for_pictures(self) -> str:
        """Why no further picture is made, "" while one may be."""
        if self.spent.picture_deaths >= self._most.picture_deaths:
            return "too many of the document's pictures took too long, too much memory or crashed"
        if self.spent.picture_cpu_ms >= self._most.picture_cpu_ms:
            seconds = self._document.picture_cpu_ms / 1000
            return (
                f"they take more than the {seconds:,.0f} s of computing that those of {self._named} may take"
            )
        if self.spent.kilopixels >= self._most.kilopixels:
            megapixels = self._document.kilopixels // 1000
            return f"the document has more than the {megapixels:,} megapixels that {self._named} may have"
        return ""

    @property
    def _named(self) -> str:
        return "one page" if self._pages == 1 else f"{self._pages:,} pages"


def _least(one: Spent, other: Spent) -> Spent:
    return Spent(*(min(a, b) for a, b in zip(astuple(one), astuple(other), strict=True)))


def _rest(total: Spent, spent: Spent) -> Spent:
    return Spent(*(max(0, a - b) for a, b in zip(astuple(total), astuple(spent), strict=True)))
