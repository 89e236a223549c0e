"""What one basis knows of one barrier and one strategy, and the rows that such cells make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import asdict, frozen

from implsci.analysis.pooling import Pooled
from implsci.codes import Code
from implsci.mapping import Route
from implsci.taxonomy import Level, LinkStatus, Status

__all__ = ["ChainStep", "MatchCell", "Observed", "Ranked"]


def __dir__() -> list[str]:
    return __all__


# Bounds in percent of what is known of a cell by its level alone (Waltz 2019).
_BOUNDS: dict[Level | None, tuple[float, float]] = {
    None: (0, 100),
    1: (50, 100),
    2: (20, 50),
    "1-2": (20, 100),
}


@frozen(kw_only=True)
class ChainStep:
    """One step of a chain of theory, such as from a domain to a function.

    Attributes:
        source: the code it begins at.
        target: the code it leads to.
        basis: the basis or crosswalk that states it.
        says: what it states: a status of the basis, or the predicate of the crosswalk.
        status: how far that basis or crosswalk was checked.
    """

    source: Code
    target: Code
    basis: str
    says: str
    status: Status


@frozen(kw_only=True)
class Observed:
    """What a compendium saw of one strategy and one barrier.

    Attributes:
        study_ids: studies in which a strategy of this code is said to address the barrier or one
            narrower than it.
        beside_ids: studies in which both occur and no link is stated; no claim that one addresses
            the other.
        sectors: how many of `study_ids` are of each sector.
        countries: how many of them are of each country.
        by_basis: findings on the strategy in these studies, by basis and then direction; bases are
            never added together.
        bundled: how many of the findings are on several strategies.
        estimates: effects pooled over `study_ids`, one a metric.
        left_out: how many findings were not pooled, by reason.
        against_another: how many of the findings compare it with another strategy.
    """

    study_ids: tuple[str, ...]
    beside_ids: tuple[str, ...]
    sectors: Mapping[str, int]
    countries: Mapping[str, int]
    by_basis: Mapping[str, Mapping[str, int]]
    bundled: int
    estimates: tuple[Pooled, ...]
    left_out: Mapping[str, int]
    against_another: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "studies": list(self.study_ids),
            "beside": list(self.beside_ids),
            "sectors": dict(self.sectors),
            "countries": dict(self.countries),
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            "bundled": self.bundled,
            "estimates": [asdict(estimate) for estimate in self.estimates],
            "left_out": dict(self.left_out),
            "against_another": self.against_another,
        }


@frozen(kw_only=True)
class MatchCell:
    """What a basis knows of one barrier and one strategy.

    Attributes:
        barrier: the barrier's code.
        endorsed: how many endorsed the pair; None where unknown.
        respondents: of how many; None where unknown.
        percent: the share, 0 to 100, unrounded; None where unknown.
        level: 1, 2 or ``1-2``; None for none or unknown.
        status: what the evidence amounts to, where the basis says so.
        derived: whether a number was worked out rather than printed.
        via: the way over crosswalks to the barriers that the basis speaks of, where it speaks of
            this one in another taxonomy only; certainty never rises by it.
        standing: how far what is told was checked: as far as the basis, or the crosswalk it came
            over, whichever was checked less; None where nothing is told, or nobody says.
        said: what the basis says of the barriers that `via` leads to, one each.
        chain: the steps that lead from the barrier to the strategy, where the basis is a chain.
        observed: what a compendium saw, where the basis is one.
        same_as: the asked barrier that counts in this one's stead, where both are one to the basis;
            None where this cell counts.

    Examples:
        >>> from implsci import match
        >>> report = match("cfir-2009:reflecting-and-evaluating").bases["waltz-2019"]
        >>> cell = report.ranking[1].cells[0]
        >>> cell.endorsed, cell.respondents, cell.level
        (14, 25, 1)
    """

    barrier: Code
    endorsed: int | None
    respondents: int | None
    percent: float | None
    level: Level | None
    status: LinkStatus | None
    derived: bool
    via: tuple[Route, ...] = ()
    said: tuple[MatchCell, ...] = ()
    chain: tuple[ChainStep, ...] = ()
    observed: Observed | None = None
    standing: Status | None = None
    same_as: Code | None = None

    @property
    def share(self) -> str | None:
        """Who endorsed the pair, in words such as ``14 of 25``, or ``56 %`` where no count is known."""
        if self.endorsed is not None:
            return f"{self.endorsed} of {self.respondents}"
        return None if self.percent is None else f"{self.percent:g} %"

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the share can be, in percent.

        Where there is no single counterpart that carries over, what is said of the barriers that stand
        near: from the least low to the greatest high. That is no bound of this barrier's own share,
        which is unknown, and counts as such in every total.
        """
        if self.percent is not None:
            return self.percent, self.percent
        if self.level is None and self.said:
            ends = [cell.bounds for cell in self.said]
            return min(low for low, _ in ends), max(high for _, high in ends)
        return _BOUNDS[self.level]

    @property
    def told(self) -> bool:
        """Whether anything is known of this very pair."""
        return (
            self.percent is not None
            or self.level is not None
            or self.status is not None
            or (self.observed is not None and bool(self.observed.study_ids))
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the cell as plain values; the way to it only where it is not direct."""
        values: dict[str, Any] = {
            "barrier": self.barrier,
            "endorsed": self.endorsed,
            "respondents": self.respondents,
            "percent": self.percent,
            "level": self.level,
            "status": self.status,
            "derived": self.derived,
            "standing": self.standing,
        }
        if self.same_as is not None:
            values["same_as"] = self.same_as
        if self.via:
            values["via"] = [
                {
                    "crosswalks": list(route.crosswalks),
                    "predicate": route.predicate,
                    "to": route.object,
                    "status": route.status,
                    "confidence": route.confidence,
                }
                for route in self.via
            ]
        if self.said:
            values["said"] = [cell.to_dict() for cell in self.said]
        if self.chain:
            values["chain"] = [asdict(step) for step in self.chain]
        if self.observed is not None:
            values["observed"] = self.observed.to_dict()
        return values


@frozen(kw_only=True)
class Ranked:
    """A strategy in the ranking of one basis.

    Attributes:
        strategy: its code.
        label: its label.
        total: sum of the known percents over the asked barriers (it may pass 100); None where none
            is known.
        total_low: the least the full sum can be.
        total_high: the most the full sum can be.
        known: how many of the cells that count have a share or a status.
        of: how many cells count: one a barrier asked, save where two are one to the basis
            (`MatchCell.same_as`).
        cells: one a barrier, in the order asked.
        provisional: whether the strategy itself is from memory or thin evidence.
        rated: what the order goes by, where it is another than the basis's own: a rating, a quadrant
            or a sum of money; None where unrated.
        unchecked: constraints of which nothing is known for this strategy, so that it may break
            them.
    """

    strategy: Code
    label: str
    total: float | None
    total_low: float
    total_high: float
    known: int
    of: int
    cells: tuple[MatchCell, ...]
    provisional: bool = False
    rated: float | str | None = None
    unchecked: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The label, marked where the strategy is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label

    @property
    def linked(self) -> int:
        """To how many of the asked barriers the basis links it, where it knows no shares."""
        return sum(cell.status == "link" and cell.same_as is None for cell in self.cells)

    @property
    def nearly(self) -> int:
        """To how many of the asked barriers it is linked only by way of ones that correspond loosely."""
        return sum(
            not cell.told
            and cell.same_as is None
            and any(other.status == "link" for other in cell.said)
            for cell in self.cells
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain values."""
        values: dict[str, Any] = {
            "strategy": self.strategy,
            "label": self.label,
            "total": self.total,
            "total_low": self.total_low,
            "total_high": self.total_high,
            "known": self.known,
            "of": self.of,
            "cells": [cell.to_dict() for cell in self.cells],
            "provisional": self.provisional,
        }
        if self.rated is not None:
            values["rated"] = self.rated
        if self.unchecked:
            values["unchecked"] = list(self.unchecked)
        return values
