"""Where the commands sequence and track find their record: a study, or a support arrangement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from implsci.casebook import load
from implsci.cli.sources import STDIN, compendium, records
from implsci.compendium import find
from implsci.errors import ImplsciError, InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.model.documents import DOCUMENTS, SupportArrangement
from implsci.names import close_names

__all__ = ["is_casebook", "one_of", "tracked_records"]


def tracked_records(reference: str) -> tuple[str, Sequence[Study | SupportArrangement]]:
    """Return the source of ``FILE[#ID]`` and its studies or arrangements; with an id, that one alone.

    Raises:
        LoadError: a record that cannot be read.
        UnknownNameError: no such record, or neither a file nor the name of a collection.
    """
    source, mark, identifier = reference.rpartition("#")
    if not mark or Path(reference).exists():
        source, identifier = reference, ""
    found = _all(source)
    if not identifier:
        return source, found
    chosen = tuple(record for record in found if record.id == identifier)
    if not chosen:
        close = close_names(identifier, [record.id for record in found])
        raise UnknownNameError("study or arrangement", identifier, close, f"in {source}")
    return source, chosen


def one_of(reference: str) -> Study | SupportArrangement:
    """Return the one record of ``FILE[#ID]``.

    Raises:
        InvalidQueryError: there are several, or none.
    """
    source, found = tracked_records(reference)
    if not found:
        raise InvalidQueryError(f"{source} holds no study and no support arrangement")
    if len(found) > 1:
        raise InvalidQueryError(
            f"{source} holds {len(found)} studies or arrangements: name one, as in "
            f"{source}#{found[0].id}"
        )
    return found[0]


def _all(source: str) -> Sequence[Study | SupportArrangement]:
    if is_casebook(source):
        return load(source).of(SupportArrangement)
    return compendium(source).studies


def is_casebook(source: str) -> bool:
    """Say whether the first record of a source is one of a casebook; a name is one if it says so.

    What comes from stdin can be read once only, so that it is taken for studies.
    """
    if source == STDIN:
        return False
    path = Path(source)
    if not path.exists():
        try:
            find(source)
        except UnknownNameError:
            return True
        return False
    try:
        first = next(iter(records(source)), None)
        told = {} if first is None else json.loads(first.data)
    except (ImplsciError, OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("type") in DOCUMENTS
