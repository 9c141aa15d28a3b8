"""Compiles the reader with Zig's C compiler, which comes as a Python package and needs nothing of the system.

    python -m app.pdf.native.compile TARGET FILE
    python app/pdf/native/compile.py            # says whether it can be, before anything is installed

The same sources give the same bytes, wherever they are compiled.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ZIG = "ziglang==0.17.0"

FOLDER = Path(__file__).resolve().parent
SOURCES = (
    "words.c",
    "doubts.c",
    "drawing.c",
    "crossings.c",
    "rows.c",
    "layout.c",
    "repeated.c",
    "lines.c",
    "pixels.c",
    "version.c",
)
LIBRARY = FOLDER / "reading.so"
"""Where it is looked for, whatever the system calls its libraries."""

LINUX_X86, LINUX_ARM = "x86_64-linux-gnu.2.26", "aarch64-linux-gnu.2.26"  # Amazon Linux 2 has glibc 2.26
TARGETS = {
    ("Linux", "x86_64"): LINUX_X86,
    ("Linux", "aarch64"): LINUX_ARM,
    ("Darwin", "x86_64"): "x86_64-macos",
    ("Darwin", "arm64"): "aarch64-macos",
}

OPTIONS = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-s")
SAME_SUMS = "-ffp-contract=off"
"""Python adds after it has rounded a product, and so must this: boxes from both are compared."""


class NoTarget(Exception):
    """The reader is not compiled for this machine; says for which it is."""


def this_machine() -> str:
    """Return the target of this machine. Raises ``NoTarget``."""
    import platform  # here, as every process that reads PDFs imports this module, and compiles nothing

    return target_for(platform.system(), platform.machine())


def target_for(system: str, machine: str) -> str:
    """Return the target of a machine, named as ``platform`` does. Raises ``NoTarget``."""
    if (system, machine) not in TARGETS:
        known = ", ".join(" ".join(each) for each in TARGETS)
        raise NoTarget(f"The reader of PDFs is not compiled for {system} {machine}, only for {known}.")
    return TARGETS[system, machine]


def version() -> str | None:
    """Return a sum of the sources and of the module that calls what they become, ``None`` where the
    sources are not there: an image has none, and nothing in it is newer than the rest."""
    sources = sorted((FOLDER / "source").glob("*.[ch]"))
    files = [*sources, FOLDER / "library.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() if sources else None


def compile_reader(target: str, library: Path) -> None:
    """Compile for a target. Raises ``CalledProcessError`` where that fails, or Zig is not installed."""
    import subprocess

    options = (*OPTIONS, SAME_SUMS, f'-DVERSION="{version()}"')
    command = [sys.executable, "-m", "ziglang", "cc", "-target", target, *options]
    files = ["-o", str(library.absolute()), *SOURCES, "-lm"]
    subprocess.run([*command, *files], cwd=FOLDER / "source", check=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        compile_reader(sys.argv[1], Path(sys.argv[2]))
    else:
        try:
            this_machine()
        except NoTarget as error:
            sys.exit(str(error))
