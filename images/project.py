"""The name of this checkout's Compose project: a folder's name, which another checkout may have as well."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIABLE = "COMPOSE_PROJECT_NAME"
LABEL = "com.docker.compose.project"


def claim_project(root: Path, folders_of: Callable[[str], set[str]]) -> str:
    """Give the checkout at ``root`` a name of its own in its ``.env`` where another checkout has containers
    under the name of its folder: Compose would take them, and their data, for its own. ``folders_of`` gives
    the folders of the checkouts that have containers of a project. A sentence that says what was done, ""
    for nothing.
    """
    settings = root / ".env"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    if re.search(rf"^\s*(export\s+)?{VARIABLE}=", text, re.MULTILINE):
        return ""
    name = project_of(root)
    others = folders_of(name) - {str(root)}
    if not others:
        return ""
    own = f"{name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"
    gap = "" if not text or text.endswith("\n") else "\n"
    settings.write_text(f"{text}{gap}{VARIABLE}={own}\n", encoding="utf-8")
    return (
        f"{min(others)} runs as the Compose project {name}: this checkout is {own} from now on "
        f"({settings.name}). Give it ports of its own (KB_PORT, S3_PORT) to run both."
    )


def folders_of(client: Any, project: str) -> set[str]:
    """Return the folders of the checkouts that have containers of a project, stopped ones, too."""
    found = client.containers.list(all=True, filters={"label": f"{LABEL}={project}"})
    return {each.labels[f"{LABEL}.working_dir"] for each in found if f"{LABEL}.working_dir" in each.labels}


def project_of(root: Path) -> str:
    """Return what Compose calls a project of this folder."""
    return re.sub(r"[^a-z0-9_-]", "", root.name.lower()).lstrip("_-")
