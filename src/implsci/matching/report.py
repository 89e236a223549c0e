"""What a match reports: bases apart, relational options and facilitators on lists of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from attrs import asdict, frozen

from implsci.codes import Code
from implsci.matching.cells import ChainStep, MatchCell, Observed, Ranked
from implsci.notebook import card, listing
from implsci.taxonomy import Level, LinkKind, LinkStatus, Status

__all__ = [
    "Ask",
    "BasisReport",
    "ChainStep",
    "Disagreement",
    "Edition",
    "Facilitator",
    "Ground",
    "MatchCell",
    "MatchReport",
    "Observed",
    "Ranked",
    "RelationalOption",
    "SetAside",
    "Tie",
]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Edition:
    """A taxonomy in the edition that a basis uses.

    Attributes:
        scheme: its scheme.
        edition: its edition; None where it has none or is not installed.
    """

    scheme: str
    edition: str | None = None


@frozen(kw_only=True)
class SetAside:
    """A strategy that something known about it rules out under the constraints given.

    Attributes:
        strategy: its code.
        label: its label.
        because: what conflicts with what.
        source: who says that the strategy needs it.
    """

    strategy: Code
    label: str
    because: str
    source: str


@frozen(kw_only=True)
class BasisReport:
    """What one basis suggests.

    Attributes:
        basis: its id.
        kind: expert endorsement, theory, coding or observed.
        source: where it is published.
        known: how many of the asked barriers' cells are known.
        possible: how many there are: barriers asked times strategies.
        ranking: the strategies that were not set aside, in the order that `order` states.
        notes: what a reader must know, such as that no strategy reaches level 1.
        speaks_of: the taxonomies of the barriers it was made for.
        leads_to: the taxonomies of the strategies it leads to.
        status: how far the basis and the crosswalks on the way to it were checked, the least of
            all; None where it does not say.
        order: the rule of the order, in words.
        unrated: how many strategies of the ranking the order knows nothing of; they stand last.
        set_aside: strategies that the constraints rule out, with the reason.
    """

    basis: str
    kind: LinkKind
    source: str | None
    known: int
    possible: int
    ranking: tuple[Ranked, ...]
    notes: tuple[str, ...]
    speaks_of: tuple[Edition, ...] = ()
    leads_to: tuple[Edition, ...] = ()
    status: Status | None = None
    order: str = ""
    unrated: int = 0
    set_aside: tuple[SetAside, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "basis": self.basis,
            "kind": self.kind,
            "source": self.source,
            "known": self.known,
            "possible": self.possible,
            "ranking": [row.to_dict() for row in self.ranking],
            "notes": list(self.notes),
            "speaks_of": [asdict(edition) for edition in self.speaks_of],
            "leads_to": [asdict(edition) for edition in self.leads_to],
            "status": self.status,
            "order": self.order,
            "unrated": self.unrated,
            "set_aside": [asdict(one) for one in self.set_aside],
        }


Ground = Literal["tied", "observed", "theoretical"]
"""Tied by a crosswalk to a strategy that a basis links; tried in studies; or proposed by theory."""


@frozen(kw_only=True)
class Ask:
    """What a relational action asks of one party.

    Attributes:
        of: the party.
        what: what is asked, in words.
    """

    of: Literal["supporter", "partner"]
    what: str


@frozen(kw_only=True)
class RelationalOption:
    """A relational action worth considering, and the weak ground it stands on.

    Attributes:
        strategy: its code.
        label: its label.
        basis: what ties it to the barrier: a crosswalk, a theory or a compendium.
        because: the reason, in words.
        provisional: whether the action itself is from thin evidence.
        ground: the kind of that reason.
        weakness: why it is weak ground, in words.
        asks: what it asks of each party.
    """

    strategy: Code
    label: str
    basis: str
    because: str
    provisional: bool = False
    ground: Ground = "tied"
    weakness: str = ""
    asks: tuple[Ask, ...] = ()

    @property
    def shown(self) -> str:
        """The label, marked where the action is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label

    def to_dict(self) -> dict[str, Any]:
        """Return the option as plain values."""
        return {
            "strategy": self.strategy,
            "label": self.label,
            "basis": self.basis,
            "because": self.because,
            "provisional": self.provisional,
            "ground": self.ground,
            "weakness": self.weakness,
            "asks": [asdict(ask) for ask in self.asks],
        }


