"""What every ``ConversationStore`` does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import BadRequest, NotFound
from app.core.model import (
    Answer,
    AnswerKind,
    Box,
    Citation,
    Claim,
    Feedback,
    Message,
    Place,
    Proof,
    Role,
    Session,
    Support,
    Usage,
)
from app.core.ports import ConversationStore
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

Call = Callable[[ConversationStore, str, str], object]

ON_ONE_SESSION: dict[str, Call] = {
    "get": lambda store, tenant, id: store.get(tenant, id),
    "rename": lambda store, tenant, id: store.rename(tenant, id, "theirs"),
    "delete": lambda store, tenant, id: store.delete(tenant, id),
    "append": lambda store, tenant, id: store.append(tenant, asked(id, "theirs")),
    "messages": lambda store, tenant, id: store.messages(tenant, id),
    "recent": lambda store, tenant, id: store.recent(tenant, id, 5),
    "rate": lambda store, tenant, id: store.rate(tenant, id, "msg_answer", Feedback(False)),
}
on_one_session = pytest.mark.parametrize("call", ON_ONE_SESSION.values(), ids=ON_ONE_SESSION)


def asked(session_id: str, text: str, message_id: str | None = None) -> Message:
    return Message(message_id or f"msg_{text}", session_id, Role.USER, text, 1_700_000_000.25)


def answered(session_id: str, message_id: str = "msg_answer") -> Message:
    return Message(message_id, session_id, Role.ASSISTANT, ANSWER.text, 1_700_000_001.5, answer=ANSWER)


def everything(store: ConversationStore, tenant: str = "us", limit: int = 2) -> list[Session]:
    page = store.listing(tenant, limit=limit)
    found = list(page.items)
    while page.cursor:
        page = store.listing(tenant, cursor=page.cursor, limit=limit)
        found += page.items
    return found


def all_messages(store: ConversationStore, session_id: str, limit: int) -> list[Message]:
    page = store.messages("us", session_id, limit=limit)
    found = list(page.items)
    while page.cursor:
        page = store.messages("us", session_id, cursor=page.cursor, limit=limit)
        found += page.items
    return found


# -- sessions -------------------------------------------------------------------------------------------


def test_a_session_is_given_back_as_it_was_made(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps", ["doc_2", "doc_1"])
    assert (session.tenant, session.title, session.document_ids) == ("us", "Pumps", ("doc_2", "doc_1"))
    assert conversations.get("us", session.id) == session
    assert conversations.create("us", "Pumps").id != session.id


@on_one_session
def test_another_tenants_session_is_not_found_and_stays_as_it_is(
    conversations: ConversationStore, call: Call
) -> None:
    session = conversations.create("us", "Pumps")
    conversations.append("us", answered(session.id))
    before = conversations.get("us", session.id), conversations.messages("us", session.id)
    with pytest.raises(NotFound):
        call(conversations, "them", session.id)
    assert (conversations.get("us", session.id), conversations.messages("us", session.id)) == before
    assert conversations.listing("them").items == ()
    assert conversations.usage("them") == Usage()


@on_one_session
def test_an_unknown_session_is_not_found(conversations: ConversationStore, call: Call) -> None:
    with pytest.raises(NotFound):
        call(conversations, "us", "ses_0000000000000000")


@on_one_session
def test_a_deleted_session_is_not_found(conversations: ConversationStore, call: Call) -> None:
    session = conversations.create("us", "Pumps")
    conversations.delete("us", session.id)
    with pytest.raises(NotFound):
        call(conversations, "us", session.id)


def test_a_renamed_session_keeps_its_place_in_the_list(conversations: ConversationStore) -> None:
    old, new = conversations.create("us", "old"), conversations.create("us", "new")
    assert conversations.rename("us", old.id, "older").title == "older"
    assert conversations.get("us", old.id).title == "older"
    assert [session.id for session in everything(conversations)] == [new.id, old.id]


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_the_pages_of_a_list_hold_every_session_once_the_last_used_first(
    conversations: ConversationStore, limit: int
) -> None:
    ids = [conversations.create("us", str(n)).id for n in range(5)]
    conversations.create("them", "theirs")
    conversations.append("us", asked(ids[1], "Which pump?"))
    expected = [ids[1], ids[4], ids[3], ids[2], ids[0]]
    assert [session.id for session in everything(conversations, limit=limit)] == expected


def test_a_session_made_between_two_pages_moves_no_other(conversations: ConversationStore) -> None:
    ids = [conversations.create("us", str(n)).id for n in range(4)]
    first = conversations.listing("us", limit=2)
    conversations.create("us", "new")
    second = conversations.listing("us", cursor=first.cursor, limit=2)
    assert [session.id for session in first.items + second.items] == ids[::-1]
    assert second.cursor is None


def test_deleting_a_session_counts_its_messages(conversations: ConversationStore) -> None:
    session, other = conversations.create("us", "Pumps"), conversations.create("us", "Valves")
    for n in range(3):
        conversations.append("us", asked(session.id, str(n)))
    conversations.append("us", asked(other.id, "kept"))
    assert conversations.delete("us", session.id) == 3
    assert conversations.delete("us", other.id) == 1


# -- messages -------------------------------------------------------------------------------------------


def test_a_message_is_given_back_as_it_was_added_with_its_whole_answer(
    conversations: ConversationStore,
) -> None:
    session = conversations.create("us", "Pumps")
    question, answer = asked(session.id, "How long is the warranty?"), answered(session.id)
    conversations.append("us", question)
    conversations.append("us", answer)
    assert conversations.messages("us", session.id).items == (question, answer)


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_the_pages_of_a_conversation_hold_every_message_once_oldest_first(
    conversations: ConversationStore, limit: int
) -> None:
    session, other = conversations.create("us", "Pumps"), conversations.create("us", "Valves")
    for n in range(5):
        conversations.append("us", asked(session.id, str(n)))
        conversations.append("us", asked(other.id, str(n)))
    texts = [message.text for message in all_messages(conversations, session.id, limit)]
    assert texts == ["0", "1", "2", "3", "4"]


def test_a_message_added_between_two_pages_comes_last(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    for n in range(3):
        conversations.append("us", asked(session.id, str(n)))
    first = conversations.messages("us", session.id, limit=2)
    conversations.append("us", asked(session.id, "3"))
    second = conversations.messages("us", session.id, cursor=first.cursor, limit=2)
    assert [message.text for message in first.items + second.items] == ["0", "1", "2", "3"]


def test_the_recent_messages_are_the_last_ones_oldest_first(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    assert conversations.recent("us", session.id, 3) == []
    for n in range(5):
        conversations.append("us", asked(session.id, str(n)))
    assert [message.text for message in conversations.recent("us", session.id, 3)] == ["2", "3", "4"]
    assert len(conversations.recent("us", session.id, 10)) == 5


def test_a_message_added_twice_is_there_and_counted_once(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    at_once([partial(conversations.append, "us", answered(session.id))] * 6)
    assert conversations.messages("us", session.id).items == (answered(session.id),)
    assert conversations.usage("us").tokens_in == 120


def test_messages_added_at_once_are_all_there(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    at_once([partial(conversations.append, "us", asked(session.id, str(n))) for n in range(8)])
    assert sorted(message.text for message in all_messages(conversations, session.id, 3)) == list("01234567")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(cursor=st.one_of(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9_-]{1,60}", fullmatch=True)))
def test_a_cursor_that_no_list_gave_is_a_bad_request(conversations: ConversationStore, cursor: str) -> None:
    with pytest.raises(BadRequest):
        conversations.listing("us", cursor=cursor)
    session = conversations.create("us", "Pumps")
    with pytest.raises(BadRequest):
        conversations.messages("us", session.id, cursor=cursor)


# -- feedback and usage ---------------------------------------------------------------------------------


def test_the_last_feedback_on_an_answer_is_kept(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    conversations.append("us", answered(session.id))
    conversations.rate("us", session.id, "msg_answer", Feedback(True, "Right."))
    rated = conversations.rate("us", session.id, "msg_answer", Feedback(False))
    assert rated.feedback == Feedback(False, "")
    assert conversations.messages("us", session.id).items == (rated,)


def test_only_an_answer_that_is_there_can_be_rated(conversations: ConversationStore) -> None:
    session = conversations.create("us", "Pumps")
    conversations.append("us", asked(session.id, "Which pump?", "msg_question"))
    with pytest.raises(BadRequest):
        conversations.rate("us", session.id, "msg_question", Feedback(True))
    with pytest.raises(NotFound):
        conversations.rate("us", session.id, "msg_answer", Feedback(True))


def test_usage_counts_questions_and_tokens_and_outlasts_a_deleted_session(
    conversations: ConversationStore,
) -> None:
    assert conversations.usage("us") == Usage()
    for n in range(2):
        session = conversations.create("us", "Pumps")
        conversations.append("us", asked(session.id, str(n)))
        conversations.append("us", answered(session.id))
        conversations.delete("us", session.id)
    assert conversations.usage("us") == Usage(questions=2, tokens_in=240, tokens_out=60)


def test_a_store_that_works_passes_its_check(conversations: ConversationStore) -> None:
    conversations.check()
