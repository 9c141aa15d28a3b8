"""Rewrites a follow-up question as a standalone question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.ask.fence import Fence
from app.ask.prompts import prompt_text
from app.ask.words.terms import content_words
from app.core.errors import KnowledgeBaseError
from app.core.ports import ChatModel, Prompt
from app.core.process.patterns import defer_regex
from app.core.writing.letters import fold_letters, split_words

LONGEST = 500
"""Characters of a model's rewriting: a longer one is no question."""

MAX_TOKENS = 400

TURNS = 4
"""Messages of the conversation that a model sees, each cut at ``TURN_CHARACTERS``."""

TURN_CHARACTERS = 800

CARRIED = 8
"""Words that are carried over from the question before."""

_BEGINNING = 4
"""Letters by which a word of the rewriting is known again: "weighs" in "weight"."""

_PRONOUNS = defer_regex(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|the (?:same|former|latter|others?|\w+ ones?)"
    r"|(?:this|these|those|that)(?: ones?)?(?=\s*[?.!]*$)|(?:in|from|out|over) there"
    r"|(?:of|for|with|about|after|before|in|on|from|to|does|do|did|is|are|was|were|has|have)"
    r" (?:this|that|these|those)"
    r"|(?:this|that|these|those) (?:is|are|was|were|has|have|can|could|will|would|does|do|did))\b",
    re.IGNORECASE,
)
"""Words that refer to something said before."""

_LEADS = defer_regex(
    r"(?:and|or|but|so|then|also|what about|how about|why|really|what else)\b", re.IGNORECASE
)
_DEFINITION = defer_regex(r"(?:what|who) (?:is|are|was|were) (?:an? )?[^\W_]+ *\?*", re.IGNORECASE)
_NAME = defer_regex(r"(?<=[\w,] )[A-Z]\w")

_OWNED = defer_regex(
    r"\b(?:its|their|his|her)\s+[^\W\d_]{3,}|^\W*(?:and )?(?:what|how) about the\b", re.IGNORECASE
)
"""What asks for another thing of what the question before was about."""

_SUBJECT = defer_regex(r"\bof\s+([^?,;:]+?)\W*$", re.IGNORECASE)

FEW = 2
"""A question with fewer words of content leans on the one before."""

LEANING = 4
"""The most words of content of a question that points back: one with more says itself what it is about."""


def standalone(question: str, history: Sequence[tuple[str, str]], chat: ChatModel | None) -> str:
    """Return the question in words that need no conversation. ``history`` is (role, text), oldest first.

    A model rewrites it where there is one; without, or where it fails, a question that is short or refers
    back is followed by the words of content of the question before. A small one is not asked: of 1.5 billion
    weights, it answered "When did she join?" with a year of its own, which was then searched for.
    """
    asked = [text for role, text in history if role == "user" and text.strip()]
    if not asked:
        return question
    if chat and not chat.phrases:
        try:
            rewritten = _rewrite_question(question, history, chat)
        except KnowledgeBaseError:  # an answer to a clumsier question is better than none
            rewritten = ""
        if rewritten:
            return rewritten
    return complete_question(question, asked)


def _rewrite_question(question: str, history: Sequence[tuple[str, str]], chat: ChatModel) -> str:
    """Return a model's rewriting, "" if it is none: it must hold a word that the reader wrote, or it
    may come from a document that an earlier answer quotes."""
    fence = Fence()
    turn = f"{fence.conversation(history, TURNS, TURN_CHARACTERS)}\n\nLast question: {question}"
    instructions = prompt_text("standalone").replace("{nonce}", fence.nonce)
    reply = "".join(
        delta.text for delta in chat.stream(Prompt(instructions, (("user", turn),)), max_tokens=MAX_TOKENS)
    ).strip()
    # A model that explains itself does so first.
    line = reply.splitlines()[-1].strip(" \"'") if reply else ""
    written = [question, *(text for role, text in history if role == "user")]
    beginnings = {word[:_BEGINNING] for text in written for word in content_words(text)}
    known = any(word[:_BEGINNING] in beginnings for word in content_words(line))
    return line if known and len(line) <= LONGEST else ""


def complete_question(question: str, asked: Sequence[str]) -> str:
    """Return the question with what it leaves out: the words of the questions before (oldest first), back
    to the last one that stood alone."""
    if not refers_back(question):
        return question
    own = _OWNED.search(question)
    carried: list[str] = []
    for earlier in reversed(asked):
        carried += content_words(_subject_of(earlier) if own else earlier)
        if not refers_back(earlier):
            break
    known = set(split_words(fold_letters(question)))
    topic = [word for word in dict.fromkeys(carried) if word not in known][:CARRIED]
    return f"{question.rstrip()} ({' '.join(topic)})" if topic else question


def _subject_of(question: str) -> str:
    """Return what a question asks something of: the pump in "the weight of the pump?", whose weight another
    question does not ask for; all of it where it has no such form."""
    found = _SUBJECT.search(question)
    return found[1] if found and content_words(found[1]) else question


def refers_back(question: str) -> bool:
    """Return whether a question leans on one before: it points back, begins like a reply, or is very
    short."""
    text, count = question.strip(), len(content_words(question))
    if count < FEW:
        return not _DEFINITION.fullmatch(text)
    if count > LEANING:
        return False
    pronoun = _PRONOUNS.search(text)
    if pronoun and not _NAME.search(text, 0, pronoun.start()):
        return True
    return bool(_LEADS.match(text))
