"""A real data folder, broken in each way by hand: `kb fsck` sees it, and mends what can be made again."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.compose import Embedded, embedded
from app.core.errors import Damaged
from app.settings import Settings
from app.use_cases.consistency import Consistency
from app.use_cases.findings import Code
from app.use_cases.repair import Repair
from tests.support.api import client_of, upload
from tests.support.pdfs import manual

TENANT = "local"
QUESTION = "What is the warranty period?"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a manual of two page ranges, that each test breaks a copy of."""
    folder = tmp_path_factory.mktemp("whole")
    program = embedded(Settings(data_folder=folder / "data", range_pages=2))
    upload(program, client_of(program), manual(folder / "m.pdf", 3), "m.pdf", tags=["pumps"])
    program.close()
    return folder / "data"


class Broken:
    """A copy of the data folder, to be broken and mended."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._programs: list[Embedded] = []

    @property
    def original(self) -> Path:
        return next(self.data.glob("files/*/*/1/original.pdf"))

    @property
    def checkpoints(self) -> list[Path]:
        return sorted(self.data.glob("files/*/*/1/**/pages/*.jsonl.gz"))

    def sql(self, database: str, *statements: str) -> None:
        with closing(sqlite3.connect(self.data / database)) as connection:
            connection.create_function("searchable", 1, str)
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def program(self) -> Embedded:
        if not self._programs:
            self._programs.append(embedded(Settings(data_folder=self.data, range_pages=2)))
        return self._programs[0]

    def close(self) -> None:
        for program in self._programs:
            program.close()

    def found(self, *, quick: bool = False) -> list[str]:
        steps = self.program().steps
        return sorted(finding.code.value for finding in Consistency(steps, quick).findings())

    def repaired(self) -> list[str]:
        """What is left after repairing, in as many rounds as the command does."""
        steps = self.program().steps
        for _ in range(4):
            if not Repair(steps).all(list(Consistency(steps).findings())):
                break
            self.program().worker.drain()
        return self.found()

    def answers(self) -> bool:
        hits = self.program().knowledge_base.questions.search(TENANT, QUESTION)
        return bool(hits) and "warranty" in hits[0].chunk.text


@pytest.fixture
def broken(whole: Path, tmp_path: Path) -> Iterator[Broken]:
    broken = Broken(Path(shutil.copytree(whole, tmp_path / "data")))
    yield broken
    broken.close()


def flip_a_byte(broken: Broken) -> None:
    content = bytearray(broken.original.read_bytes())
    content[len(content) // 2] ^= 1
    broken.original.write_bytes(content)


def empty_the_original(broken: Broken) -> None:
    broken.original.write_bytes(b"")


def remove_the_original(broken: Broken) -> None:
    broken.original.unlink()


def remove_a_checkpoint(broken: Broken) -> None:
    broken.checkpoints[0].unlink()


def cut_a_checkpoint(broken: Broken) -> None:
    content = broken.checkpoints[1].read_bytes()
    broken.checkpoints[1].write_bytes(content[: len(content) // 2])


def fill_a_checkpoint_with_garbage(broken: Broken) -> None:
    broken.checkpoints[1].write_bytes(b"\x1f\x8bnothing of the kind")


def remove_every_checkpoint(broken: Broken) -> None:
    for path in broken.checkpoints:
        path.unlink()


def remove_a_passage(broken: Broken) -> None:
    broken.sql("index.sqlite3", "DELETE FROM chunks WHERE position = (SELECT MIN(position) FROM chunks)")


def remove_every_vector(broken: Broken) -> None:
    broken.sql("index.sqlite3", "DELETE FROM vectors")


def forget_which_pages_were_read(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "DELETE FROM ranges")


def forget_that_pages_were_read(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE ranges SET done = 0")


def miscount_the_passages(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE versions SET chunks = 0")


def cut_a_vector(broken: Broken) -> None:
    broken.sql("index.sqlite3", "UPDATE vectors SET vector = x'00' WHERE position % 2")


def zero_a_vector(broken: Broken) -> None:
    broken.sql("index.sqlite3", "UPDATE vectors SET vector = zeroblob(length(vector)) WHERE position % 2")


def empty_the_full_text_index(broken: Broken) -> None:
    broken.sql("index.sqlite3", "INSERT INTO words_1 (words_1) VALUES ('delete-all')")


def drop_the_full_text_index(broken: Broken) -> None:
    broken.sql("index.sqlite3", "DROP TABLE words_1")


def remove_the_index(broken: Broken) -> None:
    for path in broken.data.glob("index.sqlite3*"):
        path.unlink()


def damage_the_index(broken: Broken) -> None:
    remove_the_index(broken)
    (broken.data / "index.sqlite3").write_bytes(b"nothing of the kind" * 1000)


def answer_from_a_version_that_there_is_not(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE documents SET searchable = 7")


def answer_from_no_version(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE documents SET searchable = 0")


def remove_the_outline(broken: Broken) -> None:
    next(broken.data.glob("files/*/*/1/outline.json")).unlink()


def cut_the_outline(broken: Broken) -> None:
    next(broken.data.glob("files/*/*/1/outline.json")).write_text('{"pages":')


def cut_the_description(broken: Broken) -> None:
    next(broken.data.glob("files/*/*/1/about.json")).write_text('{"name":')


def leave_files_of_nobody(broken: Broken) -> None:
    folder = broken.data / "files" / TENANT / "doc_gone" / "1"
    folder.mkdir(parents=True)
    (folder / "outline.json").write_text("{}")


def leave_passages_of_nobody(broken: Broken) -> None:
    broken.sql(
        "index.sqlite3",
        """
        INSERT INTO chunks SELECT position + 1000, tenant, 'x' || id, 'doc_gone', 1, ordinal, kind, tags,
            headings, spans, context, text, staged FROM chunks LIMIT 1
        """,
    )
    broken.sql("index.sqlite3", "UPDATE tenants SET used = used + 1000")


def leave_a_run_unfinished(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE versions SET status = 'running', stage = 'extract'")


MENDED: dict[Callable[[Broken], None], Code] = {
    remove_a_checkpoint: Code.PAGES_LOST,
    cut_a_checkpoint: Code.PAGES_LOST,
    fill_a_checkpoint_with_garbage: Code.PAGES_LOST,
    remove_every_checkpoint: Code.PAGES_LOST,
    forget_which_pages_were_read: Code.PAGES_LOST,
    forget_that_pages_were_read: Code.PAGES_LOST,
    remove_a_passage: Code.PASSAGES_MISSING,
    miscount_the_passages: Code.PASSAGES_EXTRA,
    remove_every_vector: Code.VECTORS_MISSING,
    cut_a_vector: Code.VECTORS_MISSING,
    zero_a_vector: Code.VECTORS_MISSING,
    empty_the_full_text_index: Code.KEYWORDS_DAMAGED,
    drop_the_full_text_index: Code.KEYWORDS_DAMAGED,
    remove_the_index: Code.PASSAGES_MISSING,
    damage_the_index: Code.INDEX_DAMAGED,
    answer_from_a_version_that_there_is_not: Code.ANSWERS_FROM_NOTHING,
    answer_from_no_version: Code.ANSWERS_FROM_NONE,
    remove_the_outline: Code.OUTLINE_LOST,
    cut_the_outline: Code.OUTLINE_LOST,
    cut_the_description: Code.DESCRIPTION_LOST,
    leave_files_of_nobody: Code.ORPHAN_FILES,
    leave_passages_of_nobody: Code.ORPHAN_PASSAGES,
    leave_a_run_unfinished: Code.UNFINISHED,
}
LOST: dict[Callable[[Broken], None], Code] = {
    flip_a_byte: Code.FILE_CHANGED,
    empty_the_original: Code.FILE_EMPTY,
    remove_the_original: Code.FILE_MISSING,
}
COUNTED = {
    remove_every_checkpoint,
    remove_a_checkpoint,
    remove_a_passage,
    remove_every_vector,
    remove_the_index,
    answer_from_a_version_that_there_is_not,
    empty_the_original,
    remove_the_original,
}


def test_nothing_is_wrong_with_a_whole_library(broken: Broken) -> None:
    assert broken.found() == []
    assert broken.found(quick=True) == []
    assert broken.answers()


@pytest.mark.parametrize("breaking", MENDED, ids=lambda breaking: breaking.__name__)
def test_what_can_be_made_again_is_seen_and_mended(
    broken: Broken, breaking: Callable[[Broken], None]
) -> None:
    breaking(broken)
    assert MENDED[breaking] in broken.found()
    assert broken.repaired() == []
    assert broken.answers()


@pytest.mark.parametrize("breaking", LOST, ids=lambda breaking: breaking.__name__)
def test_what_only_a_person_can_bring_back_is_said_and_left_as_it_is(
    broken: Broken, breaking: Callable[[Broken], None]
) -> None:
    breaking(broken)
    assert broken.found() == [LOST[breaking]]
    assert broken.repaired() == [LOST[breaking]]
    assert broken.answers()


@pytest.mark.parametrize("breaking", COUNTED, ids=lambda breaking: breaking.__name__)
def test_counts_alone_show_what_is_gone(broken: Broken, breaking: Callable[[Broken], None]) -> None:
    breaking(broken)
    assert broken.found(quick=True) == [{**MENDED, **LOST}[breaking]]


def test_pages_that_are_lost_with_their_file_are_lost_and_the_answers_stay(broken: Broken) -> None:
    remove_the_original(broken)
    remove_a_checkpoint(broken)
    assert broken.found() == [Code.FILE_MISSING, Code.PAGES_LOST]
    assert broken.repaired() == [Code.FILE_MISSING, Code.PAGES_LOST]
    assert broken.answers()


def test_a_renamed_document_is_whole(broken: Broken) -> None:
    door = broken.program().knowledge_base
    (document,) = door.library.list_documents(TENANT).items
    door.library.update(TENANT, document.id, name="renamed.pdf")
    assert broken.found() == []
    kept = json.loads(next(broken.data.glob("files/*/*/1/about.json")).read_text())
    assert (kept["name"], kept["tags"]) == ("renamed.pdf", ["pumps"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET status = 'odd'",
        "UPDATE documents SET tags = 'no list'",
        "UPDATE documents SET wanted = 9",
        "DELETE FROM versions",
        "DROP TABLE jobs",
        "DROP TABLE messages",
    ],
)
def test_a_database_whose_rows_or_tables_are_damaged_is_seen(broken: Broken, statement: str) -> None:
    broken.sql("knowledge-base.sqlite3", "PRAGMA foreign_keys = OFF", statement)
    assert broken.found() == [Code.DATABASE_DAMAGED]


def test_a_row_that_cannot_be_read_says_the_way_back(broken: Broken) -> None:
    broken.sql("knowledge-base.sqlite3", "UPDATE versions SET status = 'odd'")
    with pytest.raises(Damaged, match="kb restore"):
        broken.answers()


def test_a_malformed_database_ends_the_check_with_the_way_back(broken: Broken) -> None:
    for path in broken.data.glob("knowledge-base.sqlite3*"):
        path.write_bytes(b"nothing of the kind" * 1000)
    steps = broken.program().steps
    (finding,) = Consistency(steps).findings()
    assert finding.code is Code.DATABASE_DAMAGED
    assert "kb restore" in finding.remedy
