"""What `practice` returns: the standing of each strategy, and all of them together."""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias, get_args

from attrs import asdict, frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError

__all__ = ["Practice", "Standing", "Tested", "Valued", "Verdict"]


Verdict: TypeAlias = Literal[
    "valued, untested",
    "valued, gain not shown",
    "gain, not valued",
    "gain, unheard",
    "agree",
    "undecided",
]
"""How practice and research stand to one another on a strategy.

Examples:
    >>> get_args(Verdict)[:2]
    ('valued, untested', 'valued, gain not shown')
"""

Valued: TypeAlias = Literal["valued", "not valued", "mixed", "unknown"]
"""What practice says of a strategy.

Examples:
    >>> get_args(Valued)[-1]
    'unknown'
"""

Tested: TypeAlias = Literal["gain", "gain not shown", "unclear", "untested"]
"""What tests say of a strategy.

Examples:
    >>> get_args(Tested)[0]
    'gain'
"""


@frozen(kw_only=True)
class Standing:
    """One strategy before practice and before research.

    Attributes:
        strategy: its code.
        label: its label.
        verdict: how the two stand to one another.
        practice: what practice says.
        research: what tests say.
        rated: ratings of its importance as shares of their scales, each with its source.
        described: cases in which somebody describes or asserts what came of it.
        described_gains: how many of them with gains in more than half of what they tell.
        named: cases that name it as a relational action, test nothing on it and do not tell what came
            of it; 0 for any other.
        tested: cases with effects or associations on it, none of them against another strategy.
        told: how many of them tell a direction.
        tested_gains: how many of these with gains in more than half of what they tell.
        alone: how many of the tested cases test it outside a bundle.

    Examples:
        >>> import implsci
        >>> from implsci.questions import practice
        >>> one = practice(implsci.load("implsci-examples"))["eric:facilitation"]
        >>> one.practice, one.research, one.verdict
        ('valued', 'gain', 'agree')
    """

    strategy: str
    label: str
    verdict: Verdict
    practice: Valued
    research: Tested
    rated: tuple[tuple[str, float], ...]
    described: int
    described_gains: int
    named: int
    tested: int
    told: int
    tested_gains: int
    alone: int


@frozen(kw_only=True)
class Practice(Result):
    """Practice against research, as `practice` returns it.

    Attributes:
        standings: the strategies of which either says anything, by verdict, then by code.
        schemes: the taxonomies looked through.
        silent: how many of their strategies neither says anything of.
        n_studies: studies asked.
        n_cases: the same with the studies of one programme as one.
        cut: from which share of its scale a rating says that a strategy is valued.
        assumptions: the rule, and how it was counted.

    Examples:
        >>> import implsci
        >>> from implsci.questions import practice
        >>> found = practice(implsci.load("implsci-examples"))
        >>> "eric" in found.schemes and "relational" in found.schemes
        True
    """

    standings: tuple[Standing, ...]
    schemes: tuple[str, ...]
    silent: int
    n_studies: int
    n_cases: int
    cut: float
    assumptions: tuple[str, ...]

    def __getitem__(self, strategy: str) -> Standing:
        """Return the standing of one strategy.

        Raises:
            KeyError: neither practice nor research says anything of it.
        """
        for one in self.standings:
            if one.strategy == strategy:
                return one
        raise KeyError(strategy)

    def verdicts(self, verdict: Verdict) -> tuple[Standing, ...]:
        """Return the strategies with one verdict.

        Raises:
            InvalidQueryError: there is no such verdict.

        Examples:
            >>> import implsci
            >>> from implsci.questions import practice
            >>> found = practice(implsci.load("implsci-examples"))
            >>> [one.strategy for one in found.verdicts("valued, untested")][-2:]
            ['relational:listen-actively', 'relational:stay-in-difficulty']
        """
        if verdict not in get_args(Verdict):
            raise InvalidQueryError(
                f"verdict: expected one of {'; '.join(get_args(Verdict))}, got {verdict!r}"
            )
        return tuple(one for one in self.standings if one.verdict == verdict)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a strategy.

        Examples:
            >>> import implsci
            >>> from implsci.questions import practice
            >>> row = practice(implsci.load("implsci-examples")).to_rows()[0]
            >>> list(row)[:5]
            ['strategy', 'label', 'verdict', 'practice', 'research']
        """
        return tuple(
            {
                **asdict(one, recurse=False),
                "rated": "; ".join(f"{share:.2f} ({source})" for source, share in one.rated)
                or None,
            }
            for one in self.standings
        )

    def sentence(self) -> str:
        """Say how many strategies practice values and studies lack, and the reverse.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import practice
            >>> practice([Study(id="a", title="A")], schemes=("engagement",)).sentence()
            'Neither practice nor research says anything of a strategy of engagement.'
        """
        if not self.standings:
            return (
                "Neither practice nor research says anything of a strategy of "
                f"{', '.join(self.schemes)}."
            )
        counts = Counter(one.verdict for one in self.standings)
        return (
            f"Of {counted(len(self.standings), 'strategy', 'strategies')} that practice or research "
            f"says anything of: {counts['valued, untested']} valued and untested, "
            f"{counts['valued, gain not shown']} valued and tested without a gain in most cases, "
            f"{counts['gain, not valued']} tested with gain and not valued, "
            f"{counts['gain, unheard']} tested with gain and unheard of in practice, "
            f"{counts['agree']} on which both agree, {counts['undecided']} undecided."
        )
