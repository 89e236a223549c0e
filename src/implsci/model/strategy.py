"""Strategies: what is done to bring a practice into use, and the mechanisms they work through."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._node import Node
from implsci.model._record import Record, reject
from implsci.model.evidence import Event, Measurement

__all__ = ["CoreRelation", "Mechanism", "Modification", "Nature", "Planned", "Strategy"]


def __dir__() -> list[str]:
    return __all__


Nature = Literal["technical", "relational", "mixed"]
Planned = Literal["planned_proactive", "planned_reactive", "unplanned_reactive"]
CoreRelation = Literal["consistent", "inconsistent", "unknown"]


@frozen(kw_only=True, eq=False, repr=False)
class Modification(Record):
    """A change made to a strategy, after the modules of FRAME-IS (doi:10.1186/s13012-021-01105-3).

    Attributes:
        what: what was changed.
        nature: the kind of change, such as adding, removing, substituting, tailoring, reordering.
        core_relation: whether the change keeps to the strategy's core elements.
        goal: why it was made.
        rationale_level: whose needs drove it, such as practitioner, organization or recipient.
        date: when, ISO 8601 to the precision known.
        planned: whether it was planned.
        decided_by: who took part in deciding.
        spread: how widely it was made.

    Raises:
        InvalidRecord: blank `what` or no date.

    Examples:
        >>> Modification(what="shorter sessions", planned="planned_reactive").planned
        'planned_reactive'
    """

    what: str
    nature: str | None = None
    core_relation: CoreRelation | None = None
    goal: str | None = None
    rationale_level: str | None = None
    date: str | None = None
    planned: Planned | None = None
    decided_by: str | None = None
    spread: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "what", self.what)
        rules.date(faults, "date", self.date)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Strategy(Node):
    """An implementation strategy, with the seven dimensions of Proctor 2013.

    The dimensions (doi:10.1186/1748-5908-8-139) are actor, action, action target, temporality, dose,
    outcomes and justification. What was delivered is the study's `Innovation`, never a strategy.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        actor: who carries it out.
        action: what they do.
        action_target: at whom or what it is aimed.
        temporality: when, or in which order.
        dose: how much, how often, how long.
        outcomes: ids of the outcomes it is meant to change.
        justification: why it was chosen.
        nature: technical, relational or mixed.
        addresses: ids of the barriers it is aimed at, as far as the source says so.
        acts_through: ids of the mechanisms it works through.
        builds: ids of the relationships it builds.
        modifications: changes made to it.
        events: its history.
        measurements: dose delivered, reach, cost and the like.
        cost: what it cost, in the source's words.

    Raises:
        InvalidRecord: bad id or code, or blank label.

    Examples:
        >>> Strategy(id="s1", label="practice facilitation", codes=("eric:facilitation",)).codes
        ('eric:facilitation',)
    """

    actor: str | None = None
    action: str | None = None
    action_target: str | None = None
    temporality: str | None = None
    dose: str | None = None
    outcomes: tuple[str, ...] = ()
    justification: str | None = None
    nature: Nature | None = None
    addresses: tuple[str, ...] = ()
    acts_through: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()
    modifications: tuple[Modification, ...] = ()
    events: tuple[Event, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    cost: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Mechanism(Node):
    """A process or event through which a strategy works (Lewis 2018, doi:10.3389/fpubh.2018.00136).

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        barriers: ids of the barriers it changes.
        preconditions: what must hold for it to start.

    Raises:
        InvalidRecord: bad id or code, or blank label.

    Examples:
        >>> Mechanism(id="m1", label="more confidence", barriers=("b1",)).barriers
        ('b1',)
    """

    barriers: tuple[str, ...] = ()
    preconditions: tuple[str, ...] = ()
