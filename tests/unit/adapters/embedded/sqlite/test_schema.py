"""A data folder that the first programs made is opened, and all of it works on."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.compose import Embedded, embedded
from app.core.answer import Person, Role, Support
from app.core.document import IfExists, Outcome, Status
from app.core.names import source_of_path
from app.core.writing.unspaced import expand_text
from app.settings import Settings
from tests.support import first_tables
from tests.support.pdfs import FACTS, manual

TENANT = "local"
PERSON = Person(TENANT, TENANT)
QUESTION = "What is the warranty period of the Meridian pump?"
WEIGHT = "How much does the Meridian pump weigh?"


def put(program: Embedded, path: Path, name: str) -> None:
    with path.open("rb") as file:
        program.knowledge_base.uploads.upload(TENANT, name, file, if_exists=IfExists.VERSION)
    program.worker.drain()


def answered(program: Embedded, question: str) -> str:
    session = program.knowledge_base.questions.create_session(PERSON)
    list(program.knowledge_base.questions.ask(PERSON, session.id, question))
    return program.knowledge_base.questions.messages(PERSON, session.id).items[-1].text


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Embedded]:
    """Today's program over a folder of the first: ``manual.pdf`` in two versions, ``parts.pdf``, and a
    conversation about the first version of the manual."""
    data, settings = tmp_path / "data", Settings(data_folder=tmp_path / "data", range_pages=2)
    program = embedded(settings)
    put(program, manual(tmp_path / "old.pdf", 1), "manual.pdf")
    assert "thirty-six months" in answered(program, QUESTION)
    put(program, manual(tmp_path / "manual.pdf", 3, first_fact=2), "manual.pdf")
    put(program, manual(tmp_path / "parts.pdf", 1, first_fact=1), "parts.pdf")
    program.close()
    make_first(data)
    program = embedded(settings)
    yield program
    program.close()


def make_first(data: Path) -> None:
    """Give a data folder the tables, files and answers that it would have had."""
    copy_rows(data / "knowledge-base.sqlite3", first_tables.DOCUMENTS, version=1)
    copy_rows(data / "index.sqlite3", first_tables.INDEX, version=2)
    for folder in list((data / "files").rglob("runs/*/*")):
        shutil.move(folder, folder.parents[2] / folder.name)
    for left in [*(data / "files").rglob("runs"), *(data / "files").rglob("about.json")]:
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    with closing(sqlite3.connect(data / "knowledge-base.sqlite3")) as database, database:
        kept = database.execute("SELECT seq, answer FROM messages WHERE answer IS NOT NULL").fetchall()
        assert kept
        database.executemany(
            "UPDATE messages SET answer = ? WHERE seq = ?", [(first_answer(text), seq) for seq, text in kept]
        )


def first_answer(content: str) -> str:
    """An answer as it was kept: a claim was proven or not, and no words stood around a quote."""
    answer = json.loads(content)
    del answer["notes"]
    for claim in answer["claims"]:
        claim["proven"] = claim.pop("status") == "proven"
        del claim["missing"], claim["left_out"]
    for citation in answer["citations"]:
        del citation["before"], citation["after"]
    return json.dumps(answer)


def copy_rows(path: Path, statements: Sequence[str], *, version: int) -> None:
    """Put the rows of a database into the first tables, in its place."""
    today = path.with_suffix(".today")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    path.rename(today)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(today)) as new, old:
        old.create_function("searchable", 1, expand_text, deterministic=True)
        for statement in statements:
            old.execute(statement)
        for table in tables(old):
            names = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            old.execute(f"DELETE FROM {table}")
            old.executemany(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                new.execute(f"SELECT {', '.join(names)} FROM {table}"),
            )
        old.execute(f"PRAGMA user_version = {version}")
    today.unlink()


def tables(database: sqlite3.Connection) -> list[str]:
    """The tables that hold rows of their own."""
    rows = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return [row[0] for row in rows if not row[0].startswith(("sqlite_", "words"))]


def test_its_documents_conversations_and_passages_are_all_there(first: Embedded) -> None:
    documents = {each.name: each for each in first.knowledge_base.library.list_documents(TENANT).items}
    assert {name: (each.latest.number, each.searchable) for name, each in documents.items()} == {
        "manual.pdf": (2, 2),
        "parts.pdf": (1, 1),
    }
    assert {each.latest.status for each in documents.values()} == {Status.READY}
    document_id = documents["manual.pdf"].id
    assert [each.number for each in first.knowledge_base.library.versions(TENANT, document_id)] == [2, 1]
    assert FACTS[2] in " ".join(first.knowledge_base.library.page(TENANT, document_id, 1).text.split())
    hits = first.knowledge_base.questions.search(TENANT, "How long are spare parts kept in stock?")
    assert hits[0].chunk.document_id == documents["parts.pdf"].id
    assert "41 kilograms" in answered(first, WEIGHT)
    old = first.knowledge_base.questions.sessions(PERSON).items[-1]
    kept = first.knowledge_base.questions.messages(PERSON, old.id).items[-1]
    assert kept.answer
    assert (kept.role, {claim.status for claim in kept.answer.claims}) == (Role.ASSISTANT, {Support.QUOTED})
    assert "thirty-six months" in kept.text
    assert set(first.knowledge_base.upkeep.ready().values()) == {"ok"}


def test_a_file_given_again_is_found_and_a_changed_one_is_a_new_version(
    first: Embedded, tmp_path: Path
) -> None:
    path = tmp_path / "manual.pdf"
    with path.open("rb") as file:
        known = first.knowledge_base.uploads.upload(
            TENANT, source_of_path(path), file, if_exists=IfExists.VERSION
        )
    assert (known.outcome, known.version.number) == (Outcome.KNOWN, 2)
    manual(path, 1, first_fact=4)
    with path.open("rb") as file:
        new = first.knowledge_base.uploads.upload(
            TENANT, source_of_path(path), file, if_exists=IfExists.VERSION
        )
    first.worker.drain()
    assert (new.document.id, new.outcome, new.version.number) == (
        known.document.id,
        Outcome.NEW_VERSION,
        3,
    )
    assert first.knowledge_base.library.document(TENANT, new.document.id).searchable == 3
    assert "41 kilograms" in answered(first, WEIGHT)


def test_its_earlier_version_is_made_current_and_answers(first: Embedded) -> None:
    document_id = first.knowledge_base.library.document_id(TENANT, "manual.pdf")
    first.knowledge_base.uploads.make_current(TENANT, document_id, 1)
    first.worker.drain()
    assert first.knowledge_base.library.document(TENANT, document_id).searchable == 1
    assert "thirty-six months" in answered(first, QUESTION)
