"""The extraction form: a workbook with drop-downs that a review team fills in, and its reading.

`write_form` makes the workbook: a sheet each for studies, barriers, strategies, mechanisms,
relationships, outcomes, findings, actors, settings and arms, with drop-downs from taxonomies, a
codebook and a list of all terms. `read_form` reads a filled one; several coders may have filled rows
for one thing. Words that no field could take are kept in ``extra``.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> kenya = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "kenya.form.xlsx")
    ...     write_form(path, studies=kenya)
    ...     again = list(read_form(path, Ledger()))
    >>> [study.strategies for study in again] == [study.strategies for study in kenya]
    True
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

from implsci.codes import Code, split
from implsci.compendium import write_file
from implsci.errors import FormatError, UnknownNameError
from implsci.formats.compendium._form.reading import read_form
from implsci.formats.compendium._form.rows import Rows
from implsci.formats.compendium._form.workbook import workbook
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Taxonomy

__all__ = ["TAXONOMIES", "implsci_formats", "read_form", "write_form"]


def __dir__() -> list[str]:
    return __all__


TAXONOMIES: Final = (
    "cfir", "eric", "relational", "trust", "moa", "proctor", "sector", "engagement", "equity",
    "actor",
)  # fmt: skip
"""What a form offers where nothing else is said; of a family, the newest edition."""


def write_form(
    path: str | os.PathLike[str],
    *,
    taxonomies: Iterable[Taxonomy | str] = TAXONOMIES,
    studies: Iterable[Study] = (),
    coders: Sequence[str] = (),
    ledger: Ledger | None = None,
    registry: Registry | None = None,
) -> None:
    """Write an extraction form; the same arguments give the same bytes.

    Args:
        path: the workbook; read back by the name of its format where it does not end in
            ``.form.xlsx``.
        taxonomies: what its drop-downs offer: taxonomies, or their schemes.
        studies: what it is filled with already.
        coders: names that its drop-downs offer as coders.
        ledger: told what of the studies a form cannot carry.
        registry: knows the taxonomies; the default registry where None.

    Raises:
        FormatError: there is more than a workbook holds.
        MissingExtraError: openpyxl is not installed.
        UnknownNameError: there is no such taxonomy.
        UnreadableFileError: the file cannot be written.
    """
    target = Path(path)
    known = registry or default_registry()
    chosen = {
        one.scheme: one
        for each in taxonomies
        for one in [_named(each, known) if isinstance(each, str) else each]
    }
    labels: dict[str, str] = {
        term.code: " ".join(term.label.split()) for taxonomy in chosen.values() for term in taxonomy
    }
    rows = Rows(Ledger() if ledger is None else ledger, labels)
    rows.add(studies)
    try:
        data = workbook(rows, list(chosen.values()), list(dict.fromkeys(coders)), _release())
    except ValueError as error:
        raise FormatError(str(target), "form", str(error)) from error
    write_file(target, [data])


def _named(scheme: str, known: Registry) -> Taxonomy:
    """Return a taxonomy by its name; where there is none, suggest families of editions as well."""
    try:
        return known.taxonomy(scheme)
    except UnknownNameError as error:
        there = {name for one in known.taxonomies() for name in (one.scheme, one.family)}
        close = close_names(scheme, there) if len(scheme) <= 200 else ()
        raise UnknownNameError(error.kind, scheme, close, error.note) from None


def _release() -> str:
    return version("implsci")


def _write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write a form filled with studies; its drop-downs offer the taxonomies they use besides."""
    registry = default_registry()
    used = {split(code)[0] for study in studies for code in _codes(study)}
    there = {taxonomy.scheme: taxonomy for taxonomy in registry.taxonomies()}
    also = [there[scheme] for scheme in sorted(used & there.keys())]
    first = [registry.taxonomy(name) for name in TAXONOMIES]
    write_form(path, taxonomies=[*first, *also], studies=studies, ledger=ledger)


def _codes(study: Study) -> Iterator[Code]:
    yield from (*study.sectors, *study.engagement, *study.equity)
    for nodes in (
        study.barriers, study.strategies, study.mechanisms, study.relationships, study.outcomes,
        study.actors,
    ):  # fmt: skip
        for node in nodes:
            yield from node.codes


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the extraction form."""
    return [
        Format(
            name="form",
            title="extraction form, a workbook to fill in",
            extensions=(".form.xlsx",),
            read=read_form,
            write=_write,
        )
    ]
