"""What each command calls. Its module is imported with it and not before: ``kb --help`` is quick."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings

# ruff: noqa: D103 - the commands themselves say what they do


def serve(options: Namespace, settings: Settings) -> int:
    from app.cli.serve import serve as run

    return run(options, settings)


def ingest(options: Namespace, settings: Settings) -> int:
    from app.cli.ingest import ingest as run

    return run(options, settings)


def models(options: Namespace, settings: Settings) -> int:
    from app.cli.questions import models as run

    return run(options, settings)


def list_all(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import list_all as run

    return run(options, settings)


def show(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import show as run

    return run(options, settings)


def card(options: Namespace, settings: Settings) -> int:
    from app.cli.cards import card as run

    return run(options, settings)


def versions(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import versions as run

    return run(options, settings)


def current(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import current as run

    return run(options, settings)


def delete(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import delete as run

    return run(options, settings)


def retry(options: Namespace, settings: Settings) -> int:
    from app.cli.ingest import retry as run

    return run(options, settings)


def read_scans(options: Namespace, settings: Settings) -> int:
    from app.cli.ingest import read_scans as run

    return run(options, settings)


def searchable(options: Namespace, settings: Settings) -> int:
    from app.cli.documents import searchable as run

    return run(options, settings)


def search(options: Namespace, settings: Settings) -> int:
    from app.cli.questions import search as run

    return run(options, settings)


def ask(options: Namespace, settings: Settings) -> int:
    from app.cli.questions import ask as run

    return run(options, settings)


def extract(options: Namespace, settings: Settings) -> int:
    from app.cli.extraction import extract as run

    return run(options, settings)


def export(options: Namespace, settings: Settings) -> int:
    from app.cli.exporting import export as run

    return run(options, settings)


def bring_in(options: Namespace, settings: Settings) -> int:
    from app.cli.exporting import bring_in as run

    return run(options, settings)


def estimate(options: Namespace, settings: Settings) -> int:
    from app.cli.estimation import estimate as run

    return run(options, settings)


def token(options: Namespace, settings: Settings) -> int:
    from app.cli.upkeep import token as run

    return run(options, settings)


def fsck(options: Namespace, settings: Settings) -> int:
    from app.cli.stores import fsck as run

    return run(options, settings)


def back_up(options: Namespace, settings: Settings) -> int:
    from app.cli.backup import back_up as run

    return run(options, settings)


def restore(options: Namespace, settings: Settings) -> int:
    from app.cli.backup import restore as run

    return run(options, settings)


def reindex(options: Namespace, settings: Settings) -> int:
    from app.cli.stores import reindex as run

    return run(options, settings)


def evaluate(options: Namespace, settings: Settings) -> int:
    from app.cli.upkeep import evaluate as run

    return run(options, settings)
