"""What every ``ConversationStore`` does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.answer import (
    Answer,
    AnswerKind,
    Citation,
    Claim,
    Feedback,
    Message,
    Person,
    Place,
    Proof,
    Role,
    Session,
    Support,
)
from app.core.document import Usage
from app.core.errors import BadRequest, NotAllowed, NotFound
from app.core.geometry import Box
from app.core.ports import ConversationStore
from app.core.rules.forgetting import DELETED, DELETED_ANSWER, VERSION_DELETED
from tests.support.threads import at_once

ANSWER = Answer(
    kind=AnswerKind.QUOTES,
    text="“Thirty-six months” [1] – and for the rest nothing is said [2].",
    claims=(
        Claim("Thirty-six months", (1,), Support.PROVEN),
        Claim("and for the rest", (2,), Support.QUOTED, ("rest",), ("not",)),
    ),
    citations=(
        Citation(
            1,
            "thirty-six months",
            Proof.EXACT,
            "doc_1",
            "Pump – manual.pdf",
            2,
            found="thirty-six\nmonths",
            places=(Place(3, (Box(72.25, 1 / 3, 200.0, 110.0), Box(72.0, 112.0, 90.5, 122.0))),),
        ),
        Citation(2, "nothing", Proof.MISSING, "doc_1", "Pump – manual.pdf", 2),
    ),
    question="How long is the warranty of the pump?",
    model="quotes",
    tokens_in=120,
    tokens_out=30,
)

ANN, BOB = Person("us", "ann"), Person("us", "bob")
ZOE = Person("them", "ann")
"""Has the name of another tenant's person."""

Call = Callable[[ConversationStore, Person, str], object]

ON_ONE_SESSION: dict[str, Call] = {
    "get": lambda store, who, session_id: store.get(who, session_id),
    "change": lambda store, who, session_id: store.change(who, session_id, title="theirs"),
    "delete": lambda store, who, session_id: store.delete(who, session_id),
    "append": lambda store, who, session_id: store.append(who, asked(session_id, "theirs")),
    "messages": lambda store, who, session_id: store.messages(who, session_id),
    "recent": lambda store, who, session_id: store.recent(who, session_id, 5),
    "rate": lambda store, who, session_id: store.rate(who, session_id, "msg_answer", Feedback(False)),
}
on_one_session = pytest.mark.parametrize("call", ON_ONE_SESSION.values(), ids=ON_ONE_SESSION)


def asked(session_id: str, text: str, message_id: str | None = None) -> Message:
    return Message(message_id or f"msg_{text}", session_id, Role.USER, text, 1_700_000_000.25)


def answered(session_id: str, message_id: str = "msg_answer") -> Message:
    return Message(message_id, session_id, Role.ASSISTANT, ANSWER.text, 1_700_000_001.5, answer=ANSWER)


def everything(store: ConversationStore, who: Person = ANN, limit: int = 2) -> list[Session]:
    page = store.listing(who, limit=limit)
    found = list(page.items)
    while page.cursor:
        page = store.listing(who, cursor=page.cursor, limit=limit)
        found += page.items
    return found


def all_messages(store: ConversationStore, session_id: str, limit: int) -> list[Message]:
    page = store.messages(ANN, session_id, limit=limit)
    found = list(page.items)
    while page.cursor:
        page = store.messages(ANN, session_id, cursor=page.cursor, limit=limit)
        found += page.items
    return found


def test_an_answer_that_was_broken_off_is_given_back_as_one_and_its_tokens_are_counted(
    conversations: ConversationStore,
) -> None:
    session = conversations.create(ANN, "Pumps")
    answer = replace(ANSWER, text="", claims=(), citations=(), notes=("Broken off.",), broken_off=True)
    message = replace(answered(session.id), text="", answer=answer)
    conversations.append(ANN, message)
    assert conversations.messages(ANN, session.id).items == (message,)
    assert conversations.recent(ANN, session.id, 1) == [message]
    used = conversations.usage("us")
    assert (used.tokens_in, used.tokens_out) == (answer.tokens_in, answer.tokens_out)


# -- sessions -------------------------------------------------------------------------------------------


