"""Questions for what a document is about: "Summarise the handbook", "Worum geht es?"."""

from __future__ import annotations

from app.ask.words.terms import Word, asked_words, content_words
from app.core.process.patterns import defer_regex

_SUMMARISES = defer_regex(
    r"""(?ix)
    \b(?:please\ )?(?:can\ you\ |could\ you\ )?(?:give|provide|write|show)\ (?:me\ )?(?:an?\ |the\ )?
        (?:(?:short|brief|quick|general)\ )?(?:summary|overview|abstract|outline)\ (?:of|for|on)\b
    | \b(?:summari[sz]e|sum\ up)\b | \b(?:summary|overview|gist|main\ points?|key\ points?)\ of\b
    | \bfass(?:e|t|en\ sie)?\b(?=.*\bzusammen\b) | \bzusammenfassung\ (?:von|des|der)\b | \büberblick\ über\b
    | \brésum(?:e|er|ez|é\ (?:de|du|des))\b | \bresum(?:e|ir|a|en\ de|o\ de)\b | \briassum(?:i|ere|ete)\b
    | \bsamenvatt(?:en|ing\ van)\b | \bvat\b(?=.*\bsamen\b) | \bshrň(?:te)?\b | \bpodsumuj\b | \bstreść\b
    | \bкратко\ изложи\w*\b | \bобобщи\w*\b | \bözetle\w*\b | 总结 | 概括
    """
)
"""Asks for a summary, in twelve languages."""

_ABOUT = defer_regex(
    r"""(?ix)
    \b(?:what(?:['’]s|\ is|\ are)|tell\ me\ what)\b(?=.*\babout\W*$) | \bwhat\ does\b(?=.*\bdeal\ with\W*$)
    | \bwhat\ is\ (?:the\ )?(?:topic|subject|content|contents|purpose)\ of\b
    | \bworum\ geht\b | \bwovon\ handelt\b | \bde\ quoi\ (?:s['’]agit|parle|traite)\b
    | \bde\ qué\ (?:trata|se\ trata|habla)\b | \bdi\ (?:che|cosa|che\ cosa)\ (?:si\ )?(?:tratta|parla)\b
    | \bwaar\ gaat\b(?=.*\bover\b) | \bo\ čem\b | \bo\ czym\b | \bо\ ч[её]м\b | \bdo\ que\ (?:se\ )?trata\b
    | \bne\ hakkında\b | 关于什么 | 讲什么 | 讲了什么
    """
)

_DOCUMENT_WORDS = """
    es er den dem der die das dies diesen dieses ce cet el il lo este esto questo dit dat het tento ten
    about deal document documents file pdf paper report text content this that it main whole entire everything
    zusammen geht dokument datei bericht inhalt fichier rapport texte documento archivo informe texto testo
    rapporto bestand tekst gaat samen zpráva soubor raport plik документ файл отчёт текст belge rapor metin
    文件 文档 报告 这个 个文 这份 份文 本文
"""
_DOCUMENT = frozenset(_DOCUMENT_WORDS.split())
"""Words that name a document as such, or point at one, and tell none from another."""


def words_of_document(question: str) -> tuple[Word, ...] | None:
    """Return the words for a document whose content a question asks for, none of them where it says "this
    document" at most; ``None`` where it asks for something else."""
    if not (_SUMMARISES.search(question) or _ABOUT.search(question)):
        return None
    # Function words are told by the whole question: what is left of it may be too short to tell its language.
    telling = set(content_words(question)) - _DOCUMENT
    rest = _ABOUT.sub(" ", without_summary(question))
    return tuple(word for word in asked_words(rest) if word.written in telling)


def without_summary(question: str) -> str:
    """Return a question without the words that ask for a summary: they stand in no text that is one."""
    return _SUMMARISES.sub(" ", question)
