"""The report of a merge: what was joined and why, what was left to a person, and how to undo it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from attrs import asdict, evolve, frozen

from implsci.codec import decode, encode
from implsci.compendium.files import write_file
from implsci.errors import FormatError, ImplsciError, InvalidQueryError, UnreadableFileError
from implsci.model import Study

__all__ = [
    "Conflict",
    "Doubt",
    "Kind",
    "Merge",
    "MergeReport",
    "Origin",
    "Renamed",
    "Scalar",
    "free_id",
    "undo",
]

Scalar = str | int | float | bool | None
"""A plain value, as a field of a record holds it."""

Kind = Literal["value", "united", "colliding"]
"""How two values differ: one stands, both lists are kept as one, or both findings stand."""

_VERSION: Final = 1
_NAME: Final = "merge report"
_BOTH: Final = {"value": "", "united": " (united)", "colliding": " (both findings stand)"}


@frozen(kw_only=True, order=True)
class Origin:
    """Where a record came from.

    Attributes:
        source: number of its collection, from 0.
        position: its place there, from 0.
        name: name of the collection.
        id: the id it had there.
        title: the title it had there.
    """

    source: int
    position: int
    name: str
    id: str
    title: str

    def __str__(self) -> str:
        return f"{self.name}#{self.id}"


@frozen(kw_only=True)
class Conflict:
    """Two values for one field.

    Attributes:
        field: the field's place in the merged study, such as ``strategies[s2].dose``.
        kept: the value that stands; of lists and findings, that of the first.
        other: the value that is kept beside it, as a `Coding`; of lists and findings, that of the
            other.
        source: the collection that says so.
        kind: ``value`` where one of the two stands; ``united`` where they are lists, and all items
            of both stand; ``colliding`` where they are of two findings on one outcome of the same
            strategies, and both findings stand.
    """

    field: str
    kept: Scalar
    other: Scalar
    source: str
    kind: Kind = "value"


@frozen(kw_only=True)
class Merge:
    """Records that became one study.

    Attributes:
        number: of the merge in its report, from 1.
        kept: the id of the study.
        joined: where its records came from, the one whose values stand first.
        reasons: what speaks for each step of the joining.
        score: how alike the titles are in the weakest step, in percent.
        conflicts: the fields of which two values are known.
        originals: the records as they were, in the order of `joined`.
    """

    number: int
    kept: str
    joined: tuple[Origin, ...]
    reasons: tuple[str, ...]
    score: float
    conflicts: tuple[Conflict, ...]
    originals: tuple[Study, ...]


@frozen(kw_only=True)
class Doubt:
    """Records that may be of one study, left for a person to decide.

    Attributes:
        members: where they came from.
        reason: what speaks for it, and what against.
        score: how alike the titles are, in percent.
    """

    members: tuple[Origin, ...]
    reason: str
    score: float


@frozen(kw_only=True)
class Renamed:
    """A study that got a new id, since another has its own.

    Attributes:
        origin: where it came from, with the id it had.
        id: the new id.
    """

    origin: Origin
    id: str


@frozen(kw_only=True)
class MergeReport:
    """What came of a merge.

    Attributes:
        studies: the merged collection; each study stands where the first of its records stood.
        merges: the studies that were made of several records.
        doubtful: what a person should look at.
        renamed: the studies that got a new id.
        sources: names of the collections.
        sizes: how many records each held.
        thresholds: the numbers by which records were joined.
        origins: for each study, source and position of its records.

    Examples:
        >>> from implsci import Study
        >>> from implsci.compendium.merging import merge
        >>> report = merge([Study(id="a", title="Trust")], [Study(id="a", title="Trust")])
        >>> print(report.to_text().splitlines()[0])
        2 records of 2 collections: 1 study, 1 merge, 0 conflicts, 0 doubtful, 0 renamed
    """

    studies: tuple[Study, ...]
    merges: tuple[Merge, ...]
    doubtful: tuple[Doubt, ...]
    renamed: tuple[Renamed, ...]
    sources: tuple[str, ...]
    sizes: tuple[int, ...]
    thresholds: dict[str, float]
    origins: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def conflicts(self) -> int:
        """How many fields have two values."""
        return sum(len(merge.conflicts) for merge in self.merges)

    def originals(self) -> tuple[tuple[Study, ...], ...]:
        """Return the collections as they were before the merge."""
        found: dict[tuple[int, int], Study] = {}
        for study, places in zip(self.studies, self.origins, strict=True):
            found[places[0]] = study
        for merge in self.merges:
            for origin, study in zip(merge.joined, merge.originals, strict=True):
                found[origin.source, origin.position] = study
        for renamed in self.renamed:
            place = renamed.origin.source, renamed.origin.position
            if found[place].id == renamed.id:
                found[place] = _with_id(found[place], renamed.origin.id)
        return tuple(
            tuple(found[source, position] for position in range(size))
            for source, size in enumerate(self.sizes)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the account as plain values, without the records themselves."""
        return {
            "sources": [
                {"name": name, "records": size}
                for name, size in zip(self.sources, self.sizes, strict=True)
            ],
            "studies": len(self.studies),
            "thresholds": dict(self.thresholds),
            "merges": [
                {
                    "number": merge.number,
                    "kept": merge.kept,
                    "joined": [asdict(origin) for origin in merge.joined],
                    "reasons": list(merge.reasons),
                    "score": merge.score,
                    "conflicts": [asdict(conflict) for conflict in merge.conflicts],
                }
                for merge in self.merges
            ],
            "doubtful": [asdict(doubt) for doubt in self.doubtful],
            "renamed": [asdict(renamed) for renamed in self.renamed],
        }

    def to_text(self) -> str:
        """Return the account as lines of text."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        records = _counted(sum(self.sizes), "record")
        yield (
            f"{records} of {_counted(len(self.sizes), 'collection')}: "
            f"{_counted(len(self.studies), 'study', 'studies')}, "
            f"{_counted(len(self.merges), 'merge')}, {_counted(self.conflicts, 'conflict')}, "
            f"{len(self.doubtful):,} doubtful, {len(self.renamed):,} renamed"
        )
        for merge in self.merges:
            joined = " + ".join(_line(str(one)) for one in merge.joined)
            yield f"{merge.number}. {merge.kept}: {joined} ({_line('; '.join(merge.reasons))})"
            for conflict in merge.conflicts:
                both = _BOTH[conflict.kind]
                yield (
                    f"     {_line(conflict.field)}: {_shown(conflict.kept)}; "
                    f"{_line(conflict.source)} says {_shown(conflict.other)}{both}"
                )
        if self.doubtful:
            yield "Doubtful, not joined:"
        for doubt in self.doubtful:
            yield f"  {_line(' ? '.join(map(str, doubt.members)))}: {_line(doubt.reason)}"
        if self.renamed:
            yield "Renamed, since another study has the id:"
        for renamed in self.renamed:
            yield f"  {_line(str(renamed.origin))} is now {renamed.id}"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the report as JSON, with all that undoing it takes.

        Raises:
            UnreadableFileError: it cannot be written.
        """
        document: dict[str, Any] = {
            "implsci_merge_report": _VERSION,
            **self.to_dict(),
            "records": [msgspec.Raw(encode(study)) for study in self.studies],
            "origins": self.origins,
        }
        for plain, merge in zip(document["merges"], self.merges, strict=True):
            plain["originals"] = [msgspec.Raw(encode(study)) for study in merge.originals]
        data = msgspec.json.format(msgspec.json.encode(document), indent=1)
        write_file(Path(path), [data, b"\n"])

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> MergeReport:
        """Read a report that was saved.

        Raises:
            UnreadableFileError: it cannot be opened.
            FormatError: it is no report of a merge, or not a whole one.
        """
        source = Path(path)
        try:
            if "\0" in str(source) or not stat.S_ISREG(source.stat().st_mode):
                raise UnreadableFileError(str(source), "expected a regular file")
            saved = msgspec.json.decode(source.read_bytes(), type=_Saved)
            report = cls._read(saved)
        except UnreadableFileError:
            raise
        except OSError as error:
            raise UnreadableFileError(str(source), error.strerror or str(error)) from error
        except (ImplsciError, ValueError, RecursionError) as error:
            reason = f"expected the report of a merge: {' '.join(str(error).split())[:300]}"
            raise FormatError(str(source), _NAME, reason) from error
        report._check(str(source))
        return report

    @classmethod
    def _read(cls, saved: _Saved) -> MergeReport:
        if saved.implsci_merge_report != _VERSION:
            raise ValueError(f"version {saved.implsci_merge_report}; this release reads {_VERSION}")
        return cls(
            studies=tuple(decode(bytes(record)) for record in saved.records),
            merges=tuple(
                Merge(
                    number=merge.number,
                    kept=merge.kept,
                    joined=merge.joined,
                    reasons=merge.reasons,
                    score=merge.score,
                    conflicts=merge.conflicts,
                    originals=tuple(decode(bytes(record)) for record in merge.originals),
                )
                for merge in saved.merges
            ),
            doubtful=saved.doubtful,
            renamed=saved.renamed,
            sources=tuple(source.name for source in saved.sources),
            sizes=tuple(source.records for source in saved.sources),
            thresholds=saved.thresholds,
            origins=saved.origins,
        )

    def _check(self, path: str) -> None:
        """Hold a report that was read to what undoing relies on."""
        places = [place for places in self.origins for place in places]
        expected = [
            (source, position) for source, size in enumerate(self.sizes) for position in range(size)
        ] if sum(self.sizes) == len(places) else None  # fmt: skip
        several = {places for places in self.origins if len(places) > 1}
        merged = {
            tuple(sorted((origin.source, origin.position) for origin in merge.joined))
            for merge in self.merges
            if len(merge.joined) == len(merge.originals) > 1
        }
        names = {(one.origin.source, one.origin.position) for one in self.renamed}
        if (
            len(self.studies) != len(self.origins)
            or not all(self.origins)
            or sorted(places) != expected
            or several != merged
            or len(self.merges) != len(merged)
            or not names <= set(places)
        ):
            raise FormatError(path, _NAME, "records and merges do not fit together")


