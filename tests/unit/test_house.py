"""The program keeps to the shape that CONTRIBUTING asks for: what a script can tell of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.support.house import (
    FOLDERS,
    FULL_FOLDER,
    NAMED_SO,
    Source,
    bare_numbers,
    is_lone_participle,
)

ROOT = Path(__file__).parents[2]
SOURCES = [
    Source(str(path.relative_to(ROOT)), path.read_text())
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_a_function_is_not_named_by_a_participle_alone() -> None:
    found = {
        (source.path, function.name)
        for source in SOURCES
        for function in source.functions
        if is_lone_participle(function)
    }
    assert found == NAMED_SO


def test_a_fraction_in_a_function_is_a_named_constant() -> None:
    found = [f"{source.path}:{line}: {code}" for source in SOURCES for line, code in bare_numbers(source)]
    assert found == []


def test_no_folder_has_more_modules_than_can_be_seen_at_one_look() -> None:
    modules = Counter(
        source.path.rpartition("/")[0] for source in SOURCES if not source.path.endswith("__init__.py")
    )
    assert {folder for folder, count in modules.items() if count > FULL_FOLDER} == set()
