"""``kb backup`` and ``kb restore``: of a data folder."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli import OK
from app.core.counting import counted
from app.core.errors import BadRequest

if TYPE_CHECKING:
    from app.settings import Settings

ON_AWS = "On AWS the services keep backups themselves: see docs/guides/repair.md."


def back_up(options: Namespace, settings: Settings) -> int:
    """Copy the data folder, while it is used or not."""
    from app.adapters.embedded import backup

    if settings.is_lambda:
        raise BadRequest(ON_AWS)
    copied = backup.back_up(settings.data_folder, options.folder)
    print(f"{options.folder}: {counted(copied.files, 'file')}, {counted(copied.bytes, 'byte')}")
    return OK


def restore(options: Namespace, settings: Settings) -> int:
    """Bring a backup back; what was there is kept beside it."""
    from app.adapters.embedded import backup

    if settings.is_lambda:
        raise BadRequest(ON_AWS)
    aside = backup.restore(options.folder, settings.data_folder)
    print(f"{settings.data_folder} is what was backed up in {options.folder}.")
    if aside is not None:
        print(f"What was there before stands in {aside}; delete it when all is well.")
    return OK