class _Source(msgspec.Struct):
    name: str
    records: int


class _Merge(msgspec.Struct):
    number: int
    kept: str
    joined: tuple[Origin, ...]
    reasons: tuple[str, ...]
    score: float
    conflicts: tuple[Conflict, ...]
    originals: tuple[msgspec.Raw, ...]


class _Saved(msgspec.Struct):
    implsci_merge_report: int
    sources: tuple[_Source, ...]
    thresholds: dict[str, float]
    merges: tuple[_Merge, ...]
    doubtful: tuple[Doubt, ...]
    renamed: tuple[Renamed, ...]
    records: tuple[msgspec.Raw, ...]
    origins: tuple[tuple[tuple[int, int], ...], ...]


def undo(
    report: MergeReport | str | os.PathLike[str], merge_number: int | None = None
) -> tuple[Study, ...]:
    """Take a merge back.

    Args:
        report: the report, or the file it was saved to.
        merge_number: which of its merges to take back, as the report numbers them; None for all.

    Returns:
        With None the records of all collections exactly as they were, one collection after the
        other (`MergeReport.originals` has them apart). Else the merged collection with the records
        of that one merge in place of its study; one whose id another study has keeps a new one.

    Raises:
        InvalidQueryError: the report has no merge of that number.
        FormatError: the file is no report.
        UnreadableFileError: the file cannot be opened.

    Examples:
        >>> from implsci import Study
        >>> from implsci.compendium.merging import merge
        >>> first, second = Study(id="a", title="Trust"), Study(id="a", title="TRUST", year=2019)
        >>> undo(merge([first], [second])) == (first, second)
        True
    """
    if not isinstance(report, MergeReport):
        report = MergeReport.load(report)
    if merge_number is None:
        return tuple(study for studies in report.originals() for study in studies)
    wanted = next((merge for merge in report.merges if merge.number == merge_number), None)
    if wanted is None:
        count = len(report.merges)
        raise InvalidQueryError(
            f"merge {merge_number}: the report has {_counted(count, 'merge')}"
            + (f", numbered from 1 to {count}" if count else "")
        )
    records = sorted(
        zip(wanted.joined, wanted.originals, strict=True),
        key=lambda one: (one[0].source, one[0].position),
    )
    first = records[0][0].source, records[0][0].position
    place = next(n for n, places in enumerate(report.origins) if first in places)
    taken = {study.id for n, study in enumerate(report.studies) if n != place}
    restored = tuple(_with_id(study, free_id(study.id, taken)) for _, study in records)
    return (*report.studies[:place], *restored, *report.studies[place + 1 :])


def free_id(identifier: str, taken: set[str]) -> str:
    """Return an id unlike all those taken, the given one where it is free, and take it."""
    name, number = identifier, 1
    while name in taken:
        number += 1
        name = f"{identifier[:190]}-{number}"
    taken.add(name)
    return name


def _with_id(study: Study, identifier: str) -> Study:
    return study if study.id == identifier else evolve(study, id=identifier)


def _counted(count: int, noun: str, many: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _shown(value: Scalar) -> str:
    text = _line(str(value))
    return text if len(text) <= 100 else f"{text[:97]}..."
