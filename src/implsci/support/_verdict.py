"""How shares of criteria become one word: the rule is stated, and another can take its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from implsci.errors import InvalidQueryError
from implsci.model.support import EngagementModel

__all__ = ["MODELS", "RULE", "Shares", "Verdict", "VerdictRule", "more_than", "verdict_of"]


MODELS: Final[tuple[EngagementModel, ...]] = get_args(EngagementModel)

Verdict: TypeAlias = Literal["push", "pull", "co-creation", "mixed", "unknown"]
"""What a profile comes to; ``unknown`` where no criterion has an answer.

Examples:
    >>> get_args(Verdict)[-2:]
    ('mixed', 'unknown')
"""

Shares: TypeAlias = Mapping[EngagementModel, Fraction]
"""The share of the criteria answered that speaks for each model; they sum to 1.

Examples:
    >>> shares: Shares = {"push": Fraction(1, 3), "pull": Fraction(0), "co-creation": Fraction(2, 3)}
    >>> sum(shares.values()) == 1
    True
"""


@frozen(kw_only=True)
class VerdictRule:
    """A rule that turns shares into a verdict.

    Attributes:
        words: the rule in words, as results print it.
        decide: the rule; it is asked only where at least one criterion has an answer.

    Examples:
        >>> def any_push(shares: Shares) -> Verdict:
        ...     return "push" if shares["push"] else "mixed"
        >>> VerdictRule(words="push where anything speaks for it", decide=any_push).words
        'push where anything speaks for it'
    """

    words: str
    decide: Callable[[Shares], Verdict]


def more_than(share: float) -> VerdictRule:
    """Return the rule that a model needs more than a share of the criteria answered.

    Args:
        share: from 0.5 up to, and without, 1.

    Raises:
        InvalidQueryError: `share` is out of range: below a half, two models could both have it.

    Examples:
        >>> more_than(0.6).words
        'a model for which more than 60% of the criteria answered speak; else mixed'
    """
    if not 0.5 <= share < 1:
        raise InvalidQueryError(f"share: expected 0.5 to below 1, got {share!r}")
    # 0.6 is meant as six tenths, not as the binary number next to it.
    least = Fraction(str(share))

    def decide(shares: Shares) -> Verdict:
        for model in MODELS:
            if shares[model] > least:
                return model
        return "mixed"

    return VerdictRule(
        words=f"a model for which more than {share:.0%} of the criteria answered speak; else mixed",
        decide=decide,
    )


RULE: Final = more_than(0.5)
"""The rule where none is given: more than half."""


def verdict_of(shares: Shares | None, rule: VerdictRule) -> Verdict:
    """Ask a rule.

    Raises:
        InvalidQueryError: it gives a word that is no verdict.
    """
    if shares is None:
        return "unknown"
    found = rule.decide(shares)
    if found not in get_args(Verdict):
        raise InvalidQueryError(
            f"rule: expected one of {', '.join(get_args(Verdict))}, got {found!r}"
        )
    return found
