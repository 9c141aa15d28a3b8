"""The local model server, asked by the adapters that ask OpenAI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.embedded.models import E5
from app.adapters.openai.models import OpenAiChat, OpenAiEmbedder
from app.ask.fence import Fence
from app.ask.prompts import prompt_text
from app.ask.replies import Quote, parse_reply
from app.core.ports import Prompt
from tests.support.http import status, until
from tests.support.machine import HANG_SECONDS
from tests.support.server import free_port

ROOT = Path(__file__).parents[4]

PASSAGES = """<passages-abc>
<passage-abc number="1" document="m.pdf" pages="1">
Gaskets are replaced whenever a flange has been opened. The Meridian pump weighs 41 kilograms.
</passage-abc>
<passage-abc number="2" document="m.pdf" pages="2" section="Warranty">
The warranty period of the Meridian pump is thirty-six
months from delivery. Readings are noted in the service log.
</passage-abc>
</passages-abc>

Question: """


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(port)}
    with subprocess.Popen([sys.executable, "-m", "local.model_server"], cwd=ROOT, env=environment) as process:
        try:
            until(lambda: status(f"http://127.0.0.1:{port}/v1/models") == 200, "the model server answers")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def asked(url: str, question: str) -> str:
    prompt = Prompt(prompt_text("answer").replace("{nonce}", "abc"), (("user", PASSAGES + question),))
    return "".join(delta.text for delta in OpenAiChat("none", url, "quotes").stream(prompt, max_tokens=500))


def test_a_chinese_sentence_is_quoted_by_its_words(url: str) -> None:
    passage = "安装时不得用手搬运。泵的净重为四十一公斤。保修期为二十四个月。"
    said = PASSAGES.replace("Gaskets are", f"{passage}\nGaskets are") + "泵的净重是多少？"
    prompt = Prompt(prompt_text("answer").replace("{nonce}", "abc"), (("user", said),))
    reply = "".join(delta.text for delta in OpenAiChat("none", url, "quotes").stream(prompt, max_tokens=500))
    assert reply == '泵的净重为四十一公斤。 [[1: "泵的净重为四十一公斤。"]]'


def test_embeddings_are_the_local_models(url: str) -> None:
    embedder = OpenAiEmbedder("none", url, "multilingual-e5-small-int8", 384)
    embedder.check()
    texts = ["warranty period", "the weight of a pump"]
    for vector, expected in zip(embedder.documents(texts), E5().documents(texts), strict=True):
        assert vector == pytest.approx(expected, abs=1e-5)


def test_fewer_dimensions_give_shorter_unit_vectors(url: str) -> None:
    vector = OpenAiEmbedder("none", url, "any", 128).query("warranty")
    assert len(vector) == 128
    assert sum(value * value for value in vector) == pytest.approx(1, abs=1e-4)


def test_an_answer_quotes_the_passage_that_answers(url: str) -> None:
    reply = asked(url, "How long is the warranty period?")
    quotes = [part for part in parse_reply([reply]) if isinstance(part, Quote)]
    words = '"The warranty period of the Meridian pump is thirty-six months from delivery."'
    assert quotes[0] == Quote(2, words)


def test_a_question_that_the_passages_do_not_answer_is_not_found(url: str) -> None:
    assert asked(url, "Who won the world cup in 1954?") == "NOT FOUND"


def test_a_followup_is_made_whole_from_the_conversation(url: str) -> None:
    history = [("user", "How long is the warranty of the Meridian pump?"), ("assistant", "36 months.")]
    turn = f"{Fence().conversation(history, 4, 800)}\n\nLast question: And its weight?"
    prompt = Prompt(prompt_text("standalone"), (("user", turn),))
    deltas = list(OpenAiChat("none", url, "quotes").stream(prompt, max_tokens=100))
    assert "meridian" in "".join(delta.text for delta in deltas)
    assert deltas[-1].tokens_in > 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/embeddings", {"input": []}),
        ("/embeddings", {"input": [1, 2]}),
        ("/embeddings", {"input": "a", "dimensions": 1536}),
        ("/chat/completions", {"messages": []}),
        ("/chat/completions", {"messages": [{"role": "user"}]}),
        ("/chat/completions", "text"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_openais_form(url: str, path: str, body: object) -> None:
    request = urllib.request.Request(url + path, json.dumps(body).encode())
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=HANG_SECONDS)
    with caught.value as answer:
        assert answer.code == 400
        assert json.load(answer)["error"]["type"] == "invalid_request_error"
