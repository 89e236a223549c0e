"""From a diagram back to a plan: a study in its planning stage that states what was drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part
from implsci.errors import InvalidQueryError
from implsci.identifiers import make_id
from implsci.model import Barrier, Finding, Mechanism, Outcome, Relationship, Strategy, Study

__all__ = ["to_study"]


def __dir__() -> list[str]:
    return __all__


_OUTCOMES: Final = ("proximal", "outcome", "distal")
_DETERMINANTS: Final = ("barrier", "facilitator")
# Where an arrow of a kind of part may lead so that a study has a place for it.
_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "strategy": ("mechanism", "relationship", *_DETERMINANTS, *_OUTCOMES),
    "mechanism": (*_DETERMINANTS, *_OUTCOMES),
    "relationship": _OUTCOMES,
    "barrier": ("strategy", *_OUTCOMES),
    "facilitator": ("strategy", *_OUTCOMES),
    "proximal": _OUTCOMES,
    "outcome": _OUTCOMES,
    "distal": (),
}


def to_study(diagram: Diagram, id: str | None = None) -> Study:
    """Turn a diagram into a plan: a study in its planning stage.

    Arrows become ``acts_through``, ``addresses``, ``builds`` and ``outcomes`` of strategies and
    ``barriers`` of mechanisms. What a strategy is meant to change is read from every arrow that
    leads to an outcome, through whatever stands between; an implied arrow counts for the strategies
    it follows from alone. A condition on a mechanism becomes its precondition. Any other one, and an
    arrow to an outcome from what no strategy leads to, becomes a finding of basis ``theorized``,
    since a drawing claims and does not show.

    Args:
        diagram: the diagram.
        id: the study's id; made from the title where None.

    Raises:
        InvalidQueryError: an arrow of a kind that a study has no place for, such as from one
            strategy to another.
        InvalidRecord: an id that a study cannot have.

    Examples:
        >>> from implsci.diagrams import Arrow, Diagram, Part
        >>> plan = to_study(
        ...     Diagram(
        ...         kind="causal-pathway",
        ...         title="Rehearsal",
        ...         parts=(
        ...             Part(id="s", kind="strategy", label="rehearsal"),
        ...             Part(id="b", kind="barrier", label="low confidence"),
        ...         ),
        ...         arrows=(Arrow(source="s", target="b"),),
        ...     )
        ... )
        >>> plan.scale_stage, plan.strategies[0].addresses
        ('planning', ('b',))
    """
    return _Reading(diagram).study(id)


class _Reading:
    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._parts = {part.id: part for part in diagram.parts}
        self._after: dict[str, list[Arrow]] = {part.id: [] for part in diagram.parts}
        self._before: dict[str, list[str]] = {part.id: [] for part in diagram.parts}
        for arrow in diagram.arrows:
            self._held(self._parts[arrow.source], self._parts[arrow.target])
            self._after[arrow.source].append(arrow)
            self._before[arrow.target].append(arrow.source)
        self._place = {part.id: index for index, part in enumerate(diagram.parts)}
        self._meant = {part.id: self._outcomes_of(part.id) for part in self._of("strategy")}

    def _held(self, source: Part, target: Part) -> None:
        if target.kind not in _PLACES[source.kind]:
            raise InvalidQueryError(
                f"{source.id} -> {target.id}: a study has no place for an arrow from "
                f"{_with_article(source.kind)} to {_with_article(target.kind)}"
            )

    def _outcomes_of(self, strategy: str) -> tuple[str, ...]:
        """Return the outcomes that ways from a strategy lead to, never through another strategy."""
        reached: set[str] = set()
        waiting = [strategy]
        while waiting:
            for arrow in self._after[waiting.pop()]:
                theirs = arrow.of and strategy not in arrow.of
                there = arrow.target
                if there in reached or theirs or self._parts[there].kind == "strategy":
                    continue
                reached.add(there)
                waiting.append(there)
        found = (one for one in reached if self._parts[one].kind in _OUTCOMES)
        return tuple(sorted(found, key=self._place.__getitem__))

    def study(self, identifier: str | None) -> Study:
        ties, findings = self._claims()
        return Study(
            id=identifier or make_id([self._diagram.title], set()),
            title=self._diagram.title,
            scale_stage="planning",
            barriers=tuple(
                Barrier(
                    id=part.id,
                    label=part.label,
                    codes=part.codes,
                    valence="facilitator" if part.kind == "facilitator" else "barrier",
                )
                for part in self._of(*_DETERMINANTS)
            ),
            strategies=tuple(map(self._strategy, self._of("strategy"))),
            mechanisms=tuple(map(self._mechanism, self._of("mechanism"))),
            relationships=ties,
            outcomes=tuple(
                Outcome(
                    id=part.id,
                    label=part.label,
                    codes=part.codes,
                    distance=None if part.kind == "outcome" else part.kind,  # type: ignore[arg-type]  # proximal or distal is left
                )
                for part in self._of(*_OUTCOMES)
            ),
            findings=findings,
            links_coded="complete",
        )

    def _of(self, *kinds: str) -> list[Part]:
        return [part for part in self._diagram.parts if part.kind in kinds]

    def _kinds(self, identifiers: Iterable[str], *kinds: str) -> tuple[str, ...]:
        return tuple(one for one in identifiers if self._parts[one].kind in kinds)

    def _next(self, identifier: str) -> list[str]:
        return [arrow.target for arrow in self._after[identifier]]

    def _strategy(self, part: Part) -> Strategy:
        after = self._next(part.id)
        mechanisms = self._kinds(after, "mechanism")
        addressed = [
            *self._kinds(after, *_DETERMINANTS),
            *self._kinds(self._before[part.id], *_DETERMINANTS),
            *(
                barrier
                for mechanism in mechanisms
                for barrier in self._kinds(self._next(mechanism), *_DETERMINANTS)
            ),
        ]
        return Strategy(
            id=part.id,
            label=part.label,
            codes=part.codes,
            addresses=tuple(dict.fromkeys(addressed)),
            acts_through=mechanisms,
            builds=self._kinds(after, "relationship"),
            outcomes=self._meant[part.id],
        )

    def _mechanism(self, part: Part) -> Mechanism:
        return Mechanism(
            id=part.id,
            label=part.label,
            codes=part.codes,
            barriers=self._kinds(self._next(part.id), *_DETERMINANTS),
            preconditions=tuple(
                one.label for one in self._of_mechanisms() if one.source == part.id
            ),
        )

    def _of_mechanisms(self) -> list[Condition]:
        """Return the conditions that a study keeps on its mechanisms."""
        return [
            one
            for one in self._diagram.conditions
            if one.kind == "precondition"
            and one.target is None
            and self._parts[one.source].kind == "mechanism"
        ]

    def _claims(self) -> tuple[tuple[Relationship, ...], tuple[Finding, ...]]:
        """Return the relationships, and what is claimed of them and of what no strategy leads to."""
        ties = {
            part.id: Relationship(id=part.id, label=part.label, codes=part.codes)
            for part in self._of("relationship")
        }
        taken = {*self._parts, *(one.id for one in self._diagram.conditions)}
        findings = [*self._of_ties(taken), *self._of_nobody(taken)]
        named: dict[str, str] = {}
        kept = self._of_mechanisms()
        for one in self._diagram.conditions:
            if one in kept:
                continue
            tie = named.setdefault(
                one.label, one.id
            )  # one relationship may condition several things
            ties.setdefault(tie, Relationship(id=tie, label=one.label))
            findings.append(
                Finding(
                    id=make_id(["claim"], taken), outcome=self._bears_on(one), direction="unclear",
                    strategies=self._kinds([one.source], "strategy"), relationship=tie,
                    role="moderator" if one.kind == "moderator" else "necessary_condition",
                    basis="theorized",
                )
            )  # fmt: skip
        return tuple(ties.values()), tuple(findings)

    def _of_ties(self, taken: set[str]) -> Iterable[Finding]:
        for part in self._of("relationship"):
            for outcome in self._kinds(self._next(part.id), *_OUTCOMES):
                built = self._kinds(self._before[part.id], "strategy")
                yield Finding(
                    id=make_id(["claim"], taken), outcome=outcome, direction="unclear",
                    strategies=built, relationship=part.id,
                    role="mediator" if built else "determinant", basis="theorized",
                )  # fmt: skip

    def _of_nobody(self, taken: set[str]) -> Iterable[Finding]:
        """Yield what leads to an outcome though no strategy leads to it."""
        for arrow in self._diagram.arrows:
            source, target = self._parts[arrow.source], self._parts[arrow.target]
            if target.kind not in _OUTCOMES or source.kind not in (*_DETERMINANTS, "mechanism"):
                continue
            if any(
                target.id in meant and self._leads(strategy, source.id)
                for strategy, meant in self._meant.items()
            ):
                continue
            held = (source.id,)
            yield Finding(
                id=make_id(["claim"], taken), outcome=target.id, direction="unclear",
                basis="theorized",
                barriers=held if source.kind in _DETERMINANTS else (),
                mechanisms=held if source.kind == "mechanism" else (),
            )  # fmt: skip

    def _leads(self, strategy: str, to: str) -> bool:
        """Say whether a strategy leads to a mechanism or determinant, directly or over one more."""
        after = {*self._next(strategy), *self._kinds(self._before[strategy], *_DETERMINANTS)}
        return to in after or not after.isdisjoint(self._before[to])

    def _bears_on(self, one: Condition) -> str:
        """Return the first outcome that what a condition bears on leads to."""
        start = one.target or one.source
        reached, waiting = {start}, [start]
        while waiting:
            for after in self._next(waiting.pop()):
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        for part in self._of(*_OUTCOMES):
            if part.id in reached:
                return part.id
        raise InvalidQueryError(
            f"{one.kind} {one.label!r}: a study has a place for it only where what it bears on leads "
            "to an outcome"
        )


def _with_article(kind: str) -> str:
    return f"{'an' if kind == 'outcome' else 'a'} {kind}"
