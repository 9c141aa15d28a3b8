"""Words as they are meant: what is drawn twice is one, accents stand on their letters, spaced letters are a
word."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Sequence
from itertools import pairwise

from app.core.geometry import around
from app.pdf.native.library import RepeatRules, library
from app.pdf.native.packed import address, make_room, pack
from app.pdf.pdfium.bidi import join_brackets
from app.pdf.pdfium.tex import COMBINING, DOTLESS
from app.pdf.pdfium.vertical import join_columns
from app.pdf.pdfium.words import PlacedWord, upright

SHADOW = 0.15
"""In sizes: how far from a word its shadow, or the second one of a fake bold face, is drawn."""

ROW = 16.0
"""Points down the page among which the same word is looked for."""

FEWEST_SPACED = 6
"""Letters that are set apart as one word: fewer may be options or columns."""

SPACED_GAP = 0.6
"""In sizes: the widest gap between such letters, a space and the letters' own spacing."""

WORD_GAP = 1.7
"""In gaps between such letters: a wider one parts two words."""

LABEL_GAP = 1.4
"""In sizes: between the letters of a Chinese or Japanese label stand one or two blanks; columns stand
further apart."""

FEWEST_LABEL, LONGEST_LABEL = 2, 4
"""Letters of such a label; more are a line that is spaced out, or columns."""

COUNTED = frozenset("一二三四五六七八九十百千万月火水木金土日年時分")
"""Numbers, days and units: they head columns, and stand apart for themselves."""

LEVEL = 0.2
"""In sizes: between the baselines of such letters; a raised or lowered letter is a note or an index."""

NARROWEST = 0.1
"""Points: a word's width where its font says that it has none, so that nothing is divided by zero."""

NEAR_LETTER = 1.6
"""Letters of a word between an accent and its letter, as all were equally wide."""


REPEATS = RepeatRules(SHADOW, ROW)


def mend_words(words: list[PlacedWord]) -> list[PlacedWord]:
    """Return the words of a page, in the content stream's order and numbered anew, mended."""
    # Repeated words go first: an accent that was drawn twice would be put on its letter twice.
    mended = join_brackets(join_spaced(join_columns(put_accents(without_repeated(words)))))
    if mended is words:
        return words
    return [word._replace(order=order) for order, word in enumerate(mended)]


def without_repeated(words: list[PlacedWord]) -> list[PlacedWord]:
    """The words without those that were drawn before, in the same place or beside it by less than is read."""
    # Words by number: only those with one text are compared, and the library sees no strings.
    texts: dict[str, int] = {}
    firsts = array("i", [texts.setdefault(word[0], place) for place, word in enumerate(words)])
    # No word is twice on the page.
    if len(texts) == len(words):
        return words
    boxes, sizes = pack([word[1] for word in words]), array("d", [word[2].size for word in words])
    found = make_room("b", len(words))
    given = address(firsts), address(boxes), address(sizes), len(words)
    repeated = library().repeated_read(REPEATS, *given, address(found))
    if repeated < 0:
        raise MemoryError
    return [word for word, gone in zip(words, found, strict=True) if not gone] if repeated else words


def put_accents(words: list[PlacedWord]) -> list[PlacedWord]:
    """The words with each accent that was drawn apart on the letter above which it stands."""
    accents = [at for at, word in enumerate(words) if word.text in COMBINING]
    if not accents:
        return words
    found, gone = list(words), set()
    for at in accents:
        accent = words[at]
        middle = (accent.box.x0 + accent.box.x1) / 2
        for other, word in enumerate(found):
            if other == at or not _stands_over(accent, word, middle):
                continue
            if text := _with_accent(word, middle, COMBINING[accent.text]):
                found[other] = word._replace(text=text)
                gone.add(at)
                break
    return [word for at, word in enumerate(found) if at not in gone] if gone else words


def _stands_over(accent: PlacedWord, word: PlacedWord, middle: float) -> bool:
    shared = min(accent.box.bottom, word.box.bottom) - max(accent.box.top, word.box.top)
    return (
        word.style.direction == accent.style.direction == 0
        and word.box.x0 <= middle <= word.box.x1
        and shared > 0
    )


