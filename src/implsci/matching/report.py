"""What a match reports: cells, rankings, bases apart, relational options on a list of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import asdict, frozen

from implsci.codes import Code
from implsci.mapping import Route
from implsci.synthesis import Pooled
from implsci.taxonomy import Level, LinkKind, LinkStatus, Status

__all__ = [
    "BasisReport",
    "ChainStep",
    "MatchCell",
    "MatchReport",
    "Observed",
    "Ranked",
    "RelationalOption",
]


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
    """

    study_ids: tuple[str, ...]
    beside_ids: tuple[str, ...]
    sectors: Mapping[str, int]
    countries: Mapping[str, int]
    by_basis: Mapping[str, Mapping[str, int]]
    bundled: int
    estimates: tuple[Pooled, ...]
    left_out: Mapping[str, int]


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
        chain: the steps that lead from the barrier to the strategy, where the basis is a chain.
        observed: what a compendium saw, where the basis is one.

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
    chain: tuple[ChainStep, ...] = ()
    observed: Observed | None = None

    @property
    def share(self) -> str | None:
        """Who endorsed the pair, in words such as ``14 of 25``, or ``56 %`` where no count is known."""
        if self.endorsed is not None:
            return f"{self.endorsed} of {self.respondents}"
        return None if self.percent is None else f"{self.percent:g} %"

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the share can be, in percent."""
        return _BOUNDS[self.level] if self.percent is None else (self.percent, self.percent)


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
        known: how many of the asked cells have a share or a status.
        of: how many barriers were asked.
        cells: one a barrier, in the order asked.
        provisional: whether the strategy itself is from memory or thin evidence.
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

    @property
    def shown(self) -> str:
        """The label, marked where the strategy is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label

    @property
    def linked(self) -> int:
        """To how many of the asked barriers the basis links it, where it knows no shares."""
        return sum(cell.status == "link" for cell in self.cells)


@frozen(kw_only=True)
class BasisReport:
    """What one basis suggests.

    Attributes:
        basis: its id.
        kind: expert endorsement, theory, coding or observed.
        source: where it is published.
        known: how many of the asked barriers' cells are known.
        possible: how many there are: barriers asked times strategies.
        ranking: every strategy, by known total, then by how many of the barriers the basis links it
            to, then by the least the total can be, then by label.
        notes: what a reader must know, such as that no strategy reaches level 1.
    """

    basis: str
    kind: LinkKind
    source: str | None
    known: int
    possible: int
    ranking: tuple[Ranked, ...]
    notes: tuple[str, ...]


@frozen(kw_only=True)
class RelationalOption:
    """A relational action worth considering, and the weak ground it stands on.

    Attributes:
        strategy: its code.
        label: its label.
        basis: the crosswalk that ties it to an endorsed strategy.
        because: the reason, in words.
        provisional: whether the action itself is from thin evidence.
    """

    strategy: Code
    label: str
    basis: str
    because: str
    provisional: bool = False

    @property
    def shown(self) -> str:
        """The label, marked where the action is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label


@frozen(kw_only=True)
class MatchReport:
    """What the bases suggest for some barriers, each ranked apart.

    Attributes:
        barriers: codes of the barriers asked.
        bases: the report of each basis, by its id.
        relational: relational actions, apart, since no basis endorses them directly.
        unknown: barriers of which none of these bases knows anything.
        notes: what a reader must know.

    Examples:
        >>> from implsci import match
        >>> match(["cfir-2009:complexity", "cfir-2009:engaging"]).unknown
        ('cfir-2009:engaging',)
    """

    barriers: tuple[Code, ...]
    bases: Mapping[str, BasisReport]
    relational: tuple[RelationalOption, ...]
    unknown: tuple[Code, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, in the shape that other programs read."""
        return {
            "barriers": list(self.barriers),
            "bases": [asdict(report) for report in self.bases.values()],
            "relational": [asdict(option) for option in self.relational],
            "unknown": list(self.unknown),
            "notes": list(self.notes),
        }
