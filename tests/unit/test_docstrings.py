"""Docstrings are sentences, and neither they nor comments nor the documentation fall back into phrases that a
reader whose second language is English has to puzzle out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "deploy", "images", "imgproc", "local")
SOURCES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PAGES = (*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")))

BEGINS = re.compile(r"[A-Z`{\"'0-9-]|pdfium")
ENDS = (".", ".)", "`", "?")
LISTED = {"app/adapters/aws/dynamodb/tables.py", "app/core/costs/picture_tokens.py"}
"""Modules whose docstring ends with a table or an address."""

PHRASES = (
    r"(every|after|of|with|than) so many",
    r"so long a",
    r"none of ours",
    r"no more of it",
    r"scripts? without spaces",
    r"set no spaces?",
    r"told apart piece by piece",
    r"process(es)? of (its|their) own",
    r"there is no such",
    r"\w is no (key:|backup,|price file)",
    r"as many as may be",
    r"is waited for\)",
)
"""Regular expressions of phrases for which the field has a term, or English a plainer word."""

ODD = re.compile("|".join(PHRASES), re.IGNORECASE)


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each docstring of modules, classes, functions and names."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    yield child.lineno, " ".join(text.split())


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string, such as a message."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield node.lineno, " ".join(text.split())


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_docstring_begins_with_a_capital_and_ends_with_a_full_stop(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text[:60]}"
        for path in SOURCES
        if path.is_relative_to(ROOT / folder)
        for line, text in docstrings(ast.parse(path.read_text()))
        if not BEGINS.match(text)
        or (not text.endswith(ENDS) and (line > 1 or str(path.relative_to(ROOT)) not in LISTED))
    ]
    assert found == []


def test_no_docstring_comment_or_message_has_a_phrase_that_the_field_has_a_term_for() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit[0]}"
        for path in SOURCES
        if (source := path.read_text())
        for line, text in (*texts(ast.parse(source)), *comments(source))
        if (hit := ODD.search(text))
    ]
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_of_the_documentation_has_such_a_phrase(page: Path) -> None:
    assert ODD.findall(" ".join(page.read_text().split())) == []
