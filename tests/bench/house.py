"""The shape of the program's Python at one or more revisions, beside the working tree.

    python -m tests.bench.house [REVISION …] [--folders app/pdf,…] [--list KIND]

Lines are those of code: neither blank, nor comment, nor docstring. Comments are lines with one for a reader,
for 100 lines of code. Functions are without their docstrings. A lone participle is a function's name such as
``told``. A bare number is a fraction inside a function that has no name, and
in what reads tables and layout a whole number that is compared.
``--list`` names what the working tree has instead: lone participles, bare numbers, long files, or the modules
by comments for 100 lines, the poorest first.
"""

from __future__ import annotations

import argparse
import io
import statistics
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tests.support.house import (
    FOLDERS,
    FULL_FOLDER,
    LONG_FILE,
    Shape,
    Source,
    bare_numbers,
    is_lone_participle,
)

ROOT = Path(__file__).parents[2]


def sources(revision: str, folders: tuple[str, ...]) -> Iterator[Source]:
    """The Python files of a revision, or of the working tree for an empty one."""
    if not revision:
        for folder in folders:
            for path in sorted((ROOT / folder).rglob("*.py")):
                yield Source(str(path.relative_to(ROOT)), path.read_text())
        return
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            if member.name.endswith(".py") and member.name.startswith(tuple(f"{each}/" for each in folders)):
                content = files.extractfile(member)
                assert content
                yield Source(member.name, content.read().decode())


def rows(shape: Shape) -> Iterator[tuple[str, str]]:
    """The name and value of each figure."""
    lengths = sorted(shape.lengths)
    functions = len(lengths) or 1
    yield "files", f"{shape.files}"
    yield "lines of code", f"{shape.code:,}"
    yield "functions", f"{functions:,}"
    yield (
        "lines: median / p90 / max",
        (f"{statistics.median(lengths):.0f} / {lengths[functions * 9 // 10]} / {lengths[-1]}"),
    )
    yield "nested 4 deep or more", f"{100 * shape.nested / functions:.1f} %"
    yield "6 parameters or more", f"{100 * shape.many_parameters / functions:.1f} %"
    yield "public names documented", f"{100 * shape.documented / (shape.public or 1):.1f} %"
    yield "comments for 100 lines", f"{100 * shape.comments / shape.code:.2f}"
    yield "lone participles", f"{shape.participles}"
    yield "bare numbers", f"{shape.numbers}"
    yield f"files over {LONG_FILE} lines", f"{shape.long_files}"
    yield f"folders over {FULL_FOLDER} modules", f"{sum(n > FULL_FOLDER for n in shape.folders.values())}"
    yield "most modules in a folder", f"{max(shape.folders.values())}"


def show_table(revisions: list[str], folders: tuple[str, ...]) -> None:
    """Print the figures of each revision side by side."""
    columns = []
    for revision in (*revisions, ""):
        shape = Shape()
        for source in sources(revision, folders):
            shape.add(source)
        columns.append(dict(rows(shape)))
    print(f"{'':27}", *(f"{revision or 'now':>16}" for revision in (*revisions, "")))
    for name in columns[0]:
        print(f"{name:27}", *(f"{column[name]:>16}" for column in columns))


def show_list(kind: str, folders: tuple[str, ...]) -> None:
    """Print each instance of one kind in the working tree."""
    found: list[tuple[float, str]] = []
    for source in sources("", folders):
        if kind == "participles":
            named = (each for each in source.functions if is_lone_participle(each))
            found += ((0, f"{source.path}:{each.lineno}: {each.name}") for each in named)
        elif kind == "numbers":
            found += ((0, f"{source.path}:{line}: {code}") for line, code in bare_numbers(source))
        elif kind == "long" and (lines := source.text.count("\n")) > LONG_FILE:
            found.append((-lines, f"{source.path}: {lines} lines"))
        elif kind == "comments" and source.code_lines:
            share = 100 * source.comments / source.code_lines
            found.append((share, f"{source.path}: {share:.1f} for 100 of {source.code_lines} lines"))
    for _, line in sorted(found):
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("revisions", nargs="*")
    parser.add_argument("--folders", default=",".join(FOLDERS))
    parser.add_argument("--list", choices=("participles", "numbers", "long", "comments"))
    options = parser.parse_args()
    folders = tuple(options.folders.split(","))
    if options.list:
        show_list(options.list, folders)
    else:
        show_table(options.revisions, folders)


if __name__ == "__main__":
    main()
