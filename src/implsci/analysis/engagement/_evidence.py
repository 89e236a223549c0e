"""What the studies of one model say on one question: counted, voted and pooled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.engagement._models import EngagementModel, Seen
from implsci.analysis.pooling import Drawn, Pooled, pool
from implsci.analysis.tally import Tally, tally
from implsci.analysis.votes import HarvestRow, sign_test, votes

__all__ = ["GroupVotes", "ModelEvidence", "cast", "evidence", "pooled_words", "reasons"]


@frozen(kw_only=True)
class GroupVotes:
    """How many studies or programmes of one model point which way, on one basis.

    Attributes:
        basis: what the findings rest on.
        better: those that point to better.
        worse: those that point to worse.
        no_difference: those that found no difference.
        mixed: those whose findings disagree.
        unclear: those that tell no direction; they are not in `told`.

    Examples:
        >>> one = GroupVotes(basis="effect", better=3, worse=0, no_difference=1, mixed=0, unclear=2)
        >>> one.told, one.share
        (4, 0.75)
    """

    basis: str
    better: int
    worse: int
    no_difference: int
    mixed: int
    unclear: int

    @property
    def told(self) -> int:
        """How many tell a direction, no difference and mixed included."""
        return self.better + self.worse + self.no_difference + self.mixed

    @property
    def share(self) -> float | None:
        """Share of those that tell a direction which point to better; None where none tells one."""
        return self.better / self.told if self.told else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share; it takes each vote to have the same chance."""
        if not self.told:
            return None
        found = sign_test(self.better, self.told)
        return found.ci_low, found.ci_high


@frozen(kw_only=True)
class ModelEvidence:
    """What the studies of one model say on one question.

    Attributes:
        model: the model.
        n_studies: studies with a finding on the question.
        n_cases: the same with the studies of one programme as one.
        n_findings: number of findings.
        by_basis: the findings by basis and direction; bases are never added together.
        votes: one vote a study or programme, on each basis.
        pooled: one estimate a metric, of effects against a comparator within this model; these say
            how large effects are, not how the model compares with another.
        because: why nothing is pooled; None where something is.
        left_out: how many findings stayed out of pooling, by reason.
        studies: ids of the studies.

    Examples:
        >>> import implsci
        >>> from implsci.analysis import engagement
        >>> found = engagement.compare(implsci.load("implsci-examples"))
        >>> found["capacity"].of("push").n_findings
        0
    """

    model: EngagementModel
    n_studies: int
    n_cases: int
    n_findings: int
    by_basis: Tally
    votes: tuple[GroupVotes, ...]
    pooled: tuple[Pooled, ...]
    because: str | None
    left_out: Mapping[str, int]
    studies: tuple[str, ...]


@checked
def pooled_words(one: Pooled) -> str:
    """Say a pooled estimate in a few words.

    Examples:
        >>> import implsci
        >>> from implsci.analysis import engagement
        >>> found = engagement.compare(implsci.load("implsci-examples"), "population")
        >>> [pooled_words(one) for one in found["population"].of("co-creation").pooled]
        ['OR 1.96 [1.14, 3.38], one study alone']
    """
    behind = "one study alone" if one.k == 1 else f"k = {one.k}"
    return f"{one.metric} {one.value:z.2f} [{one.ci_low:z.2f}, {one.ci_high:z.2f}], {behind}"


def evidence(model: EngagementModel, seen: Sequence[Seen], r: float) -> ModelEvidence:
    """Return what the findings of one model come to."""
    own = [one for one in seen if one.model == model]
    # A model of engagement stands behind a study as a whole, so that bundles of strategies count.
    pooled, left_out = pool(
        (Drawn(one.study, one.finding, bundled=False) for one in own), bundles=True, r=r
    )
    return ModelEvidence(
        model=model,
        n_studies=len({one.study.id for one in own}),
        n_cases=len({one.case for one in own}),
        n_findings=len(own),
        by_basis=tally(one.finding for one in own),
        votes=tuple(_counted(basis, ballots) for basis, ballots in cast(own).items()),
        pooled=pooled,
        because=None if pooled else reasons(left_out),
        left_out=dict(sorted(left_out.items())),
        studies=tuple(sorted({one.study.id for one in own})),
    )


def reasons(left_out: Mapping[str, int]) -> str:
    """Say why findings could not be pooled, with how many."""
    told = [f"{reason} ({count})" for reason, count in sorted(left_out.items())]
    return "; ".join(told) or "no finding"


def cast(seen: Sequence[Seen]) -> dict[str, tuple[HarvestRow, ...]]:
    """Return the vote of each study or programme by basis, the outcomes being one domain."""
    findings: dict[int, list[Seen]] = {}
    for one in seen:
        findings.setdefault(id(one.study), []).append(one)
    counted = votes(
        evolve(
            own[0].study,
            findings=tuple(one.finding for one in own),
            outcomes=tuple(evolve(outcome, kind=None) for outcome in own[0].study.outcomes),
        )
        for own in findings.values()
    )
    by_basis: dict[str, tuple[HarvestRow, ...]] = {}
    for bar in counted.harvest():
        by_basis[bar.basis] = (*by_basis.get(bar.basis, ()), bar)
    return by_basis


def _counted(basis: str, ballots: Sequence[HarvestRow]) -> GroupVotes:
    counts = Counter(ballot.vote for ballot in ballots)
    return GroupVotes(
        basis=basis,
        better=counts["better"],
        worse=counts["worse"],
        no_difference=counts["no_difference"],
        mixed=counts["mixed"],
        unclear=counts["unclear"],
    )
