"""What only shows over many studies: ids and DOIs that come again, terms and gaps that add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from implsci.compendium._doubts.codes import Verdicts, coded
from implsci.compendium._doubts.doubt import Doubt, Place
from implsci.model import Finding, Study
from implsci.names import fold
from implsci.plugins import Registry

__all__ = ["Whole"]


_GAPS: Final = {
    "finding-unjoined": "findings that name no strategy, barrier, mechanism, relationship or arm",
    "strategy-uncoded": "strategies without a code",
}

_REVIEW: Final = 3  # titles under one DOI: no longer one study twice, but the rows of a review


class _Doi:
    """The studies that share a DOI."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._again: list[tuple[str, Place]] = []

    def add(self, study: Study, place: Place) -> None:
        first = self._titles.setdefault(fold(study.title), study.id)
        if first != study.id:
            self._again.append((first, place))

    def doubts(self, doi: str) -> Iterator[Doubt]:
        if len(self._titles) < _REVIEW:
            for first, place in self._again:
                yield Doubt(
                    "repeated-doi",
                    "citation.doi",
                    f"{doi} is also the DOI of {first!r}, of the same title",
                    place,
                )
        if len(self._titles) > 1:
            count = len(self._titles) + len(self._again)
            first = next(iter(self._titles.values()))
            yield Doubt("shared-doi", "", f"{doi} is the DOI of {count} studies, as {first!r}")


class Whole:
    """Goes over studies one by one and keeps of each no more than it must."""

    def __init__(self, registry: Registry) -> None:
        self._verdicts = Verdicts(registry)
        self._places: dict[str, Place] = {}
        self._dois: dict[str, _Doi] = {}
        self._missing: Counter[str] = Counter()
        self._provisional: Counter[str] = Counter()
        self._gaps: dict[str, tuple[int, str]] = {}

    def add(self, study: Study, place: Place) -> Iterator[Doubt]:
        """Yield what is doubtful in a study beside those before it.

        Args:
            study: the next study.
            place: where it stands.
        """
        if study.id in self._places:
            first = str(self._places[study.id])
            where = f" (first at {first})" if first else ""
            yield Doubt(
                "repeated-study-id", "id", f"{study.id!r} is also the id of another study{where}"
            )
        self._places.setdefault(study.id, place)
        if study.citation is not None and study.citation.doi is not None:
            self._dois.setdefault(study.citation.doi.lower(), _Doi()).add(study, place)
        for path, code in coded(study):
            rule, message = self._verdicts[code]
            if rule == "taxonomy-missing":
                self._missing[message] += 1
            elif rule == "provisional-term":
                self._provisional[code] += 1
            elif rule is not None:
                yield Doubt(rule, path, message)
        self._gap("strategy-uncoded", study, sum(not own.codes for own in study.strategies))
        self._gap("finding-unjoined", study, sum(map(_unjoined, study.findings)))

    def _gap(self, rule: str, study: Study, count: int) -> None:
        if count:
            before, first = self._gaps.get(rule, (0, study.id))
            self._gaps[rule] = before + count, first

    def summary(self) -> Iterator[Doubt]:
        """Yield what adds up over all studies, one line a thing."""
        for scheme, count in sorted(self._missing.items()):
            close = self._verdicts.close_scheme(scheme)
            yield Doubt(
                "taxonomy-missing",
                "",
                f"no taxonomy {scheme!r} is installed: {count} codes were not checked"
                f"{f'; did you mean {close}?' if close else ''}",
            )
        for code, count in sorted(self._provisional.items()):
            yield Doubt(
                "provisional-term",
                "",
                f"{code!r} ({self._verdicts[code].message}) is provisional and stands here "
                f"{count} {'time' if count == 1 else 'times'}",
            )
        for name, doi in sorted(self._dois.items()):
            yield from doi.doubts(name)
        for rule, (count, first) in sorted(self._gaps.items()):
            yield Doubt(rule, "", f"{_GAPS[rule]}: {count}, the first in {first!r}")


def _unjoined(finding: Finding) -> bool:
    return not (
        finding.strategies
        or finding.barriers
        or finding.mechanisms
        or finding.relationship
        or finding.arm
    )
