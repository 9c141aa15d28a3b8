"""The terminal face: ``kb``. A command's module is imported when it is used: ``--help`` is quick."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from app.ask.stages import Stage
from app.cli import commands
from app.cli.options import passwords, values
from app.cli.terminal import guard_output
from app.core import limits
from app.core.card import CardField
from app.core.rules.card_rows import LONGEST_VALUE

if TYPE_CHECKING:
    from app.settings import Settings

Run = Callable[[argparse.Namespace, "Settings"], int]
"""The function of a command, which returns its exit code."""


class Command(Protocol):
    """Adds one command, and returns it for its options to be added."""

    def __call__(self, name: str, run: Run, text: str, *, as_json: bool = False) -> argparse.ArgumentParser:
        """``text`` says what it does; with ``as_json`` it has ``--json``."""
        ...


NAMED = values.words(limits.NAME_CHARACTERS)
"""An id or a name."""

STATUSES = ("uploading", "queued", "running", "ready", "partial", "needs_ocr", "failed")

OK, ERROR, USAGE, REFUSED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 130, 141
"""The exit codes; ``docs/reference/commands.md`` says what each means. The last two are 128 and the signal's
number, as shells give them for SIGINT and SIGPIPE."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    try:
        with guard_output():
            code = _run(arguments)
        sys.stdout.flush()  # here, where a reader that is gone can be told from an error
    except KeyboardInterrupt:
        # Threads may still work. What ends the process ends their leases, too: the next start goes on.
        print(
            "kb: interrupted; what is done is kept, and the next start goes on", file=sys.stderr, flush=True
        )
        os._exit(INTERRUPTED)
    except BrokenPipeError:  # "| head" has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return code


def _run(arguments: Sequence[str] | None) -> int:
    options = parser().parse_args(arguments)
    from app.core.errors import KnowledgeBaseError
    from app.settings import SettingError, from_environment

    try:
        settings = from_environment()
        if options.data:
            settings = replace(settings, data_folder=options.data.expanduser())
        run: Run = options.run
        return run(options, settings)
    except SettingError as error:
        return _report_failure(str(error), USAGE)
    # Whatever a person can mend is one line; a traceback is for faults of the program alone.
    except (KnowledgeBaseError, ValueError) as error:
        return _report_failure(str(error), ERROR)
    except BrokenPipeError:
        raise
    except OSError as error:
        return _report_failure(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), ERROR)


def _report_failure(message: str, code: int) -> int:
    sys.stdout.flush()
    print(f"kb: {' '.join(message.split())}", file=sys.stderr)
    return code


def parser() -> argparse.ArgumentParser:
    """Return all commands and their options."""
    top = values.Parser(prog="kb", description="Ask your PDFs, and check the answer.")
    top.add_argument("--data", type=values.path, metavar="FOLDER", help="the data folder")
    added = top.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Run, text: str, *, as_json: bool = False) -> argparse.ArgumentParser:
        one = added.add_parser(name, help=text, description=text)
        # The function itself, not its name: the type checker sees each command.
        one.set_defaults(run=run)
        if as_json:
            one.add_argument("--json", action="store_true", help="print JSON")
        return one

    _document_commands(command)
    _question_commands(command)
    _extraction_commands(command)
    _upkeep_commands(command)
    return top


