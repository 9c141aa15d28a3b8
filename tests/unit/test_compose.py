"""What is imported for those who only read PDFs."""

from __future__ import annotations

import json
import subprocess
import sys


def modules_after(code: str) -> set[str]:
    """Return the names of all modules that a new process has after this code."""
    told = f"{code}\nimport json, sys\nprint(json.dumps(list(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True)
    return set(json.loads(run.stdout))


def test_to_extract_no_store_is_opened_or_imported() -> None:
    modules = modules_after(
        "import app.cli.extraction\n"
        "from app.compose import extraction\n"
        "from app.settings import Settings\n"
        "with extraction(Settings()): pass"
    )
    needless = {"sqlite3", "numpy", "logging.handlers", "app.knowledge_base", "app.ingest.run"}
    assert modules.isdisjoint(
        needless | {"app.pdf.tables.find", "app.ingest.recognised", "app.use_cases.export"}
    )


def test_the_process_that_reads_imports_nothing_of_the_program_around_it() -> None:
    modules = modules_after("import app.pdf.child")
    needless = {"app.settings", "app.core.ports", "app.pdf.processes", "subprocess", "statistics", "platform"}
    assert modules.isdisjoint(needless)
