"""Who carried evidence when, and for which policy areas, as far as sources tell."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.errors import InvalidQueryError
from implsci.knowledge._common import of_class, source_of
from implsci.model.documents import Document, EvidenceIntermediary

__all__ = ["Intermediaries", "Membership", "Standing", "intermediaries"]

Standing = Literal["belongs", "not yet", "no longer", "unknown"]
"""How an organization stands to its network at a time."""


@frozen(kw_only=True)
class Membership:
    """How one organization stands to its network at a time.

    Attributes:
        record: what is known of it.
        standing: ``belongs`` where the time meets the span that sources tell; ``unknown`` where they
            tell neither that it does nor that it does not.
        because: what the standing rests on.

    Examples:
        >>> centre = EvidenceIntermediary(id="c", name="A centre", since="2014", checked="2020")
        >>> [intermediaries([centre], at).members[0].standing for at in ("2013", "2016", "2024")]
        ['not yet', 'belongs', 'unknown']
    """

    record: EvidenceIntermediary
    standing: Standing
    because: str


@frozen(kw_only=True)
class Intermediaries(Result):
    """Intermediaries at a time, as `intermediaries` returns them.

    Attributes:
        at: the time asked; None for whenever each was last checked.
        members: each of them, by name.
        assumptions: how their standing was told.

    Examples:
        >>> from implsci.casebook import load
        >>> found = intermediaries(load("implsci-knowledge"), "2022")
        >>> found.by_sector()["sector:education"]
        ('Education Endowment Foundation',)
    """

    at: str | None
    members: tuple[Membership, ...]
    assumptions: tuple[str, ...] = (
        "what a source says holds for the time it speaks of; beyond the last check nothing is known",
        "a time given as a year or month is met where the span touches it",
        "who is not listed here may belong all the same",
    )

    def standing(self, standing: Standing) -> tuple[str, ...]:
        """Return the names of those that stand in one way, each once.

        Examples:
            >>> from implsci.casebook import load
            >>> intermediaries(load("implsci-knowledge"), "2024-06").standing("no longer")[:2]
            ('Early Intervention Foundation', 'Public Policy Institute for Wales')
        """
        return tuple(
            dict.fromkeys(one.record.name for one in self.members if one.standing == standing)
        )

    def by_sector(self) -> Mapping[str, tuple[str, ...]]:
        """Return who belongs, by sector; those without a sector are under none.

        Examples:
            >>> from implsci.casebook import load
            >>> intermediaries(load("implsci-knowledge"), "2022").by_sector()["sector:policing"]
            ('College of Policing What Works Centre for Crime Reduction',)
        """
        found: dict[str, dict[str, None]] = {}
        for one in self.members:
            if one.standing == "belongs":
                for sector in one.record.sectors:
                    found.setdefault(sector, {})[one.record.name] = None
        return {sector: tuple(found[sector]) for sector in sorted(found)}

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a record.

        Examples:
            >>> from implsci.casebook import load
            >>> row = intermediaries(load("implsci-knowledge"), "2022").to_rows()[0]
            >>> row["name"], row["standing"]
            ('Centre for Ageing Better', 'unknown')
        """
        return tuple(
            {
                "id": one.record.id,
                "name": one.record.name,
                "network": one.record.network,
                "member": one.record.member,
                "standing": one.standing,
                "because": one.because,
                "policy_areas": "; ".join(one.record.policy_areas) or None,
                "sectors": "; ".join(one.record.sectors) or None,
                "country": one.record.country,
                "since": one.record.since,
                "until": one.record.until,
                "checked": one.record.checked,
                "source": source_of(one.record.citation),
                "note": one.record.note,
            }
            for one in self.members
        )

    def sentence(self) -> str:
        """Say how many belong, how many do not, and of how many nothing is known.

        Examples:
            >>> from implsci.casebook import load
            >>> print(intermediaries(load("implsci-knowledge"), "2010").sentence())
            In 2010: 0 of 16 organizations belong, 12 not yet, 0 no longer, 4 unknown.
        """
        names = {one.record.name: _RANK[one.standing] for one in reversed(self.members)}
        for one in self.members:
            names[one.record.name] = min(names[one.record.name], _RANK[one.standing])
        counts = Counter(names.values())
        when = f"In {self.at}" if self.at else "When last checked"
        return (
            f"{when}: {counts[0]} of {counted(len(names), 'organization')} "
            f"{agreeing(counts[0], 'belongs', 'belong')}, {counts[2]} not yet, {counts[3]} no longer, "
            f"{counts[1]} unknown."
        )

    def to_dict(self) -> dict[str, object]:
        """Return rows, sectors, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "at": self.at,
            "sectors": {sector: list(names) for sector, names in self.by_sector().items()},
        }


_RANK: Final[Mapping[Standing, int]] = {"belongs": 0, "unknown": 1, "not yet": 2, "no longer": 3}
_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def intermediaries(
    records: Casebook | Iterable[Document],
    at: str | None = None,
) -> Intermediaries:
    """Tell who belonged to a network of evidence intermediaries at a time.

    Args:
        records: a casebook or any of its records; those of other classes are passed over.
        at: a year, month or day, ISO 8601; None asks of each as it was last checked.

    Raises:
        InvalidQueryError: there is no intermediary, or `at` is no date.

    Examples:
        >>> from implsci.casebook import load
        >>> found = intermediaries(load("implsci-knowledge"), "2014-12")
        >>> print("; ".join(found.standing("belongs")))
        Centre for Ageing Better; College of Policing What Works Centre for Crime Reduction; ...
    """
    if at is not None and not _DATE.fullmatch(at):
        raise InvalidQueryError(f"at: expected YYYY, YYYY-MM or YYYY-MM-DD, got {at!r}")
    found = of_class(records, EvidenceIntermediary, "evidence intermediary")
    ordered = sorted(found, key=lambda one: (one.name.casefold(), one.since or "", one.id))
    return Intermediaries(at=at, members=tuple(_membership(one, at) for one in ordered))


def _membership(record: EvidenceIntermediary, at: str | None) -> Membership:
    standing, because = _standing(record, at)
    return Membership(record=record, standing=standing, because=because)


def _standing(record: EvidenceIntermediary, at: str | None) -> tuple[Standing, str]:
    since, until, checked = record.since, record.until, record.checked
    if at is None:
        if until is not None:
            return "no longer", f"until {until}"
        return ("belongs", f"checked {checked}") if checked else ("unknown", "never checked")
    if until is not None and _first(at) > _last(until):
        return "no longer", f"until {until}"
    if since is not None and _last(at) < _first(since):
        return "not yet", f"since {since}"
    known = until or checked
    if since is not None and until is not None:
        return "belongs", f"since {since}, until {until}"
    if known is None:
        return "unknown", "no source says when it was checked"
    if _first(at) > _last(known):
        return "unknown", f"last checked {known}"
    if since is not None:
        return "belongs", f"since {since}, checked {known}"
    if _last(at) >= _first(known):
        return "belongs", f"known for {known}"
    return "unknown", f"known for {known}; since when was not found"


def _first(date: str) -> str:
    return date + "0000-01-01"[len(date) :]


def _last(date: str) -> str:
    month = date if len(date) > 4 else f"{date}-12"
    return (
        month if len(month) > 7 else f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]:02}"
    )