def _with_accent(word: PlacedWord, middle: float, accent: str) -> str:
    """The word with an accent on the nearest letter that takes it, "" where there is none."""
    text = word.text
    where = (middle - word.box.x0) / max(word.box.width, NARROWEST) * len(text) - 0.5
    for at in sorted(range(len(text)), key=lambda at: abs(at - where)):
        if abs(at - where) > NEAR_LETTER:
            return ""
        # Only where there is one letter for both: two could not be told from a letter and a sign behind it.
        letter = unicodedata.normalize("NFC", DOTLESS.get(text[at], text[at]) + accent)
        if len(letter) == 1:
            return text[:at] + letter + text[at + 1 :]
    return ""


def join_spaced(words: list[PlacedWord]) -> list[PlacedWord]:
    """The words with letters that are set apart, as titles and labels are, joined to the words that they
    spell."""
    # Most pages end here.
    if not words or sum(len(text) == 1 for text, _, _, _ in words) < FEWEST_LABEL:
        return words
    found: list[PlacedWord] = []
    at = 0
    while at < len(words):
        if len(words[at][0]) != 1:
            found.append(words[at])
            at += 1
            continue
        end = _end_of_run(words, at)
        run = words[at:end]
        found += _spell_words(run)
        at = end
    return found if len(found) < len(words) else words


def _end_of_run(words: Sequence[PlacedWord], start: int) -> int:
    """Where the single letters of one row end that begin with a word."""
    end = start + 1
    while end < len(words) and _goes_on(words[end - 1], words[end]):
        end += 1
    return end


def _goes_on(last: PlacedWord, word: PlacedWord) -> bool:
    if not (_is_letter(last.text) and (_is_letter(word.text) or _is_label(last.text + word.text[:1]))):
        return False
    if last.style != word.style or _is_han(last.text) != _is_han(word.text[:1]):
        return False
    one, other = (upright(each.box, word.style.direction) for each in (last, word))
    level = abs(one.bottom - other.bottom) < LEVEL * word.style.size
    widest = LABEL_GAP if _is_han(last.text) else SPACED_GAP + WORD_GAP * SPACED_GAP
    return level and 0 < other.x0 - one.x1 <= widest * word.style.size


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _is_han(text: str) -> bool:
    return "\u3400" <= text[:1] <= "\u9fff"


def _is_label(text: str) -> bool:
    return all(map(_is_han, text))


def _spell_words(run: Sequence[PlacedWord]) -> list[PlacedWord]:
    """The words that single letters of one row spell."""
    if len(run) == 1:
        return list(run)
    if _is_han(run[0].text):
        text = "".join(word.text for word in run)
        is_label = FEWEST_LABEL <= len(run) <= LONGEST_LABEL and not COUNTED & set(text)
        return [_join_letters(run)] if is_label else list(run)
    gaps = [_gap(one, other) for one, other in pairwise(run)]
    narrow = min(gaps)
    if len(run) < FEWEST_SPACED or narrow > SPACED_GAP * run[0].style.size:
        return list(run)
    # Options a b c d, and letters at all distances, such as those at the points of a drawing, spell nothing.
    if sum(gap <= WORD_GAP * narrow for gap in gaps) < len(gaps) / 2 or _is_alphabet(run):
        return list(run)
    words: list[PlacedWord] = []
    start = 0
    for at, gap in enumerate([*gaps, float("inf")], start=1):
        if gap > WORD_GAP * narrow:
            words.append(_join_letters(run[start:at]))
            start = at
    return words


def _gap(one: PlacedWord, other: PlacedWord) -> float:
    direction = one.style.direction
    return upright(other.box, direction).x0 - upright(one.box, direction).x1


def _is_alphabet(run: Sequence[PlacedWord]) -> bool:
    codes = [ord(word.text.lower()) for word in run]
    return all(other - one == 1 for one, other in pairwise(codes))


def _join_letters(run: Sequence[PlacedWord]) -> PlacedWord:
    return run[0]._replace(text="".join(word.text for word in run), box=around(word.box for word in run))
