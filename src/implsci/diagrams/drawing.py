"""From a study or plan to the diagram of what it states, and of what follows from that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part, PartKind
from implsci.errors import InvalidQueryError
from implsci.escaping import one_line
from implsci.model import Barrier, Outcome, Study

__all__ = ["causal_pathway", "logic_model"]


def __dir__() -> list[str]:
    return __all__


def causal_pathway(study: Study) -> Diagram:
    """Draw the causal pathway of a study or plan (Lewis 2018, doi:10.3389/fpubh.2018.00136).

    Arrows are those the record states: a strategy acts through a mechanism, a mechanism changes a
    barrier, a strategy addresses a barrier, builds a relationship, is meant to change an outcome,
    and a finding ties a relationship to an outcome as strategy, determinant or mediator. Where a
    strategy states both what it addresses and what it is meant to change, the arrow from the one to
    the other is drawn as *implied*, and so is one from a proximal to a distal outcome of one
    strategy. A relationship said to be a moderator or a necessary condition, and what a mechanism
    presupposes, become conditions; none of these arrows is evidence that anything works.

    Args:
        study: the study or plan.

    Returns:
        The diagram; parts that nothing ties to another part are kept.

    Raises:
        InvalidQueryError: the study has no strategy, mechanism, barrier or outcome to draw.
        CycleError: what it states leads back to where it began.

    Examples:
        >>> from implsci import Barrier, Mechanism, Strategy, Study
        >>> study = Study(
        ...     id="a",
        ...     title="Practice makes confident",
        ...     barriers=(Barrier(id="b", label="low confidence"),),
        ...     strategies=(Strategy(id="s", label="rehearsal", acts_through=("m",)),),
        ...     mechanisms=(Mechanism(id="m", label="mastery", barriers=("b",)),),
        ... )
        >>> [(arrow.source, arrow.target) for arrow in causal_pathway(study).arrows]
        [('s', 'm'), ('m', 'b')]
    """
    parts = tuple(_parts(study))
    if not parts:
        raise InvalidQueryError(
            f"study {study.id} has no strategy, mechanism, barrier or outcome to draw"
        )
    arrows = _Arrows()
    _state(study, arrows)
    _imply(study, arrows)
    return Diagram(
        kind="causal-pathway",
        title=one_line(study.title),
        parts=parts,
        arrows=arrows.all(),
        conditions=tuple(_conditions(study, arrows)),
    )


def logic_model(study: Study) -> Diagram:
    """Draw the implementation research logic model of a study or plan (Smith 2020).

    Its columns are determinants (barriers and facilitators), strategies, mechanisms and outcomes
    (doi:10.1186/s13012-020-01041-8); arrows lead from a determinant to the strategies that address
    it, from a strategy to its mechanisms, and on to the outcomes it is meant to change. What a
    record does not state is not drawn; an arrow from a mechanism to an outcome is *implied*, since
    the record ties both to the strategy and not to each other.

    Args:
        study: the study or plan.

    Raises:
        InvalidQueryError: the study has nothing to draw.

    Examples:
        >>> from implsci import Barrier, Strategy, Study
        >>> study = Study(
        ...     id="a",
        ...     title="Reminders",
        ...     barriers=(Barrier(id="b", label="forgotten"),),
        ...     strategies=(Strategy(id="s", label="reminders", addresses=("b",)),),
        ... )
        >>> [(arrow.source, arrow.target) for arrow in logic_model(study).arrows]
        [('b', 's')]
    """
    parts = tuple(_parts(study))
    if not parts:
        raise InvalidQueryError(
            f"study {study.id} has no strategy, mechanism, barrier or outcome to draw"
        )
    arrows = _Arrows()
    mechanisms = {mechanism.id: mechanism for mechanism in study.mechanisms}
    for strategy in study.strategies:
        reached = {
            barrier for name in strategy.acts_through for barrier in mechanisms[name].barriers
        }
        for barrier in strategy.addresses:
            arrows.add(barrier, strategy.id)
        for barrier in sorted(reached - set(strategy.addresses)):
            arrows.add(barrier, strategy.id, strategy.id)
        for name in strategy.acts_through:
            arrows.add(strategy.id, name)
        for tie in strategy.builds:
            arrows.add(strategy.id, tie)
        for outcome in strategy.outcomes:
            if strategy.acts_through:
                for name in strategy.acts_through:
                    arrows.add(name, outcome, strategy.id)
            else:
                arrows.add(strategy.id, outcome)
    return Diagram(
        kind="logic-model",
        title=one_line(study.title),
        parts=parts,
        arrows=arrows.all(),
        conditions=tuple(_preconditions(study)),
    )


class _Arrows:
    """Arrows in the order they were found; a stated one takes the place of an implied one."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, str], dict[str, None] | None] = {}
        self._after: dict[str, list[str]] = {}

    def add(self, source: str, target: str, of: str | None = None) -> None:
        """Take in an arrow, stated unless it is implied by a strategy."""
        if (source, target) not in self._of:
            self._after.setdefault(source, []).append(target)
        if of is None:
            self._of[source, target] = None
            return
        known = self._of.setdefault((source, target), {})
        if known is not None:
            known[of] = None

    def all(self) -> tuple[Arrow, ...]:
        return tuple(
            Arrow(source=source, target=target)
            if of is None
            else Arrow(source=source, target=target, ground="implied", of=tuple(of))
            for (source, target), of in self._of.items()
        )

    def first_towards(self, source: str, target: str) -> str | None:
        """Return where the first arrow of a way from source to target goes; None without a way."""
        return next(
            (after for after in self._after.get(source, ()) if self._reaches(after, target)), None
        )

    def _reaches(self, start: str, end: str) -> bool:
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            if here == end:
                return True
            for after in self._after.get(here, ()):
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        return False


