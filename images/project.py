"""The name of this checkout's Compose project: a folder's name, which another checkout may have as well."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIABLE = "COMPOSE_PROJECT_NAME"
LABEL = "com.docker.compose.project"
CHECKOUT = "knowledge-base.checkout"
MARKER = "_checkout"
"""Behind a project's name, the name of the volume whose label tells the folder of its checkout."""


def claim_project(root: Path, folders_of: Callable[[str], set[str]]) -> str:
    """Give the checkout at ``root`` a name of its own in its ``.env`` where another checkout has containers
    or data under the name of its folder: Compose would take them for its own. ``folders_of`` gives the
    folders of the checkouts that have some of a project. A sentence that says what was done, "" for nothing.
    """
    if _name_in_dotenv(root):
        return ""
    settings = root / ".env"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    name = project_of(root)
    others = folders_of(name) - {str(root)}
    if not others:
        return ""
    own = f"{name}-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"
    gap = "" if not text or text.endswith("\n") else "\n"
    settings.write_text(f"{text}{gap}{VARIABLE}={own}\n", encoding="utf-8")
    return (
        f"{min(others)} has the Compose project {name}: this checkout is {own} from now on "
        f"({settings.name}). Give it ports of its own (KB_PORT, S3_PORT) to run both."
    )


def _name_in_dotenv(root: Path) -> str:
    """Return the name that a checkout's ``.env`` gives its project, "" for none."""
    settings = root / ".env"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    found = re.search(rf"^\s*(?:export\s+)?{VARIABLE}=[\"']?([^\s\"'#]*)", text, re.MULTILINE)
    return found[1] if found else ""


def folders_of(client: Any, project: str) -> set[str]:
    """Return the folders of the checkouts that have containers of a project, running or stopped, or only its
    data: ``docker compose down`` leaves volumes, whose folder a marker names."""
    found = client.containers.list(all=True, filters={"label": f"{LABEL}={project}"})
    folders = {each.labels[f"{LABEL}.working_dir"] for each in found if f"{LABEL}.working_dir" in each.labels}
    marker = _marker(client, project)
    return folders | ({marker.attrs["Labels"][CHECKOUT]} if marker and _has_data(client, project) else set())


def mark_project(root: Path, client: Any) -> str:
    """Mark this checkout's project with its folder, in the label of an empty volume.

    Return a sentence if there is data whose checkout was unknown before, "" for nothing to say.
    """
    project = _name_in_dotenv(root) or project_of(root)
    marker = _marker(client, project)
    if marker is not None:
        if marker.attrs["Labels"][CHECKOUT] == str(root):
            return ""
        marker.remove()
    is_unknown = _has_data(client, project) and not folders_of(client, project)
    client.volumes.create(f"{project}{MARKER}", labels={CHECKOUT: str(root)})
    if marker is None and is_unknown:
        return (
            f"The data of the Compose project {project} is this checkout's from now on. If it is that of "
            f"another folder, set {VARIABLE} in .env before `docker compose up`."
        )
    return ""


def _marker(client: Any, project: str) -> Any:
    """Return the volume that names the folder of a project, ``None`` if there is none."""
    found = client.volumes.list(filters={"label": CHECKOUT, "name": f"{project}{MARKER}"})
    return next((each for each in found if each.name == f"{project}{MARKER}"), None)


def _has_data(client: Any, project: str) -> bool:
    return bool(client.volumes.list(filters={"label": f"{LABEL}={project}"}))


def project_of(root: Path) -> str:
    """Return what Compose calls a project of this folder."""
    return re.sub(r"[^a-z0-9_-]", "", root.name.lower()).lstrip("_-")
