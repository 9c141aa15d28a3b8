"""Compiles the reader of PDFs where the program is installed: without it there is no program."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, ".")  # the project is built in its folder

from app.pdf.native.compile import LIBRARY, ZIG, NoTarget, compile_reader, this_machine


class CompiledReader(BuildHookInterface[Any]):
    """Hatchling's hook before a wheel is made, editable ones included."""

    def dependencies(self) -> list[str]:
        """What must be there to compile."""
        return [ZIG]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and add the library to what is packed. Where that cannot be, it ends with one line."""
        try:
            compile_reader(this_machine(), LIBRARY)
        except NoTarget as error:
            self.app.abort(str(error))
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.abort(f"The reader of PDFs could not be compiled: {error}")
        build_data["artifacts"].append(f"/{LIBRARY.relative_to(self.root)}")
        build_data["pure_python"] = False
