"""Synthesis by direction of effect: how many studies point to better, never how many are significant.

It is what is left where effects cannot be pooled. It says nothing of how large an effect is, and a
small study weighs as much as a large one.

Examples:
    >>> from implsci.analysis.votes import sign_test
    >>> test = sign_test(9, 9)
    >>> round(test.p, 4), round(test.ci_low, 3)
    (0.0039, 0.701)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, get_args

from implsci.analysis._numbers import number, shown
from implsci.codes import split
from implsci.errors import InvalidQueryError, MissingExtraError, UnknownNameError
from implsci.model import Finding, Study
from implsci.model.study import Design
from implsci.names import close_names

try:
    from implsci.analysis.votes._results import (
        DomainVotes,
        HarvestRow,
        Vote,
        VoteCount,
        WeightClass,
    )
    from implsci.analysis.votes._sign import CAUTION, SignTest, check_confidence, sign_test
except ModuleNotFoundError as error:
    raise MissingExtraError(feature="counting votes", extra="analysis") from error

__all__ = [
    "CAUTION",
    "DomainVotes",
    "HarvestRow",
    "SignTest",
    "Vote",
    "VoteCount",
    "WeightClass",
    "sign_test",
    "votes",
]


def __dir__() -> list[str]:
    return __all__


_VOTES: Final[dict[str, Vote]] = {
    "improved": "better",
    "maintained": "better",
    "worsened": "worse",
    "no_difference": "no_difference",
    "mixed": "mixed",
}
_CLASS: Final[dict[Design | None, WeightClass]] = {
    "rct": "randomized",
    "cluster_rct": "randomized",
    "stepped_wedge": "randomized",
    "quasi_experimental": "controlled",
    "interrupted_time_series": "controlled",
    "before_after": "observational",
    "cohort": "observational",
    "cross_sectional": "observational",
    "qualitative": "descriptive",
    "mixed_methods": "descriptive",
    "case_study": "descriptive",
    "review": "review",
    "other": "other",
    None: "unknown",
}
_UNCODED: Final = "(uncoded)"
_NOT_STATED: Final = "not stated"
_BASES: Final = ("effect", "association", "description", "asserted", "theorized", _NOT_STATED)


def votes(
    studies: Iterable[Study],
    *,
    domain: str = "kind",
    keep: Callable[[Study, Finding], bool] | None = None,
    threshold: float = 0.7,
    confidence: float = 0.95,
) -> VoteCount:
    """Count, in each domain of outcomes, how many studies point to better and how many to worse.

    Studies of one programme are one voter. In each domain and on each basis a voter has one vote:
    the direction that at least `threshold` of its findings with a stated direction have (better for
    ``improved`` and ``maintained``, worse, or no difference); ``mixed`` where none reaches it, and
    ``unclear`` where no direction is stated at all. That is the rule of effect direction plots with
    significance left out (Boon and Thomson 2021, doi:10.1002/jrsm.1458). Then `sign_test` is asked
    of the votes for better among those for better or worse.

    Args:
        studies: a compendium, or any studies.
        domain: how outcomes are grouped: by their ``kind``, or by their codes in a scheme such as
            ``proctor``; an outcome with several codes is in the domain of each.
        keep: says of a study and its finding whether to count it; None for all.
        threshold: share of a voter's findings that make its vote, above 0.5 up to 1.
        confidence: what the intervals are meant to hold, between 0 and 1.

    Raises:
        InvalidQueryError: `studies` that are none, or `threshold` or `confidence` out of range.
        UnknownNameError: no outcome has a code of that scheme.

    Examples:
        >>> import implsci
        >>> counted = votes(
        ...     implsci.load("implsci-examples"),
        ...     domain="proctor",
        ...     keep=lambda study, finding: finding.basis == "effect",
        ... )
        >>> {one.basis for one in counted.domains}
        {'effect'}
    """
    if not 0.5 < number("threshold", threshold) <= 1:
        raise InvalidQueryError(f"threshold: expected a share above 0.5 up to 1, got {threshold!r}")
    check_confidence(confidence)
    if not isinstance(domain, str):
        raise InvalidQueryError(f"domain: expected kind or a scheme, got {shown(domain)}")
    if keep is not None and not callable(keep):
        raise InvalidQueryError(
            f"keep: expected a function of a study and a finding, got {shown(keep)}"
        )
    everything = _studies(studies)
    domains_of = _domains(everything, domain)
    voters: dict[tuple[str, str], dict[str, _Voter]] = defaultdict(dict)
    counted: set[str] = set()
    for study in everything:
        for finding in study.findings:
            if keep is not None and not keep(study, finding):
                continue
            counted.add(study.id)
            name = study.programme or study.id
            for place in domains_of(study, finding):
                key = (place, finding.basis or _NOT_STATED)
                voter = voters[key].setdefault(name, _Voter({}, Counter()))
                voter.findings[finding.direction] += 1
                voter.studies[study.id] = study.design
    ranked = sorted(voters, key=lambda key: (key[0] == _UNCODED, key[0], _BASES.index(key[1])))
    bars = tuple(bar for key in ranked for bar in _bars(key, voters[key], threshold))
    return VoteCount(
        domains=tuple(
            _counted(key, [bar for bar in bars if (bar.domain, bar.basis) == key], confidence)
            for key in ranked
        ),
        threshold=threshold,
        studies=len(counted),
        bars=bars,
    )


def _studies(given: object) -> list[Study]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidQueryError(f"studies: expected a compendium or studies, got {shown(given)}")
    found: list[Study] = []
    for study in given:
        if not isinstance(study, Study):
            raise InvalidQueryError(f"studies: expected studies, got {shown(study)} among them")
        found.append(study)
    return found


class _Voter(NamedTuple):
    """The studies that vote together, each with its design, and the directions of their findings."""

    studies: dict[str, Design | None]
    findings: Counter[str]


def _domains(studies: Sequence[Study], domain: str) -> Callable[[Study, Finding], tuple[str, ...]]:
    """Return what says to which domains a finding belongs."""
    if domain != "kind":
        schemes = {
            split(code)[0] for study in studies for node in study.outcomes for code in node.codes
        }
        if domain not in schemes:
            raise UnknownNameError(
                "domain of outcomes",
                domain,
                close_names(domain, {*schemes, "kind"}),
                "no outcome has a code of it",
            )

    def found(study: Study, finding: Finding) -> tuple[str, ...]:
        outcome = next(node for node in study.outcomes if node.id == finding.outcome)
        if domain == "kind":
            return (outcome.kind or _UNCODED,)
        return tuple(code for code in outcome.codes if split(code)[0] == domain) or (_UNCODED,)

    return found


def _bars(
    key: tuple[str, str], voters: dict[str, _Voter], threshold: float
) -> tuple[HarvestRow, ...]:
    bars: list[HarvestRow] = []
    for name, voter in voters.items():
        weights: list[WeightClass] = [_CLASS[design] for design in voter.studies.values()]
        bars.append(
            HarvestRow(
                domain=key[0],
                basis=key[1],
                study=name,
                vote=_vote(voter.findings, threshold),
                weight=min(weights, key=_rank),
                studies=tuple(voter.studies),
                findings=voter.findings.total(),
            )
        )
    ballot = get_args(Vote)
    return tuple(
        sorted(bars, key=lambda bar: (ballot.index(bar.vote), _rank(bar.weight), bar.study))
    )


def _rank(weight: WeightClass) -> int:
    return get_args(WeightClass).index(weight)


def _vote(directions: Counter[str], threshold: float) -> Vote:
    stated: Counter[Vote] = Counter()
    for direction, count in directions.items():
        if direction in _VOTES:
            stated[_VOTES[direction]] += count
    if not stated:
        return "unclear"
    vote, count = stated.most_common(1)[0]
    # 7 of 10 is enough for 0.7, which as a product of floats it may miss.
    return vote if count / stated.total() >= threshold - 1e-9 else "mixed"


def _counted(key: tuple[str, str], bars: Sequence[HarvestRow], confidence: float) -> DomainVotes:
    count = Counter(bar.vote for bar in bars)
    k, n = count["better"], count["better"] + count["worse"]
    return DomainVotes(
        domain=key[0],
        basis=key[1],
        k=k,
        n=n,
        no_difference=count["no_difference"],
        mixed=count["mixed"],
        unclear=count["unclear"],
        findings=sum(bar.findings for bar in bars),
        test=sign_test(k, n, confidence) if n else None,
    )
