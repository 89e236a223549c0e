"""The compendium: many studies in one collection, loaded, checked, narrowed down and saved.

A compendium is kept as one ``.jsonl`` or ``.ndjson`` file (a record a line), as a folder of such and
of ``.json`` files, or as a columnar store, whose studies are built only when asked for.

Examples:
    >>> import implsci
    >>> compendium = implsci.load("implsci-examples")
    >>> compendium.name, len(compendium) > 300
    ('implsci-examples', True)
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, overload

from attrs import evolve, field, frozen

from implsci.codec import MAX_BYTES, RECORD_TYPES, encode
from implsci.collector import collector_at_rest
from implsci.compendium.check import (
    Problem,
    Problems,
    Severity,
    check_records,
    check_studies,
    read_record,
)
from implsci.compendium.coding import (
    Combined,
    Disagreement,
    PlacedCoding,
    adjudicate,
    codings,
    combine,
    machine_only,
    without_machine,
)
from implsci.compendium.difference import Change, Changed, Difference, difference
from implsci.compendium.facets import (
    FACETS,
    EditionWarning,
    FacetValue,
    Where,
    facet_values,
    outcome_codes,
    stored_rows,
    study_filter,
)
from implsci.compendium.files import (
    LINES,
    Lines,
    RawRecord,
    is_record_file,
    name_of,
    read_records,
    read_stream,
    write_file,
    write_folder,
)
from implsci.compendium.ingest import STORE, ingest, save_store
from implsci.compendium.merging import Conflict, Merge, MergeReport, merge, undo
from implsci.compendium.rules import RULES, Rule
from implsci.compendium.sectors import sectors
from implsci.compendium.stored import StoredStudies
from implsci.errors import InvalidQueryError, LoadError, UnknownNameError, UnreadableFileError
from implsci.frames import As, framed
from implsci.hooks import CompendiumSource
from implsci.model import Study
from implsci.names import close_names
from implsci.notebook import listing
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.store import KINDS, is_store, is_unfinished, open_store, table_of

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow as pa

__all__ = [
    "FACETS",
    "Change",
    "Changed",
    "Combined",
    "Compendium",
    "Conflict",
    "Difference",
    "Disagreement",
    "EditionWarning",
    "FacetValue",
    "Lines",
    "Merge",
    "MergeReport",
    "PlacedCoding",
    "Problem",
    "Problems",
    "RULES",
    "RawRecord",
    "Rule",
    "Severity",
    "Where",
    "adjudicate",
    "check_records",
    "codings",
    "combine",
    "difference",
    "facet_values",
    "find",
    "ingest",
    "load",
    "load_source",
    "load_store",
    "machine_only",
    "merge",
    "outcome_codes",
    "read_records",
    "read_stream",
    "sectors",
    "undo",
    "without_machine",
    "write_file",
]


def __dir__() -> list[str]:
    return __all__


_SHOWN: Final = 10
"""How many studies a notebook shows."""


@frozen(kw_only=True)
class Compendium:
    """A collection of studies.

    Attributes:
        studies: the studies, in the order of their source; those of a store are built one by one,
            when asked for.
        name: what it is called in a program.
        title: its name in full.
        license: its licence.
        citation: how to cite it.
        merge_report: how it was put together, where `merge` did that.

    Examples:
        >>> from implsci import Study
        >>> Compendium(studies=(Study(id="a", title="A study", year=2019),)).where(year="2015..")
        Compendium(1 study)
    """

    studies: Sequence[Study]
    name: str | None = None
    title: str | None = None
    license: str | None = None
    citation: str | None = None
    merge_report: MergeReport | None = field(default=None, eq=False)

    def __iter__(self) -> Iterator[Study]:
        return iter(self.studies)

    def __len__(self) -> int:
        return len(self.studies)

    def __getitem__(self, identifier: str) -> Study:
        if isinstance(self.studies, StoredStudies):
            found = self.studies.named(identifier)
        else:
            found = next((study for study in self.studies if study.id == identifier), None)
        if found is None:
            raise KeyError(identifier)
        return found

    def __repr__(self) -> str:
        count = f"{len(self)} {'study' if len(self) == 1 else 'studies'}"
        return f"Compendium({self.name!r}, {count})" if self.name else f"Compendium({count})"

    def _repr_html_(self) -> str:
        first = tuple(islice(self.studies, _SHOWN))
        return listing(
            repr(self),
            ["id", "title", "year", "design", "countries", "findings"],
            [
                (one.id, one.title, one.year, one.design, one.countries, len(one.findings))
                for one in first
            ],
            more=len(self) - len(first),
        )

    def records(self, type: Literal["study"] = "study") -> Sequence[Study]:
        """Return the records of one type; studies are the only type there is so far.

        Raises:
            InvalidQueryError: there is no such type.
        """
        if type not in RECORD_TYPES:
            raise InvalidQueryError(
                f"type: expected one of {', '.join(RECORD_TYPES)}, got {type!r}"
            )
        return self.studies

    def where(self, *, registry: Registry | None = None, **facets: FacetValue) -> Compendium:
        """Return the studies that have, on every facet asked, one of the wanted values.

        Args:
            registry: knows what is narrower than a code; the default registry where None.
            facets: wanted values by facet: code, country, design, embedded, engagement, equity,
                evidence_grade, hybrid_type, income_group, outcome, region, role, scale_stage, sector,
                year. A code stands for everything narrower. The studies of a store are told apart by its
                columns.

        Raises:
            InvalidQueryError: there is no such facet, or a value that the facet cannot have.
            UnknownNameError: a code that its taxonomy does not have.
        """
        known = registry or default_registry()
        if isinstance(self.studies, StoredStudies):
            rows = stored_rows(facets, known, self.studies.store)
            return self if rows is None else evolve(self, studies=self.studies.among(rows))
        return evolve(self, studies=tuple(filter(study_filter(facets, known), self.studies)))

    @overload
    def table(self, kind: str = "studies", *, as_: Literal["arrow"] = "arrow") -> pa.Table: ...

    @overload
    def table(self, kind: str = "studies", *, as_: Literal["pandas"]) -> pandas.DataFrame: ...

    @overload
    def table(self, kind: str = "studies", *, as_: Literal["polars"]) -> polars.DataFrame: ...

    def table(self, kind: str = "studies", *, as_: As = "arrow") -> object:
        """Return one kind of record as columns, a row each, with the id of its study.

        Args:
            kind: studies, settings, arms, actors, barriers, strategies, mechanisms, relationships,
                outcomes, findings, or ``codes``: every code of a study, where it stands, once each.
            as_: ``arrow``, ``pandas`` or ``polars``.

        Returns:
            An Arrow table, or the kind asked for. A record that stands once inside another becomes
            columns of its own (``citation_doi``); those that may stand several times are lists of
            structures. What the source does not say is null. ``extra`` is JSON. Of a store no record
            is built.

        Raises:
            InvalidQueryError: there is no such table, or no such kind of it.
            MissingExtraError: pyarrow, or the pandas or polars asked for, is not installed.

        Examples:
            >>> import implsci
            >>> table = implsci.load("implsci-examples").table("barriers")
            >>> table.num_rows, table.column_names[:3]
            (382, ['study', 'id', 'label'])
        """
        if kind not in KINDS:
            close = close_names(kind, KINDS, 1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise InvalidQueryError(
                f"table: expected one of {', '.join(KINDS)}, got {kind!r:.60}{hint}"
            )
        if isinstance(self.studies, StoredStudies):
            return framed(self.studies.table(kind), as_)
        return framed(table_of([encode(study) for study in self.studies], kind), as_)

    def check(self, registry: Registry | None = None) -> Problems:
        """Report repeated ids, codes that their taxonomy does not have, and other doubts.

        Args:
            registry: holds the taxonomies; the default registry where None.
        """
        return check_studies(self.studies, registry or default_registry())

    def merge(self, *others: Compendium) -> Compendium:
        """Put collections together, each study once, with a report of every merge.

        Studies are the same by their DOI or, without one, by titles, authors and years that are
        alike enough (`implsci.compendium.merging.THRESHOLDS`). What differs is kept: the fuller
        record's value in its field, the other as a `Coding` and in the report.

        Args:
            others: the collections to join.

        Returns:
            One collection, with `merge_report`: each merge with its reason and conflicts, and the
            doubtful pairs that a person should decide. `implsci.compendium.undo` takes it back.

        Raises:
            MissingExtraError: rapidfuzz is not installed.

        Examples:
            >>> import implsci
            >>> kenya = implsci.load("implsci-examples").where(country="KE")
            >>> merged = kenya.merge(kenya)
            >>> len(merged), len(merged.merge_report.merges)
            (10, 10)
        """
        everything = (self, *others)
        names = [one.name or f"compendium {number}" for number, one in enumerate(everything, 1)]
        if len(set(names)) < len(names):
            names = [f"{name} ({number})" for number, name in enumerate(names, 1)]
        report = merge(*(one.studies for one in everything), names=names)
        return evolve(self, studies=report.studies, merge_report=report)

    def diff(self, other: Compendium) -> Difference:
        """Say what another edition of this compendium adds, removes and changes, field by field.

        Args:
            other: the newer edition.

        Examples:
            >>> import implsci
            >>> kenya = implsci.load("implsci-examples").where(country="KE")
            >>> [study.id for study in kenya.diff(kenya.where(year="2015..")).removed] != []
            True
        """
        return difference(self, other)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the compendium; the old file or the new one stands there at any moment.

        Args:
            path: a ``.jsonl`` or ``.ndjson`` file, a columnar store where the name ends in ``.store``,
                or a folder that gets one file a study.

        Raises:
            UnreadableFileError: it cannot be written, a folder holds other records, or two ids would
                share a file in it; nothing is written then.
        """
        target = Path(path)
        if target.suffix.lower() == STORE or is_store(target):
            save_store(self, target)
        elif target.suffix.lower() in LINES and not target.is_dir():
            write_file(target, (encode(study) + b"\n" for study in self.studies))
        elif target.suffix and not target.is_dir():
            reason = (
                "expected a .jsonl file, a .store or a folder; "
                "implsci.formats.write writes other formats"
            )
            raise UnreadableFileError(str(target), reason)
        else:
            write_folder(target, self.studies)


