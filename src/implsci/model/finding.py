"""Findings: the sourced claims that join strategies, barriers and relationships to an outcome."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject
from implsci.model.evidence import Coding, Estimate

__all__ = ["Comparator", "Direction", "Finding", "FindingBasis", "Role"]


def __dir__() -> list[str]:
    return __all__


Direction = Literal["improved", "worsened", "no_difference", "maintained", "mixed", "unclear"]
FindingBasis = Literal["effect", "association", "description", "asserted", "theorized"]
Role = Literal["strategy", "moderator", "mediator", "necessary_condition", "determinant", "outcome"]
Comparator = Literal["none", "before", "usual_practice", "arm", "strategy", "other"]


@frozen(kw_only=True, eq=False, repr=False)
class Finding(Record):
    """What one study says came of something.

    Attributes:
        id: the finding's name inside its study.
        outcome: id of the outcome it is about.
        direction: improved and worsened are relative to what is desirable; ``maintained`` is a gain
            that held; ``no_difference`` is a null result, which is not the same as ``unclear``.
        strategies: ids of the strategies behind it; several make it a bundled finding.
        barriers: ids of the barriers it speaks of.
        mechanisms: ids of the mechanisms it speaks of.
        relationship: id of the relationship it speaks of.
        role: the role it claims for that relationship.
        basis: ``effect`` (against a comparator), ``association``, ``description``, ``asserted`` or
            ``theorized``; these are never added together.
        comparator: what it was compared with.
        comparator_label: the same in the source's words.
        comparator_arm: id of the arm compared with.
        comparator_strategies: ids of the strategies compared with.
        arm: id of the arm that got the strategies.
        setting: id of the setting it holds for.
        timepoint: when it was measured, in the source's words.
        subgroup: for whom it holds, where not for all.
        estimate: the number, where there is one.
        n: how many people, sites or records stand behind it.
        codings: what each coder gave, kept beside the settled values.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, a role without a relationship, or an effect without a comparator.

    Examples:
        >>> Finding(id="f1", outcome="o1", direction="improved", strategies=("s1", "s2")).bundled
        True
    """

    id: str
    outcome: str
    direction: Direction
    strategies: tuple[str, ...] = ()
    barriers: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    relationship: str | None = None
    role: Role | None = None
    basis: FindingBasis | None = None
    comparator: Comparator | None = None
    comparator_label: str | None = None
    comparator_arm: str | None = None
    comparator_strategies: tuple[str, ...] = ()
    arm: str | None = None
    setting: str | None = None
    timepoint: str | None = None
    subgroup: str | None = None
    estimate: Estimate | None = None
    n: int | None = None
    codings: tuple[Coding, ...] = ()
    note: str | None = None

    @property
    def bundled(self) -> bool:
        """Whether several strategies stand behind it, so that no effect belongs to one of them."""
        return len(self.strategies) > 1

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        if self.role is not None and self.relationship is None:
            faults.append(Fault("role", "needs a relationship that plays it"))
        if self.basis == "effect" and self.comparator == "none":
            faults.append(Fault("basis", "an effect needs a comparator, and it says none"))
        rules.count(faults, "n", self.n)
        if faults:
            reject(self, faults, self.id)