def _document_commands(command: Command) -> None:
    serve = command("serve", commands.serve, "serve the web page and the API on this machine")
    serve.add_argument(
        "paths", nargs="*", type=values.path, metavar="FILE", help="PDFs or folders to ingest first"
    )
    serve.add_argument("--host", type=values.words(255), help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=values.whole(1, 65_535), help="port to listen on (default 8000)")

    ingest = command(
        "ingest", commands.ingest, "read PDFs, so that questions can be asked about them", as_json=True
    )
    ingest.add_argument("paths", nargs="+", type=values.path, metavar="PATH", help="PDFs, or folders of them")
    passwords.add_options(ingest)
    ingest.add_argument(
        "--tag",
        action="append",
        type=values.tag,
        default=[],
        dest="tags",
        help="a tag of the documents; may be given several times",
    )

    listing = command("list", commands.list_all, "list the documents", as_json=True)
    listing.add_argument("--status", choices=STATUSES, help="list only documents with this status")
    listing.add_argument("--tag", type=values.tag, help="list only documents with this tag")
    _add_card_filter(listing)

    show = command("show", commands.show, "show a document: its versions and what was read", as_json=True)
    show.add_argument("document", type=NAMED, help="a document's id or name")
    show.add_argument(
        "--pages", action="store_true", help="show how each page was read, and what was skipped"
    )

    card = command("card", commands.card, "print what a document is, and correct it", as_json=True)
    card.add_argument("document", type=NAMED, help="a document's id or name")
    card.add_argument(
        "--set",
        type=values.correction,
        metavar="NAME=TEXT",
        action="append",
        default=[],
        dest="said",
        help=f"correct one of {', '.join(CardField)}; may be given several times",
    )
    card.add_argument(
        "--unset",
        type=values.card_field,
        metavar="NAME",
        action="append",
        default=[],
        dest="taken_back",
        help="take a correction back: what was read is shown again",
    )

    versions = command("versions", commands.versions, "list a document's versions", as_json=True)
    versions.add_argument("document", type=NAMED, help="a document's id or name")

    current = command("current", commands.current, "choose the version that answers")
    current.add_argument("document", type=NAMED, help="a document's id or name")
    current.add_argument("number", type=values.whole(1, 1_000_000), metavar="N", help="the version's number")

    delete = command("delete", commands.delete, "delete documents for good", as_json=True)
    delete.add_argument("--yes", action="store_true", help="delete without asking for confirmation")
    delete.add_argument(
        "--version", type=values.whole(1, 1_000_000), metavar="N", help="delete only this version"
    )
    delete.add_argument(
        "documents", nargs="+", metavar="DOCUMENT", type=NAMED, help="a document's id or name"
    )

    retry = command(
        "retry", commands.retry, "ingest documents again that failed, are partial or need OCR", as_json=True
    )
    retry.add_argument("documents", nargs="+", metavar="DOCUMENT", type=NAMED, help="a document's id or name")
    passwords.add_options(retry)

    scans = command("scans", commands.read_scans, "have OCR read the pages that need it now", as_json=True)
    scans.add_argument("documents", nargs="+", metavar="DOCUMENT", type=NAMED, help="a document's id or name")

    searchable = command(
        "searchable", commands.searchable, "save a scan with its words as text that is found"
    )
    searchable.add_argument("document", type=NAMED, help="a document's id or name")
    searchable.add_argument(
        "--out",
        type=values.path,
        metavar="FILE",
        help="the file (default: NAME-searchable.pdf in this folder)",
    )


def _question_commands(command: Command) -> None:
    search = command("search", commands.search, "find passages", as_json=True)
    search.add_argument("question", type=values.words(limits.QUESTION_CHARACTERS))
    _add_document_filter(search)
    _add_card_filter(search)
    search.add_argument(
        "--limit", type=values.whole(1, limits.HITS), default=5, help="number of passages (default 5)"
    )

    ask = command("ask", commands.ask, "ask a question; the answer's quotes are checked", as_json=True)
    ask.add_argument("question", type=values.words(limits.QUESTION_CHARACTERS))
    _add_card_filter(ask)
    where = ask.add_mutually_exclusive_group()  # a conversation keeps the documents that it began with
    _add_document_filter(where)
    where.add_argument("--session", type=NAMED, help="continue this conversation, with its documents")

    models = command(
        "models", commands.models, "list the models that may write answers, or choose one", as_json=True
    )
    which = models.add_mutually_exclusive_group()
    which.add_argument("--choose", type=values.words(300), metavar="ID", help="have this model write answers")
    which.add_argument("--none", action="store_true", help="have no model write: answers are quoted")


def _extraction_commands(command: Command) -> None:
    extract = command("extract", commands.extract, "read PDFs without storing anything")
    extract.add_argument(
        "paths", nargs="+", type=values.path, metavar="FILE", help="PDFs, or folders of them"
    )
    _add_output_options(extract, ("json", "markdown", "csv"))
    extract.add_argument("--pages", type=values.pages, metavar="1-3,7", help="read only these pages")
    passwords.add_options(extract)
    extract.add_argument("--no-ocr", action="store_true", help="do not read scanned pages by OCR")

    export = command(
        "export", commands.export, "write stored documents to files: their pages, tables or PDFs"
    )
    export.add_argument(
        "documents",
        nargs="*",
        metavar="DOCUMENT",
        type=NAMED,
        help="ids or names of documents (default: all)",
    )
    _add_output_options(export, ("json", "markdown", "csv", "pdf"))
    export.add_argument("--tenant", type=values.words(100), help="the tenant, if the stores are on AWS")

    bring_in = command(
        "import",
        commands.bring_in,
        "ingest what kb export --format pdf wrote, with its names and tags",
        as_json=True,
    )
    bring_in.add_argument("folder", type=values.path, help="a folder that kb export wrote")

    estimate = command(
        "estimate", commands.estimate, "estimate what PDFs and questions would cost on AWS", as_json=True
    )
    estimate.add_argument(
        "paths", nargs="+", type=values.path, metavar="FILE", help="PDFs, or folders of them"
    )
    estimate.add_argument(
        "--questions",
        type=values.whole(0, 1_000_000_000),
        default=1000,
        metavar="N",
        help="number of questions (default 1000)",
    )
    estimate.add_argument(
        "--prices", type=values.path, metavar="FILE", help="a price file (see app/prices.json)"
    )
    estimate.add_argument("--arm64", action="store_true", help="estimate for functions on arm64")