def test_a_session_is_given_back_as_it_was_made(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps", ["doc_2", "doc_1"])
    assert (session.tenant, session.owner, session.title) == ("us", "ann", "Pumps")
    assert (session.document_ids, session.shared) == (("doc_2", "doc_1"), False)
    assert conversations.get(ANN, session.id) == session
    assert conversations.create(ANN, "Pumps").id != session.id


@on_one_session
def test_another_tenants_session_is_not_found_and_stays_as_it_is(
    conversations: ConversationStore, call: Call
) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, answered(session.id))
    before = conversations.get(ANN, session.id), conversations.messages(ANN, session.id)
    with pytest.raises(NotFound):
        call(conversations, ZOE, session.id)
    assert (conversations.get(ANN, session.id), conversations.messages(ANN, session.id)) == before
    assert conversations.listing(ZOE).items == ()
    assert conversations.usage("them") == Usage()


def test_every_call_of_the_port_about_one_session_is_tried_by_others() -> None:
    about_one = {
        name
        for name, call in inspect.getmembers(ConversationStore, inspect.isfunction)
        if {"session_id", "message"} & set(inspect.signature(call).parameters)
    }
    assert about_one == set(ON_ONE_SESSION)


READING = ("get", "messages", "recent")


@on_one_session
def test_another_persons_session_is_not_found_and_stays_as_it_is(
    conversations: ConversationStore, call: Call
) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, answered(session.id))
    before = conversations.get(ANN, session.id), conversations.messages(ANN, session.id)
    with pytest.raises(NotFound):
        call(conversations, BOB, session.id)
    assert (conversations.get(ANN, session.id), conversations.messages(ANN, session.id)) == before
    assert conversations.listing(BOB).items == ()


@pytest.mark.parametrize("name", ON_ONE_SESSION)
def test_a_shared_session_is_read_by_its_tenant_and_changed_by_its_owner_alone(
    conversations: ConversationStore, name: str
) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, answered(session.id))
    shared = conversations.change(ANN, session.id, shared=True)
    assert (shared.title, shared.shared) == ("Pumps", True)
    before = shared, conversations.messages(ANN, session.id)
    if name in READING:
        assert ON_ONE_SESSION[name](conversations, BOB, session.id) == ON_ONE_SESSION[name](
            conversations, ANN, session.id
        )
    else:
        with pytest.raises(NotAllowed):
            ON_ONE_SESSION[name](conversations, BOB, session.id)
    with pytest.raises(NotFound):
        ON_ONE_SESSION[name](conversations, ZOE, session.id)
    assert (conversations.get(ANN, session.id), conversations.messages(ANN, session.id)) == before
    assert conversations.listing(BOB).items == ()
    assert not conversations.change(ANN, session.id, title="Pumps", shared=False).shared
    with pytest.raises(NotFound):
        ON_ONE_SESSION[name](conversations, BOB, session.id)


def test_each_person_lists_their_own_sessions_whatever_they_are_called(
    conversations: ConversationStore,
) -> None:
    people = [Person("us", name) for name in ("ann", "ann/", "Ann", "an", "ü" * 300, "~", "ann\x00", "0")]
    made = {who: [conversations.create(who, str(n)).id for n in range(3)] for who in people}
    for who, ids in made.items():
        assert [session.id for session in everything(conversations, who)] == ids[::-1]
    assert conversations.usage("us").conversations == 3 * len(people)


def test_a_cursor_holds_for_its_own_list_alone(conversations: ConversationStore) -> None:
    sessions = [conversations.create(ANN, str(n)) for n in range(2)]
    for session in sessions:
        for n in range(3):
            conversations.append(ANN, asked(session.id, str(n)))
    cursor = conversations.listing(ANN, limit=1).cursor
    of_messages = conversations.messages(ANN, sessions[0].id, limit=1).cursor
    assert cursor
    assert of_messages
    for who in (BOB, ZOE):
        with pytest.raises(BadRequest, match="start again at the first page"):
            conversations.listing(who, cursor=cursor)
    with pytest.raises(BadRequest):
        conversations.messages(ANN, sessions[1].id, cursor=of_messages)
    with pytest.raises(BadRequest):
        conversations.listing(ANN, cursor=of_messages)


@on_one_session
def test_an_unknown_session_is_not_found(conversations: ConversationStore, call: Call) -> None:
    with pytest.raises(NotFound):
        call(conversations, ANN, "ses_0000000000000000")


