"""Compiles the reader of PDFs where the program is installed; where that cannot be, it runs without."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, ".")  # the project is built in its folder

from app.pdf.native.compile import LIBRARY, ZIG, compile_reader, this_machine


class CompiledReader(BuildHookInterface[Any]):
    """Hatchling's hook before a wheel is made, editable ones included."""

    def dependencies(self) -> list[str]:
        """What must be there to compile, for machines that it is compiled for."""
        return [ZIG] if this_machine() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the library to what is packed."""
        target = this_machine()
        if not target:
            return
        try:
            compile_reader(target, LIBRARY)
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"The reader was not compiled, and PDFs are read more slowly: {error}")
            return
        build_data["artifacts"].append(f"/{LIBRARY.relative_to(self.root)}")
        build_data["pure_python"] = False
