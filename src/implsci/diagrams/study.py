"""From a diagram back to a plan: a study in its planning stage that states what was drawn."""

from __future__ import annotations

from implsci.diagrams.diagram import Condition, Diagram, Part
from implsci.errors import InvalidQueryError
from implsci.identifiers import make_id
from implsci.model import Barrier, Finding, Mechanism, Outcome, Relationship, Strategy, Study

__all__ = ["to_study"]


def __dir__() -> list[str]:
    return __all__


_OUTCOMES = ("proximal", "outcome", "distal")
_DETERMINANTS = ("barrier", "facilitator")


def to_study(diagram: Diagram, id: str | None = None) -> Study:
    """Turn a diagram into a plan: a study in its planning stage.

    Arrows become ``acts_through``, ``addresses``, ``builds`` and ``outcomes`` of strategies and
    ``barriers`` of mechanisms. What a strategy is meant to change is read from every arrow that
    leads to an outcome, through whatever stands between. A condition on a mechanism becomes its
    precondition; any other one, a relationship with a finding of basis ``theorized``, since a
    drawing claims and does not show.

    Args:
        diagram: the diagram.
        id: the study's id; made from the title where None.

    Raises:
        InvalidQueryError: an arrow of a kind that a study has no place for, such as from an outcome
            to a strategy.
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


def _with_article(kind: str) -> str:
    return f"{'an' if kind == 'outcome' else 'a'} {kind}"


class _Reading:
    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._parts = {part.id: part for part in diagram.parts}
        self._after: dict[str, list[str]] = {part.id: [] for part in diagram.parts}
        self._before: dict[str, list[str]] = {part.id: [] for part in diagram.parts}
        for arrow in diagram.arrows:
            self._held(self._parts[arrow.source], self._parts[arrow.target])
            self._after[arrow.source].append(arrow.target)
            self._before[arrow.target].append(arrow.source)

    def _held(self, source: Part, target: Part) -> None:
        order = ("strategy", "mechanism", "relationship", *_DETERMINANTS, *_OUTCOMES)
        turned = source.kind in _DETERMINANTS and target.kind == "strategy"
        if turned or order.index(source.kind) <= order.index(target.kind):
            return
        raise InvalidQueryError(
            f"{source.id} -> {target.id}: a study has no place for an arrow from "
            f"{_with_article(source.kind)} to {_with_article(target.kind)}"
        )

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

    def _kinds(self, identifiers: list[str], *kinds: str) -> tuple[str, ...]:
        return tuple(one for one in identifiers if self._parts[one].kind in kinds)

    def _strategy(self, part: Part) -> Strategy:
        after = self._after[part.id]
        mechanisms = self._kinds(after, "mechanism")
        addressed = [
            *self._kinds(after, *_DETERMINANTS),
            *self._kinds(self._before[part.id], *_DETERMINANTS),
            *(
                barrier
                for mechanism in mechanisms
                for barrier in self._kinds(self._after[mechanism], *_DETERMINANTS)
            ),
        ]
        return Strategy(
            id=part.id,
            label=part.label,
            codes=part.codes,
            addresses=tuple(dict.fromkeys(addressed)),
            acts_through=mechanisms,
            builds=self._kinds(after, "relationship"),
            outcomes=tuple(
                one.id for one in self._of(*_OUTCOMES) if one.id in self._reached(part.id)
            ),
        )

    def _mechanism(self, part: Part) -> Mechanism:
        return Mechanism(
            id=part.id,
            label=part.label,
            codes=part.codes,
            barriers=self._kinds(self._after[part.id], *_DETERMINANTS),
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

    def _reached(self, start: str) -> set[str]:
        reached: set[str] = set()
        waiting = [start]
        while waiting:
            for after in self._after[waiting.pop()]:
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
        return reached

    def _claims(self) -> tuple[tuple[Relationship, ...], tuple[Finding, ...]]:
        """Return the relationships, and what is claimed of them."""
        ties = {
            part.id: Relationship(id=part.id, label=part.label, codes=part.codes)
            for part in self._of("relationship")
        }
        findings: list[Finding] = []
        taken = {*self._parts, *(one.id for one in self._diagram.conditions)}
        for tie in list(ties):
            for outcome in self._kinds(self._after[tie], *_OUTCOMES):
                built = self._kinds(self._before[tie], "strategy")
                findings.append(
                    Finding(
                        id=make_id(["claim"], taken), outcome=outcome, direction="unclear",
                        strategies=built, relationship=tie,
                        role="mediator" if built else "determinant", basis="theorized",
                    )
                )  # fmt: skip
        for one in self._diagram.conditions:
            if one in self._of_mechanisms():
                continue
            reached = {one.source, *self._reached(one.target or one.source)}
            if one.target is not None:
                reached.add(one.target)
            outcomes = [part.id for part in self._of(*_OUTCOMES) if part.id in reached]
            if not outcomes:
                raise InvalidQueryError(
                    f"{one.kind} {one.label!r}: a study has a place for it only where what it bears "
                    "on leads to an outcome"
                )
            ties[one.id] = Relationship(id=one.id, label=one.label)
            strategies = self._kinds([one.source], "strategy")
            findings.append(
                Finding(
                    id=make_id(["claim"], taken), outcome=outcomes[0], direction="unclear",
                    strategies=strategies, relationship=one.id,
                    role="moderator" if one.kind == "moderator" else "necessary_condition",
                    basis="theorized",
                )
            )  # fmt: skip
        return tuple(ties.values()), tuple(findings)