@on_one_session
def test_a_deleted_session_is_not_found(conversations: ConversationStore, call: Call) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.delete(ANN, session.id)
    with pytest.raises(NotFound):
        call(conversations, ANN, session.id)


def test_a_renamed_session_keeps_its_place_in_the_list(conversations: ConversationStore) -> None:
    old, new = conversations.create(ANN, "old"), conversations.create(ANN, "new")
    assert conversations.change(ANN, old.id, title="older").title == "older"
    assert conversations.get(ANN, old.id).title == "older"
    assert [session.id for session in everything(conversations)] == [new.id, old.id]


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_the_pages_of_a_list_hold_every_session_once_the_last_used_first(
    conversations: ConversationStore, limit: int
) -> None:
    ids = [conversations.create(ANN, str(n)).id for n in range(5)]
    conversations.create(ZOE, "theirs")
    conversations.append(ANN, asked(ids[1], "Which pump?"))
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    assert [session.id for session in everything(conversations, limit=limit)] == expected


def test_a_session_made_between_two_pages_moves_no_other(conversations: ConversationStore) -> None:
    ids = [conversations.create(ANN, str(n)).id for n in range(4)]
    first = conversations.listing(ANN, limit=2)
    conversations.create(ANN, "new")
    second = conversations.listing(ANN, cursor=first.cursor, limit=2)
    assert [session.id for session in first.items + second.items] == ids[::-1]
    assert second.cursor is None


def test_deleting_a_session_counts_its_messages(conversations: ConversationStore) -> None:
    session, other = conversations.create(ANN, "Pumps"), conversations.create(ANN, "Valves")
    for n in range(3):
        conversations.append(ANN, asked(session.id, str(n)))
    conversations.append(ANN, asked(other.id, "kept"))
    assert conversations.delete(ANN, session.id) == 3
    assert conversations.delete(ANN, other.id) == 1


# -- messages -------------------------------------------------------------------------------------------


def test_a_message_is_given_back_as_it_was_added_with_its_whole_answer(
    conversations: ConversationStore,
) -> None:
    session = conversations.create(ANN, "Pumps")
    question, answer = asked(session.id, "How long is the warranty?"), answered(session.id)
    conversations.append(ANN, question)
    conversations.append(ANN, answer)
    assert conversations.messages(ANN, session.id).items == (question, answer)


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_the_pages_of_a_conversation_hold_every_message_once_oldest_first(
    conversations: ConversationStore, limit: int
) -> None:
    session, other = conversations.create(ANN, "Pumps"), conversations.create(ANN, "Valves")
    for n in range(5):
        conversations.append(ANN, asked(session.id, str(n)))
        conversations.append(ANN, asked(other.id, str(n)))
    texts = [message.text for message in all_messages(conversations, session.id, limit)]
    assert texts == ["0", "1", "2", "3", "4"]


