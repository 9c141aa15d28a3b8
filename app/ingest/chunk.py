"""Pages to chunks: passages of a size that the embedding model sees whole, each under its headings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.core.ids import derived_id
from app.core.page import BlockKind, Page
from app.core.passage import Chunk, Span
from app.ingest.furniture import without_furniture
from app.ingest.passage import Passage, cuts, passages, tokens_of
from app.pages.continued import link_pages

BUDGET = 240
"""Tokens of a chunk with its context line, as estimated: MiniLM sees 256 word pieces. A fifth less or more
changes 39 and 37 of 46 pages."""

CONTEXT = 48
"""Tokens of the context line at most: a fifth of a chunk, so that text stays most of what is embedded. A
fifth less or more changes none of 46 pages."""

MOST_WAITING = BUDGET // 4
"""Tokens of what stands with the text that follows: headings, a line that leads to a list."""

MOST_OF_HEADER = BUDGET * 2 // 5
"""Tokens of a table's header that is said again above its rows: five columns of "Three Months Ended December
31, 2022" have 80."""

MOST_OF_SECTION = CONTEXT // 2
"""Tokens of a section's name that is said again above rows in it."""

MOST_OF_TEXT = BUDGET // 2
"""Tokens of a part of text: two fill a chunk, so that none is left half empty."""

MOST_OF_NAME = CONTEXT // 2
"""Tokens of the title or of a caption in the context line: the headings have the rest."""

FILLED = 0.5
"""A chunk that is this full ends at a heading, and before a paragraph that it has no room for. A fifth less
or more changes 10 and 14 of 46 pages."""

NEAREST = 3
"""Headings of the path that stand in the context line. A fifth less or more changes none of 46 pages."""

LABEL = 60
"""Characters of a line without a full stop that stays with the text below it. A fifth less or more changes 2
and 2 of 46 pages."""

SEPARATOR = " › "


def chunks(
    pages: Iterable[Page],
    *,
    tenant: str,
    document_id: str,
    version: int,
    title: str,
    tags: Sequence[str],
) -> Iterator[Chunk]:
    """Yield the chunks of a document in reading order, without running headers, footers and page numbers.

    The same pages give the same ids. Holds a few pages at a time.
    """
    seen: Counter[tuple[int, str]] = Counter()
    labels: dict[int, str] = {}
    read = without_furniture(_note_labels(pages, labels))
    for ordinal, draft in enumerate(_drafts(passages(link_pages(read)), title)):
        text = draft.text
        spans = tuple(span._replace(label=labels.get(span.page, "")) for span in draft.spans)
        first = spans[0].page
        # The context is part of the id, because it is part of what is embedded: under another heading it is
        # another passage.
        content = f"{draft.context}\n{text}"
        # Of this page only: equal texts on other pages have other ids already, and memory does not grow.
        seen = Counter({key: count for key, count in seen.items() if key[0] == first})
        seen[first, content] += 1
        yield Chunk(
            id=derived_id(document_id, version, first, content, seen[first, content]),
            tenant=tenant,
            document_id=document_id,
            version=version,
            ordinal=ordinal,
            kind=draft.kind,
            text=text,
            headings=draft.headings,
            context=draft.context,
            spans=spans,
            tags=tuple(tags),
        )


def _note_labels(pages: Iterable[Page], labels: dict[int, str]) -> Iterator[Page]:
    """Yield the pages, after noting the PDF's own name for each that has one, by number."""
    for page in pages:
        if page.label:
            labels[page.number] = page.label
        yield page


@dataclass(slots=True)
class _Slice:
    """A part of a passage: (start, end) in its text; ``again`` if it is a header or a section that a chunk
    before has."""

    passage: Passage
    start: int
    end: int
    again: bool = False