@frozen(kw_only=True)
class Disagreement:
    """A pair that one basis speaks for and another against.

    Attributes:
        barrier: the barrier's code.
        strategy: the strategy's code, as the first of the bases has it.
        says: what each basis says of the pair, by basis.
    """

    barrier: Code
    strategy: Code
    says: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"barrier": self.barrier, "strategy": self.strategy, "says": dict(self.says)}


@frozen(kw_only=True)
class Tie:
    """A strategy that a basis ties to a construct.

    Attributes:
        basis: the basis.
        strategy: the strategy's code.
        label: its label.
        share: who endorsed the pair, in words; None where unknown.
        level: its level.
        status: what the basis says, where it gives no share.
    """

    basis: str
    strategy: Code
    label: str
    share: str | None
    level: Level | None
    status: LinkStatus | None


@frozen(kw_only=True)
class Facilitator:
    """Something helpful in the setting, and the strategies that bases tie to the same construct.

    The bases were asked about barriers. That a strategy which suits the construct as a barrier can
    build on it as a strength is an inference, which no basis makes.

    Attributes:
        code: its code.
        label: its label.
        ties: the strategies, by basis in its own order; none where no basis speaks of it.
    """

    code: Code
    label: str
    ties: tuple[Tie, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "code": self.code,
            "label": self.label,
            "ties": [asdict(tie) for tie in self.ties],
        }


@frozen(kw_only=True)
class MatchReport:
    """What the bases suggest for some barriers, each ranked apart.

    Attributes:
        barriers: codes of the barriers asked.
        bases: the report of each basis, by its id.
        relational: relational actions, apart, since no basis endorses them directly.
        unknown: barriers of which none of these bases knows anything.
        notes: what a reader must know.
        relational_notes: what a reader must know of the relational options, such as that nothing
            ties one to these barriers.
        disagreements: pairs on which two bases differ.
        facilitators: what could be built on, apart from the barriers.

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
    relational_notes: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    facilitators: tuple[Facilitator, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, in the shape that other programs read."""
        return {
            "barriers": list(self.barriers),
            "bases": [report.to_dict() for report in self.bases.values()],
            "relational": [option.to_dict() for option in self.relational],
            "unknown": list(self.unknown),
            "notes": list(self.notes),
            "relational_notes": list(self.relational_notes),
            "disagreements": [one.to_dict() for one in self.disagreements],
            "facilitators": [one.to_dict() for one in self.facilitators],
        }

    def _repr_html_(self) -> str:
        tables = [_basis_html(report) for report in self.bases.values()]
        if self.relational:
            tables.append(
                listing(
                    "Relational actions, on weaker ground",
                    ["strategy", "basis", "because"],
                    [(one.shown, one.basis, one.because) for one in self.relational[:_SHOWN]],
                    more=max(0, len(self.relational) - _SHOWN),
                )
            )
        asked = [("barriers", self.barriers), ("of which nothing is known", self.unknown)]
        return card("Match", [*asked, *(("note", note) for note in self.notes)]) + "".join(tables)


_SHOWN: Final = 10
"""How many strategies of each basis a notebook shows."""


def _basis_html(report: BasisReport) -> str:
    return listing(
        f"{report.basis} ({report.kind}), {report.known} of {report.possible} cells known",
        ["strategy", "code", "sum of percents", "linked", "known", "of"],
        [
            (
                one.shown,
                one.strategy,
                "unknown" if one.total is None else f"{one.total:.0f}",
                one.linked,
                one.known,
                one.of,
            )
            for one in report.ranking[:_SHOWN]
        ],
        more=max(0, len(report.ranking) - _SHOWN),
    )
