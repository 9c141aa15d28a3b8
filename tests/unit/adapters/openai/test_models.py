"""A model server that fails in every way that servers do."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from app.adapters.openai.client import told_to_wait
from app.adapters.openai.models import OpenAiChat, OpenAiEmbedder, estimated_tokens
from app.core.errors import KnowledgeBaseError, RateLimited, Unavailable
from app.core.ports import Prompt
from tests.support.http import until
from tests.support.machine import HANG_SECONDS
from tests.support.openai_server import Fault, OpenAiServer, embedding
from tests.support.server import free_port
from tests.support.threads import at_once

KEY = "sk-secret-key"
PROMPT = Prompt("You are brief.", (("user", "What is a pump good for?"),))


@pytest.fixture
def server() -> Iterator[OpenAiServer]:
    with OpenAiServer(dimensions=32) as server:
        yield server


def embedder(server: OpenAiServer, seconds: float = 10.0, dimensions: int = 32) -> OpenAiEmbedder:
    return OpenAiEmbedder(KEY, server.url, "some-model", dimensions, seconds=seconds)


def chat(server: OpenAiServer, seconds: float = 10.0) -> OpenAiChat:
    return OpenAiChat(KEY, server.url, "some-chat", seconds=seconds)


def near(one: list[float], other: list[float]) -> bool:
    return math.dist(one, other) < 1e-5


def seconds_of(call: Callable[[], object]) -> float:
    start = time.monotonic()
    call()
    return time.monotonic() - start


# -- embeddings: what is asked ------------------------------------------------------------------------------


def test_many_passages_go_in_batches_and_come_back_in_order(server: OpenAiServer) -> None:
    texts = [f"passage number {number}" for number in range(300)]
    vectors = embedder(server).documents(texts)
    assert all(near(vector, embedding(text, 32)) for text, vector in zip(texts, vectors, strict=True))
    assert [len(asked.body["input"]) for asked in server.asked] == [128, 128, 44]


def test_long_passages_make_smaller_batches(server: OpenAiServer) -> None:
    embedder(server).documents(["word " * 6000] * 20)
    batches = [asked.body["input"] for asked in server.asked]
    assert len(batches) > 1
    assert all(sum(map(estimated_tokens, batch)) <= 60_000 for batch in batches)


def test_the_model_its_dimensions_and_the_key_are_sent(server: OpenAiServer) -> None:
    embedder(server).query("pump")
    asked = server.asked[0]
    assert (asked.path, asked.body["model"], asked.body["dimensions"]) == ("/v1/embeddings", "some-model", 32)
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_a_text_beyond_the_models_limit_is_cut_before_it_is_sent(server: OpenAiServer) -> None:
    embedder(server).documents(["word " * 100_000, "漢字" * 50_000])
    for sent in server.asked[0].body["input"]:
        assert 4_000 < estimated_tokens(sent) <= 8_000


def test_a_server_that_takes_less_is_sent_less_and_that_is_remembered(server: OpenAiServer) -> None:
    server.longest = 100
    model = embedder(server)
    short, long = model.documents(["a short one", "word " * 1000])
    assert near(short, embedding("a short one", 32))
    assert math.dist(long, embedding("word", 32)) < 0.01
    tries = len(server.asked)
    model.documents(["word " * 1000])
    assert len(server.asked) == tries + 1


def test_a_limit_that_no_text_can_meet_ends_in_an_error(server: OpenAiServer) -> None:
    server.fail(Fault(400, message="This model's maximum context length is 0 tokens."), times=50)
    with pytest.raises(Unavailable, match="refuses the request"):
        embedder(server).documents(["word " * 1000])
    assert len(server.asked) < 20


@pytest.mark.parametrize("refused", [{"dimensions"}, {"encoding_format"}, {"dimensions", "encoding_format"}])
def test_what_a_server_refuses_is_left_out_from_then_on(server: OpenAiServer, refused: set[str]) -> None:
    server.refuses = refused
    model = embedder(server)
    assert near(model.query("pump"), embedding("pump", 32))
    tries = len(server.asked)
    assert tries == len(refused) + 1
    model.query("valve")
    assert len(server.asked) == tries + 1


def test_vectors_are_scaled_to_length_one(server: OpenAiServer) -> None:
    server.fail(Fault(raw=b'{"data": [{"index": 0, "embedding": [%s]}]}' % b",".join([b"3"] * 32)))
    vector = embedder(server).query("pump")
    assert math.sqrt(sum(number * number for number in vector)) == pytest.approx(1.0)


# -- embeddings: what goes wrong ----------------------------------------------------------------------------


def test_another_length_than_announced_is_refused_with_the_setting_that_mends_it(
    server: OpenAiServer,
) -> None:
    server.dimensions = 48
    with pytest.raises(Unavailable, match="set OPENAI_EMBEDDING_DIMENSIONS to 48"):
        embedder(server).query("pump")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>welcome</html>",
        b"{}",
        b"[]",
        b'{"data": []}',
        b'{"data": [{"index": 1, "embedding": [1]}]}',
        b'{"data": [{"index": 0, "embedding": "AAA"}]}',
        b'{"data": [{"index": 0, "embedding": [null]}]}',
        b'{"data": [{"index": 0, "embedding": [0, 0]}]}',
    ],
)
def test_an_answer_in_another_form_says_so(server: OpenAiServer, body: bytes) -> None:
    server.fail(Fault(raw=body))
    with pytest.raises(Unavailable, match="form that is not OpenAI's"):
        embedder(server).query("pump")


def test_a_429_is_tried_again_after_the_time_it_asks_for(server: OpenAiServer) -> None:
    server.fail(Fault(429, {"Retry-After": "1"}))
    assert near(embedder(server).query("pump"), embedding("pump", 32))
    first, second = server.asked
    assert second.at - first.at >= 1.0


def test_all_threads_keep_to_a_429_that_one_of_them_got(server: OpenAiServer) -> None:
    model = embedder(server)
    server.fail(Fault(429, {"Retry-After": "1"}))
    assert at_once([lambda: seconds_of(lambda: model.query("first"))])[0] >= 1.0
    server.fail(Fault(429, {"Retry-After": "1"}))

    def later() -> None:
        time.sleep(0.3)
        model.query("pump")

    before = len(server.asked)
    at_once([lambda: model.query("pump"), *[later] * 4])
    refused, *others = server.asked[before:]
    assert len(others) == 5
    assert min(asked.at for asked in others) - refused.at >= 1.0


def test_a_429_that_lasts_says_when_to_come_back(server: OpenAiServer) -> None:
    server.fail(Fault(429, {"Retry-After": "30"}))
    model = embedder(server, seconds=2.0)
    for _ in range(2):  # the second one does not even ask
        with pytest.raises(RateLimited) as caught:
            model.query("pump")
        assert 0 < caught.value.retry_after <= 30
    assert len(server.asked) == 1


def test_a_used_up_account_is_not_tried_again(server: OpenAiServer) -> None:
    server.fail(Fault(429, code="insufficient_quota"))
    with pytest.raises(Unavailable, match="no credit"):
        embedder(server).query("pump")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 500, 502, 503, 529])
def test_a_passing_failure_is_tried_again(server: OpenAiServer, status: int) -> None:
    server.fail(Fault(status), times=2)
    assert near(embedder(server).query("pump"), embedding("pump", 32))
    assert len(server.asked) == 3


def test_a_lasting_failure_ends_in_bounded_time(server: OpenAiServer) -> None:
    server.fail(Fault(500), times=100)
    with pytest.raises(Unavailable, match=r"error \(500\)") as caught:
        embedder(server, seconds=1.5).documents(["pump"])
    assert len(server.asked) < 100
    assert caught.value.part == "embedding model"


def test_silence_ends_in_bounded_time(server: OpenAiServer) -> None:
    server.fail(Fault(hang=2 * HANG_SECONDS), times=5)
    with pytest.raises(Unavailable, match="did not answer in time"):
        embedder(server, seconds=1.0).query("pump")


def test_a_server_that_is_not_there_is_unavailable() -> None:
    model = OpenAiEmbedder(KEY, f"http://127.0.0.1:{free_port()}/v1", "some-model", 32, seconds=1.0)
    for call in (lambda: model.query("pump"), model.check):
        with pytest.raises(Unavailable, match="cannot be reached"):
            call()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said_at_once_and_never_shown(
    server: OpenAiServer, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail(Fault(status, message=f"Incorrect API key provided: {KEY}."), times=3)
    calls: list[Callable[[], object]] = [
        lambda: embedder(server).query("pump"),
        embedder(server).check,
        lambda: list(chat(server).stream(PROMPT, max_tokens=10)),
    ]
    for call in calls:
        with pytest.raises(Unavailable, match="OPENAI_API_KEY") as caught:
            call()
        assert KEY not in str(caught.value)
    assert len(server.asked) == 3
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["", " \n", "sk-\u2026", "sk-a\nb"])
def test_a_key_that_cannot_be_one_is_refused_before_it_is_sent(server: OpenAiServer, key: str) -> None:
    with pytest.raises(Unavailable, match="OPENAI_API_KEY"):
        OpenAiEmbedder(key, server.url, "some-model", 32).query("pump")
    assert server.asked == []


def test_an_unknown_model_is_named(server: OpenAiServer) -> None:
    server.models = ("other-model",)
    with pytest.raises(Unavailable, match=r"does not know the model some-model \(404\)"):
        embedder(server).query("pump")
    with pytest.raises(Unavailable, match=r"does not know the model some-chat \(404\)"):
        list(chat(server).stream(PROMPT, max_tokens=10))


def test_what_was_sent_is_in_no_error(server: OpenAiServer) -> None:
    server.fail(Fault(400, message="Invalid input: 'the secret passage'"))
    with pytest.raises(Unavailable) as caught:
        embedder(server).query("the secret passage")
    assert "secret" not in str(caught.value)


def test_a_check_costs_no_tokens(server: OpenAiServer) -> None:
    embedder(server).check()
    chat(server).check()
    assert [asked.path for asked in server.asked] == ["/v1/models"] * 2


def test_a_check_of_a_server_without_a_list_of_models_embeds_one_word(server: OpenAiServer) -> None:
    server.lists_models = False
    embedder(server).check()
    chat(server).check()
    assert len(server.asked_of("/embeddings")) == 1
    assert server.asked_of("/chat/completions") == []


def test_threads_ask_at_the_same_time(server: OpenAiServer) -> None:
    model = embedder(server)
    model.query("first")
    server.fail(Fault(hang=HANG_SECONDS), times=6)
    with ThreadPoolExecutor(6) as threads:
        queries = [threads.submit(model.query, "pump") for _ in range(6)]
        until(lambda: server.most_at_once == 6, "all six are asked at the same time")
        server.going_on.set()
        assert all(query.result() for query in queries)


# -- waiting ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": formatdate(0)}, 0.0),
        ({"x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        ({"x-ratelimit-reset-requests": "120ms"}, 0.12),
        ({"x-ratelimit-reset-requests": "1h2m3.5s", "x-ratelimit-remaining-requests": "0"}, 3723.5),
        (
            {
                "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-tokens": "9s",
                "x-ratelimit-remaining-tokens": "4000",
            },
            1.0,
        ),
        ({"x-ratelimit-reset-tokens": "never"}, None),
    ],
)
def test_headers_say_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert told_to_wait(headers) == seconds


def test_a_date_to_come_is_seconds_from_now() -> None:
    before = time.time()
    wait = told_to_wait({"retry-after": formatdate(before + 60, usegmt=True)})
    assert wait is not None
    assert before + 59 <= time.time() + wait <= time.time() + 60


# -- answers ------------------------------------------------------------------------------------------------


def answered(model: OpenAiChat) -> str:
    return "".join(delta.text for delta in model.stream(PROMPT, max_tokens=10))


def test_instructions_and_turns_are_sent_in_order(server: OpenAiServer) -> None:
    turns = (("user", "One?"), ("assistant", "Two."), ("user", "Three?"))
    list(chat(server).stream(Prompt("Be brief.", turns), max_tokens=77))
    body = server.asked[0].body
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "user"]
    assert body["messages"][-1]["content"] == "Three?"
    assert body["max_tokens"] == 77
    assert body["temperature"] <= 0.2


@pytest.mark.parametrize(
    "refused",
    [{"stream_options"}, {"temperature"}, {"max_tokens"}, {"stream_options", "temperature", "max_tokens"}],
)
def test_what_a_server_refuses_is_left_out_or_called_differently(
    server: OpenAiServer, refused: set[str]
) -> None:
    server.refuses = refused
    model = chat(server)
    assert answered(model) == PROMPT.turns[0][1]
    tries = len(server.asked)
    assert tries == len(refused) + 1
    assert answered(model) == PROMPT.turns[0][1]
    assert len(server.asked) == tries + 1
    assert 10 in (server.asked[-1].body.get("max_tokens"), server.asked[-1].body.get("max_completion_tokens"))


def test_a_server_that_counts_no_tokens_gives_none(server: OpenAiServer) -> None:
    server.sends_usage = False
    *_, last = chat(server).stream(PROMPT, max_tokens=10)
    assert (last.text, last.tokens_in, last.tokens_out) == ("", 0, 0)


@pytest.mark.parametrize("cut", [0, 1, 3])
def test_an_answer_that_breaks_off_is_an_error_and_not_an_end(server: OpenAiServer, cut: int) -> None:
    server.fail(Fault(cut=cut))
    pieces: list[str] = []
    with pytest.raises(Unavailable) as caught:
        pieces.extend(delta.text for delta in chat(server).stream(PROMPT, max_tokens=10))
    assert caught.value.part == "chat model"
    assert len(server.asked) == 1  # what a person has begun to read does not begin anew


@pytest.mark.parametrize(
    "body",
    [
        b"<html>welcome</html>",
        b"data: {not json\n\n",
        b'data: {"choices": [{"index": 0, "delta": {"content": "a"}}]}\n\n',
        b'data: {"error": {"message": "overloaded"}}\n\n',
    ],
)
def test_a_stream_in_another_form_is_an_error(server: OpenAiServer, body: bytes) -> None:
    server.fail(Fault(raw=body, headers={"Content-Type": "text/event-stream"}))
    with pytest.raises(Unavailable):
        answered(chat(server))


def test_an_answer_that_cannot_begin_is_tried_again(server: OpenAiServer) -> None:
    server.fail(Fault(503))
    server.fail(Fault(429, {"Retry-After": "0"}))
    assert answered(chat(server)) == PROMPT.turns[0][1]
    assert len(server.asked) == 3


def test_a_silent_chat_server_ends_in_bounded_time(server: OpenAiServer) -> None:
    server.fail(Fault(hang=2 * HANG_SECONDS), times=5)
    with pytest.raises(KnowledgeBaseError, match="did not answer in time"):
        answered(chat(server, seconds=1.0))