@dataclass(slots=True)
class _Draft:
    """A chunk in the making; ``room`` is what is left of its tokens."""

    headings: tuple[str, ...]
    context: str
    room: int
    runs: list[_Slice] = field(default_factory=list)

    def repeat(self, header: _Header) -> None:
        """Take the header of a table whose rows follow."""
        self.runs.append(_Slice(header.passage, 0, header.passage.header, again=True))
        self.room -= header.tokens

    def say_sections(self, passage: Passage, start: int, room: int) -> None:
        """Take the lines that name the sections of the row that begins here, as long as ``room`` is left;
        the innermost are the last to go without."""
        said = list[_Slice]()
        for first, end in reversed(passage.sections_of(start)):
            tokens = tokens_of(passage.text[first:end])
            if tokens > min(room, MOST_OF_SECTION):
                break
            said.insert(0, _Slice(passage, first, end, again=True))
            room -= tokens
            self.room -= tokens
        self.runs += said

    def add(self, passage: Passage, start: int, end: int, tokens: int) -> None:
        """Take a part of a passage; it is one with the part before where that ends as this begins."""
        last = self.runs[-1] if self.runs else None
        if last and last.passage is passage and last.end == start and not last.again:
            last.end = end
        else:
            self.runs.append(_Slice(passage, start, end))
        self.room -= tokens

    @property
    def text(self) -> str:
        """A line for each heading, paragraph or row."""
        return "\n".join(run.passage.text[run.start : run.end].strip() for run in self.runs)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The boxes of the parts, those of a header that is said again at the end."""
        # A reader who clicks is led to the first box: the rows, not the header pages before.
        runs = sorted(self.runs, key=lambda run: run.again)
        return tuple(span for run in runs for span in run.passage.spans(run.start, run.end))

    @property
    def kind(self) -> BlockKind:
        """Table where rows are most of it, but for headings, the caption and notes; else text."""
        kinds = [
            run.passage.kind
            for run in self.runs
            if run.passage.kind is not BlockKind.HEADING and not _is_near(run)
        ]
        return BlockKind.TABLE if kinds and set(kinds) == {BlockKind.TABLE} else BlockKind.TEXT


@dataclass(frozen=True, slots=True)
class _Header:
    """The passage that begins with a table's header, and the tokens of that."""

    passage: Passage
    tokens: int


def _is_near(run: _Slice) -> bool:
    """Return whether it is a table's caption or note."""
    return run.passage.kind is BlockKind.TEXT and (run.passage.leads or bool(run.passage.caption))


class _Packer:
    """Fills drafts with passages. Headings wait for the text that follows, to stand in one chunk with it."""

    def __init__(self, title: str) -> None:
        self._title = " ".join(title.split())
        self._path: list[tuple[int, str]] = []
        self._waiting: list[Passage] = []
        self._above: list[tuple[int, str]] = []  # the path above the first heading that waits
        self._draft: _Draft | None = None
        self._header: _Header | None = None  # of the table that was last
        self._name = ""  # of that table

    def add(self, passage: Passage) -> Iterator[_Draft]:
        """Take a passage; gives the drafts that it completes."""
        if passage.kind is BlockKind.HEADING and tokens_of(passage.text) <= CONTEXT:
            yield from self._head(passage)
        elif passage.kind is BlockKind.TEXT and (passage.leads or _announces(passage.text)):
            yield from self._wait(passage)
        else:
            yield from self._fill(passage)

    def end(self) -> Iterator[_Draft]:
        """Yield the last draft, if any."""
        if self._waiting:
            yield from self._fill(self._waiting.pop())
        if self._draft:
            yield self._draft

    def _head(self, passage: Passage) -> Iterator[_Draft]:
        if self._is_filled():
            yield from self._close()
        # A heading ends all of its level and below, as in an outline.
        above = [(level, text) for level, text in self._path if level < passage.level]
        if not self._waiting:
            self._above = above
        self._path = [*above, (passage.level, " ".join(passage.text.split()))]
        yield from self._wait(passage)

    def _wait(self, passage: Passage) -> Iterator[_Draft]:
        if not self._waiting and passage.kind is not BlockKind.HEADING:
            self._above = self._path
        self._waiting.append(passage)
        if self._waiting_tokens() > MOST_WAITING:
            # A table of contents, or a page of large type: these are its text.
            yield from self._fill(self._waiting.pop())

    def _waiting_tokens(self) -> int:
        """Return the tokens of the headings that are not in a chunk yet."""
        return sum(tokens_of(heading.text) for heading in self._waiting)

    def _fill(self, passage: Passage) -> Iterator[_Draft]:
        total = tokens_of(passage.text) + self._waiting_tokens()
        # What fits into a chunk of its own is not cut to fill the one before.
        whole = total <= BUDGET - CONTEXT
        closes = self._is_filled() or (whole and passage.kind in (BlockKind.TABLE, BlockKind.ITEM))
        if self._draft and total > self._draft.room and closes and not passage.continues:
            yield from self._close()
        if passage.kind is BlockKind.TABLE and not passage.continues:
            self._name = passage.caption
            tokens = tokens_of(passage.text[: passage.header])
            self._header = _Header(passage, tokens) if tokens <= MOST_OF_HEADER else None
        for start, end in cuts(passage, self._most(passage)):
            tokens = tokens_of(passage.text[start:end])
            needed = tokens + self._waiting_tokens()
            if self._draft and needed > self._draft.room:
                yield from self._close()
            # Rows without their header are numbers that nobody can read, neither the model nor the reader.
            begun = self._draft is None and passage.kind is BlockKind.TABLE and start >= passage.header
            draft = self._open(self._name if passage.kind is BlockKind.TABLE else passage.caption)
            if begun and self._header and draft.room >= tokens + self._header.tokens:
                draft.repeat(self._header)
            if begun:
                draft.say_sections(passage, start, draft.room - tokens)
            draft.add(passage, start, end, tokens)

    def _most(self, passage: Passage) -> int:
        """Return tokens of a part: half a chunk of text, or a table's row as long as it fits into a chunk."""
        if passage.kind is not BlockKind.TABLE:
            return MOST_OF_TEXT
        return BUDGET - CONTEXT - max(self._waiting_tokens(), self._header.tokens if self._header else 0)

    def _open(self, caption: str) -> _Draft:
        """Return the draft to add to, with the headings that waited; a new one says which table goes on."""
        if self._draft is None:
            above = [text for _, text in (self._above if self._waiting else self._path)]
            context = _context(self._title, above if self._waiting else _add_name(above, caption))
            headings = tuple(text for _, text in self._path)
            self._draft = _Draft(headings, context, BUDGET - tokens_of(context))
        for heading in self._waiting:
            self._draft.add(heading, 0, len(heading.text), tokens_of(heading.text))
        self._waiting = []
        return self._draft

    def _close(self) -> Iterator[_Draft]:
        if self._draft:
            yield self._draft
        self._draft = None

    def _is_filled(self) -> bool:
        return self._draft is not None and self._draft.room <= (1 - FILLED) * BUDGET


