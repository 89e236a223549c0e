"""Where a command's practice and knowledge records come from: a file, a folder, stdin, or a plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from implsci.casebook import Casebook, load
from implsci.cli.sources import STDIN, records
from implsci.codec import decode_document
from implsci.errors import CorruptDocument, InvalidRecord, LoadError
from implsci.model.documents import Document

__all__ = ["casebook_argument", "casebook_option", "gather", "read_casebook"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def casebook_argument(command: _Command) -> _Command:
    """Give a command the argument ``CASEBOOK``."""
    return click.argument("casebook", metavar="CASEBOOK")(command)


def casebook_option(command: _Command) -> _Command:
    """Give a command the option ``--casebook``, which may be repeated."""
    return click.option(
        "--casebook", "casebooks", multiple=True, default=("implsci-knowledge",), show_default=True,
        metavar="CASEBOOK", help="Where to look: a file, a folder, - for stdin, or a name.",
    )(command)  # fmt: skip


def gather(casebooks: Iterable[str]) -> tuple[Document, ...]:
    """Return the records of several casebooks, one after the other."""
    return tuple(record for source in casebooks for record in read_casebook(source))


def read_casebook(source: str) -> Casebook:
    """Load the records of a source.

    Args:
        source: a file or folder, ``-`` for stdin, or the name of a casebook.

    Raises:
        LoadError: a record that cannot be read, or none at all.
        UnknownNameError: neither a file nor the name of a casebook.
        UnreadableFileError: it cannot be opened.
    """
    found = _stdin() if source == STDIN else load(source)
    if not len(found):
        raise LoadError(source, ["no record in it; expected at least one"])
    return found


def _stdin() -> Casebook:
    read: dict[str, Document] = {}
    faults: list[str] = []
    for raw in records(STDIN):
        try:
            record = decode_document(raw.data)
        except CorruptDocument as error:
            faults.append(f"{raw.place}: {error.reason}")
        except InvalidRecord as error:
            faults += (f"{raw.place}: {fault}" for fault in error.faults)
        else:
            if record.id in read:
                faults.append(f"{raw.place}: id: {record.id!r} stands twice")
            read[record.id] = record
    if faults:
        raise LoadError(STDIN, faults)
    return Casebook(records=tuple(read.values()), name="stdin")
