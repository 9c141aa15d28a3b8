"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re
import subprocess
import sys

from app.core.process.patterns import METHODS, defer_regex


def test_it_finds_what_the_compiled_one_finds() -> None:
    text = "Ab, ab and AB"
    deferred, compiled = defer_regex("(a)b", re.IGNORECASE), re.compile("(a)b", re.IGNORECASE)
    assert deferred.findall(text) == compiled.findall(text)
    assert deferred.sub("x", text) == compiled.sub("x", text)
    assert deferred.split(text) == compiled.split(text)
    assert [found.span(1) for found in deferred.finditer(text)] == [(0, 1), (4, 5), (11, 12)]
    assert (deferred.pattern, deferred.groups, deferred.flags) == ("(a)b", 1, compiled.flags)


def test_all_methods_of_a_compiled_one_are_there() -> None:
    deferred = defer_regex("a")
    for method in METHODS:
        assert getattr(deferred, method) == getattr(re.compile("a"), method)


def test_the_reader_and_the_program_compile_none_when_they_are_imported() -> None:
    code = (
        "import re; before = re.compile\n"
        "def told(pattern, flags=0):\n"
        "    import sys\n"
        "    if 'app' in sys._getframe(1).f_globals['__name__'].split('.') and isinstance(pattern, str):\n"
        "        raise SystemExit(f'compiled at import: {pattern}')\n"
        "    return before(pattern, flags)\n"
        "re.compile = told\n"
        "import app.compose, app.cli.extraction, app.pdf.child\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
