"""What is wrong, or doubtful, in a compendium: every problem with its place and severity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from attrs import frozen

from implsci.codec import MAX_BYTES, decode
from implsci.compendium.files import RawRecord
from implsci.compendium.rules import RULES, Severity, fault_rule
from implsci.errors import CorruptDocument, InvalidRecord
from implsci.model import Study
from implsci.plugins import Registry

if TYPE_CHECKING:
    from implsci.compendium._doubts import Doubt, Place

__all__ = [
    "RULES",
    "Problem",
    "Problems",
    "Severity",
    "check_records",
    "check_studies",
    "read_record",
]


@frozen(kw_only=True)
class Problem:
    """One thing wrong or doubtful.

    Attributes:
        message: what it is, and what was expected.
        severity: ``error`` (the record is broken), ``warning`` (probably wrong) or ``info``.
        path: place inside the record; empty for the record itself.
        study: id of the study, where it could be read.
        file: the file it stands in; None for a compendium in memory.
        line: the line it stands on; None where a file holds one record.
        rule: id of the rule it comes from, one of `RULES`.
    """

    message: str
    severity: Severity
    path: str = ""
    study: str | None = None
    file: str | None = None
    line: int | None = None
    rule: str = "invalid-record"

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:"
        if self.line is not None:
            place += f"{self.line}:"
        where = self.path if self.study is None or self.file else f"{self.study}: {self.path}"
        parts = [f"{place} {self.severity}".strip(), where, self.message]
        return ": ".join(part for part in parts if part.strip(" :"))


@frozen(kw_only=True)
class Problems:
    """All that a check found.

    Attributes:
        studies: how many studies could be read.
        problems: what was found, in the order of the records.
    """

    studies: int
    problems: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems of one severity."""
        return tuple(problem for problem in self.problems if problem.severity == severity)


def read_record(raw: RawRecord, max_bytes: int = MAX_BYTES) -> Study | list[Problem]:
    """Read a record, or say everything that keeps it from being read."""
    try:
        if raw.oversize:
            raise CorruptDocument(
                f"a record of {raw.oversize:,} bytes; expected at most {max_bytes:,} (settable)"
            )
        return decode(raw.data, max_bytes=max_bytes)
    except CorruptDocument as error:
        return [
            Problem(
                message=error.reason,
                severity="error",
                file=raw.file,
                line=raw.line,
                rule="unreadable",
            )
        ]
    except InvalidRecord as error:
        return [
            Problem(
                message=fault.message,
                severity="error",
                path=fault.path,
                study=error.identifier,
                file=raw.file,
                line=raw.line,
                rule=fault_rule(fault.message),
            )
            for fault in error.faults
        ]


def check_records(
    records: Iterable[RawRecord],
    registry: Registry,
    max_bytes: int = MAX_BYTES,
    today: date | None = None,
) -> Problems:
    """Check records as they lie in files: all faults, and all doubts.

    The records are read one after the other and none is kept.

    Args:
        records: the records.
        registry: holds the taxonomies.
        max_bytes: the size, in bytes, above which a record is refused unread.
        today: the day that no year and no date may lie after; None compares none with any day, so
            that the result is the same every day.
    """
    return _check(((raw, read_record(raw, max_bytes)) for raw in records), registry, today)


def check_studies(
    studies: Iterable[Study], registry: Registry, today: date | None = None
) -> Problems:
    """Check studies in memory: repeated ids, codes their taxonomy does not have, and other doubts.

    Args:
        studies: the studies.
        registry: holds the taxonomies.
        today: as in `check_records`.
    """
    return _check(((None, study) for study in studies), registry, today)


def _check(
    items: Iterable[tuple[RawRecord | None, Study | list[Problem]]],
    registry: Registry,
    today: date | None,
) -> Problems:
    from implsci.compendium._doubts import Place, Whole, own_doubts  # no load needs them

    whole = Whole(registry)
    problems: list[Problem] = []
    studies = 0
    for raw, item in items:
        if not isinstance(item, Study):
            problems += item
            continue
        studies += 1
        place = Place(item.id, raw.file if raw else None, raw.line if raw else None)
        for doubts in (whole.add(item, place), own_doubts(item, today)):
            problems += (_problem(doubt, place) for doubt in doubts)
    problems += map(_problem, whole.summary())
    return Problems(studies=studies, problems=tuple(problems))


def _problem(doubt: Doubt, place: Place | None = None) -> Problem:
    study, file, line = doubt.place or place or (None, None, None)
    return Problem(
        message=doubt.message,
        severity=RULES[doubt.rule].severity,
        rule=doubt.rule,
        path=doubt.path,
        study=study,
        file=file,
        line=line,
    )