def load(
    path_or_name: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_BYTES,
    registry: Registry | None = None,
) -> Compendium:
    """Load a compendium.

    A bare word, without a slash and a suffix, is first the name of a compendium that a plugin
    brings: ``implsci-examples`` is the bundled one even beside a folder of that name, which is
    ``./implsci-examples`` or ``Path("implsci-examples")``.

    Args:
        path_or_name: a ``.jsonl``, ``.ndjson`` or ``.json`` file, a folder of them (links to other
            folders are not followed), a columnar store, or the name of a compendium. Other formats
            are read by `implsci.formats.read`.
        max_bytes: the size, in bytes, above which a record is refused unread.
        registry: knows the plugins; the default registry where None.

    Returns:
        The compendium, whole.

    Raises:
        LoadError: some records cannot be read; all of their faults are listed with file and line.
        UnreadableFileError: nothing there, or a kind of file this does not read.
        UnknownNameError: neither a file nor the name of a compendium.

    Examples:
        >>> kenya = load("implsci-examples").where(country="KE")
        >>> all("KE" in study.countries for study in kenya)
        True
    """
    found = find(path_or_name, registry)
    if isinstance(found, CompendiumSource):
        return load_source(found, max_bytes=max_bytes)
    if is_store(found) or is_unfinished(found):
        return load_store(found)
    return Compendium(studies=_read(found, max_bytes), name=name_of(found))