def _parts(study: Study) -> Iterator[Part]:
    for strategy in study.strategies:
        yield Part(
            id=strategy.id, kind="strategy", label=one_line(strategy.label), codes=strategy.codes
        )
    for mechanism in study.mechanisms:
        yield Part(
            id=mechanism.id,
            kind="mechanism",
            label=one_line(mechanism.label),
            codes=mechanism.codes,
        )
    conditions = _only_conditions(study)
    for tie in study.relationships:
        if tie.id not in conditions:
            yield Part(id=tie.id, kind="relationship", label=one_line(tie.label), codes=tie.codes)
    for barrier in study.barriers:
        yield Part(
            id=barrier.id,
            kind=_barrier_kind(barrier),
            label=one_line(barrier.label),
            codes=barrier.codes,
        )
    for outcome in study.outcomes:
        yield Part(
            id=outcome.id,
            kind=_outcome_kind(outcome),
            label=one_line(outcome.label),
            codes=outcome.codes,
        )


def _barrier_kind(barrier: Barrier) -> PartKind:
    return "facilitator" if barrier.valence == "facilitator" else "barrier"


def _outcome_kind(outcome: Outcome) -> PartKind:
    return outcome.distance or "outcome"


def _only_conditions(study: Study) -> set[str]:
    """Return relationships that nothing does but condition something else."""
    roles: dict[str, set[str | None]] = {tie.id: set() for tie in study.relationships}
    for finding in study.findings:
        if finding.relationship is not None:
            roles[finding.relationship].add(finding.role)
    built = {tie for strategy in study.strategies for tie in strategy.builds}
    return {
        tie
        for tie, played in roles.items()
        if played and played <= {"moderator", "necessary_condition"} and tie not in built
    }


def _state(study: Study, arrows: _Arrows) -> None:
    mechanisms = {mechanism.id: mechanism for mechanism in study.mechanisms}
    for strategy in study.strategies:
        reached = {
            barrier for name in strategy.acts_through for barrier in mechanisms[name].barriers
        }
        for name in strategy.acts_through:
            arrows.add(strategy.id, name)
        for barrier in strategy.addresses:
            if barrier not in reached:  # else the mechanism stands between them
                arrows.add(strategy.id, barrier)
        for built in strategy.builds:
            arrows.add(strategy.id, built)
        if not strategy.addresses and not reached and not strategy.acts_through:
            for outcome in strategy.outcomes:
                arrows.add(strategy.id, outcome)
    for mechanism in study.mechanisms:
        for barrier in mechanism.barriers:
            arrows.add(mechanism.id, barrier)
    for finding in study.findings:
        tie = finding.relationship
        if tie is None:
            continue
        if finding.role in ("strategy", "determinant", "mediator"):
            arrows.add(tie, finding.outcome)
        if finding.role == "mediator":
            for source in finding.strategies:
                arrows.add(source, tie)


def _imply(study: Study, arrows: _Arrows) -> None:
    mechanisms = {mechanism.id: mechanism for mechanism in study.mechanisms}
    distance = {outcome.id: outcome.distance for outcome in study.outcomes}
    for strategy in study.strategies:
        near = [one for one in strategy.outcomes if distance[one] != "distal"]
        far = [one for one in strategy.outcomes if distance[one] == "distal"]
        reached = [
            *strategy.addresses,
            *(barrier for name in strategy.acts_through for barrier in mechanisms[name].barriers),
        ]
        ends = reached or list(strategy.acts_through)
        for end in dict.fromkeys(ends):
            for outcome in near or far:
                arrows.add(end, outcome, strategy.id)
        if near:
            for outcome in far:
                for before in near:
                    if distance[before] == "proximal":
                        arrows.add(before, outcome, strategy.id)


def _conditions(study: Study, arrows: _Arrows) -> Iterator[Condition]:
    yield from _preconditions(study)
    labels = {tie.id: tie.label for tie in study.relationships}
    seen: set[tuple[str, str, str | None]] = set()
    taken = _ids(study)
    for finding in study.findings:
        tie = finding.relationship
        if tie is None or finding.role not in ("moderator", "necessary_condition"):
            continue
        for source, target in _borne_on(finding.role, finding.strategies, finding.outcome, arrows):
            if (tie, source, target) in seen:
                continue
            seen.add((tie, source, target))
            yield Condition(
                id=_free(tie, taken),
                kind="moderator" if finding.role == "moderator" else "precondition",
                label=one_line(labels[tie]),
                source=source,
                target=target,
            )


def _borne_on(
    role: str, strategies: Iterable[str], outcome: str, arrows: _Arrows
) -> Iterator[tuple[str, str | None]]:
    """Yield what a condition ends on: the first arrow towards the outcome, else the outcome."""
    found = False
    if role == "moderator":
        for strategy in strategies:
            after = arrows.first_towards(strategy, outcome)
            if after is not None:
                found = True
                yield strategy, after
    if not found:
        yield outcome, None


def _preconditions(study: Study) -> Iterator[Condition]:
    taken = _ids(study)
    for mechanism in study.mechanisms:
        for number, text in enumerate(mechanism.preconditions, 1):
            if one_line(text):
                yield Condition(
                    id=_free(f"{mechanism.id}.p{number}", taken),
                    kind="precondition",
                    label=one_line(text),
                    source=mechanism.id,
                )


def _ids(study: Study) -> set[str]:
    return {part.id for part in _parts(study)}


def _free(wanted: str, taken: set[str]) -> str:
    """Return an id that no part and no earlier condition has, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}.{number}"
    taken.add(name)
    return name
