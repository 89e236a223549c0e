"""Features of co-creation, counted: which relational actions and roles go with better outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci.analysis.engagement._evidence import cast
from implsci.analysis.engagement._models import EngagementModel, Seen
from implsci.analysis.tally import BASIS_WORDS
from implsci.analysis.votes import HarvestRow
from implsci.codes import Code, split
from implsci.model import Study

__all__ = ["ANY", "ANY_FEATURE", "FeatureCount", "FeatureKind", "features", "traits"]

FeatureKind = Literal["action", "role"]
"""A relational action or form of participation coded on a strategy or a study, or a role that findings
claim for a relationship.

Examples:
    >>> from typing import get_args
    >>> get_args(FeatureKind)
    ('action', 'role')
"""

ANY: Final[Mapping[FeatureKind, str]] = {
    "action": "any relational action",
    "role": "any role of a relationship",
}
ANY_FEATURE: Final = tuple(ANY.values())
"""The features that stand for any action, and for any role.

Examples:
    >>> ANY_FEATURE
    ('any relational action', 'any role of a relationship')
"""


_PARTICIPATION: Final = "participation"
_Trait: TypeAlias = tuple[FeatureKind, str]
_SIDES: Final[tuple[EngagementModel, ...]] = ("co-creation", "push")


@frozen(kw_only=True)
class FeatureCount:
    """Studies and programmes with and without one feature, co-creation beside push.

    A study without the feature does not tell it, which is not to say that it was absent. Each cell
    is how many point to better, of how many that tell a direction.

    Attributes:
        question: name of the question.
        feature: the code of an action, the role of a relationship, or any of a kind.
        label: the same in words.
        kind: ``action`` or ``role``.
        basis: what the findings rest on; bases are never added together.
        co_creation_with: better, of co-creation studies that tell the feature.
        co_creation_without: better, of those that do not.
        push_with: better, of push studies that tell it.
        push_without: better, of those that do not.
        because: which cells are empty, so that no comparison can be made over all four; None where
            none is.

    Examples:
        >>> one = FeatureCount(
        ...     question="capacity", feature="relational:learn-together", label="Learn together",
        ...     kind="action", basis="effect", co_creation_with=(3, 3), co_creation_without=(1, 4),
        ...     push_with=(1, 2), push_without=(0, 2), because=None,
        ... )
        >>> one.sentence()
        'Learn together: co-creation with it 3 of 3 better, without 1 of 4; push with it 1 of 2, ...'
    """

    question: str
    feature: str
    label: str
    kind: FeatureKind
    basis: str
    co_creation_with: tuple[int, int]
    co_creation_without: tuple[int, int]
    push_with: tuple[int, int]
    push_without: tuple[int, int]
    because: str | None

    def sentence(self) -> str:
        """Say the four counts, and what cannot be compared."""
        cells = (
            self.co_creation_with, self.co_creation_without, self.push_with, self.push_without,
        )  # fmt: skip
        with_it, without, push_with, push_without = (f"{k} of {n}" for k, n in cells)
        why = f" Cannot be estimated: {self.because}." if self.because else ""
        return (
            f"{self.label}: co-creation with it {with_it} better, without {without}; push with it "
            f"{push_with}, without {push_without}.{why}"
        )


def features(
    question: str,
    seen: Sequence[Seen],
    label: Callable[[str], str],
    relational: Callable[[Code], bool],
) -> tuple[FeatureCount, ...]:
    """Count, for each feature that a co-creation study tells, who has it and who gained."""
    told: dict[EngagementModel, dict[str, set[_Trait]]] = {model: {} for model in _SIDES}
    for one in seen:
        if one.model in told:
            told[one.model].setdefault(one.case, set()).update(traits(one.study, relational))
    ballots = {model: cast([one for one in seen if one.model == model]) for model in _SIDES}
    names = sorted({trait for own in told["co-creation"].values() for trait in own}, key=_order)
    return tuple(
        _counted(
            question, trait, label, basis, {m: ballots[m].get(basis, ()) for m in _SIDES}, told
        )
        for trait in names
        for basis in BASIS_WORDS
        if basis in ballots["co-creation"]
        and any(trait in told["co-creation"][bar.study] for bar in ballots["co-creation"][basis])
    )


def traits(study: Study, relational: Callable[[Code], bool]) -> Iterator[_Trait]:
    """Yield the features a study tells, less those of strategies that only comparators got."""
    others = _compared_with(study)
    codes = {code for node in study.strategies if node.id not in others for code in node.codes}
    for code in codes.union(study.engagement):
        if relational(code):
            yield "action", code
            yield "action", ANY["action"]
        elif split(code)[0] == _PARTICIPATION:  # how far people take part, which is no such action
            yield "action", code
    for finding in study.findings:
        if finding.role is not None:
            yield "role", finding.role
            yield "role", ANY["role"]


def _compared_with(study: Study) -> set[str]:
    """Return the strategies that stand on the far side of comparisons, and never on the near one."""
    got = {arm.id: arm.strategies for arm in study.arms}
    near: set[str] = set()
    far: set[str] = set()
    for finding in study.findings:
        near.update(finding.strategies, got.get(finding.arm or "", ()))
        far.update(finding.comparator_strategies, got.get(finding.comparator_arm or "", ()))
    return far - near


def _order(trait: _Trait) -> tuple[str, bool, str]:
    kind, name = trait
    return kind, name != ANY[kind], name


def _counted(
    question: str,
    trait: _Trait,
    label: Callable[[str], str],
    basis: str,
    bars: Mapping[EngagementModel, Sequence[HarvestRow]],
    told: Mapping[EngagementModel, Mapping[str, set[_Trait]]],
) -> FeatureCount:
    kind, name = trait

    def cell(model: EngagementModel, has: bool) -> tuple[int, int]:
        own = [
            bar.vote
            for bar in bars[model]
            if bar.vote != "unclear" and (trait in told[model][bar.study]) is has
        ]
        return own.count("better"), len(own)

    cells = {
        f"{model} study {'with' if has else 'without'} it": cell(model, has)
        for model in _SIDES
        for has in (True, False)
    }
    empty = [words for words, (_, n) in cells.items() if not n]
    first, second, third, fourth = cells.values()
    return FeatureCount(
        question=question,
        feature=name,
        label=label(name) if kind == "action" and name != ANY[kind] else _role(kind, name),
        kind=kind,
        basis=basis,
        co_creation_with=first,
        co_creation_without=second,
        push_with=third,
        push_without=fourth,
        because=f"no {' and no '.join(empty)} tells a direction" if empty else None,
    )


def _role(kind: FeatureKind, name: str) -> str:
    if name == ANY[kind]:
        return name[0].upper() + name[1:]
    return f"Relationship as {name.replace('_', ' ')}"
