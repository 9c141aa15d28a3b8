"""Names of documents become names of files, each its own on every system, and come in again as they were."""

from __future__ import annotations

import json
import random
import tempfile
import unicodedata
from argparse import Namespace
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

import pytest

from app.cli.exporting import _entries, export, source_of
from app.compose import Embedded, embedded
from app.core.errors import BadRequest
from app.core.file_names import DEVICES, FORBIDDEN, MOST_BYTES, FileNames
from app.core.names import document_name
from app.settings import Settings

TENANT = "local"

PIECES = (
    *(
        "report",
        "Report",
        "REPORT",
        "Annex 1.1",
        "Annex 1.2",
        "a",
        "A",
        "é",
        "e\u0301",
        "ß",
        "SS",
        "ſ",
        "ı",
        "İ",
    ),
    *(
        "con",
        "NUL",
        "COM1",
        "lpt³",
        "aux.txt",
        ".",
        "..",
        " ",
        "  ",
        "/",
        "//",
        ":",
        "?",
        "*",
        "<",
        ">",
        "|",
        '"',
    ),
    *(
        "\\",
        "(2)",
        " (2)",
        ".pdf",
        ".PDF",
        ".json",
        ".md",
        "日本語",
        "שלום",
        "👩‍👩‍👧",
        "🏳️‍🌈",
        "नि",
        "한글",
        "v1",
        "manifest",
    ),
    *(
        "x" * 200,
        "é" * 130,
        "e\u0301" * 120,
        "日" * 90,
        "👩‍👩‍👧" * 15,
        "%",
        "~",
        "$",
        "#",
        "'",
        ";",
        "\u200b",
        "\t",
    ),
)


def generated(count: int) -> list[str]:
    """Different names of documents, of pieces that file systems differ on."""
    chance, names = random.Random(7), dict[str, None]()
    for known in (
        "Annex 1.1",
        "Annex 1.2",
        "report.pdf",
        "report.PDF",
        "Report.pdf",
        "manifest.json",
        "a",
        "a/b",
    ):
        names[known] = None
    while len(names) < count:
        text = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 5)))
        try:
            names[document_name(text)] = None
        except BadRequest:
            continue
    return list(names)


def folded(path: str) -> str:
    """As file systems that take most for the same do."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).upper().casefold())


@pytest.mark.parametrize("ending", [".pdf", ".json", ".md"])
def test_a_thousand_names_are_a_thousand_files_on_every_system(ending: str) -> None:
    names = FileNames("manifest.json")
    paths = [names.give(name, ending) for name in generated(1000)]
    assert len({folded(str(path)) for path in paths}) == len(paths)
    assert "manifest.json" not in {folded(str(path)) for path in paths}
    folders = {folded(str(above)) for path in paths for above in path.parents}
    assert not folders & {folded(str(path)) for path in paths}
    for path in paths:
        assert path.suffix.lower() == ending
        for part in path.parts:
            assert 0 < len(part.encode()) <= MOST_BYTES
            assert not FORBIDDEN & set(part)
            assert part == part.rstrip(". ").strip()
            assert part.split(".")[0].strip().lower() not in DEVICES


def test_a_name_that_any_file_can_have_stays_as_it_is() -> None:
    names = FileNames()
    assert names.give("reports/2024.pdf", ".pdf") == PurePosixPath("reports/2024.pdf")
    assert names.give("Scan.PDF", ".pdf") == PurePosixPath("Scan.PDF")
    assert names.give("reports/2024.pdf", ".json") == PurePosixPath("reports/2024.json")
    assert names.give("Annex 1.1", ".md") == PurePosixPath("Annex 1.1.md")
    assert names.give("Annex 1.2", ".md") == PurePosixPath("Annex 1.2.md")


def test_what_another_has_by_case_or_accents_gets_a_number() -> None:
    names = FileNames()
    given = [str(names.give(name, ".json")) for name in ("Zoë.pdf", "ZOË.pdf", "Zoe\u0308", "zoë")]
    assert given == ["Zoë.json", "ZOË (2).json", "Zoe\u0308 (3).json", "zoë (4).json"]


def test_a_long_name_is_cut_between_two_characters() -> None:
    letter = "e\u0301"
    cut = FileNames().give(letter * 200, ".json").name
    assert cut.removesuffix(".json") == letter * ((MOST_BYTES - 5) // len(letter.encode()))
    family = "👩\u200d👩\u200d👧"
    whole = FileNames().give(family * 30, ".md").name.removesuffix(".md")
    assert whole.removesuffix(family * whole.count(family)) in ("", "👩", "👩\u200d👩")
    assert not whole.endswith("\u200d")


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: what is written need not wait for a disk."""
    place = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=place if place.is_dir() else None) as folder:
        yield Path(folder)


@pytest.mark.slow
def test_a_thousand_documents_go_out_and_come_in_again_as_they_were(memory: Path) -> None:
    settings = Settings(data_folder=memory / "data")
    program = embedded(settings)
    for number, name in enumerate(generated(1000)):
        content = BytesIO(f"%PDF-1.4\n{number}".encode())
        program.knowledge_base.uploads.upload(TENANT, name, content, tags=[name[:3].strip() or "x"])
    held = everything(program)
    program.close()
    assert len(held) == 1000
    out = memory / "out"
    assert export(Namespace(documents=[], format="pdf", out=out, tenant=None), settings) == 0

    other = embedded(Settings(data_folder=memory / "other"))
    for entry in _entries(out):
        with (out / entry["file"]).open("rb") as file:
            other.knowledge_base.uploads.upload(
                TENANT, source_of(entry), file, tags=entry["document"]["tags"]
            )
    came = everything(other)
    other.close()
    assert came == held


def everything(program: Embedded) -> dict[str, tuple[str, tuple[str, ...], bytes]]:
    """By where it comes from, each document's name, tags and file."""
    found, cursor = dict[str, tuple[str, tuple[str, ...], bytes]](), None
    while True:
        listing = program.knowledge_base.library.list_documents(TENANT, cursor=cursor, limit=100)
        for document in listing.items:
            _, key = program.knowledge_base.library.content(TENANT, document.id)
            found[document.source] = document.name, document.tags, program.files.get(key)
        cursor = listing.cursor
        if cursor is None:
            return found


def test_a_manifest_that_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    document = {"name": "a.pdf", "source": "a.pdf", "tags": []}
    for file in ("../secret.pdf", "/etc/passwd", 7):
        (tmp_path / "manifest.json").write_text(
            json.dumps({"documents": [{"file": file, "path": "a.pdf", "document": document}]})
        )
        with pytest.raises(BadRequest, match="not a manifest"):
            list(_entries(tmp_path))
