"""A terminal obeys no document."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from app.cli.terminal import BUT_RETURN, Shown
from app.core.names import document_name
from app.ingest.card.titles import clean_metadata
from tests.support.machine import HANG_SECONDS

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31mred\r\x08gone"


def test_what_a_terminal_obeys_is_left_out_and_the_rest_stays() -> None:
    out = io.StringIO()
    shown = Shown(out)
    print(HOSTILE, "שלום\u200f", "a\tb", file=shown)
    assert out.getvalue() == "]0;owned[2J31mredgone שלום\u200f a\tb\n"
    Shown(out, BUT_RETURN).write("\r3 of 5\x1b[0m")
    assert out.getvalue().endswith("\r3 of 5[0m")


def test_on_a_terminal_marks_of_direction_are_left_out_too() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        shown = Shown(terminal)
        assert shown.isatty()
        print("report\u202efdp.exe", file=shown)
        shown.flush()
        assert os.read(ours, 100) == b"reportfdp.exe\r\n"
    os.close(ours)


def test_kb_prints_no_control_character_of_a_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J.pdf"
    canvas = Canvas(str(path))
    canvas.setTitle("Weights \x1b]0;owned\x07 of \u202epumps")
    canvas.drawString(72, 700, "The pump weighs forty-one kilograms.")
    canvas.save()
    kb = [sys.executable, "-m", "app.cli", "--data", str(tmp_path / "data")]
    for command in (
        ["ingest", str(path)],
        ["list"],
        ["show", "a[2J.pdf"],
        ["ask", "What does the pump weigh?"],
    ):
        done = subprocess.run([*kb, *command], capture_output=True, timeout=HANG_SECONDS, check=False)
        assert done.stdout or done.stderr
        assert not set(done.stdout + done.stderr) & {0x1B, 0x07, 0x08}, command
        assert "\u202e" not in done.stdout.decode()


def test_names_and_titles_lose_marks_of_direction_and_controls() -> None:
    assert document_name("a\u200e\u200f\u061c\u202efdp\x1b[2J.pdf") == "afdp[2J.pdf"
    assert clean_metadata("Weights\u202e of\x1b pumps") == "Weights of pumps"
