"""The compendium: many studies in one collection, loaded, checked, narrowed down and saved.

A compendium is kept as one ``.jsonl`` file (a record a line) or as a folder of ``.json`` files.

Examples:
    >>> import implsci
    >>> compendium = implsci.load("implsci-examples")
    >>> compendium.name, len(compendium) > 300
    ('implsci-examples', True)
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from attrs import evolve, frozen

from implsci.codec import MAX_BYTES, encode
from implsci.compendium.check import (
    Problem,
    Problems,
    Severity,
    check_records,
    check_studies,
    read_record,
)
from implsci.compendium.facets import FACETS, FacetValue, Where, facet_values, study_filter
from implsci.compendium.files import (
    RawRecord,
    collector_paused,
    read_records,
    read_stream,
    write_file,
    write_folder,
)
from implsci.errors import LoadError, UnknownNameError, UnreadableFileError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "FACETS",
    "Compendium",
    "FacetValue",
    "Problem",
    "Problems",
    "RawRecord",
    "Severity",
    "Where",
    "check_records",
    "facet_values",
    "load",
    "read_records",
    "read_stream",
    "write_file",
]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Compendium:
    """A collection of studies.

    Attributes:
        studies: the studies, in the order of their source.
        name: what it is called in a program.
        title: its name in full.
        license: its licence.
        citation: how to cite it.

    Examples:
        >>> from implsci import Study
        >>> Compendium(studies=(Study(id="a", title="A study", year=2019),)).where(year="2015..")
        Compendium(1 study)
    """

    studies: tuple[Study, ...]
    name: str | None = None
    title: str | None = None
    license: str | None = None
    citation: str | None = None

    def __iter__(self) -> Iterator[Study]:
        return iter(self.studies)

    def __len__(self) -> int:
        return len(self.studies)

    def __getitem__(self, identifier: str) -> Study:
        for study in self.studies:
            if study.id == identifier:
                return study
        raise KeyError(identifier)

    def __repr__(self) -> str:
        count = f"{len(self)} {'study' if len(self) == 1 else 'studies'}"
        return f"Compendium({self.name!r}, {count})" if self.name else f"Compendium({count})"

    def records(self, type: Literal["study"] = "study") -> tuple[Study, ...]:  # noqa: ARG002
        """Return the records of one type; studies are the only type there is so far."""
        return self.studies

    def where(self, *, registry: Registry | None = None, **facets: FacetValue) -> Compendium:
        """Return the studies that have, on every facet asked, one of the wanted values.

        Args:
            registry: knows what is narrower than a code; the default registry where None.
            facets: wanted values by facet: code, country, design, engagement, equity, hybrid_type,
                outcome, role, scale_stage, sector, year. A code stands for everything narrower.

        Raises:
            InvalidQueryError: there is no such facet, or a year is none.
            UnknownNameError: a code that its taxonomy does not have.
        """
        keep = study_filter(facets, registry or default_registry())
        return evolve(self, studies=tuple(filter(keep, self.studies)))

    def check(self, registry: Registry | None = None) -> Problems:
        """Report repeated ids, codes that their taxonomy does not have, and other doubts.

        Args:
            registry: holds the taxonomies; the default registry where None.
        """
        return check_studies(self.studies, registry or default_registry())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the compendium; the old file or the new one stands there at any moment.

        Args:
            path: a ``.jsonl`` file, or a folder that gets one file a study.

        Raises:
            UnreadableFileError: it cannot be written, or a folder holds other records.
        """
        target = Path(path)
        if target.suffix == ".jsonl":
            write_file(target, (encode(study) + b"\n" for study in self.studies))
        elif target.suffix and not target.is_dir():
            raise UnreadableFileError(str(target), "expected a .jsonl file or a folder")
        else:
            write_folder(target, self.studies)


def load(
    path_or_name: str | os.PathLike[str],
    *,
    max_bytes: int = MAX_BYTES,
    registry: Registry | None = None,
) -> Compendium:
    """Load a compendium.

    Args:
        path_or_name: a ``.jsonl`` or ``.json`` file, a folder of them, or the name of a compendium
            that a plugin brings, such as ``implsci-examples``.
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
    path = Path(path_or_name)
    if path.exists() or path.suffix in (".json", ".jsonl", ".ndjson") or len(path.parts) > 1:
        return Compendium(studies=_read(path, max_bytes), name=path.stem)
    name = os.fspath(path_or_name)
    try:
        source = (registry or default_registry()).compendium(name)
    except UnknownNameError as error:
        raise UnknownNameError("file or compendium", name, error.suggestions, error.note) from None
    return Compendium(
        studies=_read(source.path, max_bytes),
        name=source.name,
        title=source.title,
        license=source.license,
        citation=source.citation,
    )


def _read(path: Path, max_bytes: int) -> tuple[Study, ...]:
    studies: list[Study] = []
    problems: list[Problem] = []
    with collector_paused():
        for raw in read_records(path, max_bytes):
            read = read_record(raw, max_bytes)
            if isinstance(read, Study):
                studies.append(read)
            else:
                problems += read
    if problems:
        raise LoadError(str(path), [str(problem) for problem in problems])
    return tuple(studies)
