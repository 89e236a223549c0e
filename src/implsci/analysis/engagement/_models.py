"""Which model of engagement a study tells, and which models a finding compares directly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from attrs import frozen

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.model import Finding, Outcome, Study
from implsci.plugins import Registry

__all__ = [
    "COMPARED",
    "FEATURE_SCHEMES",
    "MODELS",
    "DirectComparison",
    "EngagementModel",
    "Reading",
    "Seen",
]

EngagementModel: TypeAlias = Literal["push", "pull", "co-creation", "mixed", "other", "not told"]
"""A model of engagement as a study tells it: one of three, several of them, one that is none of the
three, or nothing.

Examples:
    >>> from typing import get_args
    >>> get_args(EngagementModel)[:3]
    ('push', 'pull', 'co-creation')
"""

MODELS: Final[tuple[EngagementModel, ...]] = (
    "push", "pull", "co-creation", "mixed", "other", "not told",
)  # fmt: skip
COMPARED: Final[tuple[EngagementModel, ...]] = ("push", "pull", "co-creation", "mixed")
FEATURE_SCHEMES: Final = ("relational", "trust", "participation")
_SINGLE: Final[tuple[EngagementModel, ...]] = ("push", "pull", "co-creation")


class Seen(NamedTuple):
    """A finding as it is counted.

    Attributes:
        study: its study.
        finding: the finding.
        outcome: what it is about.
        model: the model of engagement that its study tells.
    """

    study: Study
    finding: Finding
    outcome: Outcome
    model: EngagementModel

    @property
    def case(self) -> str:
        """The programme that the study belongs to, or the study."""
        return self.study.programme or self.study.id


@frozen(kw_only=True)
class DirectComparison:
    """A finding that compares two models of engagement inside one study.

    Attributes:
        study: id of the study.
        finding: id of the finding.
        outcome: label of the outcome.
        kind: its kind; None where it has none.
        model: the model on the finding's own side.
        against: the model it is compared with.
        basis: what the finding rests on; None where not stated.
        direction: which way it points, for `model` against `against`.
        metric: metric of its number; None without one.
        value: the number, as published.
        ci_low: lower end of its interval, as published.
        ci_high: upper end.

    Examples:
        >>> one = DirectComparison(
        ...     study="a", finding="f", outcome="use", kind="research_use", model="co-creation",
        ...     against="push", basis="effect", direction="improved", metric=None, value=None,
        ...     ci_low=None, ci_high=None,
        ... )
        >>> one.model, one.against
        ('co-creation', 'push')
    """

    study: str
    finding: str
    outcome: str
    kind: str | None
    model: EngagementModel
    against: EngagementModel
    basis: str | None
    direction: str
    metric: str | None
    value: float | None
    ci_low: float | None
    ci_high: float | None


class Reading:
    """Reads models off codes; a narrower code stands for the model it belongs to."""

    def __init__(self, registry: Registry) -> None:
        self._models: Mapping[str, EngagementModel] = dict(_codes(registry))

    def of_study(self, study: Study) -> EngagementModel:
        """Return the model a study tells."""
        return self._named(study.engagement)

    def compares(self, study: Study, finding: Finding) -> tuple[EngagementModel, ...]:
        """Return the finding's own model and the one it is compared with; nothing where it does not.

        The other side must bear the code of a model itself, on its arm or its strategies. The own
        side is what its arm or strategies bear, else what the study tells.
        """
        far = self._side(study, finding.comparator_arm, finding.comparator_strategies)
        if far == "not told":
            return ()
        near = self._side(study, finding.arm, finding.strategies)
        if near == "not told":
            near = self.of_study(study)
        return () if near in (far, "not told") else (near, far)

    def _side(self, study: Study, arm: str | None, strategies: Iterable[str]) -> EngagementModel:
        arms = [one for one in study.arms if one.id == arm]
        names = {*strategies, *(name for one in arms for name in one.strategies)}
        codes = [code for one in arms for code in one.codes]
        codes += [code for one in study.strategies if one.id in names for code in one.codes]
        return self._named(code for code in codes if code in self._models)

    def _named(self, codes: Iterable[Code]) -> EngagementModel:
        found: set[EngagementModel] = {
            self._models.get(code, "other")
            for code in codes
            if code in self._models or split(code)[0] not in FEATURE_SCHEMES
        }
        if len(found) > 1:
            return "mixed"
        return found.pop() if found else "not told"


def _codes(registry: Registry) -> Iterator[tuple[str, EngagementModel]]:
    for name in _SINGLE:
        code = f"engagement:{name}"
        yield code, name
        try:
            narrower = registry.expand(code)
        except (
            UnknownNameError
        ):  # the taxonomy is not installed; its three codes are known all the same
            continue
        for one in narrower:
            yield one, name