def _drafts(stream: Iterable[Passage], title: str) -> Iterator[_Draft]:
    packer = _Packer(title)
    for passage in stream:
        yield from packer.add(passage)
    yield from packer.end()


def _announces(text: str) -> bool:
    """Return whether a paragraph is short enough to stand in one chunk with the list or table that it
    leads to."""
    return _is_label(text) or (text.rstrip().endswith((":", "：")) and tokens_of(text) <= MOST_WAITING)


def _is_label(text: str) -> bool:
    """Return whether it is a line that leads to what follows, such as "Exceptions:" or bold type's plain
    cousin."""
    end = text.rstrip()
    return len(end) <= LABEL and (end.endswith(":") or end[-1].isalpha())


def _context(title: str, above: Sequence[str]) -> str:
    """Return the title and the nearest headings, as many as the line has room for."""
    parts = [_shorten_text(title, MOST_OF_NAME)] if title else []
    # The nearest heading says most about a passage; those above it go first.
    for count in range(min(NEAREST, len(above)), 0, -1):
        line = SEPARATOR.join([*parts, *above[-count:]])
        if tokens_of(line) <= CONTEXT:
            return line
    return SEPARATOR.join(parts)


def _add_name(above: Sequence[str], name: str) -> Sequence[str]:
    """Return the path of headings with a table's name after it, instead of a heading that it begins with.
    Of a long name the end stays as well, which says what the table is counted in."""
    if not name:
        return above
    path = above[:-1] if above and name.startswith(above[-1]) else above
    unit = name[name.rfind(" (") :] if name.endswith(")") else ""
    if tokens_of(unit) > MOST_OF_NAME // 2:
        unit = ""
    kept = _shorten_text(name.removesuffix(unit), MOST_OF_NAME - tokens_of(unit))
    return [*path, f"{kept}{unit}"]


def _shorten_text(text: str, most: int) -> str:
    """Return the first words of the text, with at most this number of tokens."""
    while tokens_of(text) > most:
        # By the share, until it fits: tokens are not counted letter by letter.
        text = text[: len(text) * most // tokens_of(text)].rpartition(" ")[0] or text[:most]
    return text