def _upkeep_commands(command: Command) -> None:
    token = command("token", commands.token, "mint a token for the API")
    token.add_argument(
        "--subject", type=values.words(255), required=True, help="the person or program that it is for"
    )
    token.add_argument(
        "--tenant", type=values.words(100), help="the tenant (default: one of the subject's own)"
    )
    token.add_argument("--role", action="append", dest="roles", choices=("reader", "editor", "admin"))
    token.add_argument("--hours", type=values.hours, default=8, help="hours until it expires (default 8)")

    fsck = command(
        "fsck", commands.fsck, "check that the stores are consistent, and repair them", as_json=True
    )
    fsck.add_argument("--repair", action="store_true", help="repair what can be restored from what is left")
    fsck.add_argument("--rebuild", action="store_true", help="rebuild lost documents from their files")
    fsck.add_argument("--quick", action="store_true", help="compare sizes and counts only")

    backup = command(
        "backup", commands.back_up, "copy the data folder or AWS's stores, also while they are used"
    )
    backup.add_argument("folder", type=values.path, help="a new folder, or the folder of an earlier backup")

    restore = command("restore", commands.restore, "bring a backup back")
    restore.add_argument("folder", type=values.path, help="the folder that kb backup made")

    command("reindex", commands.reindex, "embed what is not in the index, or all after a change of model")
    _add_evaluation_options(command("eval", commands.evaluate, "measure on PDFs with known questions"))


def _add_evaluation_options(evaluation: argparse.ArgumentParser) -> None:
    evaluation.add_argument("what", choices=("retrieval", "answers"))
    evaluation.add_argument("folder", type=values.path, help="a folder with PDFs and questions.jsonl")
    evaluation.add_argument(
        "--json", type=values.path, metavar="FILE", help="also write the figures to this file"
    )
    answers = evaluation.add_argument_group("of answers alone")
    answers.add_argument(
        "--ingested", action="store_true", help="ask what the data folder holds; nothing is read"
    )
    answers.add_argument(
        "--half", type=values.whole(1, 2), help="only the questions of this half of the documents"
    )
    answers.add_argument("--list", action="store_true", help="print each answer beside the known one")
    answers.add_argument(
        "--without",
        action="append",
        default=[],
        choices=[stage.value for stage in Stage],
        help="leave this stage out; may be given several times",
    )
    answers.add_argument("--stages", action="store_true", help="ask once more without each of the stages")
    answers.add_argument("--markdown", type=values.path, metavar="FILE", help="write tables to this file")
    answers.add_argument("--plot", type=values.path, metavar="FILE", help="write bars to this SVG file")


def _add_document_filter(command: argparse._ActionsContainer) -> None:
    command.add_argument(
        "--document",
        type=NAMED,
        action="append",
        default=[],
        help="search only this document (id or name); may be given several times",
    )


def _add_card_filter(command: argparse._ActionsContainer) -> None:
    text = values.words(LONGEST_VALUE)
    command.add_argument("--kind", type=text, help="only documents of this kind, such as report")
    command.add_argument("--who", type=text, help="only documents of those whose name contains this")
    command.add_argument(
        "--since", type=values.date, metavar="DATE", help="only documents of this date (2023-06-30) or later"
    )
    command.add_argument(
        "--until", type=values.date, metavar="DATE", help="only documents of this date or earlier"
    )


def _add_output_options(command: argparse.ArgumentParser, formats: tuple[str, ...]) -> None:
    command.add_argument("--format", choices=formats, default=formats[0])
    command.add_argument(
        "--out", type=values.path, metavar="FOLDER", help="write files to this folder (default: print)"
    )
