"""``kb backup`` and ``kb restore``: of a data folder, or of AWS's stores where the environment names them."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from app.cli import OK
from app.core.counting import format_count

if TYPE_CHECKING:
    from app.adapters.aws.backup import Stores
    from app.settings import Settings


def back_up(options: Namespace, settings: Settings) -> int:
    """Copy what is kept, while it is used or not."""
    from app.adapters.embedded import backup

    if settings.is_lambda:
        copied = stores_of(settings).back_up(options.folder)
    else:
        copied = backup.back_up(settings.data_folder, options.folder)
    print(f"{options.folder}: {format_count(copied.files, 'file')}, {format_count(copied.bytes, 'byte')}")
    return OK


def restore(options: Namespace, settings: Settings) -> int:
    """Bring a backup back: what was in a data folder is kept beside it, AWS's stores must be new."""
    from app.adapters.embedded import backup
    from app.adapters.embedded.backup import INDEX

    if settings.is_lambda:
        copied = stores_of(settings).restore(options.folder)
        print(
            f"{format_count(copied.files, 'file')} and all rows are back. The index is made by `kb reindex`."
        )
        return OK
    aside = backup.restore(options.folder, settings.data_folder)
    print(f"{settings.data_folder} is what was backed up in {options.folder}.")
    # A backup that was made over HTTP has no index.
    if not (settings.data_folder / INDEX).exists():
        print("The index is made by `kb reindex`.")
    if aside is not None:
        print(f"What was there before stands in {aside}; delete it when all is well.")
    return OK


def stores_of(settings: Settings) -> Stores:
    """AWS's stores, to be copied."""
    from app.adapters.aws.backup import DOCUMENTS, MESSAGES, SESSIONS, Stores
    from app.adapters.aws.clients import Clients
    from app.adapters.aws.files import S3Files

    tables = {
        DOCUMENTS: settings.documents_table,
        SESSIONS: settings.sessions_table,
        MESSAGES: settings.messages_table,
    }
    clients = Clients()
    return Stores(clients, tables, S3Files(clients, settings.bucket))
