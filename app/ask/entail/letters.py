"""Entailment for scripts without word spaces: a claim consists of pieces of the sentence, in their order,
and no omitted piece between them changes the meaning."""

from __future__ import annotations

import unicodedata

from app.core.process.patterns import defer_regex
from app.core.writing.unspaced import is_unspaced

SHORTEST_PIECE = 2
"""Letters of a piece."""

MOST_PIECES = 4

_TURNS = defer_regex(
    "[不没沒未非无無莫勿别別毋否禁止]|[仅僅只惟唯]|最[多少大小高低]|至[多少]|[超过過]|以[上下内內外前后後]|不足|[约約]|大约|左右|近"
    "|[应應须須必]|可[以能]?|能|会|會|将|將|如果|若|除|但|所有|全部|每|各|都|一些|部分|大多|几乎|据|声称|聲稱|认为|拟|擬|前任|原|副|或"
    "|ない|なし|ぬ|ず|ません|まで|より|ほど|だけ|のみ|ほぼ|およそ|べき|かも|だろう|でしょう|もし|場合|たら|れば|すべて|全て|各|以外|未満"
    "|元|前|仮|予定|とされる|という|ไม่|ห้าม|อย่า|เกิน|น้อย|มาก|ถ้า|หาก|อาจ|ต้อง|ควร|ทุก|เฉพาะ|ยกเว้น"
)
"""What turns a sentence: negations, bounds, modals, quantifiers, conditions, who is said to say it."""

_LIGHT = defer_regex(r"[\s、。，．！？；：「」『』（）,.!?;:()\"'“”…·]+")
_STOPS = "。！？；!?;\n"
_JOINTS = frozenset("的之为為是在于於，、：:は、がをにでのもと（）()和与與及")
"""Letters and signs at which a phrase begins or ends."""

_OPENERS = frozenset("以用通向对對从從自由因")
"""Letters at which a phrase begins."""

_DATE = defer_regex(r"(?:\d+年)?(?:\d+月)?(?:\d+日)?")


def is_letters(text: str) -> bool:
    """Return whether most of a text is in such a script."""
    letters = [each for each in text if each.isalpha()]
    return bool(letters) and 2 * sum(map(is_unspaced, letters)) > len(letters)


def plain(text: str) -> str:
    """Return the letters and figures of a text; numbers in Chinese figures as they are."""
    return _LIGHT.sub("", unicodedata.normalize("NFKC", text)).lower()


def is_assembled(claim: str, sentence: str, context: str) -> bool:
    """Return whether a claim is pieces of a sentence in their order; the first may be of the context
    above."""
    said, standing, above = plain(claim), plain(sentence), plain(context)
    if not said:
        return False
    starts = [0] + [n for n in range(SHORTEST_PIECE, len(said)) if said[:n] in above]
    return any(
        _consists_of_pieces(said[start:], standing, 0, MOST_PIECES, whole=start == 0) for start in starts
    )


def _consists_of_pieces(said: str, standing: str, after: int, pieces: int, *, whole: bool) -> bool:
    """Return whether what is said is made of pieces of what stands from a place on."""
    if not said:
        # The end may turn what came before: in Japanese negations stand there.
        return not _TURNS.search(standing[after:])
    if pieces == 0:
        return False
    # The longest first: the fewer pieces, the less is left out between them.
    for length in range(len(said), 0, -1):
        piece, rest = said[:length], said[length:]
        # A single letter stands nearly anywhere; only as the last one it has all before it as its context.
        if length < SHORTEST_PIECE and rest:
            break
        at = standing.find(piece, after)
        while at >= 0:
            lost = standing[after:at]
            apart = not _TURNS.search(lost) and _is_phrase_of_its_own(
                standing, after, at, first=after == 0 and whole
            )
            if apart and _consists_of_pieces(rest, standing, at + length, pieces - 1, whole=whole):
                return True
            at = standing.find(piece, at + 1)
    return False


def _is_phrase_of_its_own(standing: str, start: int, end: int, *, first: bool) -> bool:
    """Return whether what is left out is a phrase of its own: it begins or ends at a joint, and holds no
    number."""
    if start == end:
        return True
    lost = standing[start:end]
    if _DATE.fullmatch(lost) and first:
        return True
    if any(each.isdigit() for each in lost):
        return False
    before = standing[start - 1 : start]
    return lost[-1] in _JOINTS or lost[0] in _JOINTS | _OPENERS or before in _JOINTS or first


def is_turned(heading: str, claim: str) -> bool:
    """Return whether a heading turns what stands below it, and the claim does not say so."""
    return any(found not in claim for found in _TURNS.findall(plain(heading)))


def lacking(claim: str, sentence: str, context: str) -> list[str]:
    """Return the pairs of letters of a claim that stand nowhere, joined to runs as long as they go on."""
    said, there = plain(claim), plain(sentence) + "\n" + plain(context)
    if len(said) == 1:
        return [] if said in there else [said]
    runs: list[list[int]] = []
    # Pairs, because single letters stand in so many words that none would be missed.
    for at in range(len(said) - 1):
        if said[at : at + 2] not in there:
            if runs and runs[-1][1] >= at:
                runs[-1][1] = at + 2
            else:
                runs.append([at, at + 2])
    return [said[first:last] for first, last in runs]
