"""What a study's mismatches are reported as, and what the report leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias, get_args

from attrs import asdict, frozen

from implsci.taxonomy import Level, LinkKind, LinkStatus

__all__ = [
    "KINDS",
    "Inferred",
    "Kind",
    "Mismatch",
    "MismatchReport",
    "NotReported",
    "Plain",
    "Severity",
]


def __dir__() -> list[str]:
    return __all__


Kind: TypeAlias = Literal[
    "unaddressed",
    "untargeted",
    "wrong_level",
    "no_link",
    "weak_basis",
    "undiagnosed",
    "no_gap",
    "relational_unmet",
]
"""The kinds of mismatch that come with the library; a rule of one's own may bring another.

Examples:
    >>> from typing import get_args
    >>> get_args(Kind)[0]
    'unaddressed'
"""

KINDS: Final[tuple[str, ...]] = get_args(Kind)
"""The kinds in their order.

Examples:
    >>> len(KINDS)
    8
"""

Severity: TypeAlias = Literal["high", "medium", "low"]
"""How much hangs on a mismatch; what earns which is stated with each rule.

Examples:
    >>> from typing import get_args
    >>> get_args(Severity)
    ('high', 'medium', 'low')
"""

Plain: TypeAlias = dict[str, object]
"""A result as plain values, ready for JSON.

Examples:
    >>> line: Plain = {"kind": "no_gap", "barrier": None}
"""


@frozen(kw_only=True)
class Mismatch:
    """One thing in a study or plan that does not fit.

    Attributes:
        study: id of the study.
        kind: which rule found it, such as ``unaddressed``.
        barrier: id of the barrier; None where the mismatch is not about one.
        strategy: id of the strategy; None where it is about none, or about several.
        severity: high, medium or low, by what the rule states.
        because: why, in words, with the numbers and the crosswalks it rests on.
        basis: the basis it rests on; None where it rests on the study alone.
        barrier_label: the study's words for the barrier.
        strategy_label: the study's words for the strategy.
        strategies: ids of all strategies it is about.
        rule: the rule in one sentence.
        source: where the rule comes from.

    Examples:
        >>> from implsci import Study, Innovation
        >>> from implsci.mismatch import mismatches
        >>> plan = Study(
        ...     id="p", title="P", scale_stage="planning", innovation=Innovation(name="app")
        ... )
        >>> mismatches(plan)[0].severity
        'high'
    """

    study: str
    kind: str
    barrier: str | None = None
    strategy: str | None = None
    severity: Severity
    because: str
    basis: str | None = None
    barrier_label: str | None = None
    strategy_label: str | None = None
    strategies: tuple[str, ...] = ()
    rule: str
    source: str

    def to_dict(self) -> Plain:
        """Return it as plain values, in the order of the public JSON shape."""
        return {**asdict(self), "strategies": list(self.strategies)}


@frozen(kw_only=True)
class NotReported:
    """A kind that cannot be judged, for the whole study or for one barrier of it.

    Attributes:
        kind: the kind.
        because: what is not known.
        barrier: id of the barrier it cannot be judged for; None for the whole study.

    Examples:
        >>> NotReported(kind="unaddressed", because="links were not coded").barrier is None
        True
    """

    kind: str
    because: str
    barrier: str | None = None

    def to_dict(self) -> Plain:
        """Return it as plain values."""
        return asdict(self)


@frozen(kw_only=True)
class Inferred:
    """A link that a basis suggests and the study does not state. It is no fact about the study.

    Where the basis speaks only of a wider or narrower term, its numbers are not those of this pair:
    they stand in `because` alone.

    Attributes:
        barrier: id of the barrier.
        strategy: id of the strategy.
        basis: the basis that suggests it.
        kind: of the basis: endorsement, theory, coding or observed.
        k: how many endorsed the pair; None where unknown.
        n: of how many asked; None where unknown.
        level: 1, 2, ``1-2`` or None.
        status: what the basis says the evidence amounts to, where it says so.
        because: the same in words, with any crosswalk gone over, and what another basis says against
            it.
        inferred: always True, so that no reader of the plain values can take it for a stated link.

    Examples:
        >>> Inferred(barrier="b", strategy="s", basis="x", kind="theory", because="...").inferred
        True
    """

    barrier: str
    strategy: str
    basis: str
    kind: LinkKind
    k: int | None = None
    n: int | None = None
    level: Level | None = None
    status: LinkStatus | None = None
    because: str
    inferred: Literal[True] = True

    def to_dict(self) -> Plain:
        """Return it as plain values."""
        return asdict(self)


@frozen(kw_only=True)
class MismatchReport:
    """What `implsci.mismatch.examine` finds in one study. Iterating gives the mismatches.

    Attributes:
        study: id of the study.
        mismatches: what does not fit; the gravest first, then by rule, barrier and strategy.
        judged: the kinds that could be judged on something in the study.
        not_reported: the kinds that could not, with the reason; absence proves nothing there.
        inferred: links that a basis suggests where the study's own were not coded in full.
        bases: names of the bases asked.
        notes: what else a reader should know, such as codes that no taxonomy holds.

    Examples:
        >>> from implsci import Study
        >>> from implsci.mismatch import examine
        >>> examine(Study(id="a", title="Nothing yet")).notes
        ('there is nothing to compare: no barrier, no strategy, no innovation',)
    """

    study: str
    mismatches: tuple[Mismatch, ...]
    judged: tuple[str, ...]
    not_reported: tuple[NotReported, ...]
    inferred: tuple[Inferred, ...]
    bases: tuple[str, ...]
    notes: tuple[str, ...]

    def __iter__(self) -> Iterator[Mismatch]:
        return iter(self.mismatches)

    def __len__(self) -> int:
        return len(self.mismatches)

    def to_dict(self) -> Plain:
        """Return it as plain values."""
        return {
            "study": self.study,
            "mismatches": [found.to_dict() for found in self.mismatches],
            "judged": list(self.judged),
            "not_reported": [item.to_dict() for item in self.not_reported],
            "inferred": [link.to_dict() for link in self.inferred],
            "bases": list(self.bases),
            "notes": list(self.notes),
        }
