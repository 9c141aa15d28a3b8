"""What is measured and held of the shape of the program's Python: functions, names, comments, numbers."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

FOLDERS = ("app", "deploy", "images", "imgproc", "local")

IRREGULAR = re.compile(
    r"begun|bound|broken|brought|built|caught|chosen|dealt|done|drawn|fed|felt|found|given|gone|"
    r"grown|held|hidden|kept|known|laid|led|left|lost|made|meant|met|paid|said|seen|"
    r"sent|shown|sought|spelt|spoken|stood|taken|taught|thought|thrown|told|torn|understood|won|worn|"
    r"wound|woven|written"
)
"""Participles without -ed that are no infinitive; ``put``, ``cut``, ``read``, ``split`` are verbs."""

INFINITIVES = frozenset(["embed", "exceed", "feed", "heed", "need", "proceed", "seed", "shed", "speed"])
"""Verbs that end in -ed themselves."""

PRAGMAS = ("# noqa", "# type:", "# fmt:", "# pragma")
"""Comments that speak to tools."""

PLAIN = frozenset([0.0, 0.5, 1.0, 2.0, 1e6, 1e9])
"""Fractions that need no name: none, half (a middle), the whole, twice, and the units of micro and giga."""

MEASURED = ("app/pdf/tables/", "app/pdf/layout/")
"""Where a whole number that is compared is a measure of pages, too."""

COUNTED = 3
"""The first whole number that needs a name there: a pair, or more than one, says itself."""

NAMED_SO = frozenset([("app/compose.py", "embedded")])
"""Functions that have a participle's name on purpose: a mode of the program."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A Python file of one revision: its path from the repository's folder, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @cached_property
    def functions(self) -> list[Function]:
        """Every function and method, inner ones too, in no order."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        return list(tokenize.generate_tokens(io.StringIO(self.text).readline))

    @property
    def comments(self) -> int:
        """Lines that have a comment for a reader."""
        found = {
            token.start[0]
            for token in self._tokens
            if token.type == tokenize.COMMENT and not token.string.startswith(PRAGMAS)
        }
        return len(found)

    @property
    def code_lines(self) -> int:
        """Lines that are neither blank nor only a comment; docstrings are none either."""
        quiet = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
        lines = {
            line
            for token in self._tokens
            if token.type not in (*quiet, tokenize.ENDMARKER)
            for line in range(token.start[0], token.end[0] + 1)
        }
        return len(lines - self._documented)

    @cached_property
    def _documented(self) -> set[int]:
        return {
            line
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if isinstance(node.value.value, str)
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }


def length(function: Function) -> int:
    """The lines of a function without its docstring, from ``def`` to its end."""
    body = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        body -= (first.end_lineno or first.lineno) - first.lineno + 1
    return body


def nesting(node: ast.AST) -> int:
    """How deep blocks stand within blocks; a function within a function begins anew."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Function.__args__, ast.ClassDef, ast.Lambda)):
            continue
        block = isinstance(
            child, ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match | ast.AsyncFor
        )
        deepest = max(deepest, nesting(child) + block)
    return deepest


def parameters(function: Function) -> int:
    """The parameters of a function without ``self``."""
    named = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return sum(1 for each in named if each.arg not in ("self", "cls"))


def is_lone_participle(function: Function) -> bool:
    """Whether a function's name says that something was done and not what to what; properties are nouns."""
    name = function.name.strip("_")
    if "_" in name or any("property" in ast.unparse(each) for each in function.decorator_list):
        return False
    return bool(IRREGULAR.fullmatch(name)) or (name.endswith("ed") and name not in INFINITIVES)


def bare_numbers(source: Source) -> Iterator[tuple[int, str]]:
    """The line and code of each fraction inside a function that has no name, and where pages are measured of
    each whole number that is compared."""
    lines = source.text.splitlines()
    found = {number.lineno for function in source.functions for number in _fractions(function.body)}
    if source.path.startswith(MEASURED):
        found |= {number.lineno for function in source.functions for number in _counts(function.body)}
    for line in sorted(found):
        yield line, lines[line - 1].strip()


def _fractions(body: list[ast.stmt]) -> Iterator[ast.Constant]:
    for node in (each for statement in body for each in ast.walk(statement)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value not in PLAIN:
            yield node


def _counts(body: list[ast.stmt]) -> Iterator[ast.Constant]:
    for comparison in (each for statement in body for each in ast.walk(statement)):
        if isinstance(comparison, ast.Compare):
            indices = {
                id(part)
                for each in ast.walk(comparison)
                if isinstance(each, ast.Subscript)
                for part in ast.walk(each.slice)
            }
            for node in ast.walk(comparison):
                if id(node) in indices:
                    continue
                if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= COUNTED:
                    yield node


@dataclass
class Shape:
    """The figures of all files of one revision."""

    files: int = 0
    code: int = 0
    comments: int = 0
    lengths: list[int] = field(default_factory=list)
    nested: int = 0
    many_parameters: int = 0
    public: int = 0
    documented: int = 0
    participles: int = 0
    numbers: int = 0
    long_files: int = 0
    folders: dict[str, int] = field(default_factory=dict)

    def add(self, source: Source) -> None:
        """Count a file."""
        self.files += 1
        self.code += source.code_lines
        self.comments += source.comments
        self.long_files += source.text.count("\n") > LONG_FILE
        folder = source.path.rpartition("/")[0]
        if not source.path.endswith("__init__.py"):
            self.folders[folder] = self.folders.get(folder, 0) + 1
        self.numbers += len(list(bare_numbers(source)))
        for function in source.functions:
            self.lengths.append(length(function))
            self.nested += nesting(function) >= DEEP
            self.many_parameters += parameters(function) >= MANY
            self.participles += is_lone_participle(function)
        for node in (*source.functions, *(n for n in ast.walk(source.tree) if isinstance(n, ast.ClassDef))):
            if not node.name.startswith("_"):
                self.public += 1
                self.documented += ast.get_docstring(node) is not None


LONG_FILE = 400
"""Lines from which on a file probably holds a second idea."""

FULL_FOLDER = 20
"""Modules of a folder that can still be seen at one look."""

DEEP = 4
MANY = 6
"""Nesting and parameters of a function that a reader has to stop at."""
