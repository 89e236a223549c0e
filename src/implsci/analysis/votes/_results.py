"""What counting votes returns: bars, domains, and all of them together.

Examples:
    >>> from implsci.analysis.votes import votes
    >>> votes([]).domains
    ()
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from attrs import asdict, field, frozen

from implsci.analysis.result import Result, Row
from implsci.analysis.votes._sign import CAUTION, SignTest

__all__ = ["DomainVotes", "HarvestRow", "Vote", "VoteCount", "WeightClass"]

Vote: TypeAlias = Literal["better", "worse", "no_difference", "mixed", "unclear"]
"""What a study, or the programme it belongs to, says about one domain of outcomes.

Examples:
    >>> from typing import get_args
    >>> get_args(Vote)
    ('better', 'worse', 'no_difference', 'mixed', 'unclear')
"""

WeightClass: TypeAlias = Literal[
    "randomized", "controlled", "observational", "descriptive", "review", "other", "unknown"
]
"""What kind of design stands behind a vote, for the height of its bar in a harvest plot.

Examples:
    >>> from typing import get_args
    >>> get_args(WeightClass)[0]
    'randomized'
"""


class HarvestRow(NamedTuple):
    """One bar of a harvest plot: which way one study or programme points in one domain.

    Attributes:
        domain: the domain of outcomes.
        basis: what the findings rest on; these are never added together.
        study: id of the study, or name of the programme.
        vote: which way it points.
        weight: the class of its design, the strongest where a programme has several studies.
        studies: ids of its studies.
        findings: how many findings stand behind the vote.

    Examples:
        >>> from implsci import Finding, Outcome, Study
        >>> study = Study(id="a", title="A", outcomes=(Outcome(id="o1", label="uptake"),),
        ...               findings=(Finding(id="f1", outcome="o1", direction="improved"),))
        >>> votes([study]).harvest()[0].vote
        'better'
    """

    domain: str
    basis: str
    study: str
    vote: Vote
    weight: WeightClass
    studies: tuple[str, ...]
    findings: int


@frozen(kw_only=True)
class DomainVotes:
    """The votes on one domain of outcomes, on one basis.

    Attributes:
        domain: the kind of outcome or the code; ``(uncoded)`` for outcomes that have none.
        basis: what the findings rest on: ``effect``, ``association``, ``description``,
            ``asserted``, ``theorized`` or ``not stated``.
        k: votes for better.
        n: votes for better or for worse.
        no_difference: studies and programmes that found no difference; outside the test.
        mixed: those whose findings disagree; outside the test.
        unclear: those whose findings all are unclear; outside the test.
        findings: how many findings stand behind all of these.
        test: the sign test of k of n; None where nobody points either way.

    Examples:
        >>> from implsci import Finding, Outcome, Study
        >>> study = Study(id="a", title="A", outcomes=(Outcome(id="o1", label="uptake"),),
        ...               findings=(Finding(id="f1", outcome="o1", direction="no_difference"),))
        >>> row = votes([study]).domains[0]
        >>> row.no_difference, row.n, row.test
        (1, 0, None)
    """

    domain: str
    basis: str
    k: int
    n: int
    no_difference: int
    mixed: int
    unclear: int
    findings: int
    test: SignTest | None


@frozen(kw_only=True)
class VoteCount(Result):
    """The votes by domain, as `votes` returns them.

    Attributes:
        domains: a line a domain and basis, by domain and then by basis.
        threshold: share of a study's findings that must point one way.
        studies: studies that have a finding that was counted.
        assumptions: what must hold, and the rules of counting.

    Examples:
        >>> import implsci
        >>> counted = votes(implsci.load("implsci-examples"))
        >>> counted.domains[0].basis, counted.domains[0].n > 0
        ('effect', True)
    """

    domains: tuple[DomainVotes, ...]
    threshold: float
    studies: int
    bars: tuple[HarvestRow, ...] = field(repr=False)
    assumptions: tuple[str, ...] = (
        "one vote a study, or a programme where several studies share one, in each domain and basis",
        "a vote goes by direction alone; whether a finding was significant plays no part",
        "a gain that held counts for better; no difference, mixed and unclear stay outside the test "
        "and are counted apart",
        "reviews vote like studies: leave them out where their studies are in the data too",
        CAUTION,
    )

    def harvest(self) -> tuple[HarvestRow, ...]:
        """Return the data of a harvest plot, a row a bar (Ogilvie 2008, doi:10.1186/1471-2288-8-8).

        Returns:
            By domain, basis, vote, class of design, and name.

        Examples:
            >>> import implsci
            >>> bars = votes(implsci.load("implsci-examples")).harvest()
            >>> bars[0].vote, bars[0].weight
            ('better', 'randomized')
        """
        return self.bars

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a domain and basis.

        Examples:
            >>> list(votes([]).to_rows())
            []
        """
        return tuple(
            {
                **{
                    name: item
                    for name, item in asdict(one, recurse=False).items()
                    if name not in ("test", "findings")
                },
                "findings": one.findings,
                "share": None if one.test is None else one.test.share,
                "ci_low": None if one.test is None else one.test.ci_low,
                "ci_high": None if one.test is None else one.test.ci_high,
                "p": None if one.test is None else one.test.p,
            }
            for one in self.domains
        )

    def sentence(self) -> str:
        """Say how the votes fall, domain by domain, and the caution.

        Examples:
            >>> votes([]).sentence()
            'There is no finding to count.'
        """
        if not self.domains:
            return "There is no finding to count."
        told = "; ".join(
            f"{one.domain} ({one.basis}): {one.k} of {one.n} for better, and {outside} outside"
            for one in self.domains
            for outside in [one.no_difference + one.mixed + one.unclear]
        )
        return f"Votes by direction of {self.studies} studies: {told}. {CAUTION}"