def test_a_message_added_between_two_pages_comes_last(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    for n in range(3):
        conversations.append(ANN, asked(session.id, str(n)))
    first = conversations.messages(ANN, session.id, limit=2)
    conversations.append(ANN, asked(session.id, "3"))
    second = conversations.messages(ANN, session.id, cursor=first.cursor, limit=2)
    assert [message.text for message in first.items + second.items] == ["0", "1", "2", "3"]


def test_the_recent_messages_are_the_last_ones_oldest_first(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    assert conversations.recent(ANN, session.id, 3) == []
    for n in range(5):
        conversations.append(ANN, asked(session.id, str(n)))
    assert [message.text for message in conversations.recent(ANN, session.id, 3)] == ["2", "3", "4"]
    assert len(conversations.recent(ANN, session.id, 10)) == 5


def test_a_message_added_twice_is_there_and_counted_once(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    at_once([partial(conversations.append, ANN, answered(session.id))] * 6)
    assert conversations.messages(ANN, session.id).items == (answered(session.id),)
    assert conversations.usage("us").tokens_in == 120


def test_messages_added_at_once_are_all_there(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    at_once([partial(conversations.append, ANN, asked(session.id, str(n))) for n in range(8)])
    assert sorted(message.text for message in all_messages(conversations, session.id, 3)) == list("01234567")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(cursor=st.one_of(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True)))
def test_a_cursor_that_no_list_gave_is_a_bad_request(conversations: ConversationStore, cursor: str) -> None:
    with pytest.raises(BadRequest):
        conversations.listing(ANN, cursor=cursor)
    session = conversations.create(ANN, "Pumps")
    with pytest.raises(BadRequest):
        conversations.messages(ANN, session.id, cursor=cursor)


# -- feedback and usage ---------------------------------------------------------------------------------


def test_the_last_feedback_on_an_answer_is_kept(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, answered(session.id))
    conversations.rate(ANN, session.id, "msg_answer", Feedback(True, "Right."))
    rated = conversations.rate(ANN, session.id, "msg_answer", Feedback(False))
    assert rated.feedback == Feedback(False, "")
    assert conversations.messages(ANN, session.id).items == (rated,)


def test_only_an_answer_that_is_there_can_be_rated(conversations: ConversationStore) -> None:
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, asked(session.id, "Which pump?", "msg_question"))
    with pytest.raises(BadRequest):
        conversations.rate(ANN, session.id, "msg_question", Feedback(True))
    with pytest.raises(NotFound):
        conversations.rate(ANN, session.id, "msg_answer", Feedback(True))


def test_an_answer_forgets_a_deleted_document_and_says_so(conversations: ConversationStore) -> None:
    other = replace(ANSWER, citations=tuple(replace(each, document_id="doc_10") for each in ANSWER.citations))
    session, bobs = conversations.create(ANN, "Pumps"), conversations.create(BOB, "Pumps")
    conversations.append(ANN, answered(session.id))
    conversations.append(ANN, replace(answered(session.id, "msg_other"), answer=other))
    conversations.append(BOB, answered(bobs.id))
    zoes = conversations.create(ZOE, "Pumps")
    conversations.append(ZOE, answered(zoes.id))
    assert conversations.forget("us", "doc_1") == 4
    assert conversations.forget("us", "doc_1") == 0
    for who, session_id in ((ANN, session.id), (BOB, bobs.id)):
        message = conversations.messages(who, session_id).items[0]
        assert message.answer
        assert message.text == message.answer.text == DELETED_ANSWER
        assert {each.quote for each in message.answer.citations} == {DELETED}
        assert "thirty-six" not in repr(message)
        assert "manual" not in repr(message)
        assert (message.answer.tokens_in, message.answer.model) == (120, "quotes")
    assert conversations.messages(ANN, session.id).items[1].answer == other
    assert conversations.messages(ZOE, zoes.id).items == (answered(zoes.id),)


def test_an_answer_forgets_one_version_of_a_document_and_then_the_others(
    conversations: ConversationStore,
) -> None:
    first, *_ = ANSWER.citations
    both = replace(
        ANSWER,
        citations=(
            replace(first, version=1),
            replace(first, number=2, version=2, quote="forty months", found="forty months"),
        ),
    )
    session = conversations.create(ANN, "Pumps")
    conversations.append(ANN, replace(answered(session.id), answer=both))
    conversations.append(ANN, replace(answered(session.id, "msg_new"), answer=replace(both, citations=())))
    assert conversations.forget("us", "doc_1", 3) == 0
    assert conversations.forget("us", "doc_1", 1) == 1
    assert conversations.forget("us", "doc_1", 1) == 0
    message = conversations.messages(ANN, session.id).items[0]
    assert message.answer
    assert message.text == message.answer.text == DELETED_ANSWER
    assert [each.quote for each in message.answer.citations] == [VERSION_DELETED, "forty months"]
    assert "thirty-six" not in repr(message)
    assert conversations.forget("us", "doc_1") == 2
    message = conversations.messages(ANN, session.id).items[0]
    assert message.answer
    assert {each.quote for each in message.answer.citations} == {DELETED}


def test_usage_counts_questions_and_tokens_and_outlasts_a_deleted_session(
    conversations: ConversationStore,
) -> None:
    assert conversations.usage("us") == Usage()
    for n in range(2):
        session = conversations.create(ANN, "Pumps")
        conversations.append(ANN, asked(session.id, str(n)))
        conversations.append(ANN, answered(session.id))
        conversations.delete(ANN, session.id)
    assert conversations.usage("us") == Usage(questions=2, tokens_in=240, tokens_out=60)


def test_a_store_that_works_passes_its_check(conversations: ConversationStore) -> None:
    conversations.check()