def find(
    path_or_name: str | os.PathLike[str], registry: Registry | None = None
) -> Path | CompendiumSource:
    """Return what a text stands for: a file or folder, or a compendium that a plugin brings.

    Args:
        path_or_name: as `load` takes it.
        registry: knows the plugins; the default registry where None.

    Raises:
        UnknownNameError: neither a file nor the name of a compendium.

    Examples:
        >>> find("implsci-examples").title[:22], find("data/studies").name
        ('Implementation studies', 'studies')
    """
    path, text = Path(path_or_name), os.fspath(path_or_name)
    there = _exists(path)
    bare = isinstance(path_or_name, str) and text == path.name and not path.suffix
    if len(path.parts) > 1 or is_record_file(path) or (there and not bare):
        return path
    try:
        return (registry or default_registry()).compendium(text)
    except UnknownNameError as error:
        if there:
            return path
        raise UnknownNameError("file or compendium", text, error.suggestions, error.note) from None


def load_source(source: CompendiumSource, *, max_bytes: int = MAX_BYTES) -> Compendium:
    """Load a compendium that a plugin brings.

    Args:
        source: where it is kept, as `Registry.compendium` returns it.
        max_bytes: the size, in bytes, above which a record is refused unread.

    Returns:
        The compendium, with its title, license and citation.

    Raises:
        LoadError: some records cannot be read.
        UnreadableFileError: the plugin names no file that can be read.

    Examples:
        >>> from implsci import registry
        >>> load_source(registry().compendium("implsci-examples")).name
        'implsci-examples'
    """
    stored = is_store(source.path)
    return Compendium(
        studies=load_store(source.path).studies if stored else _read(source.path, max_bytes),
        name=source.name,
        title=source.title,
        license=source.license,
        citation=source.citation,
    )


def load_store(folder: Path) -> Compendium:
    """Open a columnar store as a compendium; no study of it is read before it is asked for.

    Args:
        folder: the store.

    Raises:
        FormatError: it is broken, or was written by a newer release.
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: there is no store.
    """
    if is_unfinished(folder):
        reason = "a store, and its writing was not finished; begin it again, and it goes on"
        raise UnreadableFileError(str(folder), reason)
    store = open_store(folder)
    about = store.manifest
    return Compendium(
        studies=StoredStudies(store),
        name=about.name or name_of(folder),
        title=about.title,
        license=about.license,
        citation=about.citation,
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have, such as one too long
        return False


def _read(path: Path, max_bytes: int) -> tuple[Study, ...]:
    studies: list[Study] = []
    problems: list[Problem] = []
    with collector_at_rest():
        for raw in read_records(path, max_bytes):
            read = read_record(raw, max_bytes)
            if isinstance(read, Study):
                studies.append(read)
            else:
                problems += read
    if problems:
        raise LoadError(str(path), [str(problem) for problem in problems])
    return tuple(studies)
